"""A form that comes twice is one person waiting: by a quick finger, by the back button, by a worried heart."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core import signing
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from openiop.apps.admissions.models import ContactAttempt, Referral
from openiop.apps.audit.models import Event
from openiop.apps.audit.presenters import sentence
from openiop.apps.core.tenancy import tenant
from openiop.apps.front.models import StatusLink
from tests.factories import AT, make_member, make_organization, make_site
from tests.web.public.test_screener import carried

pytestmark = pytest.mark.django_db
STAMP = signing.dumps(0, salt="public form")
NOOR = {"first_name": "Noor", "phone": "415-555-0150", "language": "en", "stamp": STAMP}
REFERRED = {**NOOR, "referrer_name": "Dr. Kim", "referrer_phone": "415-555-0151", "agree": "on"}


@pytest.fixture
def house() -> Any:
    with time_machine.travel(AT, tick=False):
        organization = make_organization()
        with tenant(organization.pk):
            organization.intake = make_member(organization, "intake", site=make_site(organization)).user
            yield organization


def ask(house: Any, *, minutes: int = 0, door: str = "/enquire/{}/", **more: Any) -> Any:
    """Send the form from a browser of its own, so many minutes later."""
    with time_machine.travel(AT + timedelta(minutes=minutes), tick=False):
        return Client().post(door.format(house.slug), {**NOOR, **more})


def events() -> list[str]:
    return list(Event.objects.order_by("sequence").values_list("action", flat=True))


def test_the_same_wish_twice_is_one_referral_and_both_are_answered_alike(house: Any) -> None:
    first, second = ask(house), ask(house, minutes=5)
    assert (second.status_code, second.headers["Location"]) == (302, first.headers["Location"])
    assert Referral.objects.count() == 1
    assert ContactAttempt.objects.count() == 0
    assert events() == ["referral.received", "referral.sent_again"]
    last = Event.objects.get(action="referral.sent_again")
    assert last.data == {"fields": [], "differs": []}
    assert sentence(last.action, last.data) == "sent the enquiry once more; it joined the first"


def test_what_was_empty_is_filled_and_what_is_told_otherwise_stands_beside_it(house: Any) -> None:
    ask(house, best_time="after 5 pm")
    ask(house, first_name="NOOR ", email="noor@example.org", best_time="mornings", minutes=9)
    row, said = Referral.objects.get(), ContactAttempt.objects.get()
    assert (row.first_name, row.email, row.best_time) == ("Noor", "noor@example.org", "after 5 pm")
    assert (said.method, said.reached, said.words) == ("web", False, "Best time to call: mornings")
    assert (row.stage, row.first_contact_at) == ("enquiry", None)
    staff = Client()
    staff.force_login(house.intake)
    page = staff.get(f"/staff/referrals/{row.public_id}/").content.decode()
    assert "Wrote again: Web form" in page
    assert "Best time to call: mornings" in page


@pytest.mark.parametrize(
    "other",
    [
        {"first_name": "Nora"},
        {"phone": "415-555-0199"},
        {"minutes": 61},
    ],
)
def test_another_person_or_another_day_is_a_referral_of_its_own(house: Any, other: Any) -> None:
    ask(house)
    ask(house, **other)
    assert Referral.objects.count() == 2


def test_who_was_reached_or_turned_away_and_writes_again_waits_again(house: Any) -> None:
    ask(house)
    Referral.objects.update(first_contact_at=AT)
    ask(house, minutes=5)
    Referral.objects.filter(first_contact_at__isnull=True).update(stage="declined")
    ask(house, minutes=6)
    assert Referral.objects.count() == 3


def test_another_house_hears_of_its_own(house: Any) -> None:
    other = make_organization("Second House", slug="second")
    with tenant(other.pk):
        make_site(other)
    ask(house)
    ask(other)
    with tenant(house.pk):
        assert Referral.objects.filter(organization=house).count() == 1
    with tenant(other.pk):
        assert Referral.objects.filter(organization=other).count() == 1


def test_answers_sent_twice_are_one_referral_with_both_files(house: Any) -> None:
    sent = {**carried(), "go": "send", "agree": "on", "door": "/at/{}/answers/"}
    for minutes in (0, 2, 2):
        assert ask(house, minutes=minutes, **sent).headers["Location"] == "/enquire/thanks/"
    row = Referral.objects.get()
    assert (row.documents.count(), row.owner) == (2, house.intake)
    assert events().count("referral.sent_again") == 1


def test_a_professional_s_form_sent_twice_is_one_referral_with_two_private_pages(house: Any) -> None:
    links = []
    for minutes in (0, 3):
        file = SimpleUploadedFile("a.pdf", b"%PDF-1.7 one", "application/pdf")
        answer = ask(house, minutes=minutes, door="/at/{}/refer/", **REFERRED, file1=file)
        links.append(answer.headers["Location"])
    row = Referral.objects.get()
    assert row.documents.count() == 1
    assert len(set(links)) == StatusLink.objects.filter(referral=row).count() == 2
    assert [Client().get(link).status_code for link in links] == [200, 200]


def test_the_same_file_for_another_person_is_still_refused(house: Any) -> None:
    for name, status in (("Noor", 302), ("Nora", 422)):
        file = SimpleUploadedFile("a.pdf", b"%PDF-1.7 one", "application/pdf")
        sent = {**REFERRED, "first_name": name, "file1": file}
        assert ask(house, door="/at/{}/refer/", **sent).status_code == status
    assert Referral.objects.count() == 1

"""A professional's referral: files kept as they came, a private page that shows only what was released."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import pytest
import time_machine
from django.core import signing
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from openiop.apps.admissions.models import Referral, ReferralDocument
from openiop.apps.audit.models import Event
from openiop.apps.clients.models import Disclosure
from openiop.apps.core.tenancy import tenant
from openiop.apps.front.models import StatusStep
from tests.factories import AT, make_client, make_member, make_organization, make_site

pytestmark = pytest.mark.django_db
SENT = {
    "referrer_name": "Dr. Kim",
    "referrer_phone": "415-555-0151",
    "first_name": "Noor",
    "phone": "415-555-0150",
    "language": "en",
    "agree": "on",
    "stamp": signing.dumps(0, salt="public form"),
}


@pytest.fixture
def house() -> Any:
    with time_machine.travel(AT, tick=False):
        organization = make_organization()
        site = make_site(organization)
        with tenant(organization.pk):
            organization.intake = make_member(organization, "intake", site=site).user
            yield organization


def pdf(name: str, content: bytes = b"%PDF-1.7 one") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, "application/pdf")


def refer(house: Any, **more: Any) -> Any:
    return Client().post(f"/at/{house.slug}/refer/", {**SENT, **more})


def release(house: Any, row: Referral, **sent: str) -> None:
    staff = Client()
    staff.force_login(house.intake)
    assert staff.post(f"/staff/referrals/{row.public_id}/status/", sent).status_code == 302


def shown(link: str) -> list[str]:
    page = Client().get(link).content.decode()
    return [unescape(words) for words in re.findall(r"<b>(.*?)</b> <span", page)]


def test_it_lands_with_its_files_an_owner_and_a_page(house: Any) -> None:
    done = refer(
        house, file1=pdf("a.pdf"), file2=pdf("b.pdf", b"%PDF-1.7 two"), is_urgent="on", risk_note="Today"
    )
    row = Referral.objects.get()
    assert (row.source, row.owner, row.is_urgent, row.referrer_name) == (
        "provider",
        house.intake,
        True,
        "Dr. Kim",
    )
    assert sorted(row.documents.values_list("filename", flat=True)) == ["a.pdf", "b.pdf"]
    assert bytes(row.documents.get(filename="b.pdf").content) == b"%PDF-1.7 two"
    assert shown(done.headers["Location"]) == ["We received it"]
    assert "Noor" not in Client().get(done.headers["Location"]).content.decode()


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ({"file1": SimpleUploadedFile("x.exe", b"MZ")}, "Only PDF, TIFF, JPEG and PNG files"),
        ({"agree": ""}, "Please ask the person first."),
        ({"referrer_name": ""}, "This field is required."),
    ],
)
def test_what_cannot_be_is_named_and_nothing_half_written_stays(house: Any, more: Any, says: str) -> None:
    answer = refer(house, **more)
    assert answer.status_code == 422
    assert says in answer.content.decode()
    assert Referral.objects.count() == ReferralDocument.objects.count() == Event.objects.count() == 0


def test_a_step_is_shown_only_when_released_with_the_person_s_word(house: Any) -> None:
    link, row = refer(house).headers["Location"], Referral.objects.get()
    release(house, row, step="contacted", agreed="on")
    assert shown(link) == ["We received it"]
    Referral.objects.update(first_contact_at=AT)
    release(house, row, step="contacted")
    release(house, row, step="admitted", agreed="on")
    assert shown(link) == ["We received it"]
    release(house, row, step="contacted", agreed="on")
    assert shown(link) == ["We received it", "We reached the person"]
    assert Event.objects.get(action="referral.step_released").data == {"step": "contacted", "agreed": True}


def test_substance_use_care_is_not_told_on_the_person_s_word_alone(house: Any) -> None:
    refer(house)
    Referral.objects.update(first_contact_at=AT, concern="substance-use")
    release(house, Referral.objects.get(), step="contacted", agreed="on")
    assert StatusStep.objects.count() == 0


def test_with_a_record_the_consent_rules_decide_and_the_accounting_is_written(house: Any) -> None:
    link, row = refer(house).headers["Location"], Referral.objects.get()
    client = make_client(house, part2=True)
    Referral.objects.update(first_contact_at=AT, client=client)
    release(house, row, step="admitted", agreed="on")
    assert (StatusStep.objects.count(), Disclosure.objects.count()) == (0, 0)
    assert Event.objects.filter(action="disclosure.refused").count() == 1
    type(client).objects.update(part2=False)
    release(house, row, step="admitted")
    assert shown(link) == ["We received it", "The person was admitted"]
    assert Disclosure.objects.get().recipient == "Dr. Kim"


def test_a_closed_page_is_not_found(house: Any) -> None:
    link, row = refer(house).headers["Location"], Referral.objects.get()
    release(house, row, close="1")
    assert Client().get(link).status_code == 404
    assert Client().get("/status/nothing/").status_code == 404

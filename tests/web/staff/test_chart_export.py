"""The chart as one PDF on the page: made for the chart, given to somebody outside, or refused in words."""

from __future__ import annotations

import pytest
import time_machine
from django.urls import reverse

from openiop.apps.accounts.models import User
from openiop.apps.clients.models import Disclosure
from openiop.apps.record.services.exporting import parts_for
from tests.apps.record.clinic import open_room
from tests.factories import make_member
from tests.factories.signing import signed_in

pytestmark = pytest.mark.django_db
DAYS = {"first": "2026-02-01", "last": "2026-03-31"}
OUTSIDE = {"use": "outside", "recipient_kind": "provider", "purpose": "treatment", "recipient": "Dr. Kim"}


@pytest.fixture
def room():
    with open_room(2) as found, time_machine.travel(found.after, tick=False):
        yield found


def browser_of(room, role="director"):
    """Return a browser of somebody who has just shown their password."""
    user = make_member(room.clinic.org, role, site=room.clinic.site).user
    browser = signed_in(user, room.clinic.org, at=room.after)
    session = browser.session
    session["account_authentication_methods"] = [{"method": "password", "at": room.after.timestamp()}]
    session["account_authentication_methods_user"] = str(user.pk)
    session.save()
    return browser


def send(browser, room, **data):
    return browser.post(
        reverse("chart_export", args=[room.client.public_id]), {**DAYS, "use": "chart", **data}
    )


def test_the_form_offers_what_the_person_may_read_and_gives_the_document(room):
    browser = browser_of(room)
    page = browser.get(reverse("chart_export", args=[room.client.public_id])).content.decode()
    assert page.count('name="parts"') == 6
    assert (
        reverse("chart_export", args=[room.client.public_id])
        in browser.get(reverse("chart", args=[room.client.public_id])).content.decode()
    )
    answer = send(
        browser, room, parts=["notes", "attendance"], recipient_kind="provider", purpose="treatment"
    )
    assert answer.status_code == 200
    assert answer["Content-Disposition"] == 'attachment; filename="chart.pdf"'
    assert answer.content.startswith(b"%PDF-")
    assert Disclosure.objects.count() == 0


def test_a_part_that_the_person_may_not_read_is_no_choice(room):
    browser = browser_of(room, "intake")
    page = browser.get(reverse("chart_export", args=[room.client.public_id])).content.decode()
    assert page.count('name="parts"') == 5
    assert 'value="notes"' not in page
    assert send(browser, room, parts=["notes"], **OUTSIDE).status_code == 422


def test_what_leaves_the_house_is_accounted_for_and_a_refusal_says_why(room):
    browser = browser_of(room)
    assert send(browser, room, parts=["attendance"], **OUTSIDE).content.startswith(b"%PDF-")
    assert Disclosure.objects.get().recipient == "Dr. Kim"
    nobody = OUTSIDE | {"recipient_kind": "person", "purpose": "specific", "recipient": "A neighbor"}
    answer = send(browser, room, parts=["attendance"], **nobody)
    assert answer.status_code == 422
    text = answer.content.decode()
    assert 'value="A neighbor"' in text
    assert 'role="alert"' in text or "error" in text
    nameless = send(browser, room, parts=["attendance"], **(OUTSIDE | {"recipient": ""}))
    assert "Name the person or office." in nameless.content.decode()
    assert Disclosure.objects.count() == 1


def test_days_in_the_wrong_order_are_told_at_their_field(room):
    answer = send(
        browser_of(room),
        room,
        parts=["plan"],
        first="2026-04-01",
        recipient_kind="provider",
        purpose="treatment",
    )
    assert "The last day is before the first." in answer.content.decode()


def test_the_export_asks_who_is_at_the_screen(room):
    user = User.objects.get(pk=room.supervisor.user_id)
    browser = signed_in(user, room.clinic.org, at=room.after)
    answer = browser.get(reverse("chart_export", args=[room.client.public_id]))
    assert answer["Location"].startswith(reverse("account_reauthenticate"))
    assert len(parts_for(room.supervisor)) == 6

"""The pages of planned absences: recorded, offered make-ups at once, changed with the former value in sight."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from openiop.apps.audit.models import Event
from openiop.apps.groups.models import Attendance
from openiop.apps.schedule.models import Absence, SessionGuest
from tests.apps.groups.clinic import MONDAY, open_clinic
from tests.factories import AT, make_member, make_organization, make_series, make_session, make_slot

pytestmark = pytest.mark.django_db
COURT = {
    "first": "2026-03-04", "last": "", "start": "", "end": "", "reason": "court", "barrier": "ride", "words": "Hearing",
}  # fmt: skip


@pytest.fixture
def clinic(client):
    with time_machine.travel(AT, tick=False), open_clinic() as made:
        made.thursday = make_session(
            make_slot(make_series(made.site, "Extra group"), weekday=3), MONDAY + timedelta(days=3)
        )
        made.ana = made.episodes[0]
        client.force_login(made.lead)
        yield made


def text(answer):
    return answer.content.decode()


def record(client, clinic, **more):
    address = reverse("absence_new", args=[clinic.ana.public_id])
    return client.post(address, COURT | more, follow=True)


def test_recording_excuses_the_session_and_offers_a_seat_at_once(client, clinic):
    page = text(record(client, clinic))
    for words in (
        "Recorded. Sessions in that time are excused ahead.",
        "Wed, Mar 4 · Court or probation · No ride",
        "Offer a ride benefit, a transit pass or the telehealth group.",
        "Excused ahead",
        "Below the floor",
        "This mends the week",
        "Extra group",
    ):
        assert words in page
    assert "style=" not in page


def test_booking_the_offered_seat_says_what_the_week_comes_to_and_comes_back(client, clinic):
    record(client, clinic)
    absence = Absence.objects.get()
    address = reverse("hours_make_up", args=[clinic.ana.public_id])
    answer = client.post(
        address, {"session": clinic.thursday.public_id, "absence": absence.public_id}, follow=True
    )
    assert answer.redirect_chain == [(reverse("absence", args=[absence.public_id]), 302)]
    assert SessionGuest.objects.get().client == clinic.ana.client
    page = text(answer).replace("\N{NO-BREAK SPACE}", " ")
    assert "The week now comes to 9 h, 3 days; 9 h, 3 days are ordered." in page
    assert "On track" in page


@pytest.mark.parametrize(
    ("change", "name", "words"),
    [
        ({"first": ""}, "first", "This field is required."),
        ({"last": "2026-03-03"}, "last", "The absence ends before it begins."),
        ({"first": "2026-02-27"}, "last", "That time is past."),
        ({"reason": ""}, "reason", "This field is required."),
        ({"start": "14:00", "end": "13:00"}, "last", "The absence ends before it begins."),
    ],
)
def test_a_wrong_entry_is_named_at_its_field_and_what_was_typed_stays(client, clinic, change, name, words):
    page = text(record(client, clinic, **change))
    assert words in page
    assert f'href="#id_{name}"' in page
    assert 'value="Hearing"' in page
    assert not Absence.objects.exists()


def test_a_change_shows_the_former_value_and_taking_back_frees_the_sessions(client, clinic):
    record(client, clinic)
    absence = Absence.objects.get()
    address = reverse("absence", args=[absence.public_id])
    page = text(client.get(address))
    assert 'value="2026-03-04"' in page
    changed = COURT | {"start": "13:00", "end": "15:00", "why": "Only the afternoon", "version": 1}
    page = text(client.post(address, changed, follow=True))
    assert "Wed, Mar 4, Court or probation, No ride, Hearing" in page
    assert "Only the afternoon" in page
    assert "No session of this week lies in that time." in page
    stale = text(client.post(address, changed | {"end": "16:00"}, follow=True))
    assert "Someone else changed this absence meanwhile." in stale
    page = text(
        client.post(
            address, {"cancel": "yes", "cancel-why": "Hearing moved", "cancel-version": 2}, follow=True
        )
    )
    assert "Its sessions stand as booked." in page
    assert Absence.objects.get().cancelled_at is not None


def test_taking_back_asks_why(client, clinic):
    record(client, clinic)
    address = reverse("absence", args=[Absence.objects.get().public_id])
    page = text(client.post(address, {"cancel": "yes", "cancel-why": "", "cancel-version": 1}))
    assert 'href="#id_cancel-why"' in page
    assert Absence.objects.get().cancelled_at is None


def test_the_sheet_has_the_excuse_filled_in_and_saving_keeps_it(client, clinic):
    record(client, clinic)
    with time_machine.travel(clinic.sessions[1].starts_at + timedelta(minutes=5), tick=False):
        client.force_login(clinic.lead)
        address = reverse("attendance", args=[clinic.sessions[1].public_id])
        page = text(client.get(address))
        assert "Excused ahead" in page
        ana = clinic.ana.client.public_id
        assert f'name="state-{ana}" value="excused" data-key="X" checked' in page
        seen = dict(re.findall(r'name="(was-[a-z0-9]+)" value="([^"]+)"', page))
        filled = {f"state-{ana}": "excused", f"reason-{ana}": "court", f"barrier-{ana}": "ride"}
        client.post(address, seen | filled)
        row = Attendance.objects.get()
        assert (row.state, row.reason, row.barrier) == ("excused", "court", "ride")


def test_the_client_page_lists_it_and_the_trail_has_both_reads(client, clinic):
    record(client, clinic)
    page = text(client.get(reverse("client", args=[clinic.ana.client.public_id])))
    assert reverse("absence", args=[Absence.objects.get().public_id]) in page
    assert reverse("absence_new", args=[clinic.ana.public_id]) in page
    client.get(reverse("absence_new", args=[clinic.ana.public_id]))
    actions = set(Event.objects.values_list("action", flat=True))
    assert {"absence.recorded", "absence.read"} <= actions


def test_a_biller_reads_and_changes_nothing(client, clinic):
    record(client, clinic)
    absence = Absence.objects.get()
    client.force_login(make_member(clinic.org, "biller", site=clinic.site).user)
    address = reverse("absence", args=[absence.public_id])
    page = text(client.get(address))
    assert "Take it back" not in page
    assert client.post(address, {"cancel": "yes", "cancel-why": "x", "cancel-version": 1}).status_code == 404
    assert client.get(reverse("absence_new", args=[clinic.ana.public_id])).status_code in {403, 404}
    assert Absence.objects.get().cancelled_at is None


def test_another_organisation_finds_nothing(client, clinic):
    record(client, clinic)
    absence = Absence.objects.get()
    client.force_login(make_member(make_organization(), "director").user)
    assert client.get(reverse("absence", args=[absence.public_id])).status_code == 404
    assert client.get(reverse("absence_new", args=[clinic.ana.public_id])).status_code == 404

"""Somebody came without a seat: they are a guest of that date and marked present, or nothing happens."""

from __future__ import annotations

from datetime import timedelta

import pytest

from openiop.apps.audit.models import Event
from openiop.apps.audit.presenters import sentence
from openiop.apps.clients.models import NoContact
from openiop.apps.clients.services.merging import merge_clients, undo_merge
from openiop.apps.groups.models import Attendance, AttendanceRevision
from openiop.apps.groups.selectors.sheet import sheet_of
from openiop.apps.groups.selectors.walkins import MOST, walk_in_candidates
from openiop.apps.groups.services import (
    AttendanceConflict,
    Entry,
    add_walk_in,
    record_attendance,
    take_off_walk_in,
)
from openiop.apps.schedule.models import SessionGuest
from openiop.apps.schedule.services.absences import AbsencePlan, record_absence
from openiop.domain.attendance import Mark, State
from openiop.domain.errors import Conflict, DomainError, NotAllowed
from tests.apps.groups.clinic import IN_GROUP, open_clinic
from tests.factories import AT, make_appointment, make_client, make_episode, make_site, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def clinic():
    with open_clinic() as made:
        yield made


def add(clinic, episode, *, session=None, at=IN_GROUP):
    return add_walk_in(by=clinic.by, session=session or clinic.sessions[0], episode=episode, at=at)


def refused(clinic, episode, code, **options):
    """Ask, and see that nothing changed."""
    before = (SessionGuest.objects.count(), Attendance.objects.count(), Event.objects.count())
    with pytest.raises((Conflict, NotAllowed)) as caught:
        add(clinic, episode, **options)
    assert caught.value.code == code
    assert (SessionGuest.objects.count(), Attendance.objects.count(), Event.objects.count()) == before
    return caught.value.message


def fill(clinic, seats):
    slot = clinic.slots[0]
    slot.seats = seats
    slot.save(update_fields=["seats"])


def test_who_came_without_a_seat_is_a_guest_of_that_date_and_marked_present(clinic):
    dara = clinic.person("Dara")
    row = add(clinic, dara)
    assert (row.state, row.countable_minutes, row.modality) == ("present", 180, "on_site")
    guest = SessionGuest.objects.get()
    assert (guest.session, guest.client, guest.reason) == (clinic.sessions[0], dara.client, "walk_in")
    lines = {line.client.first_name: line for line in sheet_of(clinic.sessions[0], at=IN_GROUP).lines}
    assert [line.guest for line in lines.values()] == ["", "", "", "walk_in"]
    assert lines["Dara"].attendance == row
    assert [line.client.pk for line in sheet_of(clinic.sessions[1], at=IN_GROUP).lines] == [
        episode.client_id for episode in clinic.episodes[:3]
    ]
    written = list(Event.objects.order_by("sequence").values_list("action", "client_id"))
    assert written == [
        ("guest.walked_in", dara.client.public_id),
        ("attendance.marked", dara.client.public_id),
        ("attendance.recorded", ""),
    ]


def test_who_is_on_the_sheet_is_marked_there(clinic):
    assert refused(clinic, clinic.episodes[0], "on-the-sheet") == (
        "Ana Velora00-Demo is on the sheet already. Mark them there."
    )
    dara = clinic.person("Dara")
    add(clinic, dara)
    refused(clinic, dara, "on-the-sheet")


def test_nobody_joins_before_the_sheet_is_open_or_after_the_group_was_cancelled(clinic):
    dara = clinic.person("Dara")
    words = refused(clinic, dara, "session-not-begun", at=AT - timedelta(hours=2))
    assert "has not begun" in words
    clinic.sessions[0].state = "cancelled"
    clinic.sessions[0].save()
    assert "was cancelled" in refused(clinic, dara, "session-cancelled")


def test_a_full_room_says_so_and_an_absent_holder_leaves_the_seat_free(clinic):
    dara = clinic.person("Dara")
    fill(clinic, 3)
    assert refused(clinic, dara, "full") == (
        "Skills has no free seat on Mon, Mar 2. Choose another day or another group."
    )
    away = Entry(clinic.episodes[1].client.public_id, Mark(State.NO_SHOW))
    record_attendance(by=clinic.by, session=clinic.sessions[0], marks=[away], at=IN_GROUP)
    assert add(clinic, dara).state == "present"
    refused(clinic, clinic.person("Emil"), "full")


def test_two_to_be_kept_apart_never_meet_on_a_sheet(clinic):
    dara = clinic.person("Dara")
    NoContact.objects.create(
        organization=clinic.org,
        client=dara.client,
        other=clinic.episodes[0].client,
        reason="Court order",
        created_at=AT,
    )
    assert "must be kept apart" in refused(clinic, dara, "no-contact")


def test_what_they_have_at_that_time_is_named(clinic):
    dara = clinic.person("Dara")
    session = clinic.sessions[0]
    make_appointment(dara.client, make_user("Noa Quill-Demo"), clinic.site, session.starts_at, episode=dara)
    assert refused(clinic, dara, "client-clash").startswith(
        "Skills runs into Individual session on Mon, Mar 2"
    )


def test_other_tracks_closed_groups_other_sites_and_closed_episodes_are_told_in_words(clinic):
    dara = clinic.person("Dara")
    far = make_site(clinic.org, "Far")
    there = make_episode(make_client(clinic.org, first="Faye", site=far), far, program_id="depression")
    assert "is not in care at" in refused(clinic, there, "other-site")
    dara.program_id = "eating"
    dara.save()
    assert refused(clinic, dara, "wrong-program") == "Skills does not take clients of this track."
    dara.program_id = "depression"
    dara.discharged_at = AT
    dara.save()
    refused(clinic, dara, "episode-closed")
    dara.discharged_at = None
    dara.save()
    clinic.series.cohort = "closed"
    clinic.series.save()
    assert "nobody joins it for one day" in refused(clinic, dara, "cohort-part")


def test_a_planned_absence_says_nothing_against_somebody_who_came(clinic):
    dara = clinic.person("Dara")
    session = clinic.sessions[0]
    record_absence(
        by=clinic.by,
        episode=dara,
        plan=AbsencePlan(session.starts_at, session.ends_at, "sick"),
        at=AT,
    )
    assert add(clinic, dara).state == "present"


def test_people_in_care_at_the_site_are_found_by_any_part_of_their_name(clinic):
    clinic.person("Dara")
    far = make_site(clinic.org, "Far")
    make_episode(make_client(clinic.org, first="Darius", last="Else-Demo", site=far), far)
    make_client(clinic.org, first="Darling", last="Waiting-Demo", site=clinic.site)
    gone = clinic.person("Darby")
    gone.discharged_at = AT
    gone.save()

    def found(words):
        rows = walk_in_candidates(clinic.by, clinic.sessions[0], words)
        return [episode.client.first_name for episode in rows.episodes], rows.more

    assert found("dar") == (["Dara"], False)
    assert found("velora00 ANA") == (["Ana"], False)
    assert found("nobody at all") == ([], False)
    assert found("") == ([], False)
    for _number in range(MOST):
        clinic.person("Same")
    names, more = found("velora")
    assert (len(names), more) == (MOST, True)


def take_off(clinic, episode, *, version=1, why="Wrong Dara", at=IN_GROUP):
    return take_off_walk_in(
        by=clinic.by,
        session=clinic.sessions[0],
        client_id=episode.client.public_id,
        version=version,
        why=why,
        at=at,
    )


def test_who_was_added_by_mistake_is_off_the_sheet_and_what_was_marked_is_kept(clinic):
    dara = clinic.person("Dara")
    row = add(clinic, dara)
    late = Entry(dara.client.public_id, Mark(State.LATE, arrived=600, modality="on_site"), 1)
    record_attendance(by=clinic.by, session=clinic.sessions[0], marks=[late], at=IN_GROUP, why="Came at ten")
    take_off(clinic, dara, version=2)
    sheet = sheet_of(clinic.sessions[0], at=IN_GROUP)
    assert "Dara" not in [line.client.first_name for line in sheet.lines]
    assert not Attendance.objects.filter(client=dara.client).exists()
    gone = Attendance.every.get(pk=row.pk)
    assert (gone.state, gone.countable_minutes, gone.version) == ("taken_off", 0, 3)
    assert [(one.former["state"], one.why) for one in sheet.taken_off[0]] == [
        ("late", "Wrong Dara"),
        ("present", "Came at ten"),
    ]
    assert SessionGuest.objects.get().ended_at == IN_GROUP
    event = Event.objects.order_by("sequence").last()
    assert (event.action, event.client_id) == ("attendance.taken_off", dara.client.public_id)
    assert sentence(event.action, event.data) == (
        "taken off the sheet of Skills on Mar 2, 2026, was “Late”: Wrong Dara"
    )


def test_the_freed_place_is_free_and_the_same_person_may_be_added_again(clinic):
    dara = clinic.person("Dara")
    fill(clinic, 4)
    add(clinic, dara)
    take_off(clinic, dara)
    emil = clinic.person("Emil")
    add(clinic, emil)
    take_off(clinic, emil)
    assert add(clinic, dara).state == "present"
    assert [line.revisions for line in sheet_of(clinic.sessions[0], at=IN_GROUP).lines] == [()] * 4
    take_off(clinic, dara)
    assert AttendanceRevision.objects.filter(attendance__client=dara.client).count() == 2


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"why": "  "}, "why-missing"),
        ({"why": "x" * 301}, "why-too-long"),
        ({"version": 7}, "attendance-changed"),
        ({"at": AT - timedelta(hours=2)}, "session-not-begun"),
    ],
)
def test_off_the_sheet_goes_as_a_correction_goes_or_not_at_all(clinic, change, code):
    dara = clinic.person("Dara")
    add(clinic, dara)
    before = (list(Attendance.objects.values()), list(SessionGuest.objects.values()), Event.objects.count())
    with pytest.raises(DomainError) as caught:
        take_off(clinic, dara, **change)
    assert caught.value.code == code
    assert isinstance(caught.value, AttendanceConflict) == (code == "attendance-changed")
    after = (list(Attendance.objects.values()), list(SessionGuest.objects.values()), Event.objects.count())
    assert after == before


def test_who_holds_a_seat_or_was_never_added_cannot_be_taken_off(clinic):
    ana = clinic.episodes[0]
    here = Entry(ana.client.public_id, Mark(State.PRESENT, modality="on_site"))
    record_attendance(by=clinic.by, session=clinic.sessions[0], marks=[here], at=IN_GROUP)
    for episode in (ana, clinic.person("Dara")):
        with pytest.raises(NotAllowed) as caught:
            take_off(clinic, episode)
        assert caught.value.code == "no-walk-in"
    assert Attendance.objects.get().state == "present"


def test_a_second_record_of_somebody_that_was_added_by_mistake_can_be_merged_and_nothing_is_left_behind(
    clinic,
):
    twin = clinic.person("Dara")
    gone = add(clinic, twin)
    take_off(clinic, twin)
    dara = clinic.person("Dara")
    here = add(clinic, dara)
    twin.discharged_at = IN_GROUP
    twin.save()
    merge = merge_clients(
        by=clinic.by, kept=dara.client, absorbed=twin.client, reason="One person.", at=IN_GROUP
    )
    assert set(Attendance.every.filter(client=dara.client)) == {gone, here}
    assert Attendance.objects.get(client=dara.client) == here
    undo_merge(by=clinic.by, merge=merge, reason="Two people.", at=IN_GROUP)
    assert Attendance.every.get(client=twin.client) == gone

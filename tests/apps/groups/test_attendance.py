"""Taking attendance: the whole sheet in one transaction, and nobody's entry lost."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.http import Http404

from openiop.apps.audit.models import Event
from openiop.apps.audit.selectors import verify_chain
from openiop.apps.groups.models import Attendance, AttendanceRevision
from openiop.apps.groups.selectors.sheet import sheet_of
from openiop.apps.groups.services import AttendanceConflict, Entry, record_attendance
from openiop.apps.groups.services.attendance import Saved, WrongEntries
from openiop.apps.schedule.models import SessionGuest
from openiop.apps.schedule.selectors import access_session
from openiop.domain.attendance import Mark, State
from openiop.domain.errors import InvalidInput, NotAllowed
from tests.apps.groups.clinic import IN_GROUP, open_clinic
from tests.factories import AT, actor, make_organization, make_session, make_site

pytestmark = pytest.mark.django_db


@pytest.fixture
def clinic():
    with open_clinic() as made:
        yield made


def entry(episode, state="present", *, version=0, **said):
    return Entry(episode.client.public_id, Mark(State(state), **said), version)


def save(clinic, *entries, session=None, **options):
    options = {"by": clinic.by, "at": IN_GROUP} | options
    return record_attendance(session=session or clinic.sessions[0], marks=entries, **options)


def rows():
    return list(Attendance.objects.order_by("client__search_key").values_list("state", "countable_minutes"))


def test_a_sheet_is_saved_in_one_go_with_its_minutes_and_its_trail(clinic):
    ana, ben, cleo = clinic.episodes
    saved = save(
        clinic,
        entry(ana),
        entry(ben, "late", arrived=555),
        entry(cleo, "excused", reason="sick", barrier="illness"),
    )
    assert saved == Saved(new=3, corrected=0, unchanged=0)
    assert rows() == [("present", 180), ("late", 165), ("excused", 0)]
    clinic.sessions[0].refresh_from_db()
    assert (clinic.sessions[0].state, clinic.sessions[0].attendance_at) == ("held", IN_GROUP)
    written = list(Event.objects.order_by("sequence").values_list("action", "client_id"))
    assert written == [
        ("attendance.marked", ana.client.public_id),
        ("attendance.marked", ben.client.public_id),
        ("attendance.marked", cleo.client.public_id),
        ("attendance.recorded", ""),
    ]
    assert Event.objects.get(action="attendance.recorded").data == {
        "group": "Skills",
        "day": "2026-03-02",
        "present": 2,
        "of": 3,
    }
    assert verify_chain(clinic.org.pk) is None


def test_times_are_the_site_s_wall_clock(clinic):
    ana = clinic.episodes[0]
    save(clinic, entry(ana, "late", arrived=555, left=700))
    row = Attendance.objects.get()
    assert row.arrived_at == datetime(2026, 3, 2, 17, 15, tzinfo=UTC)
    assert row.left_at == datetime(2026, 3, 2, 19, 40, tzinfo=UTC)
    assert (row.countable_minutes, row.day) == (145, date(2026, 3, 2))


def test_in_the_week_the_clocks_change_nine_o_clock_stays_nine_o_clock(clinic):
    monday_after = make_session(clinic.slots[0], date(2026, 3, 9))
    save(
        clinic,
        entry(clinic.episodes[0], "late", arrived=555),
        session=monday_after,
        at=AT + timedelta(days=8),
    )
    row = Attendance.objects.get()
    assert row.arrived_at == datetime(2026, 3, 9, 16, 15, tzinfo=UTC)
    assert row.countable_minutes == 165


def test_saving_the_same_again_changes_nothing(clinic):
    marks = [entry(episode) for episode in clinic.episodes]
    save(clinic, *marks)
    events = Event.objects.count()
    assert save(clinic, *marks) == Saved(new=0, corrected=0, unchanged=3)
    assert (Event.objects.count(), AttendanceRevision.objects.count()) == (events, 0)


def test_a_correction_keeps_the_former_value_with_who_when_and_why(clinic):
    ana = clinic.episodes[0]
    save(clinic, entry(ana))
    later = IN_GROUP + timedelta(hours=1)
    saved = save(clinic, entry(ana, "no_show", barrier="ride", version=1), at=later, why="I took her for Ada")
    assert saved == Saved(new=0, corrected=1, unchanged=0)
    row, former = Attendance.objects.get(), AttendanceRevision.objects.get()
    assert (row.state, row.barrier, row.countable_minutes, row.version) == ("no_show", "ride", 0, 2)
    assert (row.arrived_at, row.left_at, row.recorded_at) == (None, None, later)
    assert (former.version, former.why, former.replaced_at) == (1, "I took her for Ada", later)
    assert former.replaced_by == clinic.lead
    assert former.former["state"] == "present"
    assert former.former["countable_minutes"] == 180
    assert former.former["recorded_by"] == "Robin Reyes-Demo"
    assert Event.objects.get(action="attendance.corrected").data == {
        "group": "Skills",
        "day": "2026-03-02",
        "state": "no_show",
        "minutes": 0,
        "former": "present",
        "why": "I took her for Ada",
    }


def test_a_correction_without_a_reason_is_refused_and_changes_nothing(clinic):
    ana, ben, _cleo = clinic.episodes
    save(clinic, entry(ana))
    with pytest.raises(InvalidInput) as caught:
        save(clinic, entry(ana, "no_show", version=1), entry(ben), why="  ")
    assert (caught.value.code, caught.value.field) == ("why-missing", "why")
    assert rows() == [("present", 180)]


def test_two_facilitators_who_mark_different_people_lose_nothing(clinic):
    ana, ben, cleo = clinic.episodes
    save(clinic, entry(ana), entry(ben))
    save(clinic, entry(cleo))
    assert rows() == [("present", 180)] * 3


def test_two_facilitators_who_agree_are_no_conflict(clinic):
    ana, ben, _cleo = clinic.episodes
    save(clinic, entry(ana))
    assert save(clinic, entry(ana), entry(ben)) == Saved(new=1, corrected=0, unchanged=1)


def test_two_facilitators_who_disagree_see_it_and_nothing_is_written_over(clinic):
    ana, ben, _cleo = clinic.episodes
    save(clinic, entry(ana))
    events = Event.objects.count()
    with pytest.raises(AttendanceConflict) as caught:
        save(clinic, entry(ana, "no_show"), entry(ben), why="not here")
    assert {key: row.state for key, row in caught.value.rows.items()} == {ana.client.public_id: "present"}
    assert rows() == [("present", 180)]
    assert Event.objects.count() == events
    save(clinic, entry(ana, "no_show", version=1), entry(ben), why="not here")
    assert rows() == [("no_show", 0), ("present", 180)]


def test_a_late_save_over_a_correction_is_a_conflict(clinic):
    ana = clinic.episodes[0]
    save(clinic, entry(ana))
    save(clinic, entry(ana, "late", arrived=560, version=1), why="came later")
    with pytest.raises(AttendanceConflict):
        save(clinic, entry(ana, "no_show", version=1), why="was away")
    assert rows() == [("late", 160)]


def test_one_wrong_line_saves_no_line_and_names_its_field(clinic):
    ana, ben, cleo = clinic.episodes
    with pytest.raises(WrongEntries) as caught:
        save(clinic, entry(ana), entry(ben, "late"), entry(cleo, "excused"))
    found = {key: (error.code, error.field) for key, error in caught.value.lines.items()}
    assert found == {
        ben.client.public_id: ("arrived-missing", "arrived"),
        cleo.client.public_id: ("reason-missing", "reason"),
    }
    assert (rows(), Event.objects.count()) == ([], 0)


def test_a_cancelled_session_takes_no_attendance(clinic):
    session = clinic.sessions[0]
    session.state = "cancelled"
    session.save()
    with pytest.raises(NotAllowed) as caught:
        save(clinic, entry(clinic.episodes[0]))
    assert (caught.value.code, rows()) == ("session-cancelled", [])


def test_the_sheet_opens_an_hour_before_the_group(clinic):
    start = clinic.sessions[0].starts_at
    with pytest.raises(NotAllowed) as caught:
        save(clinic, entry(clinic.episodes[0]), at=start - timedelta(minutes=61))
    assert (caught.value.code, rows()) == ("session-not-begun", [])
    save(clinic, entry(clinic.episodes[0]), at=start - timedelta(minutes=60))
    assert rows() == [("present", 180)]


def test_a_stranger_to_the_group_cannot_be_marked(clinic):
    stranger = clinic.person("Zoe")
    with pytest.raises(NotAllowed) as caught:
        save(clinic, entry(clinic.episodes[0]), entry(stranger))
    assert (caught.value.code, rows()) == ("not-expected", [])


def test_a_break_and_a_group_that_does_not_count_give_no_treatment_minutes(clinic):
    clinic.slots[0].break_minutes = 15
    clinic.slots[0].save()
    save(clinic, entry(clinic.episodes[0]))
    clinic.series.countable = False
    clinic.series.save()
    save(clinic, entry(clinic.episodes[1]))
    assert rows() == [("present", 165), ("present", 0)]


def test_a_part_2_episode_makes_part_2_attendance(clinic):
    episode = clinic.episodes[0]
    episode.part2 = True
    episode.save()
    save(clinic, *[entry(one) for one in clinic.episodes])
    assert list(Attendance.objects.order_by("client__search_key").values_list("part2", flat=True)) == [
        True,
        False,
        False,
    ]


def test_the_sheet_shows_held_seats_of_the_day_guests_and_everyone_marked(clinic):
    ana, ben, cleo = clinic.episodes
    session = clinic.sessions[0]
    guest = clinic.person("Gale")
    SessionGuest.objects.create(
        organization=clinic.org, session=session, client=guest.client, episode=guest, created_at=AT
    )
    save(clinic, entry(cleo))
    for seat, ends_on in ((ben, date(2026, 3, 1)), (cleo, date(2026, 3, 1)), (ana, date(2026, 3, 2))):
        seat.enrollments.update(state="ended", ends_on=ends_on)
    lines = [(line.client.first_name, line.is_guest) for line in sheet_of(session, at=AT).lines]
    assert lines == [("Ana", False), ("Cleo", False), ("Gale", True)]


def test_a_seat_that_is_only_waited_for_or_starts_later_is_not_on_the_sheet(clinic):
    ana, ben, _cleo = clinic.episodes
    ana.enrollments.update(state="waiting")
    ben.enrollments.update(starts_on=date(2026, 3, 3))
    assert [line.client.first_name for line in sheet_of(clinic.sessions[0], at=AT).lines] == ["Cleo"]


def test_the_sheet_tells_who_is_new(clinic):
    ana, _ben, _cleo = clinic.episodes
    save(clinic, entry(ana))
    first, wednesday = clinic.sessions[0], clinic.sessions[1]
    assert {line.is_new_here for line in sheet_of(first, at=AT).lines} == {True}
    known = {line.client.first_name: line.is_new_here for line in sheet_of(wednesday, at=AT).lines}
    assert known == {"Ana": False, "Ben": True, "Cleo": True}


def test_a_session_of_another_site_or_organisation_is_not_there(clinic):
    session = clinic.sessions[0]
    assert access_session(clinic.by, session.public_id, permission="attendance.edit") == session
    elsewhere = actor(clinic.org, "therapist", site=make_site(clinic.org))
    stranger = actor(make_organization(), "therapist")
    biller = actor(clinic.org, "biller")
    for by in (elsewhere, stranger, biller):
        with pytest.raises(Http404):
            access_session(by, session.public_id, permission="attendance.edit")


def test_the_sheet_takes_eight_queries_however_many_people(django_assert_num_queries):
    for people in (2, 12):
        with open_clinic(people) as clinic:
            session = access_session(clinic.by, clinic.sessions[0].public_id, permission="attendance.view")
            with django_assert_num_queries(8):
                sheet = sheet_of(session, at=AT)
                assert [line.mark for line in sheet.lines] == [None] * people


def test_saving_twelve_takes_a_fixed_number_of_queries(django_assert_max_num_queries):
    with open_clinic(12) as clinic:
        marks = [entry(episode) for episode in clinic.episodes]
        with django_assert_max_num_queries(42):
            save(clinic, *marks)

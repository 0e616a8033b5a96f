"""The end of a course of care: everything that hangs on the episode ends with it, or nothing does."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from openiop.apps.admissions.models import Episode, Order, Phase
from openiop.apps.admissions.selectors.episodes import phases_of
from openiop.apps.audit.models import Event
from openiop.apps.groups.models import Attendance
from openiop.apps.groups.services import Entry, discharge_client, record_attendance, reopen_episode
from openiop.apps.schedule.models import Appointment, Enrollment, SeriesSlot, SessionGuest
from openiop.apps.schedule.services.appointments import book_appointment, record_appointment
from openiop.apps.schedule.services.guests import book_guest
from openiop.domain.attendance import Mark, State
from openiop.domain.discharge import Discharge
from openiop.domain.errors import Conflict, InvalidInput, NotAllowed
from tests.apps.groups.clinic import IN_GROUP, MONDAY, open_clinic
from tests.factories import (
    AT,
    make_appointment,
    make_episode,
    make_order,
    make_series,
    make_session,
    make_slot,
)

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
DOWN = Discharge("step_down", MONDAY, destination="Dr. Weekly-Demo", words="Nine weeks done.")


@pytest.fixture
def clinic():
    with open_clinic(2) as made:
        for slot in made.slots:
            SeriesSlot.objects.filter(pk=slot.pk).update(seats_taken=2)
        yield made


def leave(clinic, said: Discharge = DOWN, at=IN_GROUP) -> Episode:
    return discharge_client(by=clinic.by, episode=clinic.episodes[0], said=said, at=at)


def last_days(clinic) -> list[date | None]:
    rows = Enrollment.objects.filter(client=clinic.episodes[0].client).order_by("slot__weekday")
    assert {row.state for row in rows} == {"ended"}
    return [row.ends_on for row in rows]


def test_the_episode_its_order_and_its_phase_end_on_the_last_day(clinic):
    Phase.objects.create(
        organization_id=clinic.org.pk, episode=clinic.episodes[0], key="core", starts_on=MONDAY - timedelta(days=9), created_at=AT
    )  # fmt: skip
    episode = leave(clinic)
    assert (episode.discharge_reason, episode.discharge_destination) == ("step_down", "Dr. Weekly-Demo")
    assert episode.discharged_at == IN_GROUP
    assert Order.objects.get(episode=episode).ends_on == MONDAY
    assert Phase.objects.get(episode=episode).ends_on == MONDAY


def test_a_phase_and_an_order_that_have_not_begun_wait_and_run_on_once_it_is_taken_back(clinic):
    episode, week = clinic.episodes[0], timedelta(days=7)
    columns = {"organization_id": clinic.org.pk, "episode": episode, "created_at": AT}
    Phase.objects.create(**columns, key="orientation", starts_on=MONDAY, ends_on=MONDAY + week - DAY)
    Phase.objects.create(**columns, key="core", starts_on=MONDAY + week)
    Order.objects.filter(episode=episode).update(ends_on=MONDAY + week - DAY)
    make_order(episode, number=2, signed_at=AT, starts_on=MONDAY + week)
    before = [list(rows.order_by("id").values()) for rows in (episode.orders, episode.phases)]
    ended = leave(clinic)
    spans = [(MONDAY, MONDAY), (MONDAY + week, None)]
    assert list(episode.phases.order_by("id").values_list("starts_on", "ends_on")) == spans
    assert list(episode.orders.order_by("id").values_list("starts_on", "ends_on")) == spans
    assert [phase.key for phase in phases_of(ended)] == ["orientation"]
    fresh = reopen_episode(by=clinic.by, episode=episode, reason="The wrong Ana", at=IN_GROUP)
    assert [list(rows.order_by("id").values()) for rows in (episode.orders, episode.phases)] == before
    assert [phase.key for phase in phases_of(fresh)] == ["orientation", "core"]


def test_seats_are_free_and_a_group_that_has_begun_keeps_its_line(clinic):
    leave(clinic)
    assert last_days(clinic) == [MONDAY, MONDAY - timedelta(days=1), MONDAY - timedelta(days=1)]
    assert set(SeriesSlot.objects.values_list("seats_taken", flat=True)) == {1}


def test_written_later_the_seats_end_on_the_last_day_of_care(clinic):
    episode = leave(clinic, at=IN_GROUP + timedelta(days=3))
    assert last_days(clinic) == [MONDAY, MONDAY, MONDAY]
    assert episode.discharged_at.date() in {MONDAY, MONDAY + timedelta(days=1)}
    assert episode.discharged_at < IN_GROUP + timedelta(days=1)


def test_make_ups_and_appointments_to_come_are_given_up(clinic):
    episode = clinic.episodes[0]
    other = make_slot(make_series(clinic.site, name="Other", lead=clinic.lead), weekday=1)
    guest = book_guest(
        by=clinic.by, session=make_session(other, MONDAY + timedelta(days=1)), episode=episode, at=AT
    )
    past = make_appointment(episode.client, clinic.lead, clinic.site, AT - timedelta(days=1), episode=episode)
    coming = make_appointment(
        episode.client, clinic.lead, clinic.site, IN_GROUP + timedelta(days=1), episode=episode
    )
    leave(clinic)
    assert SessionGuest.objects.get(pk=guest.pk).ended_at == IN_GROUP
    assert Appointment.objects.get(pk=coming.pk).state == "cancelled"
    assert Appointment.objects.get(pk=past.pk).state == "planned"


def test_care_that_took_place_does_not_lie_after_the_end_and_nothing_is_written(clinic):
    episode = clinic.episodes[0]
    entry = Entry(str(episode.client.public_id), Mark(State.PRESENT), 0)
    record_attendance(by=clinic.by, session=clinic.sessions[0], marks=[entry], at=IN_GROUP)
    Episode.objects.filter(pk=episode.pk).update(admitted_at=AT - timedelta(days=20))
    early = Discharge("completed", MONDAY - timedelta(days=1))
    with pytest.raises(InvalidInput) as refused:
        leave(clinic, early)
    assert (refused.value.field, refused.value.code) == ("on", "attended-after")
    assert Episode.objects.filter(discharged_at__isnull=True).count() == 2
    assert not Event.objects.filter(action="episode.closed").exists()


def test_a_mark_after_the_end_does_not_become_care_that_took_place(clinic):
    late, client_id = IN_GROUP + timedelta(days=2), str(clinic.episodes[0].client.public_id)
    away = Entry(client_id, Mark(State.NO_SHOW), 0)
    record_attendance(by=clinic.by, session=clinic.sessions[1], marks=[away], at=late)
    leave(clinic, at=late)
    here = Entry(client_id, Mark(State.PRESENT), 1)
    with pytest.raises(Conflict) as refused:
        record_attendance(by=clinic.by, session=clinic.sessions[1], marks=[here], at=late, why="Mixed up")
    assert refused.value.code == "care-ended"
    assert Attendance.objects.get().state == State.NO_SHOW
    excused = Entry(client_id, Mark(State.EXCUSED, reason="sick"), 1)
    record_attendance(by=clinic.by, session=clinic.sessions[1], marks=[excused], at=late, why="Was ill")
    assert Attendance.objects.get().state == State.EXCUSED


def test_an_appointment_after_the_end_was_not_held(clinic):
    episode, late = clinic.episodes[0], IN_GROUP + timedelta(days=2)
    visits = [
        make_appointment(episode.client, clinic.lead, clinic.site, IN_GROUP + timedelta(days=day), episode=episode)
        for day in (0, 1)
    ]  # fmt: skip
    leave(clinic, at=late)
    on_the_last_day, after = visits
    with pytest.raises(Conflict) as refused:
        record_appointment(by=clinic.by, appointment=after, minutes=30, at=late)
    assert refused.value.code == "care-ended"
    assert Appointment.objects.get(pk=after.pk).state == "planned"
    assert record_appointment(by=clinic.by, appointment=after, minutes=0, at=late).state == "no_show"
    assert record_appointment(by=clinic.by, appointment=on_the_last_day, minutes=30, at=late).state == "held"


def test_nothing_is_booked_for_care_that_has_ended(clinic):
    episode = leave(clinic)
    with pytest.raises(NotAllowed) as refused:
        book_appointment(
            by=clinic.by, client=episode.client, site=clinic.site, kind="individual", staff=clinic.lead, episode=episode,
            starts_at=IN_GROUP + timedelta(days=1), minutes=50, modality="telehealth", at=IN_GROUP,
        )  # fmt: skip
    assert refused.value.code == "episode-closed"
    assert not Appointment.objects.exists()


def test_it_is_closed_once(clinic):
    leave(clinic)
    with pytest.raises(Conflict):
        leave(clinic)
    assert Event.objects.filter(action="episode.closed").count() == 1


def test_a_mistaken_discharge_is_taken_back_and_seats_stay_free(clinic):
    leave(clinic)
    episode = reopen_episode(
        by=clinic.by, episode=clinic.episodes[0], reason="The wrong Ana", at=IN_GROUP + timedelta(hours=1)
    )
    fresh = Episode.objects.get(pk=episode.pk)
    assert (fresh.discharged_at, fresh.discharge_reason, fresh.discharge_words) == (None, "", "")
    assert Order.objects.get(episode=episode).ends_on is None
    assert not Enrollment.objects.filter(client=episode.client, state="held").exists()
    told = Event.objects.get(action="episode.reopened")
    assert told.data == {"reason": "The wrong Ana", "former": "Steps down: weekly therapy or continuing care"}


def test_taking_it_back_needs_words_and_no_other_open_episode(clinic):
    episode = leave(clinic)
    with pytest.raises(InvalidInput):
        reopen_episode(by=clinic.by, episode=episode, reason=" no ", at=IN_GROUP)
    make_episode(episode.client, clinic.site)
    with pytest.raises(Conflict):
        reopen_episode(by=clinic.by, episode=episode, reason="The wrong Ana", at=IN_GROUP)

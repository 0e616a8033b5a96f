"""Seats by real dates: one-off things close one date, and no date is ever sold twice."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from openiop.apps.audit.models import Event
from openiop.apps.clients.models import NoContact
from openiop.apps.core.tenancy import tenant
from openiop.apps.schedule.models import Appointment, Closure, Enrollment, SessionGuest
from openiop.apps.schedule.services import (
    accept_week,
    book_guest,
    enroll_client,
    give_up_seat,
    promote_client,
    promote_waiting,
)
from openiop.apps.schedule.services.appointments import book_appointment
from openiop.domain.errors import Conflict, NotAllowed
from tests.factories import (
    AT,
    actor,
    make_appointment,
    make_client,
    make_enrollment,
    make_episode,
    make_guest,
    make_no_contact,
    make_organization,
    make_series,
    make_session,
    make_site,
    make_slot,
    make_user,
)

pytestmark = pytest.mark.django_db
MONDAY = AT.date()
WEDNESDAY = MONDAY + timedelta(days=2)
LATER = WEDNESDAY + timedelta(weeks=6)


class House:
    """A site with a morning group of two seats on Wednesday, nine to twelve, and an afternoon group."""

    def __init__(self) -> None:
        self.org = make_organization()

    def open(self) -> House:
        self.site = make_site(self.org)
        self.by = actor(self.org, "intake")
        self.series = make_series(self.site, "Skills", seats=2)
        self.slot = make_slot(self.series, weekday=2)
        self.afternoon = make_slot(make_series(self.site, "Process"), weekday=2, start_minute=840, minutes=60)
        self.ana, self.ben, self.cleo = (self.person(name) for name in ("Ana", "Ben", "Cleo"))
        return self

    def person(self, first):
        return make_episode(make_client(self.org, first=first, site=self.site), self.site)

    def take(self, episode, *slots, starts_on=WEDNESDAY, **more):
        return enroll_client(
            by=self.by, episode=episode, slots=slots or [self.slot], starts_on=starts_on, at=AT, **more
        )

    def visit(self, episode, day, hour=10, **more):
        starts = datetime(day.year, day.month, day.day, hour, tzinfo=ZoneInfo(self.site.time_zone))
        return make_appointment(episode.client, make_user("Kim Other-Demo"), self.site, starts, **more)

    def book(self, episode, day, hour, modality="on_site"):
        return book_appointment(
            by=self.by, client=episode.client, site=self.site, kind="individual", staff=make_user("Kim Other-Demo"),
            starts_at=datetime(day.year, day.month, day.day, hour, tzinfo=ZoneInfo(self.site.time_zone)),
            minutes=50, modality=modality, at=AT,
        )  # fmt: skip


@pytest.fixture
def house():
    made = House()
    with tenant(made.org.pk):
        yield made.open()


def test_an_appointment_weeks_ahead_refuses_the_seat_and_names_the_date(house):
    house.visit(house.ana, LATER)
    with pytest.raises(Conflict) as caught:
        house.take(house.ana)
    assert "Skills runs into Individual session on Wed, Apr 15 (10:00–11:00" in caught.value.message
    assert not Enrollment.objects.exists()


@pytest.mark.parametrize(
    "why", ["series over", "appointment past", "group cancelled that day", "site closed"]
)
def test_an_appointment_on_a_day_without_the_group_is_no_clash(house, why):
    house.visit(house.ana, LATER)
    starts_on = WEDNESDAY
    if why == "series over":
        house.series.ends_on = LATER - timedelta(days=1)
        house.series.save(update_fields=["ends_on"])
    elif why == "appointment past":
        starts_on = LATER + timedelta(days=1)
    elif why == "group cancelled that day":
        make_session(house.slot, LATER, state="cancelled")
    else:
        Closure.objects.create(
            organization=house.org, site=house.site, day=LATER, name="Holiday", created_at=AT
        )
    house.slot.series.refresh_from_db()
    assert [row.state for row in house.take(house.ana, starts_on=starts_on)] == ["held"]


def test_a_make_up_guest_closes_that_date_for_a_weekly_seat(house):
    make_enrollment(house.slot, house.ana)
    make_guest(make_session(house.slot, WEDNESDAY + timedelta(weeks=1)), house.ben)
    with pytest.raises(Conflict) as caught:
        house.take(house.cleo)
    assert caught.value.message.startswith("Skills has no free seat on Wed, Mar 11.")
    house.slot.refresh_from_db()
    assert house.slot.seats_taken == 1
    after = house.take(house.cleo, starts_on=WEDNESDAY + timedelta(weeks=2))
    assert [row.state for row in after] == ["held"]


def test_a_seat_that_ends_later_is_free_only_from_the_day_after(house):
    first, _second = house.take(house.ana), house.take(house.ben)
    last = WEDNESDAY + timedelta(weeks=2)
    give_up_seat(by=house.by, enrollment=first[0], ends_on=last, reason="moves away", at=AT)
    with pytest.raises(Conflict, match="Skills has no free seat on Wed, Mar 4"):
        house.take(house.cleo)
    with pytest.raises(Conflict, match="no free seat"):
        book_guest(by=house.by, session=make_session(house.slot, last), episode=house.cleo, at=AT)
    assert house.take(house.cleo, starts_on=last + timedelta(days=1))[0].state == "held"


def test_a_guest_may_take_a_seat_before_its_weekly_holder_begins(house):
    house.take(house.ana)
    house.take(house.ben, starts_on=LATER)
    early, late = make_session(house.slot, WEDNESDAY), make_session(house.slot, LATER)
    assert book_guest(by=house.by, session=early, episode=house.cleo, at=AT).client == house.cleo.client
    with pytest.raises(Conflict, match="no free seat on Wed, Apr 15"):
        book_guest(by=house.by, session=late, episode=house.cleo, at=AT)


def test_nobody_sits_twice_in_one_session(house):
    house.take(house.ana)
    session = make_session(house.slot, WEDNESDAY)
    with pytest.raises(Conflict, match="already has a seat in Skills on Wed, Mar 4") as caught:
        book_guest(by=house.by, session=session, episode=house.ana, at=AT)
    assert caught.value.code == "seated-already"
    assert not SessionGuest.objects.exists()


def test_a_session_cancelled_meanwhile_takes_no_guest(house):
    stale = make_session(house.slot, WEDNESDAY)
    type(stale).objects.filter(pk=stale.pk).update(state="cancelled")
    with pytest.raises(NotAllowed, match="cancelled"):
        book_guest(by=house.by, session=stale, episode=house.ana, at=AT)


def test_a_new_week_begins_where_the_old_one_ends(house):
    """Both seats on one date would put the client on two sheets."""
    other = make_slot(house.afternoon.series, weekday=3, start_minute=840, minutes=60)
    [old] = house.take(house.ana)
    change = WEDNESDAY + timedelta(weeks=1)
    accept_week(by=house.by, episode=house.ana, slot_ids=[other.public_id], starts_on=change, at=AT)
    old.refresh_from_db()
    assert (old.state, old.ends_on) == ("ended", change - timedelta(days=1))


def test_a_meeting_that_has_begun_today_belongs_to_the_old_week(house):
    today = make_slot(make_series(house.site, "Monday now", starts_on=date(2026, 1, 5)), weekday=0)
    tonight = make_slot(make_series(house.site, "Monday evening"), weekday=0, start_minute=1080)
    [old] = house.take(house.ana, today, starts_on=MONDAY - timedelta(weeks=1))
    at = AT + timedelta(hours=1)
    [new] = accept_week(by=house.by, episode=house.ana, slot_ids=[tonight.public_id], starts_on=MONDAY, at=at)
    old.refresh_from_db()
    assert (old.ends_on, new.starts_on) == (MONDAY, MONDAY)
    [again] = accept_week(by=house.by, episode=house.ben, slot_ids=[today.public_id], starts_on=MONDAY, at=at)
    assert again.starts_on == MONDAY + timedelta(days=1)


def test_a_week_cannot_begin_in_the_past(house):
    with pytest.raises(Conflict, match="past"):
        accept_week(
            by=house.by, episode=house.ana, slot_ids=[house.slot.public_id],
            starts_on=MONDAY - timedelta(days=1), at=AT,
        )  # fmt: skip


def test_leaving_the_line_leaves_no_trace_on_past_sheets(house):
    house.take(house.ana)
    house.take(house.ben)
    [waiting] = house.take(house.cleo, wait_if_full=True)
    give_up_seat(by=house.by, enrollment=waiting, ends_on=LATER, reason="found another", at=AT)
    waiting.refresh_from_db()
    assert (waiting.state, waiting.ends_on) == ("ended", None)


def test_an_appointment_beyond_the_sessions_made_clashes_with_the_weekly_seat(house):
    house.take(house.ana)
    with pytest.raises(Conflict, match="The client is already in “Skills” then"):
        house.book(house.ana, LATER, 10)
    Closure.objects.create(
        organization=house.org, site=house.site, day=LATER, name="Holiday", start_minute=0, end_minute=1439,
        created_at=AT,
    )  # fmt: skip
    assert house.book(house.ana, LATER, 10).client == house.ana.client


# Two people who must not be at one site at one time.


@pytest.fixture
def apart(house):
    """Ana sits in the morning group on site; Ben must not be there at that time."""
    house.take(house.ana)
    make_no_contact(house.ben.client, house.ana.client, "site")
    house.parallel = make_slot(make_series(house.site, "Parallel"), weekday=2, start_minute=600, minutes=60)
    return house


def refused(call, *arguments, **more):
    events = Event.objects.count()
    with pytest.raises(NotAllowed) as caught:
        call(*arguments, **more)
    assert caught.value.code == "no-contact"
    assert "Ana" not in caught.value.message
    assert Event.objects.count() == events
    return caught.value.message


def test_a_weekly_seat_beside_them_is_refused(apart):
    said = refused(apart.take, apart.ben, apart.parallel)
    assert said == (
        "The client would meet someone they must be kept apart from: Parallel, Wed, Mar 4. Choose another time or group."
    )
    assert not Enrollment.objects.filter(client=apart.ben.client).exists()
    assert apart.take(apart.ben, apart.afternoon)[0].state == "held"


def test_a_make_up_seat_beside_them_is_refused(apart):
    session = make_session(apart.parallel, WEDNESDAY)
    refused(book_guest, by=apart.by, session=session, episode=apart.ben, at=AT)
    assert not SessionGuest.objects.exists()


def test_an_appointment_on_site_beside_them_is_refused_and_by_telehealth_given(apart):
    refused(apart.book, apart.ben, WEDNESDAY, 10)
    assert not Appointment.objects.exists()
    assert apart.book(apart.ben, WEDNESDAY, 10, modality="telehealth").client == apart.ben.client


def test_a_stay_is_as_long_as_the_day_and_not_as_one_group(apart):
    """Ana has a group and an afternoon visit: between them she is there."""
    apart.visit(apart.ana, WEDNESDAY + timedelta(weeks=1), hour=15)
    said = refused(apart.take, apart.ben, apart.afternoon)
    assert "Process, Wed, Mar 11" in said


def test_the_wait_list_gives_no_seat_beside_them(apart):
    other = apart.person("Dara")
    make_enrollment(apart.parallel, other)
    type(apart.parallel).objects.filter(pk=apart.parallel.pk).update(seats=1)
    [waiting] = enroll_client(
        by=apart.by, episode=apart.person("Emil"), slots=[apart.parallel], starts_on=MONDAY, at=AT, wait_if_full=True
    )  # fmt: skip
    Enrollment.objects.filter(pk=waiting.pk).update(episode=apart.ben, client=apart.ben.client)
    give_up_seat(
        by=apart.by, enrollment=Enrollment.objects.get(client=other.client), ends_on=MONDAY, reason="x", at=AT
    )
    assert promote_waiting(by=apart.by, slot=apart.parallel, starts_on=MONDAY, at=AT) is None
    waiting.refresh_from_db()
    refused(promote_client, by=apart.by, enrollment=waiting, starts_on=MONDAY, at=AT)


def test_who_may_not_open_records_hears_only_that_it_cannot_be(apart):
    apart.by = replace(apart.by, permissions=frozenset({"schedule.enroll"}))
    said = refused(apart.take, apart.ben, apart.parallel)
    assert said == "This time cannot be given to this client: Parallel, Wed, Mar 4. Choose another one."


def test_a_note_that_ended_keeps_nobody_apart(apart):
    NoContact.objects.update(ended_at=AT)
    assert apart.take(apart.ben, apart.parallel)[0].state == "held"

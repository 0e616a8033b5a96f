"""A client's week in rows: asked for, accepted whole or not at all; appointments and their clashes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from openiop.apps.clients.models import NoContact
from openiop.apps.core.tenancy import tenant
from openiop.apps.schedule.models import Appointment, Closure, Enrollment, StaffAbsence, Window
from openiop.apps.schedule.selectors.placement import find_weeks_for
from openiop.apps.schedule.services import accept_week, enroll_client
from openiop.apps.schedule.services.appointments import (
    WindowPlan,
    book_appointment,
    cancel_appointment,
    set_windows,
)
from openiop.domain.errors import Conflict, InvalidInput
from openiop.domain.schedule.problem import Span
from tests.factories import (
    AT,
    actor,
    make_appointment,
    make_client,
    make_enrollment,
    make_episode,
    make_order,
    make_organization,
    make_room,
    make_series,
    make_site,
    make_slot,
    make_user,
)

pytestmark = pytest.mark.django_db
DAY = AT.date()


class House:
    """A site with morning and evening groups of three hours on Monday, Wednesday and Friday."""

    def __init__(self) -> None:
        self.org = make_organization()

    def open(self) -> House:
        self.site = make_site(self.org)
        self.by = actor(self.org, "director")
        self.morning = make_series(self.site, "Morning", seats=2, minimum=1)
        self.evening = make_series(self.site, "Evening", seats=2, minimum=1, service="process")
        self.support = make_series(self.site, "Support", countable=False, service="support")
        self.mornings = [make_slot(self.morning, weekday=day) for day in (0, 2, 4)]
        self.evenings = [make_slot(self.evening, weekday=day, start_minute=1080) for day in (0, 2, 4)]
        self.circle = make_slot(self.support, weekday=1, start_minute=600, minutes=60)
        return self

    def person(self, first: str = "Ana", **order):
        client = make_client(self.org, first=first, last=f"{first}-Demo", site=self.site)
        episode = make_episode(client, self.site)
        make_order(episode, signed_at=AT, **order)
        return episode

    def windows(self, episode, start: int, end: int, *, travel: int = 0, modes=("on_site",)) -> None:
        plans = [WindowPlan("available", Span(day, start, end)) for day in range(5)]
        set_windows(by=self.by, client=episode.client, site=self.site, windows=plans,
                    travel_minutes=travel, modes=modes, at=AT)  # fmt: skip


@pytest.fixture
def house():
    made = House()
    with tenant(made.org.pk):
        yield made.open()


def found(episode):
    return find_weeks_for(episode, at=AT)


def ids(slots):
    return tuple(sorted(slot.public_id for slot in slots))


def held(episode):
    return set(
        Enrollment.objects.filter(client=episode.client, state="held").values_list(
            "slot__public_id", flat=True
        )
    )


def test_without_an_order_there_is_nothing_to_look_for(house):
    assert found(make_episode(make_client(house.org), house.site)) is None


def test_morning_and_evening_weeks_are_offered_and_the_support_group_is_not_counted(house):
    weeks = [week.meetings for week in found(house.person()).answer.placements]
    assert set(weeks) >= {ids(house.mornings), ids(house.evenings)}
    assert not any(house.circle.public_id in week for week in weeks)


def test_a_client_at_work_by_day_is_offered_the_evenings_only(house):
    ana = house.person()
    house.windows(ana, 1020, 1290)
    (week,) = found(ana).answer.placements
    assert week.meetings == ids(house.evenings)


def test_a_full_evening_is_named_to_the_client_who_can_only_come_then(house):
    for name in ("Ben", "Cyrus"):
        other = house.person(name)
        for slot in house.evenings:
            make_enrollment(slot, other)
    ana = house.person()
    house.windows(ana, 1020, 1290)
    answer = found(ana).answer
    assert answer.placements == ()
    full = next(miss for miss in answer.misses if {r.code for r in miss.forbidden_by} == {"seat"})
    assert full.meetings == ids(house.evenings)
    assert [r.get("day") for r in full.forbidden_by] == [0, 2, 4]


def test_people_kept_apart_are_not_offered_the_same_group(house):
    ana, ben = house.person("Ana"), house.person("Ben")
    for slot in house.mornings:
        make_enrollment(slot, ben)
    NoContact.objects.create(
        organization=house.org, client=ben.client, other=ana.client, reason="x", created_at=AT
    )
    offers = found(ana).answer.placements
    assert offers
    assert all(not set(week.meetings) & set(ids(house.mornings)) for week in offers)


def test_breaks_do_not_count_towards_the_dose(house):
    house.mornings[0].break_minutes = 15
    house.mornings[0].save()
    ana = house.person()
    house.windows(ana, 480, 780)
    answer = found(ana).answer
    assert answer.placements == ()
    short = next(m for m in answer.misses if {r.code for r in m.forbidden_by} == {"dose-floor"})
    assert (short.meetings, short.minutes) == (ids(house.mornings), 525)


def test_accepting_a_week_takes_every_seat_and_gives_up_the_former_ones(house):
    ana = house.person()
    make_enrollment(house.circle, ana)
    accept_week(by=house.by, episode=ana, slot_ids=ids(house.mornings), starts_on=DAY, at=AT)
    assert held(ana) == set(ids([*house.mornings, house.circle]))
    accept_week(by=house.by, episode=ana, slot_ids=ids(house.evenings), starts_on=DAY, at=AT)
    assert held(ana) == set(ids([*house.evenings, house.circle]))
    for slot in (*house.mornings, *house.evenings):
        slot.refresh_from_db()
    assert [slot.seats_taken for slot in house.mornings] == [0, 0, 0]
    assert [slot.seats_taken for slot in house.evenings] == [1, 1, 1]


def test_a_week_with_one_full_meeting_is_refused_and_the_former_week_stands(house):
    ana = house.person()
    accept_week(by=house.by, episode=ana, slot_ids=ids(house.mornings), starts_on=DAY, at=AT)
    for name in ("Ben", "Cyrus"):
        make_enrollment(house.evenings[2], house.person(name))
    with pytest.raises(Conflict) as caught:
        accept_week(by=house.by, episode=ana, slot_ids=ids(house.evenings), starts_on=DAY, at=AT)
    assert caught.value.code == "full"
    assert held(ana) == set(ids(house.mornings))


def test_a_meeting_that_is_gone_refuses_the_whole_week(house):
    ana = house.person()
    with pytest.raises(Conflict) as caught:
        accept_week(
            by=house.by, episode=ana, slot_ids=[*ids(house.mornings), "nothing"], starts_on=DAY, at=AT
        )
    assert caught.value.code == "stale"
    assert held(ana) == set()


def test_a_seat_that_runs_into_an_appointment_is_refused_with_its_name(house):
    ana = house.person()
    make_appointment(
        ana.client, make_user("Kim Other-Demo"), house.site, datetime(2026, 3, 4, 18, 0, tzinfo=UTC)
    )
    with pytest.raises(Conflict) as caught:
        enroll_client(by=house.by, episode=ana, slots=house.mornings, starts_on=DAY, at=AT)
    assert caught.value.message == (
        "Morning runs into Individual session on Wed, Mar 4 (10:00–11:00\N{NO-BREAK SPACE}am), which the client already attends."
    )
    assert held(ana) == set()


def book(house, episode, starts_at, **more):
    plan = {"kind": "individual", "staff": house.morning.lead, "minutes": 60, "modality": "on_site"} | more
    return book_appointment(
        by=house.by, client=episode.client, site=house.site, starts_at=starts_at, at=AT, **plan
    )


def test_an_appointment_is_booked_and_cancelled_with_a_reason(house):
    made = book(house, house.person(), AT + timedelta(days=1))
    assert (made.state, made.day) == ("planned", DAY + timedelta(days=1))
    cancel_appointment(by=house.by, appointment=made, reason="Moved", at=AT)
    assert Appointment.objects.get().cancelled_reason == "Moved"


def test_an_appointment_of_a_busy_client_clinician_or_room_is_refused_with_the_clash_named(house):
    ana, ben = house.person("Ana"), house.person("Ben")
    room, later = make_room(house.site), AT + timedelta(days=1)
    book(house, ana, later, room=room)
    half_past = later + timedelta(minutes=30)
    kim = make_user("Kim Other-Demo")
    said = []
    for who, more in ((ana, {"staff": kim}), (ben, {}), (ben, {"staff": kim, "room": room})):
        with pytest.raises(Conflict) as caught:
            book(house, who, half_past, **more)
        said.append((caught.value.code, caught.value.message))
    assert said == [
        (
            "clash-client",
            "The client is already in “Individual session” then (9:00–10:00\N{NO-BREAK SPACE}am).",
        ),
        (
            "clash-staff",
            "Sam Lead-Demo is already in “Individual session” then (9:00–10:00\N{NO-BREAK SPACE}am).",
        ),
        ("clash-room", "Room 1 is taken by “Individual session” then (9:00–10:00\N{NO-BREAK SPACE}am)."),
    ]
    assert Appointment.objects.count() == 1


def test_no_appointment_on_a_closed_day_or_with_someone_away_or_in_the_past(house):
    ana, day = house.person(), DAY + timedelta(days=1)
    with pytest.raises(InvalidInput):
        book(house, ana, AT - timedelta(hours=1))
    StaffAbsence.objects.create(organization=house.org, user=house.morning.lead, day=day, created_at=AT)
    with pytest.raises(Conflict) as away:
        book(house, ana, AT + timedelta(days=1))
    Closure.objects.create(organization=house.org, site=house.site, day=day, name="Training", created_at=AT)
    with pytest.raises(Conflict) as closed:
        book(house, ana, AT + timedelta(days=1))
    assert (away.value.code, closed.value.code) == ("away", "closed")
    assert Appointment.objects.count() == 0


def test_windows_that_cannot_be_change_nothing(house):
    ana = house.person()
    house.windows(ana, 480, 780)
    with pytest.raises(InvalidInput):
        house.windows(ana, 780, 480)
    with pytest.raises(InvalidInput):
        house.windows(ana, 480, 780, modes=())
    assert set(Window.objects.values_list("start_minute", "end_minute")) == {(480, 780)}

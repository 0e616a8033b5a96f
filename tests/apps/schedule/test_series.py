"""Series in rows: made with every clash named, rolled into sessions across clock changes and closures."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from openiop.apps.audit.models import Event
from openiop.apps.core.tenancy import tenant
from openiop.apps.schedule.models import GroupSeries, SeriesSlot, Session
from openiop.apps.schedule.services.leave import cover_session
from openiop.apps.schedule.services.series import (
    SeriesPlan,
    cancel_session,
    change_series,
    close_day,
    create_series,
    roll_sessions,
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
    make_organization,
    make_room,
    make_site,
    make_staff_profile,
    make_user,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def house():
    """A site with a room and a facilitator, and the plan of a group on Monday and Wednesday at nine."""
    org = make_organization()
    with tenant(org.pk):
        site = make_site(org)
        lead = make_user("Sam Lead-Demo")
        make_staff_profile(lead, site)
        plan = SeriesPlan(
            name="Skills", service="skills", programs=("depression",), modality="on_site", lead=lead,
            seats=10, minimum=3, starts_on=AT.date(), room=make_room(site),
            spans=(Span(0, 540, 630), Span(2, 540, 630)),
        )  # fmt: skip
        yield actor(org, "director"), site, plan


def counts():
    return (
        GroupSeries.objects.count(),
        SeriesSlot.objects.count(),
        Session.objects.count(),
        Event.objects.count(),
    )


def refused(by, site, plan):
    """What is said when the plan is refused; nothing may have changed."""
    before = counts()
    with pytest.raises((Conflict, InvalidInput)) as caught:
        create_series(by=by, site=site, plan=plan, at=AT)
    assert counts() == before
    return caught.value


def test_a_new_series_has_slots_and_the_sessions_of_the_coming_weeks(house):
    by, site, plan = house
    series = create_series(by=by, site=site, plan=plan, at=AT)
    slots = list(
        series.slots.order_by("weekday").values_list("weekday", "start_minute", "end_minute", "seats")
    )
    assert slots == [(0, 540, 630, 10), (2, 540, 630, 10)]
    days = list(Session.objects.order_by("day").values_list("day", flat=True))
    assert days[0] == date(2026, 3, 4)  # Monday's session has begun already
    assert days[-1] == date(2026, 3, 30)
    assert Event.objects.filter(action="series.created").count() == 1


def test_sessions_keep_the_wall_clock_when_clocks_change(house):
    by, site, plan = house
    create_series(by=by, site=site, plan=plan, at=AT)
    starts = dict(Session.objects.values_list("day", "starts_at"))
    assert starts[date(2026, 3, 4)] == datetime(2026, 3, 4, 17, 0, tzinfo=UTC)
    assert starts[date(2026, 3, 9)] == datetime(2026, 3, 9, 16, 0, tzinfo=UTC)
    lengths = {ends - begins for begins, ends in Session.objects.values_list("starts_at", "ends_at")}
    assert lengths == {timedelta(minutes=90)}


def test_rolling_twice_makes_nothing_twice(house):
    by, site, plan = house
    create_series(by=by, site=site, plan=plan, at=AT)
    assert roll_sessions(by=by, site=site, weeks=6, at=AT) == 4
    before = counts()
    assert roll_sessions(by=by, site=site, weeks=6, at=AT) == 0
    assert counts() == before


def test_a_closed_day_cancels_what_is_planned_and_is_left_out_later(house):
    by, site, plan = house
    create_series(by=by, site=site, plan=plan, at=AT)
    close_day(by=by, site=site, day=date(2026, 3, 11), name="Staff training", at=AT)
    close_day(by=by, site=site, day=date(2026, 4, 6), name="Spring closure", at=AT)
    cancelled = Session.objects.get(day=date(2026, 3, 11))
    assert (cancelled.state, cancelled.cancelled_reason) == ("cancelled", "Staff training")
    roll_sessions(by=by, site=site, weeks=6, at=AT)
    assert not Session.objects.filter(day=date(2026, 4, 6)).exists()
    assert Session.objects.filter(day=date(2026, 4, 8)).exists()


def test_a_closed_afternoon_leaves_the_morning_alone(house):
    by, site, plan = house
    create_series(by=by, site=site, plan=plan, at=AT)
    close_day(by=by, site=site, day=date(2026, 3, 11), name="Repairs", at=AT, start=780, end=1440)
    assert Session.objects.get(day=date(2026, 3, 11)).state == "planned"


def test_a_facilitator_in_two_groups_at_once_is_refused_by_name(house):
    by, site, plan = house
    create_series(by=by, site=site, plan=plan, at=AT)
    other = replace(plan, name="Evening", room=make_room(site, "Room 2"), spans=(Span(2, 600, 690),))
    error = refused(by, site, other)
    assert (
        error.message
        == "Sam Lead-Demo is already in “Skills” then (Wednesday 9:00–10:30\N{NO-BREAK SPACE}am)."
    )
    assert (error.code, error.field) == ("clash-staff", "slots")


def test_a_room_taken_by_another_group_is_refused_by_name(house):
    by, site, plan = house
    create_series(by=by, site=site, plan=plan, at=AT)
    other = replace(plan, name="Other", lead=make_user("Kim Other-Demo"), spans=(Span(0, 600, 660),))
    error = refused(by, site, other)
    assert error.message == "Room 1 is taken by “Skills” then (Monday 9:00–10:30\N{NO-BREAK SPACE}am)."
    assert error.code == "clash-room"


def test_back_to_back_groups_in_one_room_are_no_clash(house):
    by, site, plan = house
    create_series(by=by, site=site, plan=plan, at=AT)
    create_series(by=by, site=site, plan=replace(plan, name="Next", spans=(Span(0, 630, 690),)), at=AT)
    assert GroupSeries.objects.count() == 2


def test_an_appointment_of_the_facilitator_is_a_clash_with_a_new_group(house):
    by, site, plan = house
    make_appointment(
        make_client(site.organization), plan.lead, site, datetime(2026, 3, 11, 16, 0, tzinfo=UTC)
    )
    error = refused(by, site, plan)
    assert (
        error.message
        == "Sam Lead-Demo is already in “Individual session” then (Wed, Mar 11 9:00–10:00\N{NO-BREAK SPACE}am)."
    )


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"spans": ()}, "slots"),
        ({"spans": (Span(0, 540, 540),)}, "slots"),
        ({"spans": (Span(0, 540, 630), Span(0, 600, 690))}, "slots"),
        ({"spans": (Span(6, 540, 630),)}, "slots"),
        ({"minimum": 11}, "minimum"),
        ({"room": None}, "room"),
        ({"seats": 15, "solo_seats": 15}, "seats"),
        ({"seats": 13}, "co_lead"),
    ],
)
def test_what_cannot_be_is_refused_at_its_field(house, change, field):
    by, site, plan = house
    assert refused(by, site, replace(plan, **change)).field == field


def test_a_time_in_which_people_sit_cannot_be_taken_away(house):
    by, site, plan = house
    series = create_series(by=by, site=site, plan=plan, at=AT)
    make_enrollment(series.slots.get(weekday=2), make_episode(make_client(site.organization), site))
    before = counts()
    with pytest.raises(Conflict) as caught:
        change_series(by=by, series=series, plan=replace(plan, spans=(Span(0, 540, 630),)), version=1, at=AT)
    assert caught.value.code == "seated"
    assert counts() == before


def test_an_old_form_cannot_overwrite_a_newer_change(house):
    by, site, plan = house
    series = create_series(by=by, site=site, plan=plan, at=AT)
    change_series(by=by, series=series, plan=replace(plan, seats=8), version=1, at=AT)
    with pytest.raises(Conflict) as caught:
        change_series(by=by, series=series, plan=replace(plan, seats=12), version=1, at=AT)
    assert caught.value.code == "stale"
    assert set(SeriesSlot.objects.values_list("seats", flat=True)) == {8}


def test_a_covered_session_has_its_new_facilitator_and_a_busy_one_is_refused(house):
    by, site, plan = house
    create_series(by=by, site=site, plan=plan, at=AT)
    session = Session.objects.select_related("series", "site").get(day=date(2026, 3, 11))
    kim = make_user("Kim Cover-Demo")
    cover_session(by=by, session=session, lead=kim, at=AT)
    assert Session.objects.get(pk=session.pk).lead == kim
    busy = make_user("Lee Busy-Demo")
    make_appointment(make_client(site.organization), busy, site, datetime(2026, 3, 11, 16, 30, tzinfo=UTC))
    with pytest.raises(Conflict) as caught:
        cover_session(by=by, session=session, lead=busy, at=AT)
    assert (
        caught.value.message
        == "Lee Busy-Demo is already in “Individual session” then (9:30–10:30\N{NO-BREAK SPACE}am)."
    )
    assert Session.objects.get(pk=session.pk).lead == kim


def test_a_session_is_cancelled_once_and_with_a_reason(house):
    by, site, plan = house
    create_series(by=by, site=site, plan=plan, at=AT)
    session = Session.objects.get(day=date(2026, 3, 11))
    with pytest.raises(InvalidInput):
        cancel_session(by=by, session=session, reason=" ", at=AT)
    cancel_session(by=by, session=session, reason="Sam is ill", at=AT)
    with pytest.raises(Conflict):
        cancel_session(by=by, session=session, reason="again", at=AT)
    assert Session.objects.get(pk=session.pk).cancelled_reason == "Sam is ill"

"""Days off in rows: groups left uncovered, and substitutes for that date only."""

from __future__ import annotations

from datetime import timedelta

import pytest

from openiop.apps.audit.models import Event
from openiop.apps.core.tenancy import tenant
from openiop.apps.schedule.models import Session, StaffAbsence, StaffProfile
from openiop.apps.schedule.selectors.cover import leave_at, substitutes_for, uncovered_sessions
from openiop.apps.schedule.services.leave import cancel_leave, cover_session, record_leave
from openiop.domain.errors import Conflict, InvalidInput
from openiop.domain.schedule.cover import Chair
from openiop.domain.schedule.series import on_the_clock
from tests.factories import (
    AT,
    actor,
    make_appointment,
    make_client,
    make_enrollment,
    make_episode,
    make_member,
    make_organization,
    make_series,
    make_session,
    make_site,
    make_slot,
    make_staff_profile,
    make_user,
)

pytestmark = pytest.mark.django_db
MONDAY = AT.date()
WEDNESDAY = MONDAY + timedelta(days=2)


class House:
    """Ruth leads Wednesday's group with Kim as a helper; Lee and Max could lead; Ada is no lead."""

    def __init__(self) -> None:
        self.org = make_organization()

    def open(self) -> House:
        self.site = make_site(self.org)
        self.by = actor(self.org, "director")
        self.ruth, self.lee, self.max = (self.staff(name) for name in ("Ruth", "Lee", "Max"))
        self.kim = self.staff("Kim", is_licensed=False)
        self.ada = self.staff("Ada", tracks=["eating"])
        self.series = make_series(self.site, "Skills", lead=self.ruth, solo_seats=2)
        self.slot = make_slot(self.series, weekday=2)
        self.session = make_session(self.slot, WEDNESDAY)
        self.next = make_session(self.slot, WEDNESDAY + timedelta(weeks=1))
        return self

    def staff(self, name, **profile):
        user = make_user(f"{name} Staff-Demo")
        make_member(self.org, "therapist", user=user, site=self.site)
        make_staff_profile(user, self.site, **profile)
        return user

    def off(self, user, first=WEDNESDAY, last=WEDNESDAY, **more):
        return record_leave(by=self.by, user=user, site=self.site, first=first, last=last, at=AT, **more)

    def gaps(self):
        return uncovered_sessions(self.by, self.site, at=AT, first=MONDAY, last=MONDAY + timedelta(weeks=4))

    def people(self, count):
        for n in range(count):
            make_enrollment(self.slot, make_episode(make_client(self.org, first=f"C{n}"), self.site))


@pytest.fixture
def house():
    made = House()
    with tenant(made.org.pk):
        yield made.open()


def names(substitutes):
    return [one.user.shown_name.split()[0] for one in substitutes]


def test_nobody_away_leaves_no_group_uncovered(house):
    assert house.gaps() == []


def test_a_day_off_shows_the_group_with_qualified_free_substitutes(house):
    house.off(house.ruth)
    [gap] = house.gaps()
    assert (gap.session, gap.chair, gap.person) == (house.session, Chair.LEAD, house.ruth)
    assert names(gap.substitutes) == ["Lee", "Max"]
    assert Event.objects.get().action == "leave.recorded"


def test_who_is_in_another_group_sees_a_client_or_is_off_too_is_not_offered(house):
    house.off(house.ruth)
    other = make_slot(make_series(house.site, "Parallel", lead=house.lee), weekday=2, start_minute=660)
    make_session(other, WEDNESDAY)
    assert names(house.gaps()[0].substitutes) == ["Max"]
    at = on_the_clock(WEDNESDAY, 600, house.site.time_zone)
    make_appointment(make_client(house.org), house.max, house.site, at)
    assert names(house.gaps()[0].substitutes) == []
    house.off(house.lee)
    assert all(gap.session != house.session or gap.substitutes == () for gap in house.gaps())


def test_who_is_there_that_day_comes_first_and_who_has_a_full_week_not_at_all(house):
    house.off(house.ruth)
    make_session(
        make_slot(make_series(house.site, "Later", lead=house.max), weekday=2, start_minute=900), WEDNESDAY
    )
    assert names(house.gaps()[0].substitutes) == ["Max", "Lee"]
    StaffProfile.objects.filter(user=house.max).update(max_week_minutes=300)
    assert names(house.gaps()[0].substitutes) == ["Lee"]


def test_a_substitute_leads_that_date_only(house):
    house.off(house.ruth)
    cover_session(by=house.by, session=house.session, lead=house.lee, at=AT)
    assert house.gaps() == []
    house.session.refresh_from_db()
    house.next.refresh_from_db()
    house.series.refresh_from_db()
    assert (house.session.lead, house.next.lead, house.series.lead) == (house.lee, house.ruth, house.ruth)
    assert Event.objects.order_by("-sequence").first().action == "session.covered"


def test_the_helper_leads_alone_only_as_many_as_one_person_may(house):
    Session.objects.filter(pk=house.session.pk).update(co_lead=house.lee)
    house.off(house.ruth)
    house.people(2)
    assert names(house.gaps()[0].substitutes) == ["Lee", "Max"]
    cover_session(by=house.by, session=house.session, lead=house.lee, at=AT)
    house.session.refresh_from_db()
    assert (house.session.lead, house.session.co_lead) == (house.lee, None)


def test_two_are_needed_when_more_come_than_one_may_lead(house):
    Session.objects.filter(pk=house.session.pk).update(co_lead=house.kim)
    house.people(3)
    house.off(house.kim)
    [gap] = house.gaps()
    assert (gap.chair, gap.person, gap.expected) == (Chair.CO_LEAD, house.kim, 3)
    assert names(gap.substitutes) == ["Lee", "Max"]
    house.session.refresh_from_db()
    with pytest.raises(Conflict, match="3 people are expected and one facilitator may lead 2"):
        cover_session(by=house.by, session=house.session, lead=house.kim, at=AT)
    cover_session(by=house.by, session=house.session, lead=house.max, at=AT, chair=Chair.CO_LEAD)
    house.session.refresh_from_db()
    assert (house.session.lead, house.session.co_lead) == (house.ruth, house.max)


def test_a_helper_who_is_away_leaves_no_gap_where_one_may_lead_alone(house):
    Session.objects.filter(pk=house.session.pk).update(co_lead=house.kim)
    house.people(2)
    house.off(house.kim)
    assert house.gaps() == []


def test_nobody_stands_in_who_is_off_or_elsewhere(house):
    house.off(house.lee)
    with pytest.raises(Conflict, match="away that day"):
        cover_session(by=house.by, session=house.session, lead=house.lee, at=AT)
    house.session.refresh_from_db()
    assert house.session.lead == house.ruth


def test_a_session_cancelled_meanwhile_is_covered_by_nobody(house):
    Session.objects.filter(pk=house.session.pk).update(state="cancelled")
    with pytest.raises(Conflict, match="cancelled"):
        cover_session(by=house.by, session=house.session, lead=house.lee, at=AT)


def test_days_off_are_given_once_and_taken_back(house):
    first = house.off(house.ruth, WEDNESDAY, WEDNESDAY + timedelta(days=2), reason="Holiday")
    again = house.off(house.ruth, WEDNESDAY, WEDNESDAY + timedelta(days=3))
    assert (len(first), len(again)) == (3, 1)
    rows = leave_at(house.by, house.site, MONDAY)
    assert [row.day for row in rows] == [WEDNESDAY + timedelta(days=n) for n in range(4)]
    assert cancel_leave(by=house.by, leave=rows, at=AT) == 4
    assert leave_at(house.by, house.site, MONDAY) == []
    assert house.gaps() == []
    assert StaffAbsence.objects.filter(cancelled_at=AT).count() == 4
    assert len(house.off(house.ruth)) == 1


@pytest.mark.parametrize(
    ("first", "last"),
    [
        (WEDNESDAY, MONDAY),
        (WEDNESDAY, WEDNESDAY + timedelta(days=100)),
        (MONDAY - timedelta(days=3), MONDAY - timedelta(days=1)),
    ],
)
def test_days_that_cannot_be_are_refused(house, first, last):
    with pytest.raises(InvalidInput) as caught:
        house.off(house.ruth, first, last)
    assert caught.value.field == "last"
    assert not StaffAbsence.objects.exists()


def test_the_session_page_knows_who_could_lead(house):
    assert names(substitutes_for(house.by, house.session)) == ["Lee", "Max"]


def test_the_queries_do_not_grow_with_staff(house, django_assert_max_num_queries):
    house.off(house.ruth)
    with django_assert_max_num_queries(30) as few:
        house.gaps()
    for n in range(8):
        house.staff(f"P{n}")
    with django_assert_max_num_queries(len(few)):
        assert len(house.gaps()[0].substitutes) == 10

"""What the schedule says to everybody: rounded places, the next start, the times; nothing of another program."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from openiop.apps.accounts.models import Site
from openiop.apps.accounts.selectors import system_actor
from openiop.apps.core.tenancy import tenant
from openiop.apps.directory.models import Facility
from openiop.apps.directory.selectors.live import Meeting, live_of
from openiop.apps.directory.selectors.opened import coming_of
from openiop.apps.directory.services.programs import Offer, publish_program
from openiop.domain.finder.ranking import Seats, Times
from tests.factories import AT, make_organization, make_site
from tests.factories.care import make_series, make_session, make_slot

pytestmark = pytest.mark.django_db
DAY = AT.date() + timedelta(days=3)


@pytest.fixture
def site() -> Site:
    return make_site(make_organization("Alder Clinic"), "Alder North")


def published(site: Site) -> Facility:
    with tenant(site.organization_id):
        by = system_actor(site.organization, "test")
        return publish_program(by=by, site=site, offer=Offer("depression", ["iop"]), at=AT)


def slots(site: Site, *plan: tuple[int, int, int], track: str = "depression") -> list[object]:
    """(weekday, start minute, seats taken) of one series of 12 seats."""
    with tenant(site.organization_id):
        series = make_series(site, programs=[track])
        return [make_slot(series, day, start, seats_taken=taken) for day, start, taken in plan]


@pytest.mark.parametrize(
    ("taken", "seats"), [(0, Seats.MANY), (9, Seats.MANY), (10, Seats.FEW), (11, Seats.FEW), (12, Seats.FULL)]
)
def test_places_are_words_and_no_count(site: Site, taken: int, seats: Seats) -> None:
    slots(site, (0, 540, taken))
    place = published(site)
    assert live_of([place], at=AT)[place.pk].seats is seats


def test_the_fullest_group_of_a_part_of_the_day_says_how_many_more_fit(site: Site) -> None:
    slots(site, (0, 540, 0), (2, 540, 11), (1, 1080, 12))
    place = published(site)
    live = live_of([place], at=AT)[place.pk]
    assert live.seats is Seats.FEW
    assert live.times == {Times.MORNING, Times.EVENING}
    assert live.meetings[0] == Meeting(0, 540, 720)


def test_the_next_start_is_in_a_part_that_is_not_full(site: Site) -> None:
    morning, evening = slots(site, (0, 540, 0), (1, 1080, 12))
    with tenant(site.organization_id):
        make_session(evening, DAY)
        make_session(morning, DAY + timedelta(days=2))
    place = published(site)
    assert live_of([place], at=AT)[place.pk].starts_on == DAY + timedelta(days=2)
    with tenant(site.organization_id):
        assert [one.is_free for one in coming_of([place], at=AT)] == [False, True]


def test_another_program_of_the_site_says_nothing_of_this_one(site: Site) -> None:
    slots(site, (0, 540, 0), track="eating")
    place = published(site)
    live = live_of([place], at=AT)[place.pk]
    assert (live.seats, live.meetings, live.starts_on) == (Seats.UNKNOWN, (), None)


def test_a_place_of_a_public_list_has_nothing_live() -> None:
    place = Facility.objects.create(
        public_id="0" * 16, identity="x", name="House", state="CA", told_on=date(2023, 1, 1), created_at=AT
    )
    assert live_of([place], at=AT) == {}

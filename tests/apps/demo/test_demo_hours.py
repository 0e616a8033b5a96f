"""The demo's hours board is one a real program could have, on whatever day the demo is built."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
from django.db import transaction

from openiop.apps.core.tenancy import tenant
from openiop.apps.demo.decisions import decide_all
from openiop.apps.demo.history import attend
from openiop.apps.demo.house import ZONE, House
from openiop.apps.demo.place import open_house
from openiop.apps.demo.services import STEPS
from openiop.apps.groups.models import Attendance
from openiop.apps.groups.selectors.hours import HoursRow, site_hours, week_at
from openiop.apps.schedule.models import SessionGuest
from openiop.domain.outlook import Outlook

pytestmark = pytest.mark.django_db
DAYS = {
    "a Monday before anybody came": datetime(2026, 6, 1, 7, 0, tzinfo=ZONE),
    "Thanksgiving": datetime(2026, 11, 26, 16, 30, tzinfo=ZONE),
    "the day clocks go forward": datetime(2026, 3, 8, 12, 0, tzinfo=ZONE),
    "the week after clocks went back": datetime(2026, 11, 6, 18, 0, tzinfo=ZONE),
    "the last day of the year": datetime(2026, 12, 31, 23, 50, tzinfo=ZONE),
}


@dataclass
class Built:
    """The house on one day, with the running week and the one before of everybody."""

    house: House
    now: list[HoursRow]
    before: list[HoursRow]

    def row(self, case: str) -> HoursRow:
        """Return the running week of an awkward case."""
        return next(row for row in self.now if row.episode.client_id == self.house.cases[case].pk)


@pytest.fixture(scope="module", params=DAYS.values(), ids=DAYS)
def built(request, django_db_setup, django_db_blocker):
    """Everything up to the attendance but the level-of-care decisions, which take long and draw no dice."""
    with django_db_blocker.unblock(), transaction.atomic():
        house = open_house(at=request.param, seed=7)
        with tenant(house.organization.pk):
            steps = [step for _words, step in STEPS]
            for step in steps[: steps.index(attend) + 1]:
                if step is not decide_all:
                    step(house)
            yield Built(
                house, rows_of(house, house.monday), rows_of(house, house.monday - timedelta(weeks=1))
            )
        transaction.set_rollback(True)


def rows_of(house, day):
    found = (site_hours(site, week_at(site, day), at=house.at) for site in house.sites.values())
    return [row for rows in found for row in rows]


def test_most_people_are_on_track_and_a_handful_at_risk(built):
    at_risk = sum(row.is_at_risk for row in built.now)
    assert 3 <= at_risk <= 0.15 * len(built.now), Counter(row.outlook for row in built.now)


def test_no_site_has_more_than_a_fifth_at_risk(built):
    for site in built.house.sites.values():
        own = [row for row in built.now if row.episode.site_id == site.pk]
        assert sum(row.is_at_risk for row in own) <= len(own) / 5


def test_last_week_was_no_worse_than_a_program_can_be(built):
    whole = [row for row in built.before if row.outlook is not Outlook.PARTIAL]
    assert sum(row.is_at_risk for row in whole) <= 0.25 * len(whole)


def test_people_come_as_often_as_the_target_asks_and_not_always(built):
    marks = Attendance.objects.all()
    assert 0.8 < marks.filter(countable_minutes__gt=0).count() / marks.count() < 0.93


def test_one_person_is_nearly_lost(built):
    row = built.row("nearly_lost")
    since = built.house.monday - timedelta(weeks=2)
    marks = Attendance.objects.filter(client=row.episode.client)
    assert marks.filter(day__gte=since).count() >= 12
    assert not marks.filter(day__gte=since, countable_minutes__gt=0).exists()
    assert marks.filter(day__lt=since, countable_minutes__gt=0).exists()
    assert row.outlook in (Outlook.BELOW_FLOOR, Outlook.WATCH)


def test_the_awkward_cases_are_still_awkward(built):
    assert built.row("short").outlook is Outlook.BELOW_FLOOR
    assert built.row("short").dosage.scheduled.days == 2
    for case in ("night_shift", "waiting_6", "waiting_3"):
        assert built.row(case).dosage.scheduled.minutes == 0


def test_what_is_made_up_takes_seats_and_leaves_some_open(built):
    guests = SessionGuest.objects.values_list("session_id", flat=True)
    assert guests.count() >= 8
    assert max(Counter(guests).values()) <= 8
    marked = Attendance.objects.filter(session_id__in=set(guests))
    over = SessionGuest.objects.filter(session__ends_at__lt=built.house.at)
    assert marked.count() == over.count()

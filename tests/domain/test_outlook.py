"""How a week will end, in one word."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from openiop.domain.dosage import Dosage, Entry, Need, Session, Standing, Week, weekly_dosage
from openiop.domain.outlook import CONCERN, Outlook, Shows, concern, outlook_of

WEEK = Week(date(2026, 3, 2), "UTC")
ORDER, FLOOR, NONE = Need(600, 3), Need(540, 3), Need(0, 0)


def dosage(*standings: tuple[Standing, int], floor: Need = FLOOR, order: Need = ORDER) -> Dosage:
    entries = []
    for number, (standing, minutes) in enumerate(standings):
        starts = datetime(2026, 3, 2 + number, 9, tzinfo=UTC)
        entries.append(Entry(Session(str(number), starts, starts + timedelta(minutes=minutes)), standing))
    return weekly_dosage(entries, WEEK, now=datetime(2026, 3, 2, tzinfo=UTC), order=order, floor=floor)


def coming(*minutes: int) -> Dosage:
    return dosage(*((Standing.PLANNED, one) for one in minutes))


def test_what_cannot_reach_the_floor_is_the_greatest_concern() -> None:
    assert outlook_of(coming(180, 180), ORDER) is Outlook.BELOW_FLOOR
    assert outlook_of(coming(180, 180, 180), ORDER) is Outlook.SHORT
    assert outlook_of(coming(200, 200, 200), ORDER) is Outlook.ON_TRACK


def test_what_was_attended_already_is_reached() -> None:
    done = dosage(*[(Standing.ATTENDED, 200)] * 3)
    assert outlook_of(done, ORDER) is Outlook.MET
    assert outlook_of(done, ORDER, is_often_away=True) is Outlook.MET


def test_who_is_often_away_is_watched_only_while_the_week_is_open_and_enough() -> None:
    assert outlook_of(coming(200, 200, 200), ORDER, is_often_away=True) is Outlook.WATCH
    assert outlook_of(coming(200), ORDER, is_often_away=True) is Outlook.BELOW_FLOOR


def test_without_an_order_or_a_whole_week_nothing_is_measured() -> None:
    assert outlook_of(dosage(order=NONE, floor=NONE), None) is Outlook.NO_ORDER
    assert outlook_of(coming(60), ORDER, is_partial=True) is Outlook.PARTIAL


@pytest.mark.parametrize(
    ("shows", "below"),
    [
        (Shows(4, 6), True),
        (Shows(7, 10), False),
        (Shows(69, 100), True),
        (Shows(0, 5), False),
        (Shows(), False),
    ],
)
def test_a_rate_speaks_only_with_enough_sessions(shows: Shows, below: bool) -> None:
    assert shows.is_below(70, 6) is below


def test_lists_begin_with_the_largest_lack() -> None:
    weeks = [coming(200, 200, 200), coming(180, 180, 180), coming(100), coming(200, 200)]
    ordered = sorted(weeks, key=lambda week: concern(week, outlook_of(week, ORDER)))
    assert [week.forecast.minutes for week in ordered] == [100, 400, 540, 600]
    assert list(CONCERN) == list(Outlook)

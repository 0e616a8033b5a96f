"""Free times for a first talk: within opening hours, past everything that is taken, each time once."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from openiop.domain.consults import Holder, OpenDay, offers, spread

ZONE = "America/Los_Angeles"
MONDAY = date(2026, 3, 2)
EARLY = datetime(2026, 3, 1, tzinfo=ZoneInfo(ZONE))


def at(hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 3, 2, hour, minute, tzinfo=ZoneInfo(ZONE))


def times(
    *staff: Holder, hours: tuple[tuple[int, int], ...] = ((540, 660),), after: datetime = EARLY
) -> list[str]:
    day = OpenDay(MONDAY, hours, staff)
    return [f"{one.starts_at:%H:%M} {one.holder}" for one in offers([day], zone=ZONE, not_before=after)]


def test_a_talk_lies_within_opening_hours() -> None:
    assert times(Holder(1, ())) == ["09:00 1", "09:30 1", "10:00 1", "10:30 1"]


def test_what_is_taken_is_left_out_and_ends_are_no_clash() -> None:
    busy = Holder(1, ((at(9, 15), at(10)),))
    assert times(busy) == ["10:00 1", "10:30 1"]


def test_somebody_else_takes_the_time_and_each_time_is_offered_once() -> None:
    assert times(Holder(1, ((at(9), at(9, 30)),)), Holder(2, ((at(10), at(11)), (at(8), at(9))))) == [
        "09:00 2", "09:30 1", "10:00 1", "10:30 1",
    ]  # fmt: skip


def test_nothing_is_offered_before_somebody_could_see_it() -> None:
    assert times(Holder(1, ()), after=at(10)) == ["10:00 1", "10:30 1"]


def test_nobody_there_means_no_times() -> None:
    assert times() == []


def test_a_long_day_is_spread_from_its_first_to_its_last_time() -> None:
    day = OpenDay(MONDAY, ((480, 1200),), (Holder(1, ()),))
    found = list(offers([day], zone=ZONE, not_before=EARLY))
    shown = spread(found)
    assert len(found) == 24
    assert len(shown) == 6
    assert (shown[0], shown[-1]) == (found[0], found[-1])
    assert shown[1].starts_at - shown[0].starts_at >= timedelta(hours=1)

"""Items of a week find their rows and lanes, and nothing asks for a class the style sheet lacks."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path

import openiop.web
from openiop.web.weekgrid import LANES, ROWS, SPANS, WeekDay, WeekItem, build_week, item_between

MONDAY = date(2026, 11, 23)
DAYS = [MONDAY + timedelta(days=n) for n in range(5)]


def _day(*items: tuple[int, int] | WeekItem, hours: tuple[int, int] = (9, 18)) -> WeekDay:
    rows = [item if isinstance(item, WeekItem) else WeekItem(MONDAY, *item, "Group") for item in items]
    return build_week(DAYS, rows, hours=hours).days[0]


def test_an_item_starts_at_its_quarter_and_lasts_its_quarters() -> None:
    (item,) = _day((10 * 60 + 15, 11 * 60 + 45)).items
    assert (item.row, item.span, item.lane, item.width) == (5, 6, 1, 1)
    assert item.time_words == "10:15–11:45\N{NO-BREAK SPACE}am"


def test_items_at_the_same_time_stand_side_by_side() -> None:
    first, second = _day((540, 630), (540, 600)).items
    assert (first.end, first.lane, first.width) == (600, 1, 1)
    assert (second.end, second.lane, second.width) == (630, 2, 1)


def test_an_item_with_nobody_beside_it_takes_the_whole_width() -> None:
    _one, _two, alone = _day((540, 630), (540, 600), (645, 700)).items
    assert (alone.lane, alone.width) == (1, 2)


def test_back_to_back_is_not_side_by_side() -> None:
    first, second = _day((540, 600), (600, 660)).items
    assert (first.lane, second.lane, first.width, second.width) == (1, 1, 1, 1)


def test_windows_lie_behind_all_lanes() -> None:
    window = WeekItem(MONDAY, 540, 720, "Work", tone="busy")
    behind, first, second = _day((540, 600), (540, 600), window).items
    assert (behind.title, behind.lane, behind.width) == ("Work", 1, 2)
    assert (first.lane, second.lane) == (1, 2)


def test_the_scale_grows_to_hold_early_and_late_items_but_not_for_windows() -> None:
    week = build_week(
        DAYS, [WeekItem(MONDAY, 7 * 60 + 30, 8 * 60, "Early"), WeekItem(MONDAY, 1200, 1230, "Late")]
    )
    assert (week.hours[0].words, week.hours[-1].words) == ("7\N{NO-BREAK SPACE}am", "8\N{NO-BREAK SPACE}pm")
    asleep = WeekItem(MONDAY, 0, 480, "Sleep", tone="busy")
    assert build_week(DAYS, [asleep]).hours[0].words == "9\N{NO-BREAK SPACE}am"
    assert build_week(DAYS, [asleep]).days[0].items == ()


def test_days_keep_their_items_their_notes_and_today() -> None:
    week = build_week(
        DAYS,
        [WeekItem(DAYS[2], 540, 600, "Skills"), WeekItem(MONDAY - timedelta(days=1), 540, 600, "Last week")],
        today=DAYS[1],
        notes={DAYS[3]: "Thanksgiving"},
    )
    assert [len(day.items) for day in week.days] == [0, 0, 1, 0, 0]
    assert [day.is_today for day in week.days] == [False, True, False, False, False]
    assert week.days[3].note == "Thanksgiving"


def test_an_item_past_midnight_stops_at_midnight() -> None:
    item = item_between(datetime(2026, 11, 23, 22, 0), datetime(2026, 11, 24, 1, 0), "Night")  # noqa: DTZ001
    assert (item.start, item.end) == (1320, 1440)


def test_the_style_sheet_has_a_class_for_every_place() -> None:
    css = (Path(openiop.web.__file__).parent / "static" / "css" / "openiop.css").read_text()
    for letter, numbers in (("s", range(ROWS)), ("n", range(1, SPANS + 1)), ("l", range(1, LANES + 1))):
        assert [n for n in numbers if f".{letter}{n}{{" not in css] == []
    assert [n for n in range(2, LANES + 1) if f".w{n}{{" not in css] == []
    assert [n for n in range(2, LANES + 1) if f".week .k{n} {{" not in css] == []


def test_a_day_with_more_side_by_side_than_can_be_read_is_drawn_as_a_list() -> None:
    def week_of(lanes: int) -> bool:
        return build_week(DAYS, [WeekItem(MONDAY, 600, 660, f"Group {n}") for n in range(lanes)]).is_crowded

    assert (week_of(LANES), week_of(LANES + 1)) == (False, True)

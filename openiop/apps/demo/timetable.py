"""The week: group series with their slots, and the dated sessions of eight weeks back and four ahead."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from openiop.apps.demo.house import WEEKS_AHEAD, WEEKS_BACK, House, instant, minute_of, plan_of
from openiop.apps.demo.tracks import program_of
from openiop.apps.schedule.models import Closure, GroupSeries, SeriesSlot, Session, StaffAbsence

BLOCK_SEATS = {"sud-evening": 10, "ed": 8, "adolescent": 10}


def fill_week(house: House) -> None:
    """Make the series, slots, closures and sessions."""
    _close(house)
    for block in plan_of("blocks"):
        start = minute_of(block["start"])
        for group in block["groups"]:
            series = _series(house, block, group)
            house.series.setdefault(block["key"], []).append(series)
            house.slots[series.pk] = [
                _slot(house, series, day, start, group["minutes"]) for day in block["days"]
            ]
            start += group["minutes"]
            house.sessions[series.pk] = _sessions(house, series)


def _close(house: House) -> None:
    """Close both sites on the holidays of the coming year, and each on its own days that are no holiday.

    In the running week groups meet all the same and only intake rests: with a day less most people would stand
    below their hours on the first page that one opens.
    """
    holidays = {_next(plan, house.today): plan["name"] for plan in plan_of("holidays")}
    for day, name in sorted(holidays.items()):
        if day < house.monday + timedelta(weeks=1):
            house.add(StaffAbsence, user=house.staff["imani"], day=day, reason=name)
        else:
            for site in house.sites.values():
                house.add(Closure, site=site, day=day, name=name)
    for plan in plan_of("closures"):
        day = house.monday + timedelta(weeks=plan["weeks_ahead"], days=plan["weekday"])
        if day not in holidays:
            house.add(Closure, site=house.sites[plan["site"]], day=day, name=plan["name"])


def _next(plan: Mapping[str, Any], today: date) -> date:
    days = (_holiday(plan, today.year + ahead) for ahead in (0, 1))
    return next(day for day in days if day >= today)


def _holiday(plan: Mapping[str, Any], year: int) -> date:
    first = date(year, plan["month"], 1)
    if "day" in plan:
        return first.replace(day=plan["day"])
    return first + timedelta(days=(plan["weekday"] - first.weekday()) % 7, weeks=plan["nth"] - 1)


def _series(house: House, block: Mapping[str, Any], group: Mapping[str, Any]) -> GroupSeries:
    seats = BLOCK_SEATS.get(block["key"], 12)
    return house.add(
        GroupSeries,
        site=house.sites[block["site"]],
        name=group["name"],
        name_es=group["es"],
        service=group["service"],
        programs=[program_of(track) for track in (block["track"], *block.get("also", []))],
        modality=block.get("modality", "on_site"),
        room=house.rooms[block["room"]] if "room" in block else None,
        lead=house.staff[group["lead"]],
        co_lead=house.staff[group["co"]] if "co" in group else None,
        seats=seats,
        solo_seats=min(seats, 12),
        minimum=3,
        starts_on=house.monday - timedelta(weeks=WEEKS_BACK),
    )


def _slot(house: House, series: GroupSeries, weekday: int, start: int, minutes: int) -> SeriesSlot:
    return house.add(
        SeriesSlot,
        series=series,
        weekday=weekday,
        start_minute=start,
        end_minute=start + minutes,
        seats=series.seats,
    )


def _sessions(house: House, series: GroupSeries) -> list[Session]:
    closed = set(Closure.objects.filter(site=series.site).values_list("day", flat=True))
    made = []
    for week in range(-WEEKS_BACK, WEEKS_AHEAD):
        for slot in house.slots[series.pk]:
            day = house.monday + timedelta(weeks=week, days=slot.weekday)
            if day in closed:
                continue
            starts, ends = instant(day, slot.start_minute), instant(day, slot.end_minute)
            past = ends < house.at
            made.append(
                house.draft(
                    Session,
                    slot=slot,
                    series=series,
                    site=series.site,
                    day=day,
                    starts_at=starts,
                    ends_at=ends,
                    room=series.room,
                    lead=series.lead,
                    co_lead=series.co_lead,
                    modality=series.modality,
                    state="held" if past else "planned",
                    attendance_at=ends if past else None,
                )
            )
    return list(Session.objects.bulk_create(made))

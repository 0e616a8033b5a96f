"""Who comes, who misses a day, who makes it up: drawn week by week, as a program lives that works with its board.

Three times three hours are the ordered nine to the minute. So whoever misses a day has a seat in Saturday's
make-up group where their hours allow it, and is on track. One client in ten comes unsteadily and makes
nothing up: they are the handful at risk, and one person is nearly lost.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta

from openiop.apps.clients.models import Client
from openiop.apps.demo.house import House, instant
from openiop.apps.schedule.models import Enrollment, Session, SessionGuest, Window

BARRIERS = ("ride", "child_care", "work_shift", "illness", "court", "forgot")
"""Keys of openiop.domain.groups.Barrier; a test holds the two together."""
REASONS = ("sick", "work", "family", "medical", "other")

EVERY, FIRST = 10, 7
"""Of the clients in their order, each tenth from the eighth on comes unsteadily."""
UNSTEADY_AWAY, STEADY_AWAY, MAKES_UP = 0.85, 0.06, 0.5
"""In how many past weeks somebody misses days for good, or one day that they make up."""
GUESTS = 8
"""So many make up on one Saturday; its other seats stay open for whoever falls short next."""
LOST_WEEKS = 2
EVENING = 19 * 60

Excuse = tuple[str, str, str]
"""State, reason and barrier of an absence."""


@dataclass(slots=True)
class Coming:
    """The days that people miss, by client and day, and the guests of each make-up session."""

    missed: dict[tuple[int, date], Excuse] = field(default_factory=dict)
    guests: dict[int, list[SessionGuest]] = field(default_factory=dict)


def decide_coming(house: House) -> Coming:
    """Draw every client's weeks up to now; book the make-ups."""
    coming, saturdays, days = Coming(), _saturdays(house), _days(house)
    free = _free_on_saturday(house)
    numbered = enumerate(client for clients in house.clients.values() for client in clients)
    for number, client in numbered:
        for monday, own in sorted(days.get(client.pk, {}).items()):
            past = [day for day in sorted(own) if day < house.today]
            away = _away(house, client, number, monday, sorted(own))
            saturday = saturdays.get(monday) if not away and client.pk in free else None
            if saturday and past and _makes_up(house, coming, saturday):
                away = [house.rng.choice(past)]
                _seat(house, coming, saturday, client, away[0])
            for day in away:
                coming.missed[client.pk, day] = _excuse(house)
    return coming


def _days(house: House) -> dict[int, dict[date, set[date]]]:
    """Return the days on which each client's groups meet up to today, by client and week."""
    meets: dict[int, list[date]] = {}
    for sessions in house.sessions.values():
        for session in sessions:
            meets.setdefault(session.slot_id, []).append(session.day)
    found: dict[int, dict[date, set[date]]] = {}
    for seat in Enrollment.objects.exclude(state="waiting").order_by("id"):
        for day in meets.get(seat.slot_id, ()):
            if seat.starts_on <= day <= (seat.ends_on or house.today) and day <= house.today:
                found.setdefault(seat.client_id, {}).setdefault(_monday(day), set()).add(day)
    return found


def _away(house: House, client: Client, number: int, monday: date, days: list[date]) -> list[date]:
    """Return the days of a week that the client misses and does not make up."""
    is_now = monday == house.monday
    if client == house.cases["nearly_lost"]:
        return days if monday >= house.monday - timedelta(weeks=LOST_WEEKS) else days[:1]
    if client in house.cases.values():
        return []
    if number % EVERY == FIRST:
        # The running week is set, so that the board has its handful whatever the dice say.
        if is_now:
            return days[number // EVERY % 2 :][:1]
        return days[: house.rng.choice((1, 2, 2))] if house.rng.random() < UNSTEADY_AWAY else []
    return [house.rng.choice(days)] if not is_now and house.rng.random() < STEADY_AWAY else []


def _saturdays(house: House) -> dict[date, Session]:
    """Return the make-up session of each week up to the running one."""
    return {
        _monday(session.day): session
        for series in house.series["saturday"]
        for session in house.sessions[series.pk]
        if session.day < house.monday + timedelta(weeks=1)
    }


def _free_on_saturday(house: House) -> set[int]:
    """Return who could sit in the make-up group: a track of it that has no Saturday, and free hours.

    The awkward cases stay as they are.
    """
    rows = [client for key in ("sud-day", "depression-day", "dbt") for client in house.clients[key]]
    windows = Window.objects.filter(kind="available", weekday=5, start_minute__lte=810, end_minute__gte=990)
    open_to = set(windows.values_list("client_id", flat=True))
    return {row.pk for row in rows if row.pk in open_to and row not in house.cases.values()}


def _makes_up(house: House, coming: Coming, saturday: Session) -> bool:
    return len(coming.guests.get(saturday.pk, ())) < GUESTS and house.rng.random() < MAKES_UP


def _seat(house: House, coming: Coming, saturday: Session, client: Client, missed: date) -> None:
    """Book the seat on the evening of the day that was missed."""
    booked = instant(missed, EVENING)
    episode = client.episodes.get(discharged_at__isnull=True)
    guest = house.add(SessionGuest, session=saturday, client=client, episode=episode, created_at=booked)
    words = {"group": saturday.series.name, "day": saturday.day.isoformat()}
    house.note(booked, "guest.booked", guest, client, who=house.staff["imani"], **words)
    coming.guests.setdefault(saturday.pk, []).append(guest)


def _excuse(house: House) -> Excuse:
    excused = house.rng.random() < 0.45
    reason = house.rng.choice(REASONS) if excused else ""
    return "excused" if excused else "no_show", reason, house.rng.choice(BARRIERS)


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())

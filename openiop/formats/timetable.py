"""The JSON form of a weekly timetable.

`openiop-sched/1` is the week to plan, `openiop-sched-sol/1` one roster of it. Times are minutes from
midnight, day 0 is Monday.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from openiop.domain.errors import InvalidInput
from openiop.domain.schedule.problem import (
    Client,
    ClientWeek,
    Cohort,
    Daypart,
    Dose,
    Group,
    Instance,
    Meeting,
    Mode,
    NoContact,
    OneToOne,
    PlacedOne,
    Range,
    Room,
    Roster,
    Rules,
    Scope,
    Site,
    Span,
    Staff,
    Staffing,
)

INSTANCE = "openiop-sched/1"
SOLUTION = "openiop-sched-sol/1"

Json = Mapping[str, Any]


def read_instance(data: Any) -> Instance:
    """The week to plan. Raises InvalidInput naming what is missing or wrong."""
    _expect(data, INSTANCE)
    try:
        return Instance(
            name=str(data["name"]),
            rules=Rules(**{k: int(data["rules"][k]) for k in ("gap_max", "one_gap_max", "week_total_max")}),
            sites=tuple(Site(s["id"], _spans(s["open"])) for s in data["sites"]),
            rooms=tuple(
                Room(r["id"], r["site"], int(r["cap"]), frozenset(r["features"])) for r in data["rooms"]
            ),
            staff=tuple(_staff(s) for s in data["staff"]),
            groups=tuple(_group(g) for g in data["groups"]),
            clients=tuple(_client(c) for c in data["clients"]),
            conflicts=tuple(NoContact(c["a"], c["b"], Scope(c["scope"])) for c in data["conflicts"]),
        )
    except (KeyError, ValueError, TypeError, IndexError, AttributeError) as error:
        raise _unreadable(error) from error


def read_roster(data: Any) -> Roster:
    """One roster. Raises InvalidInput naming what is missing or wrong."""
    _expect(data, SOLUTION)
    try:
        return Roster(
            groups={
                gid: Staffing(g["lead"], g.get("cofac"), g.get("room")) for gid, g in data["groups"].items()
            },
            clients={cid: _week(c) for cid, c in data["clients"].items()},
        )
    except (KeyError, ValueError, TypeError, IndexError, AttributeError) as error:
        raise _unreadable(error) from error


def write_roster(roster: Roster) -> dict[str, Any]:
    """The roster as `openiop-sched-sol/1`."""
    return {
        "format": SOLUTION,
        "groups": {
            gid: {"lead": g.lead, "cofac": g.cofacilitator, "room": g.room}
            for gid, g in sorted(roster.groups.items())
        },
        "clients": {
            cid: {"sessions": list(week.meetings), "one": [_one_out(o) for o in week.one]}
            for cid, week in sorted(roster.clients.items())
        },
    }


def _expect(data: Any, form: str) -> None:
    if not isinstance(data, dict) or data.get("format") != form:
        found = data.get("format") if isinstance(data, dict) else None
        raise InvalidInput(f"This is not {form} (its format is {found!r}).", code="wrong-format")


def _unreadable(error: Exception) -> InvalidInput:
    what = f"the field {error} is missing" if isinstance(error, KeyError) else str(error)
    return InvalidInput(f"The timetable cannot be read: {what}.", code="unreadable")


def _spans(rows: Any) -> tuple[Span, ...]:
    return tuple(Span(int(day), int(start), int(end)) for day, start, end in rows)


def _range(pair: Any) -> Range:
    lo, hi = pair
    return Range(int(lo), int(hi))


def _staff(s: Json) -> Staff:
    return Staff(
        id=s["id"],
        site=s["site"],
        role=s["role"],
        licensed=bool(s["licensed"]),
        tracks=frozenset(s["tracks"]),
        services=frozenset(s["services"]),
        available=_spans(s["avail"]),
        week_max=int(s["max_week"]),
        day_max=int(s["max_day"]),
        telehealth=bool(s["tele"]),
    )


def _group(g: Json) -> Group:
    return Group(
        id=g["id"],
        site=g["site"],
        track=g["track"],
        service=g["service"],
        mode=Mode(g["mode"]),
        admits=frozenset(g["allow_tracks"]),
        cohort=Cohort(g["cohort"]),
        capacity=int(g["cap"]),
        solo_capacity=int(g["solo_cap"]),
        run_minimum=int(g["min_run"]),
        meetings=tuple(
            Meeting(s["id"], g["id"], Span(int(s["day"]), int(s["start"]), int(s["end"])))
            for s in g["sessions"]
        ),
        feature=g["feature"],
        last_lead=(g["prev"] or {}).get("lead"),
    )


def _client(c: Json) -> Client:
    dose = c["dose"]
    return Client(
        id=c["id"],
        site=c["site"],
        track=c["track"],
        dose=Dose(int(dose["min"]), int(dose["ordered"]), int(dose["max"])),
        days=_range(c["days"]),
        day_minutes=_range(c["day_minutes"]),
        windows=_spans(c["avail"]),
        travel=int(c["travel"]),
        modes=frozenset(Mode(m) for m in c["modes"]),
        mix={service: _range(pair) for service, pair in c["mix"].items()},
        dislikes={Daypart(part): int(weight) for part, weight in c["pref"].items() if weight},
        held=frozenset(c["prev_sessions"]),
        one=tuple(OneToOne(o["kind"], int(o["dur"]), tuple(o["staff"])) for o in c["one"]),
        one_modes=frozenset(Mode(m) for m in c["one_modes"]),
        priority=int(c["prio"]),
    )


def _week(c: Json) -> ClientWeek:
    one = tuple(
        PlacedOne(o["kind"], o["staff"], Span(int(o["day"]), int(o["start"]), int(o["end"])), Mode(o["mode"]))
        for o in c["one"]
    )
    return ClientWeek(tuple(c["sessions"]), one)


def _one_out(session: PlacedOne) -> dict[str, Any]:
    span = session.span
    return {
        "kind": session.kind,
        "staff": session.staff,
        "day": span.day,
        "start": span.start,
        "end": span.end,
        "mode": str(session.mode),
    }

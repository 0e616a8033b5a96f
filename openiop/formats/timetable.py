"""The JSON form of a weekly timetable.

`openiop-sched/1` is the week to plan, `openiop-sched-sol/1` one roster of it. Times are minutes from
midnight, day 0 is Monday. Whatever is wrong is said with the path of its field.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, TypeVar

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
    Weights,
)
from openiop.formats.fields import Field

INSTANCE = "openiop-sched/1"
SOLUTION = "openiop-sched-sol/1"

LAST_DAY = 6
MIDNIGHT = 24 * 60
MISS = "miss_"

Row = TypeVar("Row")


def read_instance(data: Any) -> Instance:
    """The week to plan. Raises InvalidInput naming the path of what is missing or wrong."""
    top = _expect(data, INSTANCE)
    sites = _unique(top["sites"], _site)
    known = {site.id for site in sites}
    staff = _unique(top["staff"], lambda row: _staff(row, known))
    people = {person.id for person in staff}
    groups = _unique(top["groups"], lambda row: _group(row, known))
    _meetings_once(top["groups"])
    clients = _unique(top["clients"], lambda row: _client(row, known, people))
    ids = {client.id for client in clients}
    return Instance(
        name=top["name"].text(),
        rules=_rules(top["rules"]),
        sites=sites,
        rooms=_unique(top["rooms"], lambda row: _room(row, known)),
        staff=staff,
        groups=groups,
        clients=clients,
        conflicts=tuple(_conflict(row, ids) for row in top["conflicts"].rows()),
        weights=_weights(top["weights"]) if top.has("weights") else Weights(),
    )


def read_roster(data: Any) -> Roster:
    """One roster. Raises InvalidInput naming the path of what is missing or wrong."""
    top = _expect(data, SOLUTION)
    return Roster(
        groups={name: _staffing(row) for name, row in top["groups"].members()},
        clients={name: _week(row) for name, row in top["clients"].members()},
    )


def _expect(data: Any, form: str) -> Field:
    top = Field(data)
    if not isinstance(data, dict) or data.get("format") != form:
        found = data.get("format") if isinstance(data, dict) else None
        top.wrong(f"this is not {form} (its format is {found!r})")
    return top


def _unique(rows: Field, read: Callable[[Field], Row]) -> tuple[Row, ...]:
    """Every row, no two with one id."""
    seen: set[str] = set()
    out = []
    for row in rows.rows():
        name = row["id"].text()
        if name in seen:
            row["id"].wrong(f"{name} stands here twice")
        seen.add(name)
        out.append(read(row))
    return tuple(out)


def _meetings_once(groups: Field) -> None:
    seen: set[str] = set()
    for group in groups.rows():
        for row in group["sessions"].rows():
            name = row["id"].text()
            if name in seen:
                row["id"].wrong(f"{name} stands here twice")
            seen.add(name)


def _rules(row: Field) -> Rules:
    return Rules(row["gap_max"].whole(), row["one_gap_max"].whole(), row["week_total_max"].whole())


def _weights(row: Field) -> Weights:
    return Weights(
        unplaced=row["unplaced"].whole(),
        underdose=row["underdose_30min"].whole(),
        missed={name.removeprefix(MISS): v.whole() for name, v in row.members() if name.startswith(MISS)},
        moved_session=row["moved_session"].whole(),
        lead_change=row["lead_change"].whole(),
        second_choice=row["one_second_choice"].whole(),
        preference=row["pref"].whole(),
        staff_hour=row["staff_hour"].whole(),
    )


def _site(row: Field) -> Site:
    return Site(row["id"].text(), _spans(row["open"]))


def _room(row: Field, sites: Iterable[str]) -> Room:
    return Room(
        id=row["id"].text(),
        site=row["site"].one_of(sites, "site"),
        capacity=row["cap"].whole(),
        features=frozenset(row["features"].texts()),
    )


def _spans(rows: Field) -> tuple[Span, ...]:
    out = []
    for row in rows.rows():
        parts = row.rows()
        if len(parts) != len(("day", "start", "end")):
            row.wrong("it must be [day, start, end]")
        out.append(_span(row, *parts))
    return tuple(out)


def _span(row: Field, day: Field, start: Field, end: Field) -> Span:
    span = Span(day.whole(0, LAST_DAY), start.whole(0, MIDNIGHT), end.whole(0, MIDNIGHT))
    if span.end <= span.start:
        row.wrong(f"it ends at {span.end}, not after its start at {span.start}")
    return span


def _range(row: Field) -> Range:
    parts = row.rows()
    if len(parts) != len(("lo", "hi")):
        row.wrong("it must be [least, most]")
    found = Range(parts[0].whole(), parts[1].whole())
    if found.hi < found.lo:
        row.wrong(f"its most, {found.hi}, is below its least, {found.lo}")
    return found


def _staff(row: Field, sites: Iterable[str]) -> Staff:
    return Staff(
        id=row["id"].text(),
        site=row["site"].one_of(sites, "site"),
        role=row["role"].text(),
        licensed=row["licensed"].flag(),
        tracks=frozenset(row["tracks"].texts()),
        services=frozenset(row["services"].texts()),
        available=_spans(row["avail"]),
        week_max=row["max_week"].whole(),
        day_max=row["max_day"].whole(),
        telehealth=row["tele"].flag(),
    )


def _group(row: Field, sites: Iterable[str]) -> Group:
    name = row["id"].text()
    return Group(
        id=name,
        site=row["site"].one_of(sites, "site"),
        track=row["track"].text(),
        service=row["service"].text(),
        mode=row["mode"].choice(Mode),
        admits=frozenset(row["allow_tracks"].texts()),
        cohort=row["cohort"].choice(Cohort),
        capacity=row["cap"].whole(),
        solo_capacity=row["solo_cap"].whole(),
        run_minimum=row["min_run"].whole(),
        meetings=tuple(
            Meeting(s["id"].text(), name, _span(s, s["day"], s["start"], s["end"]))
            for s in row["sessions"].rows()
        ),
        feature=row["feature"].text() if row.has("feature") else None,
        last_lead=row["prev"]["lead"].text() if row.has("prev") else None,
    )


def _client(row: Field, sites: Iterable[str], people: Iterable[str]) -> Client:
    dose = row["dose"]
    return Client(
        id=row["id"].text(),
        site=row["site"].one_of(sites, "site"),
        track=row["track"].text(),
        dose=Dose(dose["min"].whole(), dose["ordered"].whole(), dose["max"].whole()),
        days=_range(row["days"]),
        day_minutes=_range(row["day_minutes"]),
        windows=_spans(row["avail"]),
        travel=row["travel"].whole(),
        modes=frozenset(m.choice(Mode) for m in row["modes"].rows()),
        mix={service: _range(pair) for service, pair in row["mix"].members()},
        dislikes=_dislikes(row["pref"]),
        held=frozenset(row["prev_sessions"].texts()),
        one=tuple(_due(o, people) for o in row["one"].rows()),
        one_modes=frozenset(m.choice(Mode) for m in row["one_modes"].rows()),
        priority=row["prio"].whole(1, 3),
        current=row["status"].text() == "current",
    )


def _dislikes(row: Field) -> dict[Daypart, int]:
    out = {}
    for name, weight in row.members():
        if name not in set(Daypart):
            weight.wrong(f"there is no part of the day called {name}")
        if weight.whole():
            out[Daypart(name)] = weight.whole()
    return out


def _due(row: Field, people: Iterable[str]) -> OneToOne:
    staff = tuple(person.one_of(people, "member of the staff") for person in row["staff"].rows())
    return OneToOne(row["kind"].text(), row["dur"].whole(1, MIDNIGHT), staff)


def _conflict(row: Field, clients: Iterable[str]) -> NoContact:
    return NoContact(
        row["a"].one_of(clients, "client"), row["b"].one_of(clients, "client"), row["scope"].choice(Scope)
    )


def _staffing(row: Field) -> Staffing:
    return Staffing(
        lead=row["lead"].text(),
        cofacilitator=row["cofac"].text() if row.has("cofac") else None,
        room=row["room"].text() if row.has("room") else None,
    )


def _week(row: Field) -> ClientWeek:
    meetings = row["sessions"].texts()
    if len(set(meetings)) != len(meetings):
        row["sessions"].wrong("a session stands here twice")
    return ClientWeek(meetings, tuple(_placed(o) for o in row["one"].rows()))


def _placed(row: Field) -> PlacedOne:
    return PlacedOne(
        kind=row["kind"].text(),
        staff=row["staff"].text(),
        span=_span(row, row["day"], row["start"], row["end"]),
        mode=row["mode"].choice(Mode),
    )

"""From a roster of the model to changes that people can accept one by one, each with its reasons."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from openiop.apps.schedule.asking import MODES
from openiop.apps.schedule.models import Appointment, Session
from openiop.apps.timetable.reading import Problem
from openiop.domain.schedule.change import Substitute
from openiop.domain.schedule.check import broken_by_clients, broken_rules
from openiop.domain.schedule.problem import ClientWeek, PlacedOne, Roster, Staffing
from openiop.domain.schedule.series import on_the_clock
from openiop.domain.schedule.words import Reason, reason

WHERE = {mode: name for name, mode in MODES.items()}
"""The columns' words for the model's modes."""


@dataclass(frozen=True, slots=True)
class Proposed:
    """One change: its kind and values as `PlanMove` keeps them, and whose rows it is about."""

    kind: str
    before: dict[str, Any]
    after: dict[str, Any]
    why: tuple[Reason, ...] = ()
    client: str | None = None
    series: str | None = None
    session: Session | None = None
    appointment: Appointment | None = None
    needs: tuple[int, ...] = ()


@dataclass(slots=True)
class Drafted:
    """The changes of a draft, in order, and what it cannot do."""

    moves: list[Proposed] = field(default_factory=list)
    notes: list[Reason] = field(default_factory=list)


def changes_of(problem: Problem, roster: Roster) -> Drafted:
    """Return what is different between the standing week and another roster of it."""
    drafted = Drafted()
    drafted.moves += _staffings(problem, roster)
    drafted.moves += _with_needs(problem, list(_weeks(problem, roster)), len(drafted.moves))
    drafted.moves += _visits(problem, roster)
    drafted.notes += _emptied(problem, roster)
    return drafted


def keep_people_and_rooms(problem: Problem, roster: Roster) -> Roster:
    """Return the roster with each group's own people and room wherever no rule stands against it.

    A planner weighs who leads, and no room at all; for people every change of either is a change.
    """
    groups = dict(roster.groups)
    worst = len(broken_rules(problem.instance, roster))
    for group, was in sorted(problem.standing.groups.items()):
        if group in groups and groups[group] != was:
            tried = Roster({**groups, group: was}, roster.clients)
            if len(broken_rules(problem.instance, tried)) <= worst:
                groups[group] = was
    whole = {key: problem.standing.groups.get(key, row) for key, row in groups.items()}
    if len(broken_rules(problem.instance, Roster(whole, roster.clients))) <= worst:
        groups = whole
    return Roster(groups, roster.clients)


def _weeks(problem: Problem, roster: Roster) -> Iterator[Proposed]:
    """Yield the clients whose seats are different. Nobody is ever moved out of care by a plan."""
    breaches: dict[str, list[str]] = {}
    for breach in broken_by_clients(problem.instance, problem.standing):
        breaches.setdefault(breach.who, []).append(breach.code)
    empty = ClientWeek(())
    for client in sorted(roster.clients.keys() & problem.episodes.keys()):
        was, now = problem.standing.clients.get(client, empty), roster.clients[client]
        if set(was.meetings) != set(now.meetings) and now.meetings:
            why = tuple(_why(problem, roster, client, was=was, now=now, codes=breaches.get(client, ())))
            before = {"slots": sorted(was.meetings), "waiting": list(problem.waiting.get(client, ()))}
            yield Proposed("week", before, {"slots": sorted(now.meetings)}, why, client)


def _why(
    problem: Problem, roster: Roster, client: str, *, was: ClientWeek, now: ClientWeek, codes: Iterable[str]
) -> Iterator[Reason]:
    """Yield why a client's seats change: a rule that is broken, hours, a group that ends, or somebody else."""
    made = next(one for one in problem.instance.clients if one.id == client)
    before, after = _minutes(problem, was), _minutes(problem, now)
    broken = list(dict.fromkeys(codes))
    for code in broken:
        yield reason("stood-against", rule=code)
    if not was.meetings:
        yield reason("placed", minutes=after, ordered=made.dose.ordered)
    ended = sorted(
        {
            problem.slots[m].series.public_id
            for m in was.meetings
            if problem.slots[m].series.public_id not in roster.groups
        }
    )
    for group in ended:
        yield reason("group-ends", group=group)
    short = min(before, made.dose.ordered)
    if was.meetings and min(after, made.dose.ordered) > short:
        yield reason("more-dose", before=before, minutes=after, ordered=made.dose.ordered)
    elif was.meetings and not broken and not ended:
        yield reason("gives-way")


def _minutes(problem: Problem, week: ClientWeek) -> int:
    slots = [problem.slots[m] for m in week.meetings]
    return sum(slot.end_minute - slot.start_minute - slot.break_minutes for slot in slots)


def _with_needs(problem: Problem, moves: Sequence[Proposed], first: int) -> Iterator[Proposed]:
    """Yield the moves with the others that free a seat which each takes in a full meeting."""
    leaves: dict[str, list[int]] = {}
    for number, move in enumerate(moves, start=first):
        for slot in set(move.before["slots"]) - set(move.after["slots"]):
            leaves.setdefault(slot, []).append(number)
    for number, move in enumerate(moves, start=first):
        taken = set(move.after["slots"]) - set(move.before["slots"])
        full = [slot for slot in taken if problem.slots[slot].seats_taken >= problem.slots[slot].seats]
        needs = {other for slot in full for other in leaves.get(slot, ()) if other != number}
        yield replace(move, needs=tuple(sorted(needs)))


def _staffings(problem: Problem, roster: Roster) -> Iterator[Proposed]:
    """Yield the groups that get another lead, helper or room."""
    for group, now in sorted(roster.groups.items()):
        was = problem.standing.groups.get(group)
        if was is None or was == now:
            continue
        why = [reason("group-changes")]
        rooms = {room.id for room in problem.instance.rooms}
        if was.room is not None and was.room not in rooms:
            why = [reason("room-gone")]
        version = {"version": problem.series[group].version}
        yield Proposed(
            "staffing", staffing_values(was) | version, staffing_values(now), tuple(why), series=group
        )


def staffing_values(row: Staffing) -> dict[str, Any]:
    """Return who leads and where, as a move keeps it."""
    return {"lead": row.lead, "co_lead": row.cofacilitator, "room": row.room}


def _visits(problem: Problem, roster: Roster) -> Iterator[Proposed]:
    """Yield the one-to-one sessions that are new, move to another time, or find none."""
    for client in sorted(problem.episodes):
        was = problem.standing.clients.get(client, ClientWeek(())).one
        now = roster.clients.get(client, ClientWeek(())).one
        gone = [one for one in was if one not in now]
        for one in (one for one in now if one not in was):
            old = next((other for other in gone if other.kind == one.kind), None)
            if old is not None:
                gone.remove(old)
            yield visit_move(problem, client, old, one)
        if client in roster.clients:
            for old in gone:
                yield visit_move(problem, client, old, None)


def visit_move(problem: Problem, client: str, old: PlacedOne | None, new: PlacedOne | None) -> Proposed:
    """Return one session booked, moved or called off."""
    row = problem.visits[client, old] if old is not None else None
    before = {} if row is None else {"starts_at": row.starts_at.isoformat(), "staff": row.staff.public_id}
    if new is None:
        why = reason("no-time", kind=old.kind if old else "")
    else:
        why = reason("visit-due" if old is None else "visit-moves", kind=new.kind)
    return Proposed("visit", before, _visit_values(problem, new), (why,), client, appointment=row)


def _visit_values(problem: Problem, one: PlacedOne | None) -> dict[str, Any]:
    if one is None:
        return {}
    day = problem.day(one.span.day)
    return {
        "kind": one.kind,
        "staff": one.staff,
        "starts_at": on_the_clock(day, one.span.start, problem.site.time_zone).isoformat(),
        "minutes": one.span.minutes,
        "modality": WHERE[one.mode],
    }


def _emptied(problem: Problem, roster: Roster) -> Iterator[Reason]:
    """Yield the groups in which somebody sits now and nobody would sit then: ending one is a person's decision."""
    seats = {m for week in problem.standing.clients.values() for m in week.meetings}
    for group in problem.instance.groups:
        if group.id not in roster.groups and any(m.id in seats for m in group.meetings):
            yield reason("group-empty", group=group.id)


def covers_of(
    problem: Problem, substitutes: Iterable[Substitute], sessions: Mapping[str, Session]
) -> Iterator[Proposed]:
    """Yield who stands in for one date, and the sessions that nobody can lead."""
    for one in substitutes:
        session = sessions.get(one.meeting)
        chair = "lead" if one.role == "lead" else "co_lead"
        if session is None:
            continue
        before = {"chair": chair, "staff": one.instead_of}
        if one.staff is not None:
            after = {"chair": chair, "staff": one.staff}
            yield Proposed("cover", before, after, (reason("away"),), session=session)
        elif chair == "lead":
            yield Proposed("cancel", before, {}, (reason("nobody-free"),), session=session)


def moved_people(moves: Iterable[Any]) -> int:
    """Return how many clients' weeks change; the number that a plan makes small."""
    return len({move.client_id for move in moves if move.kind == "week"})


def as_rows(reasons: Iterable[Reason]) -> list[Any]:
    """Return reasons as plain data."""
    return [[row.code, dict(row.facts)] for row in reasons]


def read_rows(rows: Iterable[Any]) -> list[Reason]:
    """Return reasons from plain data."""
    return [
        reason(code, **{k: tuple(v) if isinstance(v, list) else v for k, v in facts.items()})
        for code, facts in rows
    ]

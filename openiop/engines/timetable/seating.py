"""One client at a time: the cheapest legal week in the free seats of a draft, with one-to-one times."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

import numpy as np

from openiop.domain.schedule.one_to_one import fit_one_to_one
from openiop.domain.schedule.problem import Mode, Neighbour, PlacedOne, Question, Running, Scope, Span
from openiop.domain.schedule.rules import Seat
from openiop.engines.timetable.draft import Draft
from openiop.engines.timetable.house import DAY, works
from openiop.engines.timetable.kernel import Found, Kernel

GRID = 30
FILLING = 50.0


def seat_prices(draft: Draft, client: int) -> tuple[np.ndarray, dict[int, str]]:
    """[class meeting]: the price of the best free seat, and which section's meeting that is.

    A seat held last week is worth keeping; of the others the fullest section goes first, so that
    sections reach their minimum.
    """
    house = draft.house
    keep = house.instance.weights.moved_session
    prices = np.full(len(house.day), np.inf)
    chosen: dict[int, str] = {}
    shunned, forbidden = draft.shunned(client), draft.forbidden(client)
    held = house.held[client]
    for meeting in np.flatnonzero(house.eligible[client] & ~forbidden):
        at = int(meeting)
        best: tuple[float, int, str] | None = None
        for section, name in enumerate(house.sections[at]):
            if draft.free(name) > 0 and name not in shunned:
                gain = -keep if held.get(at) == section else 0
                rank = (gain, -draft.taken[name], name)
                best = rank if best is None or rank < best else best
        if best is not None:
            prices[at] = best[0] + house.dislike[client, at]
            chosen[at] = best[2]
    return prices, chosen


def seat(draft: Draft, kernel: Kernel, client: int, filling: Iterable[int] = ()) -> bool:
    """Give the client the cheapest legal week there is room for; False when there is none.

    Seats in the groups of `filling`, which are short of people, are taken before all others.
    """
    prices, chosen = seat_prices(draft, client)
    short = set(filling)
    for meeting, name in chosen.items():
        if draft.group_of[name] in short:
            prices[meeting] -= FILLING
    found = kernel.best_week(client, prices)
    if found is None:
        return False
    draft.place(client, meetings_of(found, chosen))
    return True


def meetings_of(found: Found, chosen: dict[int, str]) -> tuple[str, ...]:
    """The sections' meetings of a week of class meetings."""
    return tuple(chosen[m] for m in found.meetings)


def settle(draft: Draft, kernel: Kernel, stopped: Callable[[], bool] = lambda: False) -> None:
    """Close groups under their minimum, the emptiest first, and seat their people anew."""
    while not stopped():
        short = list(draft.below_minimum())
        if not short:
            return
        group = min(short, key=lambda g: (_fewest(draft, g), g))
        people = draft.attending(group)
        for client in people:
            draft.remove(client)
        draft.close(group)
        for client in by_need(draft, people):
            seat(draft, kernel, client)


def _fewest(draft: Draft, group: int) -> int:
    return min((draft.taken[m.id] for m in draft.house.groups[group].meetings), default=0)


def by_need(draft: Draft, clients: Iterable[int]) -> list[int]:
    """Who is seated first: by priority, then who can attend the fewest meetings."""
    house = draft.house
    return sorted(clients, key=lambda c: (-house.clients[c].priority, int(house.eligible[c].sum()), c))


def question_of(draft: Draft, client: int) -> tuple[Question, list[Seat]]:
    """The client's own week as the pure rules ask it."""
    house = draft.house
    seats: list[Seat] = []
    for name in draft.weeks[client]:
        running = Running(house.groups[draft.group_of[name]])
        seats.append((running, draft.spans[name], name))
    neighbours = tuple(
        Neighbour(house.clients[other].id, Scope.SITE, frozenset(), tuple(presence_of(draft, other)))
        for other, wide in house.neighbours[client]
        if wide and other in draft.weeks
    )
    return Question(house.clients[client], (), house.instance.rules, neighbours), seats


def presence_of(draft: Draft, client: int) -> Iterable[Span]:
    """A placed client's time on site, from the first to the last minute of each day."""
    spans = [s.span for s in draft.one.get(client, ()) if s.mode is Mode.ONSITE]
    spans += [
        draft.spans[name]
        for name in draft.weeks[client]
        if draft.house.groups[draft.group_of[name]].mode is Mode.ONSITE
    ]
    for day in sorted({s.day for s in spans}):
        own = [s for s in spans if s.day == day]
        yield Span(day, min(s.start for s in own), max(s.end for s in own))


def openings_of(draft: Draft, person: int, minutes: int) -> list[Span]:
    """When someone could still give a one-to-one session of that length."""
    staff = draft.house.staff[person]
    own = [s for spans in draft.work[person].values() for s in spans]
    out: list[Span] = []
    for window in staff.available:
        if works(staff, [*own, Span(window.day, window.start, min(window.end, window.start + minutes))]):
            out += _gaps(draft.busy[person], window)
    return out


def _gaps(busy: int, window: Span) -> Iterable[Span]:
    """The free pieces of a window."""
    base = window.day * DAY
    start = None
    for minute in range(window.start, window.end + 1, GRID // 6):
        free = minute < window.end and not busy >> (base + minute) & 1
        if free and start is None:
            start = minute
        if not free and start is not None:
            yield Span(window.day, start, minute)
            start = None


def fit_one(draft: Draft, client: int, keep: Iterable[PlacedOne] = ()) -> None:
    """Give a placed client the one-to-one sessions due, as well as the others leave room.

    The sessions of `keep` stay where they are.
    """
    stay = tuple(keep)
    draft.drop_one(client)
    for session in stay:
        draft.add_one(client, session)
    question, seats = question_of(draft, client)
    made = question.client
    due = list(made.one)
    for session in stay:
        due.remove(next(d for d in due if d.kind == session.kind))
    if not due:
        return
    busy = (*made.busy, *(s.span for s in stay))
    question = replace(question, client=replace(made, one=tuple(due), busy=busy))
    spare = draft.house.instance.rules.week_total_max - sum(s.minutes for s in draft.spans_of(client))
    openings: dict[str, list[Span]] = {}
    for one in due:
        for name in one.staff:
            if name in draft.house.staff_at and name not in openings:
                openings[name] = openings_of(draft, draft.house.staff_at[name], one.minutes)
    for session in fit_one_to_one(question, seats, openings):
        staff = draft.house.staff_at[session.staff]
        if session.span.minutes <= spare and draft.can_work(staff, [session.span]):
            spare -= session.span.minutes
            draft.add_one(client, session)


def fit_all_one(draft: Draft, clients: Iterable[int] | None = None) -> None:
    """One-to-one sessions for everybody (or for those), who have the least choice first."""
    house = draft.house
    chosen = list(draft.weeks) if clients is None else [c for c in clients if c in draft.weeks]
    for client in chosen:
        draft.drop_one(client)
    room = {c: sum(w.minutes for w in house.clients[c].windows) for c in chosen}
    for client in sorted(chosen, key=lambda c: (room[c], c)):
        fit_one(draft, client)

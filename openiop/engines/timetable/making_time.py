"""A week changed a little, so that a one-to-one session finds its time: an hour of groups less, or another one.

The program chooses weeks before there are clock times. Where somebody's groups fill all the time in which
their clinician is free, a session is missed that an hour elsewhere, or left out, would have room for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from openiop.domain.schedule.objective import Levels, levels_of_week
from openiop.domain.schedule.problem import ClientWeek, OneToOne
from openiop.engines.timetable.draft import Draft
from openiop.engines.timetable.kernel import Kernel
from openiop.engines.timetable.seating import FILLING, GRID, fit_one, meetings_of, openings_of, seat_prices


def make_time(draft: Draft, kernel: Kernel, left: Callable[[], float]) -> bool:
    """Another week in free seats for whoever misses a session, where it costs less as a whole; whether there was one."""
    missed = {client: levels_now(draft, client).missed_one_to_one for client in draft.weeks}
    changed = False
    for client in sorted(missed, key=lambda c: (-missed[c], c)):
        if missed[client] and left() > 0:
            changed = _another_week(draft, kernel, client) or changed
    return changed


def levels_now(draft: Draft, client: int) -> Levels:
    """What a placed client's week costs as it stands."""
    house, week = draft.house, draft.weeks[client]
    groups = [house.groups[draft.group_of[name]] for name in week]
    attended = [(g, next(m for m in g.meetings if m.id == n)) for g, n in zip(groups, week, strict=True)]
    made = ClientWeek(week, draft.one.get(client, ()))
    return levels_of_week(house.clients[client], made, attended, house.instance.weights)


def _another_week(draft: Draft, kernel: Kernel, client: int) -> bool:
    """The cheapest of the weeks that leave some time free in which a missed session could be."""
    before = best = (levels_now(draft, client).total, draft.weeks[client], draft.one.get(client, ()))
    closed = list(_in_the_way(draft, client))
    groups = {draft.group_of[name] for name in before[1]}
    draft.remove(client)
    prices, chosen = seat_prices(draft, client)
    short = groups & set(draft.below_minimum())
    for meeting, name in chosen.items():
        if draft.group_of[name] in short:
            prices[meeting] -= FILLING
    tried = {tuple(sorted(before[1]))}
    for mask in closed:
        found = kernel.best_week(client, np.where(mask, np.inf, prices))
        week = () if found is None else tuple(sorted(meetings_of(found, chosen)))
        if week and week not in tried:
            tried.add(week)
            draft.place(client, week)
            cheap = levels_now(draft, client)
            if cheap.total - cheap.missed_one_to_one < best[0] and not short & set(draft.below_minimum()):
                fit_one(draft, client)
                cost = levels_now(draft, client).total
                best = best if best[0] <= cost else (cost, week, draft.one.get(client, ()))
            draft.remove(client)
    draft.place(client, best[1], best[2])
    return best[0] < before[0]


def _in_the_way(draft: Draft, client: int) -> Iterator[np.ndarray]:
    """[class meeting]: for each time at which a missed session could be, the meetings that must give way to it."""
    house, seen = draft.house, set[bytes]()
    for due in _missed(draft, client):
        for person in due.staff:
            for opening in openings_of(draft, house.staff_at[person], due.minutes):
                for start in range(-(-opening.start // GRID) * GRID, opening.end - due.minutes + 1, GRID):
                    mask = (
                        (house.day == opening.day) & (house.start < start + due.minutes) & (house.end > start)
                    )
                    mask &= house.eligible[client]
                    if mask.any() and mask.tobytes() not in seen:
                        seen.add(mask.tobytes())
                        yield mask


def _missed(draft: Draft, client: int) -> Iterator[OneToOne]:
    placed = [session.kind for session in draft.one.get(client, ())]
    for due in draft.house.clients[client].one:
        if due.kind in placed:
            placed.remove(due.kind)
        else:
            yield due

"""Clock times for the one-to-one sessions that are due, beside a week of groups.

On site only near the groups of that day (so nobody travels for half an hour), by telehealth only on a
day without groups on site. Exact: of all ways to fit them the one that misses least, then the one that
keeps the preferred person, then the earliest.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from openiop.domain.schedule.problem import (
    Client,
    Mode,
    Neighbour,
    OneToOne,
    PlacedOne,
    Question,
    Span,
)
from openiop.domain.schedule.rules import Seat, merged, not_free, on_site_with_no_contact

Openings = Mapping[str, Sequence[Span]]
"""Free time of staff, by their id."""

GRID = 30

# What a missed session weighs by kind; the order is that of the goals, any other kind counts least.
MISSED: Mapping[str, int] = {"individual": 60, "family": 40, "psychiatry": 30}
OTHER_MISSED = 30
SECOND_CHOICE = 4


def missed_cost(due: Sequence[OneToOne], placed: Sequence[PlacedOne]) -> int:
    """The weight of the sessions due that found no time."""
    left = [session.kind for session in placed]
    cost = 0
    for one in due:
        if one.kind in left:
            left.remove(one.kind)
        else:
            cost += MISSED.get(one.kind, OTHER_MISSED)
    return cost


def fit_one_to_one(question: Question, seats: Sequence[Seat], openings: Openings) -> tuple[PlacedOne, ...]:
    """The one-to-one sessions with their times; those that fit nowhere are left out."""
    due = sorted(question.client.one, key=lambda o: -MISSED.get(o.kind, OTHER_MISSED))
    options = [list(possible_times(question, seats, one, openings)) for one in due]
    least = [_least(one, times) for one, times in zip(due, options, strict=True)]
    best: tuple[int, tuple[PlacedOne, ...]] = (missed_cost(due, ()) + 1, ())

    def extend(at: int, cost: int, placed: tuple[PlacedOne, ...]) -> None:
        nonlocal best
        if cost + sum(least[at:]) >= best[0]:
            return
        if at == len(due):
            best = (cost, placed)
            return
        for session in options[at]:
            if not any(session.span.overlaps(p.span) for p in placed) and _same_mode(session, placed):
                second = SECOND_CHOICE if session.staff != due[at].staff[0] else 0
                extend(at + 1, cost + second, (*placed, session))
        extend(at + 1, cost + MISSED.get(due[at].kind, OTHER_MISSED), placed)

    extend(0, 0, ())
    return best[1]


def _least(one: OneToOne, times: Sequence[PlacedOne]) -> int:
    """The least that this session can cost, whatever the others do."""
    if not times:
        return MISSED.get(one.kind, OTHER_MISSED)
    return 0 if any(t.staff == one.staff[0] for t in times) else SECOND_CHOICE


def _same_mode(session: PlacedOne, placed: Sequence[PlacedOne]) -> bool:
    """One mode a day holds among one-to-one sessions too."""
    return all(p.mode is session.mode for p in placed if p.span.day == session.span.day)


def possible_times(
    question: Question, seats: Sequence[Seat], one: OneToOne, openings: Openings
) -> Iterator[PlacedOne]:
    """Every time at which that session could be, the preferred person first, then the earliest."""
    client, windows = question.client, merged(question.client.windows)
    days = {day: [s for s in seats if s[1].day == day] for day in range(7)}
    for person in one.staff:
        for opening in sorted(openings.get(person, ())):
            for start in range(-(-opening.start // GRID) * GRID, opening.end - one.minutes + 1, GRID):
                span = Span(opening.day, start, start + one.minutes)
                mode = _mode_for(question, span, days[opening.day])
                if mode is not None and _is_free(client, span, mode, days[opening.day], windows):
                    yield PlacedOne(one.kind, person, span, mode)


def _mode_for(question: Question, span: Span, day: Sequence[Seat]) -> Mode | None:
    """On site beside groups on site, else by telehealth; None when the client can do neither."""
    onsite = [s for r, s, _ in day if r.group.mode is Mode.ONSITE]
    modes = question.client.one_modes
    if not onsite:
        return Mode.TELEHEALTH if Mode.TELEHEALTH in modes else None
    near = any(max(s.start - span.end, span.start - s.end) <= question.rules.one_gap_max for s in onsite)
    if not near or Mode.ONSITE not in modes or _would_meet(span, onsite, question.neighbours):
        return None
    return Mode.ONSITE


def _would_meet(span: Span, onsite: Sequence[Span], neighbours: Sequence[Neighbour]) -> bool:
    """Whether the longer stay on site meets someone the client is kept apart from."""
    first, last = min(s.start for s in (*onsite, span)), max(s.end for s in (*onsite, span))
    return on_site_with_no_contact(Span(span.day, first, last), neighbours) is not None


def _is_free(client: Client, span: Span, mode: Mode, day: Sequence[Seat], windows: Sequence[Span]) -> bool:
    """Inside the client's windows and beside everything the client has that day."""
    travel = client.travel if mode is Mode.ONSITE else 0
    if not_free(span, travel, windows) is not None:
        return False
    return not any(span.overlaps(s) for _, s, _ in day) and not any(span.overlaps(b) for b in client.busy)

"""The days one client could attend: each a chain of meetings in free seats.

Parallel sections of the same service at the same time differ only in cost, so the best of them stands
for all. Of the chains of a day with the same part of the day, mode, services and minutes only the
cheapest is kept. Both steps lose no best week: nothing that a week is judged by tells them apart.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from openiop.domain.schedule.problem import (
    Cohort,
    Daypart,
    Group,
    Mode,
    Question,
    Running,
    Span,
    daypart,
)
from openiop.domain.schedule.rules import (
    Seat,
    broken_by_meeting,
    counted,
    day_length,
    merged,
    not_free,
    on_site_with_no_contact,
)
from openiop.domain.schedule.words import Reason, Rule

DAYS = 7

# One whole number carries the order of goals: a step of one level outweighs all below it.
BROKEN = 10**18
SEVERITY = 10**13
UNDERDOSE = 10**10
CONTINUITY = 10**7
EXTRA_DAY = 10**6
PREFERENCE = 10**3
AT_RISK = 1

Shape = tuple[Daypart, Mode]

MEETING_RULES = frozenset({Rule.WINDOW, Rule.SEAT, Rule.MODE, Rule.BUSY})
"""Rules of one meeting that may be given up to find the nearest miss. Being kept apart is not one."""


@dataclass(frozen=True, slots=True)
class DayPlan:
    """One possible attended day. `services` has one bit for each ordered service, by `services_of`."""

    day: int
    seats: tuple[Seat, ...]
    minutes: int
    services: int
    shape: Shape
    cost: int
    broken: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True)
class Choice:
    """One meeting the client could attend, with what it costs and which given-up rules it breaks."""

    seat: Seat
    cost: int
    broken: tuple[Reason, ...]

    @property
    def minutes(self) -> int:
        """Its minutes of treatment."""
        return counted(self.seat)

    @property
    def span(self) -> Span:
        """When it is."""
        return self.seat[1]

    @property
    def group(self) -> Group:
        """Whose meeting it is."""
        return self.seat[0].group


@dataclass(frozen=True, slots=True)
class Pool:
    """All that one client could attend, by day.

    `closed` is the cohort that is part of each week, `must` the days it meets (bit 0 is Monday).
    """

    closed: str | None
    must: int
    days: tuple[tuple[DayPlan, ...], ...]


def services_of(question: Question) -> tuple[str, ...]:
    """The ordered services in a fixed order; their place is the bit in a day's services."""
    return tuple(sorted(question.client.mix))


def pools(question: Question, given_up: frozenset[Rule] = frozenset()) -> Iterator[Pool]:
    """The days without any closed cohort first, then with each closed cohort the client could join."""
    choices = possible_meetings(question, given_up)
    open_choices = [c for c in choices if c.group.cohort is Cohort.OPEN]
    yield _pool(question, given_up, open_choices, None)
    closed: dict[str, list[Choice]] = {}
    for choice in choices:
        if choice.group.cohort is Cohort.CLOSED:
            closed.setdefault(choice.group.id, []).append(choice)
    for group, own in sorted(closed.items()):
        if len(own) == len(own[0].group.meetings):
            yield _pool(question, given_up, open_choices + own, group)


def possible_meetings(question: Question, given_up: frozenset[Rule]) -> list[Choice]:
    """The meetings that break no rule but the given-up ones."""
    windows = merged(question.client.windows)
    bendable = {str(rule) for rule in given_up & MEETING_RULES}
    out = []
    for running in question.running:
        for meeting in running.group.meetings:
            seat = (running, meeting.span, meeting.id)
            broken = broken_by_meeting(question, seat, windows)
            if all(r.code in bendable for r in broken):
                out.append(Choice(seat, _cost(question, seat), broken))
    return out


def _cost(question: Question, seat: Seat) -> int:
    """Continuity, then preference, then whether the group is sure to run."""
    running, span, meeting = seat
    client = question.client
    cost = -CONTINUITY if meeting in client.held else 0
    cost += PREFERENCE * client.dislikes.get(daypart(span.start), 0)
    return cost + (AT_RISK if at_risk(running, meeting) else 0)


def at_risk(running: Running, meeting: str) -> bool:
    """Whether the meeting stays under its minimum even with this client."""
    return running.taken.get(meeting, 0) + 1 < running.group.run_minimum


def _pool(
    question: Question, given_up: frozenset[Rule], choices: Sequence[Choice], closed: str | None
) -> Pool:
    by_day: list[list[Choice]] = [[] for _ in range(DAYS)]
    for choice in _best_sections(choices):
        by_day[choice.span.day].append(choice)
    must = 0
    for choice in choices:
        must |= (1 << choice.span.day) if choice.group.id == closed else 0
    return Pool(closed, must, tuple(tuple(_day_plans(question, given_up, day, closed)) for day in by_day))


def _best_sections(choices: Sequence[Choice]) -> list[Choice]:
    """Of parallel sections the one that costs least, then the one with most seats left."""
    best: dict[object, tuple[tuple[int, int, int, str], Choice]] = {}
    for choice in choices:
        group, (running, span, meeting) = choice.group, choice.seat
        closed = group.id if group.cohort is Cohort.CLOSED else None
        key = (span, group.service, group.mode, closed, choice.minutes)
        rank = (len(choice.broken), choice.cost, -running.free(meeting), meeting)
        if key not in best or rank < best[key][0]:
            best[key] = (rank, choice)
    return sorted((c for _, c in best.values()), key=lambda c: (c.span, c.seat[2]))


def _day_plans(
    question: Question, given_up: frozenset[Rule], choices: Sequence[Choice], closed: str | None
) -> list[DayPlan]:
    """The cheapest chain of each (part of day, mode, services, minutes)."""
    must = [c for c in choices if c.group.id == closed]
    place = {service: i for i, service in enumerate(services_of(question))}
    best: dict[tuple[Shape, int, int], DayPlan] = {}
    for chain in _chains(question, choices, given_up):
        if any(c not in chain for c in must):
            continue
        plan = _plan(question, chain, place, given_up)
        if plan is None:
            continue
        key = (plan.shape, plan.minutes, plan.services)
        if key not in best or plan.cost < best[key].cost:
            best[key] = plan
    return sorted(best.values(), key=lambda p: p.cost)


def _chains(
    question: Question, choices: Sequence[Choice], given_up: frozenset[Rule]
) -> Iterator[tuple[Choice, ...]]:
    """Every chain of a day: in order of time, one mode, no service twice, no long gap."""
    gap_max = question.rules.gap_max
    most = DAYS * 24 * 60 if Rule.DAY_LENGTH in given_up else question.client.day_minutes.hi
    stack: list[tuple[tuple[Choice, ...], int]] = [((c,), c.minutes) for c in choices]
    while stack:
        chain, minutes = stack.pop()
        if minutes > most:
            continue
        yield chain
        end, mode = chain[-1].span.end, chain[-1].group.mode
        used = {c.group.service for c in chain}
        for nxt in choices:
            wait = nxt.span.start - end
            if 0 <= wait <= gap_max and nxt.group.mode is mode and nxt.group.service not in used:
                stack.append(((*chain, nxt), minutes + nxt.minutes))


def _plan(
    question: Question, chain: Sequence[Choice], place: Mapping[str, int], given_up: frozenset[Rule]
) -> DayPlan | None:
    """The chain as a day, or None when it breaks a rule of the day that was not given up."""
    first, last = chain[0].span, chain[-1].span
    whole = Span(first.day, first.start, last.end)
    mode = chain[0].group.mode
    minutes = sum(c.minutes for c in chain)
    too_short_or_long = day_length(whole.day, minutes, question.client.day_minutes)
    if too_short_or_long is not None and Rule.DAY_LENGTH not in given_up:
        return None
    if (
        mode is Mode.ONSITE
        and question.neighbours
        and on_site_with_no_contact(whole, question.neighbours) is not None
    ):
        return None
    broken = _day_reasons(question, chain, whole)
    if too_short_or_long is not None:
        broken = (*broken, too_short_or_long)
    cost = sum(c.cost for c in chain) + BROKEN * len(broken) + SEVERITY * sum(severity(r) for r in broken)
    services = sum(1 << place[c.group.service] for c in chain)
    shape = (daypart(first.start), mode)
    return DayPlan(whole.day, tuple(c.seat for c in chain), minutes, services, shape, cost, broken)


def _day_reasons(question: Question, chain: Sequence[Choice], whole: Span) -> tuple[Reason, ...]:
    """The given-up rules of the meetings as facts of the day: the same window is named once."""
    found = {r.code: r for c in chain for r in c.broken if r.code != Rule.SEAT}
    if Rule.WINDOW in found:
        travel = question.client.travel if chain[0].group.mode is Mode.ONSITE else 0
        wider = not_free(whole, travel, merged(question.client.windows))
        if wider is not None:
            found[Rule.WINDOW] = wider
    full = [r for c in chain for r in c.broken if r.code == Rule.SEAT]
    return (*found.values(), *full)


def severity(broken: Reason) -> int:
    """How far from met, in minutes; a day or a session counts as an hour. The smaller, the nearer."""
    off = dict(broken.facts).get("off", 1)
    size = off if isinstance(off, int) else 1
    in_minutes = broken.code in {Rule.WINDOW, Rule.DAY_LENGTH, Rule.DOSE_FLOOR, Rule.DOSE_CEILING}
    return size if in_minutes else 60 * size

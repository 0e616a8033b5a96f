"""Questions to a standing plan, answered at once: options, why, why not, what would unlock most.

Nothing here moves anyone. Every yes or no comes from the pricing kernel, as in the solver.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from openiop.domain.schedule.explain import Conflict, smallest_conflict
from openiop.domain.schedule.placement import Answer, find_weeks
from openiop.domain.schedule.problem import (
    Client,
    Cohort,
    Group,
    Instance,
    Mode,
    Neighbour,
    Question,
    Range,
    Room,
    Roster,
    Running,
    Scope,
    Span,
    Staff,
)
from openiop.domain.schedule.rules import broken_by_meeting, merged
from openiop.domain.schedule.words import Reason, reason
from openiop.engines.timetable.draft import Draft
from openiop.engines.timetable.greedy import possible_staffing
from openiop.engines.timetable.house import DAY, THERAPIST, House, houses_of
from openiop.engines.timetable.kernel import Kernel
from openiop.engines.timetable.seating import by_need, openings_of, presence_of, seat, seat_prices, settle

ANY_DAYS = Range(1, 7)
ANY_MINUTES = 7 * DAY
PULL = 10**6
ALWAYS = tuple(Span(day, 0, DAY) for day in range(7))


class Live:
    """A plan to which questions are put. `house_of` cuts the client's house out of the instance."""

    def __init__(self, instance: Instance, roster: Roster, client: str) -> None:
        part = next(p for p in houses_of(instance) if any(c.id == client for c in p.clients))
        self.house = House(part)
        self.draft = Draft(self.house, roster)
        self.kernel = Kernel(self.house)

    def question(self, client: int) -> Question:
        """What a client can have: free seats of running groups, own seat left aside."""
        house, draft = self.house, self.draft
        own = set(draft.weeks.get(client, ()))
        made = house.clients[client]
        running = tuple(
            Running(
                house.groups[g],
                {m.id: draft.taken[m.id] - (m.id in own) for m in house.groups[g].meetings},
                room_capacity=draft.places(g),
                cofacilitated=s.cofacilitator is not None,
            )
            for g, s in sorted(draft.staffing.items())
            if house.eligible[client, house.classes[house.class_of_group[g]].slice].any()
        )
        neighbours = tuple(
            Neighbour(
                house.clients[other].id,
                Scope.SITE if wide else Scope.GROUP,
                frozenset(draft.weeks[other]),
                tuple(presence_of(draft, other)) if wide else (),
            )
            for other, wide in house.neighbours[client]
            if other in draft.weeks
        )
        return Question(made, running, house.instance.rules, neighbours)

    def options(self, client: int, limit: int = 5) -> Answer:
        """The best weeks that differ in kind, each with its reasons; nothing else moves."""
        held = self.draft.one.get(client, ())
        self.draft.drop_one(client)
        openings = {
            name: openings_of(self.draft, self.house.staff_at[name], due.minutes)
            for due in self.house.clients[client].one
            for name in due.staff
            if name in self.house.staff_at
        }
        for session in held:
            self.draft.add_one(client, session)
        return find_weeks(self.question(client), limit=limit, openings=openings)

    def why_not(self, client: int, group: int) -> tuple[Reason, ...]:
        """Every rule that keeps the client out of the group; else what it would cost to be in it."""
        house, made = self.house, self.house.groups[group]
        running = group in self.draft.staffing
        found = [] if running else [reason("not-running", group=made.id)]
        question = self.question(client)
        seats = Running(
            made,
            {m.id: self.draft.taken[m.id] - (m.id in self.draft.weeks.get(client, ())) for m in made.meetings}
            if running
            else {},
            room_capacity=self.draft.places(group) if running else None,
            cofacilitated=running and self.draft.staffing[group].cofacilitator is not None,
        )
        windows = merged(house.clients[client].windows)
        by_meeting = [broken_by_meeting(question, (seats, m.span, m.id), windows) for m in made.meetings]
        whole = made.cohort is Cohort.CLOSED
        if (any if whole else all)(bool(broken) for broken in by_meeting):
            found += list(dict.fromkeys(r for broken in by_meeting for r in broken))
        return tuple(found) or self._cost_of(client, group)

    def _cost_of(self, client: int, group: int) -> tuple[Reason, ...]:
        """What the best week with the group costs more than the best week."""
        house, draft = self.house, self.draft.copy()
        draft.remove(client)
        prices, _ = seat_prices(draft, client)
        best = self.kernel.best_week(client, prices)
        section = house.classes[house.class_of_group[group]].groups.index(group)
        pulled, count = prices.copy(), 0
        for meeting in house.classes[house.class_of_group[group]].meetings:
            name = house.sections[meeting][section]
            if house.eligible[client, meeting] and draft.free(name) > 0 and name not in draft.shunned(client):
                keep = (
                    house.instance.weights.moved_session if house.held[client].get(meeting) == section else 0
                )
                pulled[meeting] = house.dislike[client, meeting] - keep - PULL
                count += 1
        found = self.kernel.best_week(client, pulled) if count else None
        taken = 0 if found is None else round(-found.price / PULL)
        if found is None or best is None or taken < 1:
            return (reason("no-week-with-it", group=house.groups[group].id),)
        return (
            reason(
                "would-cost",
                group=house.groups[group].id,
                points=round(found.price + taken * PULL - best.price),
            ),
        )


@dataclass(frozen=True, slots=True)
class Fact:
    """One fact of a client or of the week, and the client or the groups without it."""

    said: Reason
    weight: int
    without: Callable[[_Case], _Case]


@dataclass(frozen=True, slots=True)
class _Case:
    """What the exact question is asked about."""

    client: Client
    full: bool = True
    only_running: bool = True
    apart: bool = True


class WhyNot:
    """The smallest reason why a client has no week in the free seats."""

    def __init__(self, live: Live, client: int) -> None:
        self.live, self.place = live, client
        self.client = live.house.clients[client]
        house = live.house
        self.groups = [
            g
            for g, made in enumerate(house.groups)
            if made.site == self.client.site
            and self.client.track in made.admits
            and made.service in self.client.mix
            and house.runnable(g)
        ]
        self.facts = self._facts()

    def answer(self) -> Conflict | None:
        """The smallest conflict; None when the client does have a week."""
        return smallest_conflict([f.weight for f in self.facts], self.possible)

    def possible(self, held: frozenset[int]) -> bool:
        """Whether there is a legal week when these facts hold and no other."""
        case = _Case(self.client)
        for place, fact in enumerate(self.facts):
            if place not in held:
                case = fact.without(case)
        groups = _distinct(self._offered(case))
        if not groups:
            return False
        site = replace(
            next(s for s in self.live.house.instance.sites if s.id == case.client.site), open=ALWAYS
        )
        house = House(
            replace(
                self.live.house.instance,
                sites=(site,),
                rooms=(Room("any", site.id, ANY_MINUTES, frozenset(g.feature for g in groups if g.feature)),),
                staff=(_anybody(site.id, groups),),
                clients=(case.client,),
                groups=groups,
                conflicts=(),
            )
        )
        return Kernel(house).best_week(0, np.zeros(len(house.day))) is not None

    def _offered(self, case: _Case) -> list[Group]:
        """The groups of a case, without the meetings that are full or not to be entered."""
        draft, out = self.live.draft, []
        shunned = draft.shunned(self.place) if case.apart else set()
        forbidden = (
            draft.forbidden(self.place) if case.apart else np.zeros(len(self.live.house.day), dtype=bool)
        )
        own = set(draft.weeks.get(self.place, ()))
        for group in self.groups:
            made = self.live.house.groups[group]
            if case.only_running and group not in draft.staffing:
                continue
            meetings = tuple(
                m
                for m in made.meetings
                if m.id not in shunned
                and not forbidden[self.live.house.at[m.id][0]]
                and not (case.full and group in draft.staffing and draft.free(m.id) + (m.id in own) < 1)
            )
            whole = made.cohort is not Cohort.CLOSED or len(meetings) == len(made.meetings)
            if meetings and whole:
                out.append(replace(made, meetings=meetings))
        return out

    # The facts. What a coordinator can change weighs least.

    def _facts(self) -> list[Fact]:
        made, draft = self.client, self.live.draft
        running = [g for g in self.groups if g in draft.staffing]
        full = sum(
            1 for g in running if all(draft.free(m.id) < 1 for m in self.live.house.groups[g].meetings)
        )
        facts = [
            Fact(reason("groups-full", track=made.track, full=full, running=len(running)), 0,
                 lambda c: replace(c, full=False)),
            Fact(reason("groups-not-running", track=made.track, closed=len(self.groups) - len(running)), 10,
                 lambda c: replace(c, only_running=False)),
        ]  # fmt: skip
        if any(other in draft.weeks for other, _ in self.live.house.neighbours[self.place]):
            facts.append(Fact(reason("kept-apart"), 400, lambda c: replace(c, apart=False)))
        return [*facts, *self._windows(), *self._order()]

    def _windows(self) -> list[Fact]:
        made, facts = self.client, list[Fact]()
        days = sorted({m.span.day for g in self.groups for m in self.live.house.groups[g].meetings})
        for day in days:
            own = tuple(w for w in merged(made.windows) if w.day == day)
            times = tuple(t for w in own for t in (w.start, w.end))
            facts.append(Fact(reason("free", day=day, times=times), 100, _without_window(day)))
        if made.travel:
            facts.append(Fact(reason("travel", minutes=made.travel), 150, lambda c: _with(c, travel=0)))
        if len(made.modes) == 1:
            mode = next(iter(made.modes))
            facts.append(Fact(reason("mode", mode=mode), 120, lambda c: _with(c, modes=frozenset(Mode))))
        return facts

    def _order(self) -> list[Fact]:
        made = self.client
        dose = made.dose
        facts = [
            Fact(reason("days", least=made.days.lo, most=made.days.hi), 200, lambda c: _with(c, days=ANY_DAYS)),
            Fact(reason("day-length", least=made.day_minutes.lo, most=made.day_minutes.hi), 250,
                 lambda c: _with(c, day_minutes=Range(1, DAY))),
            Fact(reason("floor", minutes=dose.floor), 300,
                 lambda c: _with(c, dose=replace(c.client.dose, floor=0))),
            Fact(reason("ceiling", minutes=dose.ceiling), 210,
                 lambda c: _with(c, dose=replace(c.client.dose, ceiling=ANY_MINUTES))),
        ]  # fmt: skip
        for service, allowed in sorted(made.mix.items()):
            if allowed.lo:
                facts.append(
                    Fact(reason("at-least", service=service, least=allowed.lo), 220, _without_least(service))
                )
        return facts


def _distinct(groups: list[Group]) -> tuple[Group, ...]:
    """Meetings that differ only by their section, once; for a yes or no they are one as good as the other."""
    out: dict[object, Group] = {}
    for group in groups:
        if group.cohort is Cohort.CLOSED:
            out[group.id] = group
        else:
            for m in group.meetings:
                out.setdefault((group.service, group.mode, m.span), replace(group, id=m.id, meetings=(m,)))
    return tuple(out.values())


def _anybody(site: str, groups: tuple[Group, ...]) -> Staff:
    """Someone who could lead every one of the groups; staff was looked at before."""
    return Staff(
        id="any",
        site=site,
        role=THERAPIST,
        licensed=True,
        tracks=frozenset(g.track for g in groups),
        services=frozenset(g.service for g in groups),
        available=ALWAYS,
        week_max=ANY_MINUTES,
        day_max=ANY_MINUTES,
        telehealth=True,
    )


def _with(case: _Case, **change: object) -> _Case:
    return replace(case, client=replace(case.client, **change))  # type: ignore[arg-type]


def _without_window(day: int) -> Callable[[_Case], _Case]:
    return lambda c: _with(c, windows=(*c.client.windows, Span(day, 0, DAY)))


def _without_least(service: str) -> Callable[[_Case], _Case]:
    return lambda c: _with(c, mix={**c.client.mix, service: Range(0, c.client.mix[service].hi)})


@dataclass(frozen=True, slots=True)
class Unlock:
    """A block of groups that could open, and how many more of the waiting would have a place."""

    groups: tuple[str, ...]
    track: str
    mode: Mode
    more: int


def unlocks(live: Live, named: Sequence[Sequence[str]] = ()) -> tuple[int, tuple[Unlock, ...]]:
    """How many of the waiting fit as it is; for each block that could open how many more, most first.

    `named` are the blocks by their groups' ids; without them a block is what one track has at one part of
    the day. Of a block those groups open that have a lead and a room now.
    """
    house = live.house
    waiting = [c for c in range(len(house.clients)) if c not in live.draft.weeks]
    fit = _seated(live.draft.copy(), live.kernel, waiting)
    blocks = [[house.group_at[name] for name in names] for names in named] or _blocks(live)
    out = []
    for groups in blocks:
        sample = house.groups[groups[0]]
        draft, opened = live.draft.copy(), []
        for group in groups:
            staffing = possible_staffing(draft, group)
            if staffing is not None:
                draft.open(group, staffing)
                opened.append(group)
        more = _seated(draft, live.kernel, waiting) - fit
        if more > 0:
            names = tuple(house.groups[g].id for g in opened if g in draft.staffing)
            out.append(Unlock(names, sample.track, sample.mode, more))
    return fit, tuple(sorted(out, key=lambda u: (-u.more, len(u.groups), u.groups)))


def _blocks(live: Live) -> list[list[int]]:
    """What does not run, by site, track, mode and part of the day."""
    blocks: dict[tuple[str, str, Mode, int], list[int]] = {}
    for group, made in enumerate(live.house.groups):
        if group not in live.draft.staffing and made.meetings:
            part = made.meetings[0].span.start // (5 * 60)
            blocks.setdefault((made.site, made.track, made.mode, part), []).append(group)
    return [groups for _key, groups in sorted(blocks.items())]


def _seated(draft: Draft, kernel: Kernel, waiting: list[int]) -> int:
    before = len(draft.weeks)
    for client in by_need(draft, waiting):
        seat(draft, kernel, client, list(draft.below_minimum()))
    settle(draft, kernel)
    return len(draft.weeks) - before

"""Who stands in for one day: the free first, then who is free once a one-to-one session has moved.

For each place that stays empty everybody of the site is named with what keeps them from it: that list is
the proof, for nobody is left.
"""

from __future__ import annotations

from dataclasses import dataclass

from openiop.domain.schedule.change import CANCELLED, SickDay, Substitute
from openiop.domain.schedule.cover import Chair, Gap, Helper, unfit
from openiop.domain.schedule.problem import Mode, PlacedOne, Span
from openiop.domain.schedule.words import Reason, reason
from openiop.engines.timetable.draft import Draft
from openiop.engines.timetable.house import minutes_of
from openiop.engines.timetable.seating import fit_one

LEAD = "lead"


@dataclass(frozen=True, slots=True)
class Place:
    """One meeting of the day that needs somebody."""

    meeting: str
    role: str
    group: int


@dataclass(frozen=True, slots=True)
class Uncovered:
    """A place that nobody can take; `because` names everybody of the site by what keeps them from it."""

    meeting: str
    role: str
    because: tuple[Reason, ...]


def places_of(draft: Draft, change: SickDay) -> list[Place]:
    """The places of the day that the person had."""
    out = []
    for group, staffing in sorted(draft.staffing.items()):
        for role, name in ((LEAD, staffing.lead), ("cofacilitator", staffing.cofacilitator)):
            if name == change.staff:
                meetings = draft.house.groups[group].meetings
                out += [Place(m.id, role, group) for m in meetings if m.span.day == change.day]
    return out


def substitutes_for(draft: Draft, places: list[Place], change: SickDay) -> list[Substitute]:
    """Who is free: the most covered, leads before helpers; exact, for a day has few places."""
    options: list[list[int | None]] = []
    for place in places:
        able = [p for p in _able(draft, place, change) if draft.can_work(p, [draft.spans[place.meeting]])]
        options.append([*sorted(able, key=lambda p: (draft.burden(p), p))[: len(places) + 1], None])
    weights = [(draft.spans[p.meeting], CANCELLED if p.role == LEAD else 1) for p in places]
    chosen = _cover(draft, weights, options)
    staff = draft.house.staff
    return [
        Substitute(place.meeting, place.role, change.staff, None if p is None else staff[p].id)
        for place, p in zip(places, chosen, strict=True)
    ]


def _cover(draft: Draft, roles: list[tuple[Span, int]], options: list[list[int | None]]) -> list[int | None]:
    """One of the options for each place, nobody twice at once, as little weight uncovered as can be."""
    order = sorted(range(len(roles)), key=lambda i: (len(options[i]), i))
    best: tuple[int, dict[int, int | None]] = (sum(w for _, w in roles) + 1, {})
    stack: list[tuple[int, int, dict[int, int | None]]] = [(0, 0, {})]
    while stack:
        at, cost, chosen = stack.pop()
        if cost >= best[0]:
            continue
        if at == len(order):
            best = (cost, chosen)
            continue
        role = order[at]
        span, weight = roles[role]
        for person in reversed(options[role]):
            own = [roles[j][0] for j, p in chosen.items() if p == person]
            if person is None:
                stack.append((at + 1, cost + weight, {**chosen, role: None}))
            elif not any(span.overlaps(o) for o in own) and draft.can_work(person, [*own, span]):
                stack.append((at + 1, cost, {**chosen, role: person}))
    return [best[1].get(i) for i in range(len(roles))]


def freed(draft: Draft, place: Place, change: SickDay) -> int | None:
    """Somebody who can take the place once the one-to-one sessions they have then are at another time.

    They move in the draft, and nobody misses one for it; None when there is nobody.
    """
    span = draft.spans[place.meeting]
    able = _able(draft, place, change)
    for person in sorted(able, key=lambda p: (len(_sessions_at(draft, p, span)), draft.burden(p), p)):
        sessions = _sessions_at(draft, person, span)
        before = {c: draft.one[c] for c, _ in sessions}
        for client, session in sessions:
            drop(draft, client, session)
        if sessions and draft.can_work(person, [span]):
            draft.book(person, ("substitute", place.meeting), span)
            if all(again(draft, client, session) for client, session in sessions):
                return person
            draft.unbook(person, ("substitute", place.meeting))
        for client, held in before.items():
            draft.drop_one(client)
            for session in held:
                draft.add_one(client, session)
    return None


def why_nobody(draft: Draft, place: Place, change: SickDay) -> Uncovered:
    """Everybody of the site by the first thing that keeps them from the place."""
    span, house = draft.spans[place.meeting], draft.house
    causes: dict[str, list[str]] = {}
    for person, staff in enumerate(house.staff):
        if (
            staff.role == "therapist"
            and staff.site == house.groups[place.group].site
            and staff.id != change.staff
        ):
            causes.setdefault(_cause(draft, person, place, span), []).append(staff.id)
    said = tuple(
        reason("cannot-stand-in", cause=cause, people=tuple(people))
        for cause, people in sorted(causes.items())
    )
    return Uncovered(place.meeting, place.role, said)


def _cause(draft: Draft, person: int, place: Place, span: Span) -> str:
    against = _against(draft, person, place)
    if against:
        return against[0]
    staff, group = draft.house.staff[person], draft.staffing[place.group]
    if staff.id in {group.lead, group.cofacilitator}:
        return "in-this-group"
    if _sessions_at(draft, person, span):
        return "with-a-client-who-has-no-other-time"
    if draft.busy[person] & minutes_of([span]):
        return "leads-then"
    return "day-full"


def _able(draft: Draft, place: Place, change: SickDay) -> list[int]:
    """Who is qualified, at work then and not in the group already; whether they are free is another question."""
    group = draft.staffing[place.group]
    out = {group.lead, group.cofacilitator, change.staff}
    site = draft.house.groups[place.group].site
    return [
        p for p, staff in enumerate(draft.house.staff)
        if staff.role == "therapist" and staff.site == site and staff.id not in out and not _against(draft, p, place)
    ]  # fmt: skip


def _against(draft: Draft, person: int, place: Place) -> tuple[str, ...]:
    """What the rules of standing in have against someone."""
    staff, made, span = draft.house.staff[person], draft.house.groups[place.group], draft.spans[place.meeting]
    # The minutes of sessions that would move for it are worked either way; they are counted.
    chair = Chair.LEAD if place.role == LEAD else Chair.CO_LEAD
    gap = Gap(chair, made.track, made.service, span, made.mode is Mode.TELEHEALTH)
    hours = staff.available or (Span(span.day, 0, 0),)
    helper = Helper(
        staff.licensed,
        staff.services,
        staff.tracks,
        staff.telehealth,
        hours,
        draft.burden(person),
        staff.week_max,
    )
    return tuple(str(one) for one in unfit(helper, gap))


def _sessions_at(draft: Draft, person: int, span: Span) -> list[tuple[int, PlacedOne]]:
    name = draft.house.staff[person].id
    return [
        (c, s)
        for c, own in sorted(draft.one.items())
        for s in own
        if s.staff == name and s.span.overlaps(span)
    ]


def drop(draft: Draft, client: int, session: PlacedOne) -> None:
    """Take one of a client's one-to-one sessions away."""
    rest = [s for s in draft.one[client] if s != session]
    draft.drop_one(client)
    for other in rest:
        draft.add_one(client, other)


def again(draft: Draft, client: int, session: PlacedOne) -> bool:
    """Another time for one session; the client's others stay. False when there is none."""
    rest = draft.one.get(client, ())
    fit_one(draft, client, keep=rest)
    return any(s.kind == session.kind for s in draft.one.get(client, ()) if s not in rest)

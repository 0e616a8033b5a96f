"""Questions to the week that stands: why not this group, why no week at all, what would let in most."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime

from openiop.apps.accounts.models import Site
from openiop.apps.admissions.models import Episode
from openiop.apps.timetable.reading import Problem, read_week
from openiop.domain.schedule.problem import Group, Instance, Meeting, Mode, Span
from openiop.domain.schedule.words import Reason
from openiop.engines.timetable import door

STARTS = (9 * 60, 13 * 60, 17 * 60 + 30)
"""Where a block of groups could begin beside those that run: morning, afternoon, evening."""


@dataclass(frozen=True, slots=True)
class GroupAnswer:
    """Why a client is not in a group: each rule that forbids it, or what it would cost."""

    group: str
    name: str
    is_held: bool
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class WhyAnswer:
    """The smallest set of facts that leaves a client no week, and the changes that would free it; or the groups."""

    problem: Problem
    groups: tuple[GroupAnswer, ...] = ()
    facts: tuple[Reason, ...] = ()
    frees: tuple[tuple[Reason, ...], ...] = ()
    has_week: bool = True


def why_for(episode: Episode, first: date, *, at: datetime) -> WhyAnswer | None:
    """Return the answer for one client, or None where nothing can be asked: no signed order."""
    problem = read_week(episode.site, first, at=at)
    client = episode.client.public_id
    if client not in problem.episodes:
        return None
    asked = door.live(problem.instance, problem.standing, client)
    place = asked.house.client_at[client]
    held = set(asked.draft.weeks.get(place, ()))
    groups = tuple(
        GroupAnswer(
            group.id,
            problem.series[group.id].name,
            any(m.id in held for m in group.meetings),
            asked.why_not(place, at_house),
        )
        for at_house, group in enumerate(asked.house.groups)
    )
    why = door.why_not(asked, place)
    conflict = why.answer()
    if conflict is None:
        return WhyAnswer(problem, groups)
    facts = tuple(why.facts[number].said for number in conflict.facts)
    ways = sorted(conflict.frees, key=lambda way: (len(way), sum(why.facts[n].weight for n in way)))
    frees = tuple(tuple(why.facts[n].said for n in sorted(way)) for way in ways[:3])
    return WhyAnswer(problem, groups, facts, frees, has_week=False)


@dataclass(frozen=True, slots=True)
class Opening:
    """A block of new groups that has a facilitator and a room, and how many more of the waiting it would let in."""

    names: tuple[str, ...]
    times: tuple[tuple[int, int, int], ...]
    track: str
    mode: str
    more: int


@dataclass(frozen=True, slots=True)
class Unlocked:
    """How many wait, how many of them fit as it is, and the openings that would let in most."""

    waiting: int
    fit: int
    openings: tuple[Opening, ...]


def unlocked_at(site: Site, first: date, *, at: datetime) -> Unlocked:
    """Return what would let in how many of those who are in care and hold no seat."""
    problem = read_week(site, first, at=at)
    waiting = len(problem.instance.clients) - len(problem.standing.clients)
    if not waiting or not problem.instance.groups:
        return Unlocked(waiting, 0, ())
    blocks = _possible(problem.instance)
    if not blocks:
        return Unlocked(waiting, 0, ())
    fresh = [group for block in blocks for group in block]
    instance = replace(problem.instance, groups=(*problem.instance.groups, *fresh))
    client = next(one.id for one in instance.clients if one.id not in problem.standing.clients)
    asked = door.live(instance, problem.standing, client)
    known = set(asked.house.group_at)
    named = [[group.id for group in block if group.id in known] for block in blocks]
    fit, found = door.unlocks(asked, [names for names in named if names])
    made = {group.id: group for group in instance.groups}
    openings = []
    for block in found:
        groups = [made[key] for key in block.groups]
        origin = [problem.series[key.partition("@")[0]].name for key in block.groups]
        spans = {(m.span.day, m.span.start, m.span.end) for group in groups for m in group.meetings}
        names = tuple(dict.fromkeys(origin))
        openings.append(Opening(names, tuple(sorted(spans)), block.track, str(block.mode), block.more))
    return Unlocked(waiting, fit, tuple(openings))


def _possible(instance: Instance) -> list[list[Group]]:
    """Return blocks of groups like those that run: beside them, and at other times of the day.

    A block is what a track has on the same days. It is moved as a whole: its first group begins at the new
    time, the others follow as they do now.
    """
    blocks: dict[tuple[str, tuple[int, ...]], list[Group]] = {}
    for group in instance.groups:
        days = tuple(sorted(m.span.day for m in group.meetings))
        blocks.setdefault((group.track, days), []).append(group)
    hours = {site.id: site.open for site in instance.sites}
    found = []
    for groups in blocks.values():
        begins = min(m.span.start for group in groups for m in group.meetings)
        for start in dict.fromkeys((begins, *STARTS)):
            moved = [_moved(group, start - begins) for group in groups]
            if all(_is_open(group, hours[group.site]) for group in moved):
                found.append(moved)
    return found


def _is_open(group: Group, hours: tuple[Span, ...]) -> bool:
    """Tell whether the site is open whenever a group would meet there."""
    on_site = group.mode is Mode.ONSITE
    return not on_site or all(any(m.span.inside(window) for window in hours) for m in group.meetings)


def _moved(group: Group, minutes: int) -> Group:
    name = f"{group.id}@{minutes}"
    meetings = tuple(
        Meeting(f"{m.id}@{minutes}", name, Span(m.span.day, m.span.start + minutes, m.span.end + minutes))
        for m in group.meetings
    )
    return replace(group, id=name, meetings=meetings, last_lead=None, run_minimum=1)

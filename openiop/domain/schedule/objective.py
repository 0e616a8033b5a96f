"""The six goals of a week in their order, each one function that tells what a roster costs there.

An earlier goal is never given up for a later one; the weights of an instance make the weighted total
follow that order for programs of up to about sixty clients.
"""

from __future__ import annotations

from dataclasses import dataclass, fields

from openiop.domain.schedule.problem import (
    Client,
    ClientWeek,
    Group,
    Instance,
    Meeting,
    Roster,
    Staffing,
    Weights,
    daypart,
)

HALF_HOUR = 30
HOUR = 60


@dataclass(frozen=True, slots=True, order=True)
class Levels:
    """The cost of a roster by level, the first level first; compared in that order."""

    unplaced: int = 0
    underdose: int = 0
    missed_one_to_one: int = 0
    continuity: int = 0
    preference: int = 0
    staffing: int = 0

    @property
    def total(self) -> int:
        """The weighted total."""
        return sum(self.vector)

    @property
    def vector(self) -> tuple[int, ...]:
        """The levels as numbers."""
        return tuple(getattr(self, level.name) for level in fields(self))

    def __add__(self, other: Levels) -> Levels:
        return Levels(*(a + b for a, b in zip(self.vector, other.vector, strict=True)))


def levels_of(instance: Instance, roster: Roster) -> Levels:
    """What the roster costs, level by level."""
    meetings = {m.id: (g, m) for g in instance.groups for m in g.meetings}
    groups = {g.id: g for g in instance.groups}
    total = Levels()
    for client in instance.clients:
        week = roster.clients.get(client.id)
        if week is None:
            total += Levels(unplaced=cost_of_waiting(client, instance.weights))
        else:
            attended = [meetings[m] for m in week.meetings if m in meetings]
            total += levels_of_week(client, week, attended, instance.weights)
    for group_id, staffing in roster.groups.items():
        if group_id in groups:
            total += levels_of_group(groups[group_id], staffing, instance.weights)
    return total


def levels_of_week(
    client: Client, week: ClientWeek, attended: list[tuple[Group, Meeting]], weights: Weights
) -> Levels:
    """What one placed client's week costs."""
    return Levels(
        underdose=cost_of_underdose(client, sum(m.span.minutes for _, m in attended), weights),
        missed_one_to_one=cost_of_missed(client, week, weights),
        continuity=cost_of_lost_meetings(client, week, weights)
        + cost_of_second_choice(client, week, weights),
        preference=cost_of_disliked_times(client, attended, weights),
    )


def levels_of_group(group: Group, staffing: Staffing, weights: Weights) -> Levels:
    """What one running group costs."""
    return Levels(
        continuity=cost_of_another_lead(group, staffing, weights),
        staffing=cost_of_facilitators(group, staffing, weights),
    )


def cost_of_waiting(client: Client, weights: Weights) -> int:
    """Level 1: a client without a place, by priority."""
    return weights.unplaced * client.priority


def cost_of_underdose(client: Client, minutes: int, weights: Weights) -> int:
    """Level 2: each started half hour under the ordered dose."""
    return weights.underdose * max(0, -((minutes - client.dose.ordered) // HALF_HOUR))


def cost_of_missed(client: Client, week: ClientWeek, weights: Weights) -> int:
    """Level 3: each one-to-one session due that the week does not have, by kind."""
    placed = [session.kind for session in week.one]
    cost = 0
    for due in client.one:
        if due.kind in placed:
            placed.remove(due.kind)
        else:
            cost += missed_weight(due.kind, weights)
    return cost


def missed_weight(kind: str, weights: Weights) -> int:
    """What a missed session of that kind weighs; a kind without a weight counts like the lightest."""
    return weights.missed.get(kind, min(weights.missed.values(), default=0))


def cost_of_lost_meetings(client: Client, week: ClientWeek, weights: Weights) -> int:
    """Level 4: each of last week's meetings that a placed client loses."""
    return weights.moved_session * len(client.held - set(week.meetings))


def cost_of_second_choice(client: Client, week: ClientWeek, weights: Weights) -> int:
    """Level 4: each one-to-one session that is not with the primary clinician."""
    primary = {due.kind: due.staff[0] for due in client.one if due.staff}
    others = sum(1 for session in week.one if session.staff != primary.get(session.kind))
    return weights.second_choice * others


def cost_of_another_lead(group: Group, staffing: Staffing, weights: Weights) -> int:
    """Level 4: a running group that had another lead last week."""
    return weights.lead_change if group.last_lead not in {None, staffing.lead} else 0


def cost_of_disliked_times(client: Client, attended: list[tuple[Group, Meeting]], weights: Weights) -> int:
    """Level 5: each meeting at a time of day that the client dislikes."""
    return weights.preference * sum(client.dislikes.get(daypart(m.span.start), 0) for _, m in attended)


def cost_of_facilitators(group: Group, staffing: Staffing, weights: Weights) -> int:
    """Level 6: hours of the lead and of the co-facilitator; half a point is dropped."""
    people = 1 if staffing.cofacilitator is None else 2
    return weights.staff_hour * people * sum(m.span.minutes for m in group.meetings) // HOUR

"""The checker's first half: what each client's own week must keep to, one function a rule."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import pairwise

from openiop.domain.schedule.check_index import Index
from openiop.domain.schedule.problem import (
    Client,
    ClientWeek,
    Cohort,
    Group,
    Meeting,
    Mode,
    OneToOne,
    PlacedOne,
    Span,
)

Attended = list[tuple[Group, Meeting]]


class Case:
    """One client's week under examination: what is attended, in order of time, and what is due."""

    def __init__(self, index: Index, client: Client, week: ClientWeek) -> None:
        """All meetings of the week must be known."""
        self.index, self.client, self.week = index, client, week
        pairs = [index.meetings[m] for m in week.meetings]
        self.attended: Attended = sorted(pairs, key=lambda p: (p[1].span, p[1].id))
        self.days: dict[int, Attended] = {}
        for pair in self.attended:
            self.days.setdefault(pair[1].span.day, []).append(pair)
        self.minutes = sum(_length(m.span) for _, m in self.attended)
        self.placed: list[tuple[PlacedOne, OneToOne]] = []
        self.not_due: list[PlacedOne] = []
        due = list(client.one)
        for session in week.one:
            match = next((o for o in due if o.kind == session.kind), None)
            if match is None:
                self.not_due.append(session)
            else:
                due.remove(match)
                self.placed.append((session, match))

    def steps(self) -> Iterator[tuple[int, Meeting, int]]:
        """Each meeting of a day after another: the day, the later one, the minutes between."""
        for day, pairs in self.days.items():
            for (_, one), (_, two) in pairwise(pairs):
                yield day, two, two.span.start - one.span.end

    def on_site(self, day: int) -> list[Span]:
        """The meetings on site of that day."""
        return [m.span for g, m in self.days.get(day, ()) if g.mode is Mode.ONSITE]


# Groups.


def attends_only_what_runs(case: Case) -> Iterator[str]:
    """H02: every group attended runs."""
    yield from (m.id for g, m in case.attended if g.id not in case.index.roster.groups)


def attends_at_the_own_site(case: Case) -> Iterator[str]:
    """H03: every group attended is of the client's site."""
    yield from (m.id for g, m in case.attended if g.site != case.client.site)


def attends_what_admits_the_track(case: Case) -> Iterator[str]:
    """H04: every group attended admits the client's track."""
    yield from (m.id for g, m in case.attended if case.client.track not in g.admits)


def attends_in_a_possible_mode(case: Case) -> Iterator[str]:
    """H05: on site or by telehealth only as the client can."""
    yield from (m.id for g, m in case.attended if g.mode not in case.client.modes)


def attends_in_free_hours(case: Case) -> Iterator[str]:
    """H06: every meeting lies in the client's free hours; on site the way there and back too."""
    for group, meeting in case.attended:
        if not _free(case.client, meeting.span, group.mode):
            yield meeting.id


def attends_closed_cohorts_whole(case: Case) -> Iterator[str]:
    """H07: of a closed cohort all meetings or none."""
    for group in {g.id: g for g, _ in case.attended if g.cohort is Cohort.CLOSED}.values():
        if not {m.id for m in group.meetings} <= set(case.week.meetings):
            yield group.id


def attends_one_closed_cohort(case: Case) -> Iterator[str]:
    """H08: at most one closed cohort."""
    closed = sorted({g.id for g, _ in case.attended if g.cohort is Cohort.CLOSED})
    if len(closed) > 1:
        yield ",".join(closed)


def comes_on_so_many_days(case: Case) -> Iterator[str]:
    """H09: on as many days as ordered."""
    if not case.client.days.lo <= len(case.days) <= case.client.days.hi:
        yield f"{len(case.days)} days"


def stays_so_long_a_day(case: Case) -> Iterator[str]:
    """H10: on each day as many minutes of groups as ordered."""
    for day, pairs in case.days.items():
        minutes = sum(_length(m.span) for _, m in pairs)
        if not case.client.day_minutes.lo <= minutes <= case.client.day_minutes.hi:
            yield f"day {day}: {minutes} minutes"


def attends_one_at_a_time(case: Case) -> Iterator[str]:
    """H11: no two meetings at once."""
    yield from (f"day {day}: {later.id}" for day, later, wait in case.steps() if wait < 0)


def waits_not_long(case: Case) -> Iterator[str]:
    """H12: no longer gap on a day than the rules allow."""
    most = case.index.instance.rules.gap_max
    yield from (f"day {day}: {wait} minutes" for day, _, wait in case.steps() if wait > most)


def has_one_mode_a_day(case: Case) -> Iterator[str]:
    """H13: a day is on site or by telehealth."""
    yield from (f"day {day}" for day, pairs in case.days.items() if len({g.mode for g, _ in pairs}) > 1)


def has_no_service_twice_a_day(case: Case) -> Iterator[str]:
    """H14: each service once a day at most."""
    for day, pairs in case.days.items():
        if len({g.service for g, _ in pairs}) != len(pairs):
            yield f"day {day}"


def has_the_dose(case: Case) -> Iterator[str]:
    """H15: the minutes of groups a week lie between the floor and what is authorised."""
    if not case.client.dose.floor <= case.minutes <= case.client.dose.ceiling:
        yield f"{case.minutes} minutes"


def attends_what_is_ordered(case: Case) -> Iterator[str]:
    """H16: every service attended is ordered."""
    yield from (m.id for g, m in case.attended if g.service not in case.client.mix)


def has_each_service_as_often(case: Case) -> Iterator[str]:
    """H17: each service as often a week as ordered."""
    for service, allowed in sorted(case.client.mix.items()):
        count = sum(1 for g, _ in case.attended if g.service == service)
        if not allowed.lo <= count <= allowed.hi:
            yield f"{service}: {count}"


# One-to-one sessions, and the week.


def meets_alone_only_what_is_due(case: Case) -> Iterator[str]:
    """H20: no one-to-one session that is not due."""
    yield from (session.kind for session in case.not_due)


def meets_alone_as_long_as_due(case: Case) -> Iterator[str]:
    """H21: each as long as it is due."""
    yield from (one.kind for one, due in case.placed if _length(one.span) != due.minutes)


def meets_alone_with_somebody_listed(case: Case) -> Iterator[str]:
    """H22: each with somebody who may give it."""
    yield from (one.staff for one, due in case.placed if one.staff not in due.staff)


def meets_alone_in_a_possible_mode(case: Case) -> Iterator[str]:
    """H23: each on site or by telehealth as the client can."""
    yield from (one.mode for one, _ in case.placed if one.mode not in case.client.one_modes)


def clashes_with_nothing_of_its_own(case: Case) -> Iterator[str]:
    """H24: no group over an own appointment; no one-to-one over that, over a group or another one."""
    own = case.client.busy
    yield from (m.id for _, m in case.attended if any(_clash(m.span, other) for other in own))
    for one, _ in case.placed:
        sessions = list(case.week.one)
        sessions.remove(one)
        others = (*own, *(m.span for _, m in case.attended), *(o.span for o in sessions))
        if any(_clash(one.span, other) for other in others):
            yield one.kind


def meets_alone_in_free_hours(case: Case) -> Iterator[str]:
    """H25: each in the client's free hours; on site the way there and back too."""
    yield from (one.kind for one, _ in case.placed if not _free(case.client, one.span, one.mode))


def meets_alone_on_site_near_the_groups(case: Case) -> Iterator[str]:
    """H26: on site only shortly before or after that day's groups on site."""
    most = case.index.instance.rules.one_gap_max
    for one, _ in case.placed:
        waits = [
            w for s in case.on_site(one.span.day) for w in (s.start - one.span.end, s.end - one.span.start)
        ]
        if one.mode is not Mode.TELEHEALTH and not any(-most <= wait <= most for wait in waits):
            yield one.kind


def meets_alone_by_telehealth_on_other_days(case: Case) -> Iterator[str]:
    """H27: by telehealth only on a day without groups on site."""
    for one, _ in case.placed:
        if one.mode is Mode.TELEHEALTH and case.on_site(one.span.day):
            yield one.kind


def stays_below_the_weeks_most(case: Case) -> Iterator[str]:
    """H28: groups and one-to-one sessions together stay below the most of a week."""
    total = case.minutes + sum(_length(one.span) for one in case.week.one)
    if total > case.index.instance.rules.week_total_max:
        yield f"{total} minutes"


CLIENT_RULES: Mapping[str, Callable[[Case], Iterator[str]]] = {
    "H02": attends_only_what_runs,
    "H03": attends_at_the_own_site,
    "H04": attends_what_admits_the_track,
    "H05": attends_in_a_possible_mode,
    "H06": attends_in_free_hours,
    "H07": attends_closed_cohorts_whole,
    "H08": attends_one_closed_cohort,
    "H09": comes_on_so_many_days,
    "H10": stays_so_long_a_day,
    "H11": attends_one_at_a_time,
    "H12": waits_not_long,
    "H13": has_one_mode_a_day,
    "H14": has_no_service_twice_a_day,
    "H15": has_the_dose,
    "H16": attends_what_is_ordered,
    "H17": has_each_service_as_often,
    "H20": meets_alone_only_what_is_due,
    "H21": meets_alone_as_long_as_due,
    "H22": meets_alone_with_somebody_listed,
    "H23": meets_alone_in_a_possible_mode,
    "H24": clashes_with_nothing_of_its_own,
    "H25": meets_alone_in_free_hours,
    "H26": meets_alone_on_site_near_the_groups,
    "H27": meets_alone_by_telehealth_on_other_days,
    "H28": stays_below_the_weeks_most,
}


# Two who are kept apart.


def are_not_in_one_meeting(index: Index) -> Iterator[tuple[str, str]]:
    """H50: two who are kept apart attend no meeting together."""
    weeks = index.roster.clients
    for pair in index.instance.conflicts:
        if pair.a in weeks and pair.b in weeks:
            for meeting in sorted(set(weeks[pair.a].meetings) & set(weeks[pair.b].meetings)):
                yield pair.a, f"{pair.b}: {meeting}"


def are_not_on_site_at_once(index: Index) -> Iterator[tuple[str, str]]:
    """H51: two who are kept apart on the whole site are not there at overlapping times."""
    weeks = index.roster.clients
    for pair in index.instance.conflicts:
        if pair.scope != "site" or pair.a not in weeks or pair.b not in weeks:
            continue
        one, two = _presence(index, pair.a), _presence(index, pair.b)
        for day in sorted(one.keys() & two.keys()):
            if _clash(one[day], two[day]) and index.clients[pair.a].site == index.clients[pair.b].site:
                yield pair.a, f"{pair.b}: day {day}"


PAIR_RULES: Mapping[str, Callable[[Index], Iterator[tuple[str, str]]]] = {
    "H50": are_not_in_one_meeting,
    "H51": are_not_on_site_at_once,
}


def _length(span: Span) -> int:
    return span.end - span.start


def _clash(a: Span, b: Span) -> bool:
    return a.day == b.day and max(a.start, b.start) < min(a.end, b.end)


def _free(client: Client, span: Span, mode: Mode) -> bool:
    """Every minute of the time, on site with travel, lies in some window."""
    travel = client.travel if mode is Mode.ONSITE else 0
    at, end = span.start - travel, span.end + travel
    for window in sorted(w for w in client.windows if w.day == span.day):
        if window.start <= at < window.end:
            at = window.end
    return at >= end


def _presence(index: Index, client: str) -> Mapping[int, Span]:
    """From the first to the last minute on site, by day."""
    week = index.roster.clients[client]
    spans = [o.span for o in week.one if o.mode is Mode.ONSITE]
    pairs = [index.meetings[m] for m in week.meetings if m in index.meetings]
    spans += [m.span for g, m in pairs if g.mode is Mode.ONSITE]
    days = {s.day for s in spans}
    return {
        d: Span(d, min(s.start for s in spans if s.day == d), max(s.end for s in spans if s.day == d))
        for d in days
    }

"""The hard rules for one client's week, each one function that returns why it is broken, or None.

Three levels: one meeting, one day, one week. `broken_by` asks them all; it is what a service calls
before it writes an enrolment, and the search in `chains.py` and `combine.py` asks the same functions.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise

from openiop.domain.schedule.problem import (
    Client,
    Cohort,
    Mode,
    Neighbour,
    Question,
    Range,
    Running,
    Scope,
    Span,
)
from openiop.domain.schedule.words import Reason, Rule, reason

Seat = tuple[Running, Span, str]
"""One meeting offered to the client: its running group, its time, its id."""


def seats_of(running: Iterable[Running]) -> dict[str, Seat]:
    """Every meeting of these groups, by id."""
    return {m.id: (r, m.span, m.id) for r in running for m in r.group.meetings}


def counted(seat: Seat) -> int:
    """The minutes of treatment of a meeting: its length without its breaks."""
    running, span, meeting = seat
    return span.minutes - running.pauses.get(meeting, 0)


def merged(windows: Iterable[Span]) -> tuple[Span, ...]:
    """The same time with touching and overlapping windows made one."""
    out: list[Span] = []
    for window in sorted(windows):
        if out and out[-1].day == window.day and window.start <= out[-1].end:
            out[-1] = Span(window.day, out[-1].start, max(out[-1].end, window.end))
        else:
            out.append(window)
    return tuple(out)


def bounds(allowed: Range) -> dict[str, int]:
    """The two ends of a range as facts."""
    return {"least": allowed.lo, "most": allowed.hi}


# One meeting.


def other_site(client: Client, seat: Seat) -> Reason | None:
    """A client attends groups of the own site only."""
    group = seat[0].group
    if group.site == client.site:
        return None
    return reason(Rule.SITE, group=group.id, site=group.site)


def track_not_admitted(client: Client, seat: Seat) -> Reason | None:
    """The group must admit the client's track."""
    group = seat[0].group
    if client.track in group.admits:
        return None
    return reason(Rule.TRACK, group=group.id, track=client.track)


def service_not_ordered(client: Client, seat: Seat) -> Reason | None:
    """Only services that the order names."""
    group = seat[0].group
    if group.service in client.mix:
        return None
    return reason(Rule.SERVICE, group=group.id, service=group.service)


def mode_not_possible(client: Client, seat: Seat) -> Reason | None:
    """The client must be able to take part in that way."""
    group = seat[0].group
    if group.mode in client.modes:
        return None
    return reason(Rule.MODE, group=group.id, mode=group.mode)


def outside_windows(client: Client, seat: Seat, windows: Sequence[Span]) -> Reason | None:
    """The meeting lies in one window, with travel on either side when it is on site.

    `windows` are merged. The reason tells how many minutes are missing from the best window.
    """
    running, span, _ = seat
    travel = client.travel if running.group.mode is Mode.ONSITE else 0
    return not_free(span, travel, windows)


def not_free(span: Span, travel: int, windows: Sequence[Span]) -> Reason | None:
    """`span` with travel on either side lies in one of the (merged) windows.

    Else the reason names the window that comes nearest (`free`, empty when the day has none) and how
    many minutes of the needed time lie outside it (`off`).
    """
    need = span.widened(travel)
    same_day = [w for w in windows if w.day == need.day]
    if any(need.inside(w) for w in same_day):
        return None
    nearest = max(same_day, key=lambda w: min(w.end, need.end) - max(w.start, need.start), default=None)
    covered = 0 if nearest is None else min(nearest.end, need.end) - max(nearest.start, need.start)
    return reason(
        Rule.WINDOW,
        day=need.day,
        start=need.start,
        end=need.end,
        travel=travel,
        free=() if nearest is None else (nearest.start, nearest.end),
        off=need.minutes - max(0, covered),
    )


def overlaps_own_appointment(client: Client, seat: Seat) -> Reason | None:
    """A group may not overlap an appointment the client has."""
    hit = next((b for b in client.busy if b.overlaps(seat[1])), None)
    if hit is None:
        return None
    return reason(Rule.BUSY, day=hit.day, start=hit.start, end=hit.end)


def no_seat_left(seat: Seat) -> Reason | None:
    """Never more clients than seats."""
    running, span, meeting = seat
    if running.free(meeting) > 0:
        return None
    return reason(Rule.SEAT, group=running.group.id, day=span.day, start=span.start, places=running.places)


def meets_no_contact(seat: Seat, neighbours: Iterable[Neighbour]) -> Reason | None:
    """Two people who must be kept apart are never in the same meeting."""
    running, span, meeting = seat
    hit = next((n for n in neighbours if meeting in n.meetings), None)
    if hit is None:
        return None
    return reason(Rule.NO_CONTACT, group=running.group.id, day=span.day, start=span.start, client=hit.client)


def on_site_with_no_contact(presence: Span, neighbours: Iterable[Neighbour]) -> Reason | None:
    """With the wider scope they are never on one site at one time, breaks included."""
    for neighbour in neighbours:
        if neighbour.scope is Scope.SITE:
            hit = next((p for p in neighbour.presence if p.overlaps(presence)), None)
            if hit is not None:
                return reason(
                    Rule.NO_CONTACT_SITE,
                    day=hit.day,
                    start=hit.start,
                    end=hit.end,
                    client=neighbour.client,
                )
    return None


def broken_by_meeting(question: Question, seat: Seat, windows: Sequence[Span]) -> tuple[Reason, ...]:
    """Every rule that one meeting breaks for this client. `windows` are merged."""
    client = question.client
    found = [
        other_site(client, seat),
        track_not_admitted(client, seat),
        service_not_ordered(client, seat),
        mode_not_possible(client, seat),
        outside_windows(client, seat, windows),
        overlaps_own_appointment(client, seat),
        no_seat_left(seat),
        meets_no_contact(seat, question.neighbours),
    ]
    if seat[0].group.mode is Mode.ONSITE:
        found.append(on_site_with_no_contact(seat[1], question.neighbours))
    return tuple(r for r in found if r is not None)


# One day: meetings in order of time.


def meetings_overlap(day: Sequence[Seat]) -> Reason | None:
    """No two meetings at once."""
    for (one, a, _), (two, b, _) in pairwise(day):
        if a.overlaps(b):
            return reason(Rule.OVERLAP, day=a.day, groups=(one.group.id, two.group.id))
    return None


def gap_too_long(day: Sequence[Seat], gap_max: int) -> Reason | None:
    """A day is one chain: no long wait between two meetings."""
    for (_, a, _), (_, b, _) in pairwise(day):
        if b.start - a.end > gap_max:
            return reason(Rule.GAP, day=a.day, start=a.end, end=b.start, most=gap_max)
    return None


def two_modes(day: Sequence[Seat]) -> Reason | None:
    """On one day all on site or all from home."""
    if len({running.group.mode for running, _, _ in day}) > 1:
        return reason(Rule.DAY_MODE, day=day[0][1].day)
    return None


def service_twice(day: Sequence[Seat]) -> Reason | None:
    """Each service at most once a day."""
    seen: set[str] = set()
    for running, span, _ in day:
        if running.group.service in seen:
            return reason(Rule.DAY_SERVICE, day=span.day, service=running.group.service)
        seen.add(running.group.service)
    return None


def day_length(day: int, minutes: int, allowed: Range) -> Reason | None:
    """Group minutes of an attended day lie in the ordered range."""
    if minutes in allowed:
        return None
    return reason(Rule.DAY_LENGTH, day=day, minutes=minutes, off=allowed.distance(minutes), **bounds(allowed))


def broken_by_day(question: Question, day: Sequence[Seat]) -> tuple[Reason, ...]:
    """Every rule that one day breaks. `day` is in order of time and not empty."""
    span = Span(day[0][1].day, day[0][1].start, max(s.end for _, s, _ in day))
    found = [
        meetings_overlap(day),
        gap_too_long(day, question.rules.gap_max),
        two_modes(day),
        service_twice(day),
        day_length(span.day, sum(map(counted, day)), question.client.day_minutes),
    ]
    if any(running.group.mode is Mode.ONSITE for running, _, _ in day):
        found.append(on_site_with_no_contact(span, question.neighbours))
    return tuple(r for r in found if r is not None)


# The week.


def days_outside(days: int, allowed: Range) -> Reason | None:
    """The number of attended days is the ordered one."""
    if days in allowed:
        return None
    return reason(Rule.DAYS, days=days, off=allowed.distance(days), **bounds(allowed))


def below_floor(minutes: int, floor: int) -> Reason | None:
    """Never below the program's weekly floor."""
    if minutes >= floor:
        return None
    return reason(Rule.DOSE_FLOOR, minutes=minutes, floor=floor, off=floor - minutes)


def above_ceiling(minutes: int, ceiling: int) -> Reason | None:
    """Never above what may be given."""
    if minutes <= ceiling:
        return None
    return reason(Rule.DOSE_CEILING, minutes=minutes, ceiling=ceiling, off=minutes - ceiling)


def mix_outside(service: str, count: int, allowed: Range) -> Reason | None:
    """Each service as often as ordered."""
    if count in allowed:
        return None
    return reason(Rule.MIX, service=service, count=count, off=allowed.distance(count), **bounds(allowed))


def week_too_long(minutes: int, most: int) -> Reason | None:
    """Groups and one-to-one sessions together stay under the ceiling of the level of care."""
    if minutes <= most:
        return None
    return reason(Rule.WEEK_TOTAL, minutes=minutes, most=most, off=minutes - most)


def cohorts_broken(seats: Sequence[Seat]) -> tuple[Reason, ...]:
    """A closed cohort is attended wholly or not at all, and a client is in one at most."""
    chosen = {meeting for _, _, meeting in seats}
    closed = {r.group.id: r.group for r, _, _ in seats if r.group.cohort is Cohort.CLOSED}
    found = []
    for group in closed.values():
        missing = tuple(m.span.day for m in group.meetings if m.id not in chosen)
        if missing:
            found.append(reason(Rule.COHORT_PART, group=group.id, days=missing))
    if len(closed) > 1:
        found.append(reason(Rule.COHORT_TWO, groups=tuple(sorted(closed))))
    return tuple(found)


def mix_counts(seats: Sequence[Seat]) -> Mapping[str, int]:
    """How often each service is attended in the week."""
    counts: dict[str, int] = {}
    for running, _, _ in seats:
        counts[running.group.service] = counts.get(running.group.service, 0) + 1
    return counts


def broken_by_week(question: Question, seats: Sequence[Seat]) -> tuple[Reason, ...]:
    """Every rule that the week as a whole breaks."""
    client = question.client
    minutes = sum(map(counted, seats))
    counts = mix_counts(seats)
    found = [
        days_outside(len({span.day for _, span, _ in seats}), client.days),
        below_floor(minutes, client.dose.floor),
        above_ceiling(minutes, client.dose.ceiling),
        week_too_long(minutes + sum(o.minutes for o in client.one), question.rules.week_total_max),
        *(mix_outside(service, counts.get(service, 0), allowed) for service, allowed in client.mix.items()),
    ]
    return (*(r for r in found if r is not None), *cohorts_broken(seats))


def broken_by(question: Question, meetings: Iterable[str]) -> tuple[Reason, ...]:
    """Every hard rule that this week breaks; empty when the client may have it."""
    by_id = seats_of(question.running)
    found: list[Reason] = []
    seats: list[Seat] = []
    for meeting in sorted(set(meetings)):
        if meeting in by_id:
            seats.append(by_id[meeting])
        else:
            found.append(reason(Rule.NOT_RUNNING, meeting=meeting))
    windows = merged(question.client.windows)
    for seat in seats:
        found += broken_by_meeting(question, seat, windows)
    for day in sorted({span.day for _, span, _ in seats}):
        found += broken_by_day(question, sorted((s for s in seats if s[1].day == day), key=lambda s: s[1]))
    return (*found, *broken_by_week(question, seats))

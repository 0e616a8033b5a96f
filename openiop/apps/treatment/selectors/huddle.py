"""Before the group: what a facilitator should know of each person in the room, on one screen."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from openiop.apps.admissions.models import Episode
from openiop.apps.admissions.selectors.screens import Screen, last_screens
from openiop.apps.audit.services import note_read
from openiop.apps.core.actor import Actor
from openiop.apps.groups.models import Attendance
from openiop.apps.groups.selectors.hours import HoursRow, hours_of, week_at
from openiop.apps.groups.selectors.sheet import Line, Sheet, sheet_of
from openiop.apps.measures.selectors import Latest, latest_of
from openiop.apps.measures.selectors import dues_of as forms_due_of
from openiop.apps.schedule.models import Session
from openiop.apps.treatment.models import PlanReview
from openiop.apps.treatment.reading import plan_of, reviewed_of
from openiop.apps.treatment.selectors.dues import PlanDue, dues_of
from openiop.apps.treatment.selectors.homework import Homework, last_homework
from openiop.domain.attendance import HERE, State
from openiop.domain.curricula import Unit
from openiop.domain.treatment.progress import Direction, Rating, movement

LOOKS_BACK = 3
"""So many of a person's latest sessions are told."""
WORKS_ON = 3
"""So many open objectives of a plan are shown: more are not read before a group."""


@dataclass(frozen=True, slots=True)
class Aim:
    """An open objective: the goal in the client's own words, what is aimed at, how far it has come."""

    goal: str
    words: str
    by: date | None
    rating: Rating | None
    direction: Direction


@dataclass(frozen=True, slots=True)
class Seen:
    """One of the latest sessions of any group: its day, the group and whether the person came."""

    day: date
    group: str
    came: bool
    state: str
    reason: str


@dataclass(frozen=True, slots=True)
class Huddler:
    """One person of the huddle."""

    line: Line
    hours: HoursRow | None
    plan: PlanDue | None
    aims: tuple[Aim, ...]
    seen: tuple[Seen, ...]
    homework: Homework | None = None
    screen: Screen | None = None
    measured: Latest | None = None
    forms_due: int = 0

    @property
    def missed_in_a_row(self) -> int:
        """How many of the latest sessions they stayed away from without a word, back to the last they came to."""
        missed = 0
        for one in self.seen:
            if one.came:
                break
            missed += one.state == State.NO_SHOW
        return missed


@dataclass(frozen=True, slots=True)
class Huddle:
    """A session with everyone expected, by name."""

    session: Session
    sheet: Sheet
    people: tuple[Huddler, ...]

    @property
    def new(self) -> tuple[Huddler, ...]:
        """Who has never been in this group."""
        return tuple(one for one in self.people if one.line.is_new_in_group)

    @property
    def apart(self) -> tuple[Huddler, ...]:
        """Who must not meet somebody else on the sheet."""
        return tuple(one for one in self.people if one.line.apart_from)

    @property
    def homework(self) -> tuple[Unit, ...]:
        """The units whose homework people of this session have at home, each once."""
        return tuple(dict.fromkeys(one.homework.unit for one in self.people if one.homework is not None))

    @property
    def short(self) -> tuple[Huddler, ...]:
        """Whose week will not reach the order or the floor."""
        return tuple(one for one in self.people if one.hours is not None and one.hours.is_at_risk)


def read_huddle(by: Actor, session: Session, *, at: datetime) -> Huddle:
    """Return the huddle of a session; that each person's record was looked at is noted in the trail.

    A fixed number of queries, however many people there are.
    """
    sheet = sheet_of(session, at=at)
    for line in sheet.lines:
        note_read(by=by, action="huddle.read", subject=session, client=line.client)
    episodes = [line.episode for line in sheet.lines]
    for episode in episodes:
        episode.site = session.site
    hours = hours_of(episodes, [week_at(session.site, session.day)], at=at) if episodes else {}
    plans = dues_of(episodes, at=at) if episodes else {}
    ratings, seen = _ratings(episodes), _seen(episodes, session)
    clients = [line.client.pk for line in sheet.lines]
    homework, screens = last_homework(clients, session), last_screens(clients)
    measured = latest_of(episodes) if episodes else {}
    forms = forms_due_of(episodes, at=at) if episodes else {}
    people = tuple(
        Huddler(
            line=line,
            hours=next(iter(hours.get(line.episode.pk, ())), None),
            plan=plans.get(line.episode.pk),
            aims=_aims(plans.get(line.episode.pk), ratings.get(line.episode.pk, [])),
            seen=seen.get(line.client.pk, ()),
            homework=homework.get(line.client.pk),
            screen=screens.get(line.client.pk),
            measured=measured.get(line.client.pk),
            forms_due=len(forms.get(line.episode.pk, ())),
        )
        for line in sheet.lines
    )
    return Huddle(session, sheet, people)


def _ratings(episodes: Iterable[Episode]) -> dict[int, list[PlanReview]]:
    """Return each course's reviews, the oldest first."""
    found: dict[int, list[PlanReview]] = {}
    rows = PlanReview.objects.filter(plan__episode__in=list(episodes)).select_related("plan")
    for row in rows.order_by("reviewed_on", "id"):
        found.setdefault(row.plan.episode_id, []).append(row)
    return found


def _aims(due: PlanDue | None, reviews: list[PlanReview]) -> tuple[Aim, ...]:
    """Return the objectives of the plan in force that are not reached, those that are due first."""
    if due is None or due.plan is None:
        return ()
    plan = plan_of(due.plan)
    pairs = [(goal, one) for goal in plan.goals for one in goal.objectives]
    moved = {row.key: row for row in movement([one.key for _goal, one in pairs], reviewed_of(reviews))}
    found = [
        Aim(goal.words, one.words, one.by, moved[one.key].last, moved[one.key].direction)
        for goal, one in pairs
        if moved[one.key].last is not Rating.MET
    ]
    return tuple(sorted(found, key=lambda aim: aim.by or date.max)[:WORKS_ON])


def _seen(episodes: Iterable[Episode], session: Session) -> dict[int, tuple[Seen, ...]]:
    """Return the latest sessions of each person before this one, the newest first."""
    rows = Attendance.objects.filter(
        episode__in=list(episodes), session__starts_at__lt=session.starts_at
    ).order_by("-session__starts_at")
    found: dict[int, tuple[Seen, ...]] = {}
    for client, day, group, state, reason in rows.values_list(
        "client_id", "day", "session__series__name", "state", "reason"
    ):
        before = found.get(client, ())
        if len(before) < LOOKS_BACK:
            found[client] = (*before, Seen(day, group, state in HERE, state, reason))
    return found

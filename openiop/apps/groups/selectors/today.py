"""A day of a facilitator: their groups in order, their appointments, and what is not saved yet."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, Q

from openiop.apps.accounts.models import Site
from openiop.apps.admissions.models import Episode
from openiop.apps.audit.services import note_read
from openiop.apps.clients.models import Client, NoContact
from openiop.apps.core.actor import Actor
from openiop.apps.groups.models import Attendance
from openiop.apps.groups.policies import opens_at
from openiop.apps.groups.selectors.hours import HoursRow, hours_of, week_at
from openiop.apps.groups.selectors.sheet import roster
from openiop.apps.schedule.models import Appointment, Enrollment, Session
from openiop.apps.schedule.selectors.absences import away_between
from openiop.domain.absences import Away, away_from
from openiop.domain.attendance import HERE

LOOK_BACK_DAYS = 14
"""How far back unsaved sheets and untold absences are listed."""


@dataclass(frozen=True, slots=True)
class GroupToday:
    """One session of the day. `here` and `marked` count what is saved."""

    session: Session
    people: tuple[Client, ...]
    guests: int
    waiting: int
    new: tuple[Client, ...]
    short: tuple[HoursRow, ...]
    apart: tuple[tuple[Client, Client], ...]
    away: tuple[Client, ...]
    marked: int
    here: int
    is_open: bool

    @property
    def expected(self) -> int:
        """How many people are expected."""
        return len(self.people)

    @property
    def is_cancelled(self) -> bool:
        """Tell whether the session will not take place."""
        return self.session.state == "cancelled"

    @property
    def is_complete(self) -> bool:
        """Tell whether everyone expected is marked."""
        return self.marked >= self.expected


@dataclass(frozen=True, slots=True)
class Today:
    """The page: the day's groups and appointments; older sheets that lack marks; absences nobody asked about."""

    day: date
    groups: tuple[GroupToday, ...]
    appointments: tuple[Appointment, ...]
    unsaved: tuple[tuple[Session, int], ...]
    untold: tuple[Attendance, ...]


def read_today(by: Actor, site: Site, day: date, *, mine: bool, at: datetime) -> Today:
    """Return the actor's day at a site (or everyone's) and note in the trail that it was opened.

    A fixed number of queries, however many groups and people.
    """
    note_read(by=by, action="today.read", subject=site)
    sessions = list(_sessions(by, site, mine=mine).filter(day=day).order_by("starts_at", "id"))
    visits = Appointment.objects.filter(site=site, day=day).select_related("client", "staff", "room")
    if mine:
        visits = visits.filter(staff_id=by.user_id)
    return Today(
        day=day,
        groups=_groups(site, day, sessions, at=at),
        appointments=tuple(visits.order_by("starts_at", "id")),
        unsaved=_unsaved(by, site, mine=mine, at=at),
        untold=_untold(by, site, mine=mine, day=day),
    )


def _sessions(by: Actor, site: Site, *, mine: bool) -> Any:
    rows = Session.objects.filter(site=site).select_related(
        "site", "slot", "series", "room", "lead", "co_lead"
    )
    return rows.filter(Q(lead_id=by.user_id) | Q(co_lead_id=by.user_id)) if mine else rows


def _groups(site: Site, day: date, sessions: Sequence[Session], *, at: datetime) -> tuple[GroupToday, ...]:
    expected = roster(sessions)
    episodes = {episode.pk: episode for people in expected.values() for episode, _guest in people.values()}
    for episode in episodes.values():
        episode.site = site
    hours = hours_of(list(episodes.values()), [week_at(site, day)], at=at) if episodes else {}
    short = {rows[0].episode.client_id: rows[0] for rows in hours.values() if rows[0].is_at_risk}
    clients = [episode.client_id for episode in episodes.values()]
    known, apart = _known(clients, day), _apart(clients)
    marks, waiting = _marks(sessions), _waiting(sessions)
    away = away_between(list(episodes), day, day)
    return tuple(
        _group(
            session,
            expected[session.pk],
            short=short,
            known=known,
            apart=apart,
            marks=marks.get(session.pk, {}),
            waiting=waiting.get(session.slot_id, 0),
            away=away,
            at=at,
        )
        for session in sessions
    )


def _group(
    session: Session,
    people: dict[int, tuple[Episode, str]],
    *,
    short: dict[int, HoursRow],
    known: set[int],
    apart: set[tuple[int, int]],
    marks: dict[int, bool],
    waiting: int,
    away: dict[int, list[Away]],
    at: datetime,
) -> GroupToday:
    clients = {pk: episode.client for pk, (episode, _guest) in people.items()}
    absent = {
        pk
        for pk, (episode, _guest) in people.items()
        if away_from(away.get(episode.pk, ()), session.starts_at, session.ends_at) and pk not in marks
    }
    named = sorted(clients.values(), key=lambda client: (client.search_key, client.pk))
    return GroupToday(
        session=session,
        people=tuple(named),
        guests=sum(bool(guest) for _episode, guest in people.values()),
        waiting=waiting,
        new=tuple(client for client in named if client.pk not in known),
        short=tuple(short[client.pk] for client in named if client.pk in short),
        apart=tuple(
            (clients[one], clients[other]) for one, other in apart if one in clients and other in clients
        ),
        away=tuple(client for client in named if client.pk in absent),
        marked=sum(pk in marks for pk in clients),
        here=sum(marks.values()),
        is_open=session.state != "cancelled" and at >= opens_at(session),
    )


def _known(clients: Iterable[int], day: date) -> set[int]:
    """Return who came to any group before the day."""
    rows = Attendance.objects.filter(client_id__in=list(clients), state__in=HERE, day__lt=day)
    return set(rows.values_list("client_id", flat=True).distinct())


def _apart(clients: Sequence[int]) -> set[tuple[int, int]]:
    rows = NoContact.objects.filter(client_id__in=clients, other_id__in=clients, ended_at__isnull=True)
    return set(rows.values_list("client_id", "other_id"))


def _marks(sessions: Sequence[Session]) -> dict[int, dict[int, bool]]:
    """Return who is marked at each session, and whether they were there."""
    found: dict[int, dict[int, bool]] = {}
    rows = Attendance.objects.filter(session__in=sessions)
    for session, client, state in rows.values_list("session_id", "client_id", "state"):
        found.setdefault(session, {})[client] = state in HERE
    return found


def _waiting(sessions: Sequence[Session]) -> dict[int, int]:
    slots = {session.slot_id for session in sessions}
    rows = Enrollment.objects.filter(slot_id__in=slots, state="waiting").values_list("slot_id")
    return dict(rows.annotate(count=Count("id")))


def _unsaved(by: Actor, site: Site, *, mine: bool, at: datetime) -> tuple[tuple[Session, int], ...]:
    """Return sessions that are over with people nobody has marked, the oldest first."""
    rows = _sessions(by, site, mine=mine).filter(
        ends_at__lte=at, starts_at__gte=at - timedelta(days=LOOK_BACK_DAYS)
    )
    sessions = list(rows.exclude(state="cancelled").order_by("starts_at", "id"))
    expected, marks = roster(sessions), _marks(sessions)
    lacking = [
        (session, len(set(expected[session.pk]) - set(marks.get(session.pk, ())))) for session in sessions
    ]
    return tuple((session, people) for session, people in lacking if people)


def _untold(by: Actor, site: Site, *, mine: bool, day: date) -> tuple[Attendance, ...]:
    """Return absences of the last days for which nobody has asked what stood in the way, the newest first."""
    rows = Attendance.objects.filter(
        session__site=site, day__lte=day, day__gte=day - timedelta(days=LOOK_BACK_DAYS), barrier=""
    ).exclude(state__in=HERE)
    if mine:
        rows = rows.filter(Q(session__lead_id=by.user_id) | Q(session__co_lead_id=by.user_id))
    return tuple(rows.select_related("client", "session__series").order_by("-day", "client__search_key"))

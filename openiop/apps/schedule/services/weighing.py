"""What it would do to move a group: what forbids it, whom it suits badly, and how many are moved.

Each rule is the one that the rest of the week is held to; here all of them are asked, so that a page can say
at once everything that stands in the way.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from openiop.apps.accounts.models import User
from openiop.apps.accounts.permissions import Permission
from openiop.apps.admissions.models import Episode
from openiop.apps.clients.models import NoContact
from openiop.apps.core.actor import Actor
from openiop.apps.schedule.asking import free_windows, kept_busy
from openiop.apps.schedule.bookings import dated_others, holders, met_span
from openiop.apps.schedule.fitting import WIDER, Fitting, meetings_of
from openiop.apps.schedule.models import (
    Absence,
    Closure,
    Enrollment,
    GroupSeries,
    Room,
    Session,
    SessionGuest,
    StaffAbsence,
    StaffProfile,
    Travel,
    Window,
)
from openiop.apps.schedule.selectors.tasks import helper_of
from openiop.apps.schedule.services.series import plan_of, refuse_hours, refuse_room
from openiop.apps.schedule.services.words import refuse_clash, refuse_seat
from openiop.domain.errors import Conflict, DomainError, InvalidInput
from openiop.domain.parts import ROOM, part_in
from openiop.domain.schedule.clash import Dated, dated_clash
from openiop.domain.schedule.cover import Chair, Gap, Unfit, unfit
from openiop.domain.schedule.problem import Span
from openiop.domain.schedule.rules import merged, not_free
from openiop.domain.schedule.series import ClosedTime, on_the_clock
from openiop.domain.seats import Meeting, Neighbour

MIDNIGHT = 1440


@dataclass(frozen=True, slots=True)
class Target:
    """Where a session is to stand: day and minute at the site's clock, room (None: by video), who leads."""

    day: date
    start: int
    room: Room | None
    lead: User


@dataclass(frozen=True, slots=True)
class Weighed:
    """What forbids a move, whom it suits badly, and how many people of the group it moves."""

    refusals: tuple[str, ...]
    warnings: tuple[str, ...]
    people: int

    @property
    def is_legal(self) -> bool:
        """Tell whether the move may be made."""
        return not self.refusals


@dataclass(frozen=True, slots=True)
class Seated:
    """Someone who comes to a meeting, and how they take part in a hybrid group."""

    episode: Episode
    part: str


def weigh_session(by: Actor, session: Session, target: Target, *, at: datetime) -> Weighed:
    """Return what moving one session would do. Nothing is changed."""
    span = target_span(session, target)
    people = seated_in(session)
    refusals = heard(_house_checks(session, target, span, at))
    warnings: list[str] = []
    if span.end <= MIDNIGHT:
        wanted = [_wanted(session, target.day, span, one.part) for one in people]
        refusals += refused_people(by, people, wanted, besides=session)
        warnings = [*bad_times(by, people, wanted), *_absent(by, people, session, target, span)]
    return Weighed(tuple(dict.fromkeys(refusals)), tuple(warnings), len(people))


def target_span(session: Session, target: Target) -> Span:
    """Return the weekly time of a target; a session stays as long as it is."""
    return Span(target.day.weekday(), target.start, target.start + met_span(session).minutes)


def seated_in(session: Session) -> list[Seated]:
    """Return who comes to a session: those with a weekly seat that day, and its guests. Two queries."""
    seats = Enrollment.objects.filter(
        Q(state="held") | Q(state="ended", ends_on__gte=session.day),
        slot_id=session.slot_id,
        starts_on__lte=session.day,
    )
    guests = SessionGuest.objects.filter(session=session, ended_at__isnull=True)
    rows = [
        *seats.select_related("episode__site", "episode__client__user"),
        *guests.select_related("episode__site", "episode__client__user"),
    ]
    return [Seated(row.episode, row.modality) for row in rows]


def refused_people(
    by: Actor, people: Sequence[Seated], wanted: Sequence[Meeting], *, besides: Session | None = None
) -> list[str]:
    """Return whom something else or somebody they must not meet keeps from coming, in words.

    `besides`: the session that moves; else the whole slot moves. Neither stands in its own way.
    """
    if not people:
        return []
    ids = {one.episode.client_id for one in people}
    pairs = NoContact.objects.filter(Q(client__in=ids) | Q(other__in=ids), ended_at__isnull=True)
    apart: dict[int, dict[int, bool]] = {pk: {} for pk in ids}
    for one, other, scope in pairs.values_list("client_id", "other_id", "scope"):
        for own, them in ((one, other), (other, one)):
            if own in apart:
                apart[own][them] = apart[own].get(them, False) or scope == WIDER
    everyone = ids | {them for own in apart.values() for them in own}
    first = min(meeting.first for meeting in wanted)
    weeks = meetings_of(everyone, people[0].episode.site.time_zone, first)
    said = []
    for seat, meeting in zip(people, wanted, strict=True):
        own = _without(weeks[seat.episode.client_id], meeting, besides)
        met = tuple(Neighbour(tuple(weeks[k]), wide) for k, wide in apart[seat.episode.client_id].items())
        said += _named(by, seat, heard([_seat_check(by, Fitting(own, met), meeting)]))
    return said


def bad_times(by: Actor, people: Sequence[Seated], wanted: Sequence[Meeting]) -> list[str]:
    """Return whose hours a time does not suit: outside when they can come, or in what keeps them away."""
    ids = [one.episode.client_id for one in people]
    windows: dict[int, list[Window]] = {}
    for row in Window.objects.filter(client__in=ids):
        windows.setdefault(row.client_id, []).append(row)
    minutes = {(row.client_id, row.site_id): row.minutes for row in Travel.objects.filter(client__in=ids)}
    late = []
    for seat, meeting in zip(people, wanted, strict=True):
        own = windows.get(seat.episode.client_id, [])
        span = Span(meeting.weekday, meeting.start, meeting.end)
        travel = minutes.get((seat.episode.client_id, meeting.site or 0), 0)
        free = merged(free_windows(seat.episode, own))
        if not_free(span, travel, free) or any(busy.overlaps(span) for busy in kept_busy(own)):
            late.append(seat)
    words = ngettext(
        "Outside the hours of %(n)s person: %(who)s", "Outside the hours of %(n)s people: %(who)s", len(late)
    )
    return [words % {"n": len(late), "who": _who(by, late)}] if late else []


def refuse_unfit(user: User, series: GroupSeries, span: Span) -> None:
    """Raise where someone may not lead the group: the licence, the service, the track or video lacks."""
    profile = StaffProfile.objects.filter(user=user, site=series.site).first()
    track = series.programs[0] if series.programs else ""
    gap = Gap(Chair.LEAD, track, series.service, span, series.modality == "telehealth")
    lacks = set(unfit(helper_of(profile), gap)) if profile else {Unfit.LICENCE}
    words = {
        Unfit.LICENCE: _("%(name)s has no licence to lead groups here."),
        Unfit.SERVICE: _("%(name)s does not lead groups of this kind."),
        Unfit.TRACK: _("%(name)s does not work in this group's track."),
        Unfit.TELEHEALTH: _("%(name)s does not work by video."),
    }
    for reason, said in words.items():
        if reason in lacks:
            raise Conflict(said % {"name": user.shown_name}, code=f"unfit-{reason}", field="lead")


def _house_checks(
    session: Session, target: Target, span: Span, at: datetime
) -> Iterator[Callable[[], object]]:
    """Yield what the house asks of a move: the row itself, the day, room, people and hours."""
    yield lambda: _refuse_state(session, at)
    yield lambda: _refuse_time(session, target, span, at)
    yield lambda: _refuse_twice(session, target.day)
    yield lambda: _refuse_shut(session, target, span)
    yield lambda: _refuse_leave(session, target)
    plan = plan_of(session.series, target.lead, session.co_lead, target.room)
    plan = replace(plan, spans=(span,), modality=session.modality)
    if session.modality != "telehealth":
        yield lambda: refuse_room(plan)
    if span.end <= MIDNIGHT:
        yield lambda: refuse_hours(session.series, plan)
        yield lambda: _refuse_clash(session, target, span)
    if target.lead.pk != session.lead_id:
        yield lambda: refuse_unfit(target.lead, session.series, span)


def _refuse_state(session: Session, at: datetime) -> None:
    if session.attendance_at is not None:
        raise Conflict(_("Attendance was taken already: this session stays where it was."), code="attended")
    if session.state != "planned" or session.starts_at <= at:
        raise Conflict(_("This session was already held or cancelled."), code="stale")


def _refuse_time(session: Session, target: Target, span: Span, at: datetime) -> None:
    if span.end > MIDNIGHT:
        raise InvalidInput(_("It would end after midnight."), field="start")
    zone = session.site.time_zone
    starts = on_the_clock(target.day, span.start, zone)
    if starts <= at:
        raise InvalidInput(_("That time is past. Choose a later one."), field="day")
    same = (starts, target.room and target.room.pk, target.lead.pk)
    if same == (session.starts_at, session.room_id, session.lead_id):
        raise InvalidInput(_("It stands there already."), field="day", code="same")


def _refuse_twice(session: Session, day: date) -> None:
    """A slot meets once a day: its own next meeting stands where it would be moved to."""
    usual = session.moved_from or session.day
    meets = Session.objects.filter(slot_id=session.slot_id, day=day).exclude(pk=session.pk).exists()
    if meets or (day.weekday() == session.slot.weekday and day != usual):
        raise Conflict(_("This group has a meeting of its own that day."), code="twice", field="day")


def _refuse_shut(session: Session, target: Target, span: Span) -> None:
    here = Q(room__isnull=True) | Q(room=target.room) if target.room else Q(room__isnull=True)
    for row in Closure.objects.filter(here, site=session.site, day=target.day):
        if ClosedTime(row.day, row.start_minute, row.end_minute).closes(target.day, span):
            place = target.room.name if row.room_id and target.room else session.site.name
            raise Conflict(
                _("%(place)s is closed then: %(why)s.") % {"place": place, "why": row.name},
                code="closed", field="day",
            )  # fmt: skip


def _refuse_leave(session: Session, target: Target) -> None:
    people = [user for user in (target.lead, session.co_lead) if user]
    away = StaffAbsence.objects.filter(user__in=people, day=target.day, cancelled_at__isnull=True)
    for row in away.select_related("user"):
        raise Conflict(
            _("%(name)s is away that day.") % {"name": row.user.shown_name}, code="away", field="lead"
        )


def _refuse_clash(session: Session, target: Target, span: Span) -> None:
    if session.co_lead_id == target.lead.pk:
        raise Conflict(
            _("%(name)s helps in this group already.") % {"name": target.lead.shown_name}, field="lead"
        )
    zone = session.site.time_zone
    ids = {pk for pk in (target.lead.pk, session.co_lead_id) if pk}
    room = target.room.pk if target.room else None
    others = dated_others(target.day, client_id=None, staff_ids=ids, room_id=room, besides=session)
    needs = holders(staff=(target.lead, session.co_lead), room=target.room)
    starts, ends = (on_the_clock(target.day, minute, zone) for minute in (span.start, span.end))
    refuse_clash(dated_clash(Dated("", starts, ends, needs), others), zone=zone, field="start")


def _wanted(session: Session, day: date, span: Span, part: str) -> Meeting:
    here = session.site_id if part_in(session.modality, part) == ROOM else None
    return Meeting(
        session.series.name, span.day, span.start, span.end, day, day, slot=session.slot_id, site=here
    )


def _without(week: Iterable[Meeting], wanted: Meeting, session: Session | None) -> list[Meeting]:
    """Return a week without what is about to move: one date of the slot, or the slot."""
    if session is None:
        return [meeting for meeting in week if meeting.slot != wanted.slot]
    usual = session.moved_from or session.day
    return [
        meeting if meeting.slot != wanted.slot else replace(meeting, off=meeting.off | {usual, session.day})
        for meeting in week
    ]


def _seat_check(by: Actor, fit: Fitting, meeting: Meeting) -> Callable[[], object]:
    return lambda: refuse_seat(by, fit.presence(meeting), meeting.name)


def _absent(
    by: Actor, people: Sequence[Seated], session: Session, target: Target, span: Span
) -> Iterator[str]:
    zone = session.site.time_zone
    starts, ends = (on_the_clock(target.day, minute, zone) for minute in (span.start, span.end))
    rows = Absence.objects.filter(
        client__in=[one.episode.client_id for one in people],
        cancelled_at__isnull=True, starts_at__lt=ends, ends_at__gt=starts,
    )  # fmt: skip
    away = set(rows.values_list("client_id", flat=True))
    gone = [one for one in people if one.episode.client_id in away]
    if gone:
        words = ngettext(
            "%(n)s person will be away then: %(who)s", "%(n)s people will be away then: %(who)s", len(gone)
        )
        yield words % {"n": len(gone), "who": _who(by, gone)}


def _who(by: Actor, people: Iterable[Seated]) -> str:
    """Return the names, for those who may open records."""
    if not names_may_be_read(by):
        return _("names are in the record")
    return ", ".join(one.episode.client.shown_name for one in people)


def names_may_be_read(by: Actor) -> bool:
    """Tell whether the actor reads who of the clients stands in the way."""
    return by.may(Permission.CLIENT_VIEW)


def _named(by: Actor, seat: Seated, said: Iterable[str]) -> list[str]:
    name = seat.episode.client.shown_name if names_may_be_read(by) else _("One of the group")
    return [f"{name}: {words}" for words in said]


def heard(checks: Iterable[Callable[[], object]]) -> list[str]:
    """Return what each check refuses, in its words."""
    found = []
    for check in checks:
        try:
            check()
        except DomainError as error:
            found.append(str(error.message))
    return found

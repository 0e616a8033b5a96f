"""The sheet of one session: who is expected, what was marked, and what the facilitator should know."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Count, Q

from openiop.apps.admissions.models import Episode
from openiop.apps.audit.services import note_read
from openiop.apps.clients.models import Client, Consent, NoContact
from openiop.apps.core.actor import Actor
from openiop.apps.groups.models import Attendance, AttendanceRevision
from openiop.apps.groups.policies import closed_because
from openiop.apps.schedule.models import Enrollment, Session, SessionGuest
from openiop.apps.schedule.parts import parts_on
from openiop.apps.schedule.selectors.absences import away_between
from openiop.domain.absences import Away, away_from
from openiop.domain.attendance import HERE, TAKEN_OFF, Mark, Meeting, State
from openiop.domain.errors import NotAllowed
from openiop.domain.parts import part_in
from openiop.domain.seats import SeatState

ATTENDANCE_SCOPE = "attendance"
"""The kind of record a release must name before anyone outside hears who attends."""


@dataclass(frozen=True, slots=True)
class Line:
    """One person on the sheet. `attendance` None: nothing was marked yet. `away`: said ahead to be away.

    `guest`: why somebody without a weekly seat is here (make_up, walk_in); empty where they have one.
    `part`: how they are expected to take part, on_site or telehealth.
    """

    client: Client
    episode: Episode
    attendance: Attendance | None
    guest: str
    is_new_here: bool
    is_new_in_group: bool
    tell: tuple[str, ...]
    apart_from: tuple[str, ...] = ()
    revisions: tuple[AttendanceRevision, ...] = ()
    zone: str = "UTC"
    away: Away | None = None
    part: str = ""

    @property
    def is_guest(self) -> bool:
        """Tell whether they are here for this date alone."""
        return bool(self.guest)

    @property
    def version(self) -> int:
        """The version of the row the reader sees; 0 where there is none."""
        return self.attendance.version if self.attendance else 0

    @property
    def mark(self) -> Mark | None:
        """What is marked, in the site's wall-clock."""
        return mark_of(self.attendance, ZoneInfo(self.zone)) if self.attendance else None


@dataclass(frozen=True, slots=True)
class Sheet:
    """A session with its lines, ordered by name."""

    session: Session
    meeting: Meeting
    lines: tuple[Line, ...]
    closed: NotAllowed | None = None
    counts: dict[str, int] = field(default_factory=dict)
    taken_off: tuple[tuple[AttendanceRevision, ...], ...] = ()
    """What was kept of guests who were added by mistake, newest first for each."""

    @property
    def is_saved(self) -> bool:
        """Tell whether attendance was taken already."""
        return self.session.attendance_at is not None

    @property
    def unmarked(self) -> int:
        """How many people nobody has marked."""
        return sum(line.attendance is None for line in self.lines)

    @property
    def here(self) -> int:
        """How many took part."""
        return sum(bool(line.attendance and line.attendance.state in HERE) for line in self.lines)


def read_sheet(by: Actor, session: Session, *, at: datetime) -> Sheet:
    """Return the sheet and note in the trail that it was opened."""
    note_read(by=by, action="sheet.read", subject=session)
    return sheet_of(session, at=at)


def sheet_of(session: Session, *, at: datetime) -> Sheet:
    """Return everyone expected at the session or marked there.

    Eight queries, however many people; two more for a hybrid group.
    """
    marked = marks_of(session)
    people = roster([session])[session.pk]
    for row in marked.values():
        people.setdefault(row.client_id, (row.episode, ""))
    ids = list(people)
    known, here_before = _first_times(session, ids)
    tell, apart, former = _may_tell(ids, session.day), _apart(people), _revisions(session)
    parts = parts_on(session)
    away = away_between([episode.pk for episode, _guest in people.values()], session.day, session.day)
    lines = [
        Line(
            client=episode.client,
            episode=episode,
            attendance=marked.get(pk),
            guest=guest,
            is_new_here=pk not in here_before,
            is_new_in_group=pk not in known,
            tell=tell.get(pk, ()),
            apart_from=apart.get(pk, ()),
            revisions=former.get(marked[pk].pk, ()) if pk in marked else (),
            zone=session.site.time_zone,
            away=away_from(away.get(episode.pk, ()), session.starts_at, session.ends_at),
            part=part_in(session.modality, parts.get(pk, "")),
        )
        for pk, (episode, guest) in people.items()
    ]
    return Sheet(
        session=session,
        meeting=meeting_of(session),
        lines=tuple(sorted(lines, key=lambda line: (line.client.search_key, line.client.pk))),
        closed=closed_because(session, at=at),
        taken_off=tuple(rows for rows in former.values() if rows[0].attendance.state == TAKEN_OFF),
    )


def marks_of(session: Session) -> dict[int, Attendance]:
    """Return the session's attendance rows by client."""
    rows = Attendance.objects.filter(session=session).select_related("episode__client", "recorded_by")
    found: dict[int, Attendance] = {}
    for row in rows:
        row.session, row.client = session, row.episode.client
        found[row.client_id] = row
    return found


def roster(sessions: Sequence[Session]) -> dict[int, dict[int, tuple[Episode, str]]]:
    """Return who is expected at each session: {session: {client: (episode, why a guest)}}. Two queries.

    The reason is empty where the client holds a weekly seat.
    """
    expected: dict[int, dict[int, tuple[Episode, str]]] = {session.pk: {} for session in sessions}
    if not sessions:
        return expected
    days = [session.day for session in sessions]
    seats = seats_between(min(days), max(days)).filter(slot_id__in={session.slot_id for session in sessions})
    by_slot: dict[int, list[Enrollment]] = {}
    for seat in seats.select_related("episode__client").order_by("id"):
        by_slot.setdefault(seat.slot_id, []).append(seat)
    for session in sessions:
        for seat in by_slot.get(session.slot_id, ()):
            if holds_on(seat, session.day):
                expected[session.pk][seat.client_id] = (seat.episode, "")
    guests = SessionGuest.objects.filter(session__in=sessions, ended_at__isnull=True)
    for guest in guests.select_related("episode__client").order_by("id"):
        expected[guest.session_id].setdefault(guest.client_id, (guest.episode, guest.reason))
    return expected


def seats_between(first: date, last: date) -> Any:
    """Return the enrolments that hold a seat on any day from `first` to `last`."""
    return Enrollment.objects.filter(
        Q(ends_on__isnull=True, state=SeatState.HELD) | Q(ends_on__gte=first, state=SeatState.ENDED),
        starts_on__lte=last,
    )


def holds_on(seat: Enrollment, day: date) -> bool:
    """Tell whether the seat is held on the day. A seat that ended counts until its last day."""
    return seat.starts_on <= day and (seat.ends_on is None or day <= seat.ends_on)


def meeting_of(session: Session) -> Meeting:
    """Return the session in wall-clock minutes of its day."""
    zone = ZoneInfo(session.site.time_zone)
    return Meeting(
        start_minute=minute_of(session.starts_at, zone),
        end_minute=minute_of(session.ends_at, zone),
        modality=part_in(session.modality, ""),
    )


def minute_of(instant: datetime, zone: ZoneInfo) -> int:
    """Return the minutes after local midnight that the clock on the wall shows."""
    local = instant.astimezone(zone)
    return local.hour * 60 + local.minute


def mark_of(row: Attendance, zone: ZoneInfo) -> Mark:
    """Return what a row says. Times equal to the whole session are left out, as `settled` does."""
    arrived = minute_of(row.arrived_at, zone) if row.arrived_at and row.state == State.LATE else None
    left = minute_of(row.left_at, zone) if row.left_at and row.left_at < row.session.ends_at else None
    return Mark(
        state=State(row.state),
        arrived=arrived,
        left=left if row.state in HERE else None,
        modality=row.modality,
        reason=row.reason,
        barrier=row.barrier,
        words=row.words,
    )


def _first_times(session: Session, ids: Iterable[int]) -> tuple[set[int], set[int]]:
    """Return who came to this group before, and who came to any group before."""
    rows = (
        Attendance.objects.filter(
            client_id__in=list(ids), state__in=HERE, session__starts_at__lt=session.starts_at
        )
        .values("client_id")
        .annotate(times=Count("id", filter=Q(session__series_id=session.series_id)))
    )
    found = list(rows)
    return {row["client_id"] for row in found if row["times"]}, {row["client_id"] for row in found}


def _may_tell(ids: Iterable[int], day: date) -> dict[int, tuple[str, ...]]:
    """Return who outside may hear of each client's attendance: the recipients of releases in force."""
    rows = Consent.objects.filter(
        Q(expires_on__isnull=True) | Q(expires_on__gte=day),
        client_id__in=list(ids),
        kind="release",
        signed_at__isnull=False,
        revoked_at__isnull=True,
    ).only("client_id", "recipient", "scopes")
    found: dict[int, tuple[str, ...]] = {}
    for row in rows.order_by("id"):
        if ATTENDANCE_SCOPE in row.scopes and row.recipient:
            found[row.client_id] = (*found.get(row.client_id, ()), row.recipient)
    return found


def _apart(people: dict[int, tuple[Episode, str]]) -> dict[int, tuple[str, ...]]:
    """Return, for each client, the others on this sheet they must not meet."""
    pairs = NoContact.objects.filter(client_id__in=people, other_id__in=people, ended_at__isnull=True)
    found: dict[int, tuple[str, ...]] = {}
    for one, other in pairs.values_list("client_id", "other_id"):
        for this, that in ((one, other), (other, one)):
            found[this] = (*found.get(this, ()), people[that][0].client.shown_name)
    return found


def _revisions(session: Session) -> dict[int, tuple[AttendanceRevision, ...]]:
    """Return the former values on the sheet by row, newest first."""
    rows = AttendanceRevision.objects.filter(attendance__session=session).select_related(
        "attendance__client", "replaced_by"
    )
    found: dict[int, tuple[AttendanceRevision, ...]] = {}
    for row in rows.order_by("-version", "-id"):
        found[row.attendance_id] = (*found.get(row.attendance_id, ()), row)
    return found

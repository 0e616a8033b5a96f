"""Taking attendance: the whole sheet in one transaction, and nobody's entry lost."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from openiop.apps.admissions.models import Episode
from openiop.apps.audit.services import Recorder, recording
from openiop.apps.core.actor import Actor
from openiop.apps.groups.counting import countable_minutes_of
from openiop.apps.groups.models import Attendance, AttendanceRevision
from openiop.apps.groups.policies import closed_because
from openiop.apps.groups.selectors.sheet import mark_of, marks_of, meeting_of, roster
from openiop.apps.schedule.lists import attendance_lists
from openiop.apps.schedule.models import Session
from openiop.apps.schedule.services.seats import refuse_after_end
from openiop.domain.attendance import HERE, Mark, WrongMark, settled
from openiop.domain.errors import Conflict, InvalidInput, NotAllowed

LONGEST_WHY = 300


@dataclass(frozen=True, slots=True)
class Entry:
    """One person's mark with the version of the row the writer had before their eyes (0: none)."""

    client_id: str
    mark: Mark
    version: int = 0


@dataclass(frozen=True, slots=True)
class Saved:
    """What became of a save: rows new, corrected and left as they were."""

    new: int
    corrected: int
    unchanged: int


class WrongEntries(InvalidInput):
    """Some lines cannot be right. `lines` names each client's field with its error; nothing was saved."""

    def __init__(self, lines: Mapping[str, WrongMark]) -> None:
        """Keep the errors by client."""
        super().__init__(
            _("Some lines need another look. Nothing was saved yet; what you entered is still here."),
            code="wrong-entries",
        )
        self.lines = dict(lines)


class AttendanceConflict(Conflict):
    """Someone else saved other marks meanwhile. `rows` holds theirs by client; nothing was saved."""

    def __init__(self, rows: Mapping[str, Attendance]) -> None:
        """Keep what the other saved."""
        super().__init__(
            _(
                "Someone else marked some of the same people differently while this page was open. Nothing was saved yet; compare and save again."
            ),
            code="attendance-changed",
        )
        self.rows = dict(rows)


def record_attendance(
    *, by: Actor, session: Session, marks: Sequence[Entry], at: datetime, why: str = ""
) -> Saved:
    """Save the marks of a session, all or none. Saving the same again changes nothing.

    A mark that differs from a saved one is a correction: it needs `why`, and the former value is kept.
    Raises WrongEntries, AttendanceConflict, NotAllowed (cancelled, not begun, not expected), InvalidInput (why).
    """
    with recording(by=by, at=at) as record:
        session = _fresh(session)
        refused = closed_because(session, at=at)
        if refused is not None:
            raise refused
        sheet = _Sheet(record, session, why.strip())
        plan = [(entry, sheet.person(entry), sheet.row(entry)) for entry in _settled(session, marks)]
        sheet.check(plan)
        new = [(entry, episode) for entry, episode, row in plan if row is None]
        corrected = [(entry, row) for entry, _episode, row in plan if row and sheet.differs(entry, row)]
        sheet.create(new)
        for entry, row in corrected:
            sheet.correct(entry, row)
        if new or corrected:
            sheet.close()
    return Saved(len(new), len(corrected), len(plan) - len(new) - len(corrected))


def _fresh(session: Session) -> Session:
    """Read the session again inside the transaction: it may have been cancelled meanwhile."""
    row: Session = Session.objects.select_related("site", "series", "slot").get(pk=session.pk)
    return row


def _settled(session: Session, marks: Sequence[Entry]) -> list[Entry]:
    """Bring each mark into its proper form, or name every line that cannot be right."""
    meeting, lists = meeting_of(session), attendance_lists()
    good, wrong = [], {}
    for entry in marks:
        try:
            good.append(Entry(entry.client_id, settled(entry.mark, meeting, lists), entry.version))
        except WrongMark as error:
            wrong[entry.client_id] = error
    if wrong:
        raise WrongEntries(wrong)
    return good


class _Sheet:
    """The rows of one save, inside its transaction."""

    def __init__(self, record: Recorder, session: Session, why: str) -> None:
        self.record, self.session, self.why = record, session, why
        self.zone = ZoneInfo(session.site.time_zone)
        self.rows = {row.client.public_id: row for row in marks_of(session).values()}
        expected = roster([session])[session.pk].values()
        self.people = {episode.client.public_id: episode for episode, _guest in expected}

    def person(self, entry: Entry) -> Episode:
        """Return the episode of someone who belongs on the sheet."""
        row = self.rows.get(entry.client_id)
        episode = self.people.get(entry.client_id) or (row.episode if row else None)
        if episode is None:
            raise NotAllowed(
                _("Someone on the sheet has no seat in this session any more. Reload the page."),
                code="not-expected",
            )
        return episode

    def row(self, entry: Entry) -> Attendance | None:
        """Return what is saved for the person."""
        return self.rows.get(entry.client_id)

    def differs(self, entry: Entry, row: Attendance) -> bool:
        """Tell whether the mark says something other than the row."""
        return mark_of(row, self.zone) != entry.mark

    def check(self, plan: Sequence[tuple[Entry, Episode, Attendance | None]]) -> None:
        """Refuse to write over what the writer never saw, care after its end, corrections without a reason."""
        changes = [(entry, row) for entry, _episode, row in plan if row and self.differs(entry, row)]
        theirs = {entry.client_id: row for entry, row in changes if row.version != entry.version}
        if theirs:
            raise AttendanceConflict(theirs)
        for entry, episode, row in plan:
            if entry.mark.is_here and (row is None or self.differs(entry, row)):
                refuse_after_end(episode, self.session.day)
        check_why(self.why, needed=bool(changes))

    def create(self, new: Sequence[tuple[Entry, Episode]]) -> None:
        """Write the rows of people who had none."""
        rows = [
            Attendance(
                organization_id=self.session.organization_id,
                session=self.session,
                client=episode.client,
                episode=episode,
                day=self.session.day,
                part2=episode.part2,
                created_at=self.record.at,
                **self._values(entry.mark),
            )
            for entry, episode in new
        ]
        for row in Attendance.objects.bulk_create(rows):
            self.rows[row.client.public_id] = row
            self.record("attendance.marked", subject=row, client=row.client, data=self._words(row))

    def correct(self, entry: Entry, row: Attendance) -> None:
        """Keep the former value and write the new one."""
        former = row.state
        write_over(self.record, row, self._values(entry.mark), why=self.why)
        words = self._words(row) | {"former": former, "why": self.why}
        self.record("attendance.corrected", subject=row, client=row.client, data=words)

    def close(self) -> None:
        """Tell the session that its attendance was taken."""
        if self.session.attendance_at is None:
            Session.objects.filter(pk=self.session.pk).update(attendance_at=self.record.at, state="held")
        here = sum(row.state in HERE for row in self.rows.values())
        data = {"group": self.session.series.name, "day": self.session.day.isoformat()}
        self.record(
            "attendance.recorded", subject=self.session, data=data | {"present": here, "of": len(self.rows)}
        )

    def _values(self, mark: Mark) -> dict[str, Any]:
        """Return the columns of a mark."""
        arrived = self._instant(mark.arrived) if mark.arrived is not None else self.session.starts_at
        left = self._instant(mark.left) if mark.left is not None else self.session.ends_at
        return {
            "state": str(mark.state),
            "arrived_at": arrived if mark.is_here else None,
            "left_at": left if mark.is_here else None,
            "modality": mark.modality,
            "reason": mark.reason,
            "barrier": mark.barrier,
            "words": mark.words,
            "countable_minutes": countable_minutes_of(self.session, arrived, left) if mark.is_here else 0,
            "recorded_at": self.record.at,
            "recorded_by_id": self.record.by.user_id,
        }

    def _instant(self, minute: int) -> datetime:
        """Return the instant at which the wall clock shows the minute on the session's day."""
        start = self.session.starts_at.astimezone(self.zone)
        hours, minutes = divmod(minute, 60)
        return start.replace(hour=hours, minute=minutes, second=0, microsecond=0)

    def _words(self, row: Attendance) -> dict[str, Any]:
        return {
            "group": self.session.series.name,
            "day": self.session.day.isoformat(),
            "state": row.state,
            "minutes": row.countable_minutes,
        }


def write_over(record: Recorder, row: Attendance, values: Mapping[str, Any], *, why: str) -> None:
    """Keep what a row says and write other values over it; AttendanceConflict where it changed meanwhile."""
    AttendanceRevision.objects.create(
        organization_id=row.organization_id,
        attendance=row,
        version=row.version,
        former=former_of(row),
        replaced_at=record.at,
        replaced_by_id=record.by.user_id,
        why=why,
        created_at=record.at,
    )
    new = {**values, "version": row.version + 1}
    if Attendance.objects.filter(pk=row.pk, version=row.version).update(**new) != 1:
        raise AttendanceConflict({row.client.public_id: row})
    for name, value in new.items():
        setattr(row, name, value)


def check_why(why: str, *, needed: bool) -> None:
    """Refuse a correction without its reason, and a reason that is too long."""
    if needed and not why:
        raise InvalidInput(
            _("Say in a few words why the attendance is corrected."), code="why-missing", field="why"
        )
    if len(why) > LONGEST_WHY:
        raise InvalidInput(
            _("Keep the reason under %(most)s characters.") % {"most": LONGEST_WHY},
            code="why-too-long",
            field="why",
        )


def former_of(row: Attendance) -> dict[str, Any]:
    """Return a row's value as plain data, as it is kept when replaced."""
    return {
        "state": row.state,
        "arrived_at": row.arrived_at.isoformat() if row.arrived_at else None,
        "left_at": row.left_at.isoformat() if row.left_at else None,
        "modality": row.modality,
        "reason": row.reason,
        "barrier": row.barrier,
        "words": row.words,
        "countable_minutes": row.countable_minutes,
        "recorded_at": row.recorded_at.isoformat(),
        "recorded_by": row.recorded_by.shown_name if row.recorded_by else "",
    }

"""What somebody changed since a plan was made: each change is set beside the rows as they are now."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

from openiop.apps.schedule.models import Appointment, Enrollment, GroupSeries, Session
from openiop.apps.timetable.drafting import staffing_values
from openiop.apps.timetable.models import Plan, PlanMove
from openiop.apps.timetable.reading import staffing_of
from openiop.apps.timetable.services.applying import Change
from openiop.domain.schedule.cover import Chair


def stale_changes(plan: Plan, changes: Sequence[Change]) -> dict[int, str]:
    """Return, by a move's number, in words that it is not as the plan found it. Four queries; seats are filled in."""
    now = _Now(plan, [change.move for change in changes])
    found = {}
    for change in changes:
        change.seats.extend(now.seats.get(change.move.client_id or 0, ()))
        words = now.words(change)
        if words:
            found[change.move.number] = words
    return found


class _Now:
    """The rows that a plan's moves are about, as they are now."""

    def __init__(self, plan: Plan, moves: Sequence[PlanMove]) -> None:
        clients = {move.client_id for move in moves if move.client_id}
        self.seats: dict[int, list[Enrollment]] = {}
        held = Enrollment.objects.filter(
            client_id__in=clients, slot__series__site_id=plan.site_id, slot__series__countable=True, state="held"
        )  # fmt: skip
        for row in held.select_related("slot__series__site", "client", "episode"):
            self.seats.setdefault(row.client_id, []).append(row)
        series = GroupSeries.objects.filter(pk__in=[move.series_id for move in moves if move.series_id])
        self.series = {row.pk: row for row in series.select_related("lead", "co_lead", "room")}
        sessions = Session.objects.filter(pk__in=[move.session_id for move in moves if move.session_id])
        self.sessions = {row.pk: row for row in sessions.select_related("lead", "co_lead")}
        visits = Appointment.objects.filter(
            client_id__in=[move.client_id for move in moves if move.kind == "visit"], state="planned"
        )
        self.visits = list(visits)

    def words(self, change: Change) -> str:
        """Return in words that somebody changed this meanwhile, or nothing."""
        kinds = {
            "week": self._week, "staffing": self._staffing, "cover": self._cover, "cancel": self._cancel,
            "visit": self._visit,
        }  # fmt: skip
        return kinds[change.move.kind](change)

    def _week(self, change: Change) -> str:
        same = {row.slot.public_id for row in change.seats} == set(change.before["slots"])
        return "" if same else _("Someone changed this client's week meanwhile.")

    def _staffing(self, change: Change) -> str:
        series = self.series[change.move.series_id or 0]
        same = staffing_values(staffing_of(series)) == _people(change.before)
        fresh = change.is_back or series.version == change.before["version"]
        return "" if same and fresh else _("Someone changed this group meanwhile.")

    def _cover(self, change: Change) -> str:
        session = self.sessions[change.move.session_id or 0]
        person = session.lead if change.move.before["chair"] == Chair.LEAD else session.co_lead
        same = person is not None and person.public_id == change.before["staff"]
        return "" if same and session.state == "planned" else _("Someone changed this session meanwhile.")

    def _cancel(self, change: Change) -> str:
        if change.is_back:
            return _("A session that was called off stays called off: people were told.")
        return self._cover(change)

    def _visit(self, change: Change) -> str:
        words = _("Someone changed this one-to-one session meanwhile.")
        own = [row for row in self.visits if row.client_id == change.move.client_id]
        if change.is_back:
            made = set(change.before.get("made", []))
            is_taken_back = not change.before or any(row.public_id in made for row in own)
            return "" if is_taken_back else words
        if change.move.appointment_id is not None:
            row = next((one for one in own if one.pk == change.move.appointment_id), None)
            return "" if row and row.starts_at.isoformat() == change.before["starts_at"] else words
        fresh = [row for row in own if row.created_at > change.move.plan.made_at]
        return words if _booked(fresh, change.after) else ""


def _booked(own: Iterable[Appointment], wanted: dict[str, Any]) -> bool:
    """Tell whether one of these sessions is of that kind and in that week."""
    day = datetime.fromisoformat(wanted["starts_at"]).date()
    monday = day - timedelta(days=day.weekday())
    return any(row.kind == wanted["kind"] and monday <= row.day <= monday + timedelta(days=6) for row in own)


def _people(values: dict[str, Any]) -> dict[str, Any]:
    return {name: values[name] for name in ("lead", "co_lead", "room")}

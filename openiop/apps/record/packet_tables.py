"""The tables of a chart on paper: attendance and hours, consents, levels of care, documents."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from openiop import catalog
from openiop.apps.admissions.models import Determination
from openiop.apps.clients.consent_values import zone_of
from openiop.apps.clients.models import Client
from openiop.apps.clients.selectors.consents import standings
from openiop.apps.core.clock import local
from openiop.apps.core.words import date_pattern, day_words
from openiop.apps.files.selectors.files import files_of
from openiop.apps.groups.models import Attendance
from openiop.apps.groups.presenters import MODES, state_words
from openiop.apps.schedule.models import Appointment
from openiop.apps.schedule.services.words import kinds
from openiop.domain.levelofcare import Level
from openiop.domain.packets import Choice

Table = dict[str, Any]


def attendance_tables(client: Client, choice: Choice) -> list[Table]:
    """Return the hours of each week, each group with what became of it, and the appointments."""
    days = {"client": client, "day__range": (choice.first, choice.last)}
    marks = list(
        Attendance.objects.filter(**days)
        .select_related("session__series")
        .order_by("session__starts_at", "id")
    )
    visits = list(Appointment.objects.filter(**days).exclude(state="planned").order_by("starts_at", "id"))
    groups = [
        [
            _day(mark.day),
            mark.session.series.name,
            str(state_words(mark.state)),
            str(MODES.get(mark.modality, mark.modality)),
            str(mark.countable_minutes),
        ]
        for mark in marks
    ]
    states = {"held": _("Took place"), "no_show": _("Did not come"), "cancelled": _("Cancelled")}
    single = [
        [
            _day(visit.day),
            kinds().get(visit.kind, visit.kind),
            states.get(visit.state, visit.state),
            str(MODES.get(visit.modality, visit.modality)),
            str(_minutes(visit)),
        ]
        for visit in visits
    ]
    head = [_("Day"), _("What"), _("Attendance"), _("How"), _("Minutes that count")]
    found = [
        _table(_("Hours of each week"), [_("Week of"), _("Hours that count")], _weeks(marks, visits)),
        _table(_("Groups"), head, groups),
        _table(_("Appointments"), head, single),
    ]
    return [table for table in found if table["rows"]]


def _weeks(marks: list[Attendance], visits: list[Appointment]) -> list[list[str]]:
    """Return what counted in each week, as the hours of a site are counted."""
    weeks: dict[date, int] = {}
    counted = [(mark.day, mark.countable_minutes) for mark in marks]
    counted += [(visit.day, _minutes(visit)) for visit in visits]
    for day, minutes in counted:
        monday = day - timedelta(days=day.weekday())
        weeks[monday] = weeks.get(monday, 0) + minutes
    return [[_day(monday), _hours(weeks[monday])] for monday in sorted(weeks)]


def _minutes(visit: Appointment) -> int:
    return visit.attended_minutes or 0 if visit.state == "held" and visit.countable else 0


def consent_tables(client: Client, choice: Choice, *, at: Any) -> list[Table]:
    """Return the consents that were signed by the end of the span, the latest first."""
    language, zone = get_language() or "en", zone_of(client)
    lines = [
        [
            one.template.title.in_language(language),
            one.row.recipient or "–",
            _day(local(one.row.signed_at, zone).date()),
            one.words,
        ]
        for one in standings(client, at=at)
        if one.row.signed_at is not None and local(one.row.signed_at, zone).date() <= choice.last
    ]
    head = [_("Form"), _("With whom"), _("Signed on"), _("Today")]
    return [_table(_("Signed consents"), head, lines)] if lines else []


def decision_tables(client: Client, choice: Choice) -> list[Table]:
    """Return the levels of care that were decided in the span."""
    zone = zone_of(client)
    rows = Determination.objects.filter(client=client, signed_at__isnull=False).defer("result")
    lines = [
        [
            _day(local(row.signed_at, zone).date()),
            _level(row.recommended_level),
            _level(row.actual_level),
            row.decision_words or row.discrepancy_words or "–",
            row.signed_name,
        ]
        for row in rows.order_by("signed_at", "id")
        if choice.holds(local(row.signed_at, zone).date())
    ]
    head = [_("Day"), _("Recommended"), _("Decided"), _("In words"), _("Signed by")]
    return [_table(_("Levels of care decided"), head, lines)] if lines else []


def file_tables(client: Client, choice: Choice) -> list[Table]:
    """Return which documents were added in the span; what is withdrawn is another's and is not among them."""
    zone = zone_of(client)
    lines = [
        [
            _day(local(one.row.created_at, zone).date()),
            one.kind,
            one.row.title,
            one.row.source or "–",
            f"{one.format}, {one.row.sha256[:16]}",
        ]
        for one in reversed(files_of(client))
        if one.withdrawn is None and choice.holds(local(one.row.created_at, zone).date())
    ]
    head = [_("Added on"), _("What it is"), _("Title"), _("From whom"), _("File and fingerprint")]
    return [_table(_("List of documents"), head, lines)] if lines else []


def _table(title: str, head: list[str], rows: list[list[str]]) -> Table:
    return {"title": title, "head": head, "rows": rows}


def _day(day: date) -> str:
    return day_words(day, date_pattern())


def _hours(minutes: int) -> str:
    return f"{minutes // 60}:{minutes % 60:02d}"


def _level(key: str) -> str:
    if key not in set(Level):
        return key or "–"
    return catalog.criteria("open-loc").levels[Level(key)].title.in_language(get_language() or "en")

"""The week drawn: as days, as rooms or people by days, and as one day's rooms or people by hours."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from openiop.apps.core import clock
from openiop.web.staff.schedule_words import ONE_TO_ONE
from openiop.web.weekgrid import Week, WeekDay, WeekItem, build_week, item_between, lay_columns

if TYPE_CHECKING:
    from openiop.apps.accounts.models import Site, User
    from openiop.apps.schedule.models import Appointment, Consult, Room
    from openiop.apps.schedule.selectors.week import SiteWeek, WeekRow

DAYS = 6
"""Monday to Saturday."""
TALK = gettext_lazy("First talk")
VISITS: dict[str, str | Promise] = {**ONE_TO_ONE, "assessment": gettext_lazy("Assessment")}


@dataclass(frozen=True, slots=True)
class Naming:
    """Whom the reader may see by name: clients, and people on the way in."""

    clients: bool = False
    enquirers: bool = False


NOBODY = Naming()


@dataclass(frozen=True, slots=True)
class Holding:
    """Something that is drawn because of what it holds: one item, its room (or none) and its people."""

    item: WeekItem
    room: int | None
    people: frozenset[int]


@dataclass(frozen=True, slots=True)
class Cell:
    """What a room or a person has on one day."""

    day: date
    items: tuple[WeekItem, ...]
    note: str | Promise = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One room or person with their days. `key` is the row's public id, empty for no room."""

    key: str
    title: str | Promise
    note: str | Promise
    cells: tuple[Cell, ...]

    @property
    def is_empty(self) -> bool:
        """Tell whether nothing stands on any day."""
        return not any(cell.items or cell.note for cell in self.cells)


def days_of_week(monday: date) -> list[date]:
    """Return the days that a board shows."""
    return [monday + timedelta(days=number) for number in range(DAYS)]


def days_shown(plan: SiteWeek) -> list[date]:
    """Return the days of a week's board: Sunday too where something stands on it."""
    days, sunday = days_of_week(plan.monday), plan.monday + timedelta(days=DAYS)
    held = {row.session.day for row in plan.sessions} | {row.day for row in plan.appointments}
    return [*days, sunday] if sunday in held | {row.day for row in plan.talks} else days


def by_days(plan: SiteWeek, site: Site, today: date, *, visits: bool, names: Naming) -> Week:
    """Return the grid of the groups, or of the one-to-one appointments: together they would crowd."""
    held = _visits(plan, site, names=names) if visits else _groups(plan, site)
    notes: dict[date, str | Promise] = {closure.day: closure.name for closure in plan.closures}
    return build_week(days_shown(plan), (one.item for one in held), today=today, notes=notes)


def by_rooms(plan: SiteWeek, site: Site, rooms: Iterable[Room]) -> list[Line]:
    """Return each room with its days, then what needs none. Nobody is named here."""
    held = [*_groups(plan, site, where=False), *_visits(plan, site, names=NOBODY)]
    lines = [
        Line(
            room.public_id,
            room.name,
            _("%(n)s seats") % {"n": room.seats},
            _cells(plan, [one.item for one in held if one.room == room.pk], _closed(plan, room.pk)),
        )
        for room in rooms
    ]
    known = {room.pk for room in rooms}
    rest = [one.item for one in held if one.room not in known]
    return [*lines, Line("", _("No room"), _("Telehealth, or not given yet"), _cells(plan, rest, {}))]


def by_staff(plan: SiteWeek, site: Site, staff: Iterable[User], *, names: Naming) -> list[Line]:
    """Return each member of the staff with their days, and who else holds a first talk in the week."""
    held = [*_groups(plan, site, who=False), *_visits(plan, site, names=names, who=False)]
    return [
        Line(
            user.public_id,
            user.shown_name,
            "",
            _cells(
                plan,
                [one.item for one in held if user.pk in one.people],
                {day: _("Away") for pk, day in plan.off if pk == user.pk},
            ),
        )
        for user in dict.fromkeys([*staff, *(talk.staff for talk in plan.talks)])
    ]


def one_day(lines: Iterable[Line], day: date) -> Week:
    """Return one day of the rooms or people as columns on a scale of hours."""
    found = [(line, cell) for line in lines for cell in line.cells if cell.day == day]
    return lay_columns(
        WeekDay(
            date=day, items=cell.items, note=cell.note or line.note, title=line.title, key=line.key or "none"
        )
        for line, cell in found
    )


def _cells(plan: SiteWeek, items: list[WeekItem], notes: dict[date, str]) -> tuple[Cell, ...]:
    ordered = sorted(items, key=lambda item: (item.start, item.end))
    return tuple(
        Cell(day, tuple(item for item in ordered if item.day == day), notes.get(day, ""))
        for day in days_shown(plan)
    )


def _closed(plan: SiteWeek, room: int) -> dict[date, str]:
    return {row.day: row.name for row in plan.closures if row.room_id in {None, room}}


def _groups(plan: SiteWeek, site: Site, *, where: bool = True, who: bool = True) -> list[Holding]:
    return [
        Holding(
            _meeting(row, site, where=where, who=who),
            row.session.room_id,
            frozenset(pk for pk in (row.session.lead_id, row.session.co_lead_id) if pk),
        )
        for row in plan.sessions
    ]


def _meeting(row: WeekRow, site: Site, *, where: bool, who: bool) -> WeekItem:
    session = row.session
    cancelled = session.state == "cancelled"
    room = session.room.name if session.room else _("Telehealth")
    parts = [_("%(taken)s of %(seats)s") % {"taken": row.taken, "seats": session.slot.seats}]
    parts += [room] if where else []
    parts += [session.lead.plain_name] if who else []
    return item_between(
        clock.local(session.starts_at, site.time_zone),
        clock.local(session.ends_at, site.time_zone),
        session.series.name,
        href=reverse("session_change", args=[session.public_id]),
        note=" · ".join(parts),
        flag=flag_of(row),
        tone="off" if cancelled else "warn" if row.is_uncovered or row.is_full or row.lacking else "",
        key=session.public_id,
    )


def flag_of(row: WeekRow) -> str:
    """Return what stands out: cancelled and why, nobody to lead it, too few to run, full, people who wait."""
    session = row.session
    if session.state == "cancelled":
        return _("Cancelled: %(why)s") % {"why": session.cancelled_reason}
    said = []
    if row.is_uncovered:
        said.append(_("%(who)s is away") % {"who": session.lead.plain_name})
    if row.lacking:
        said.append(ngettext("%(n)s more to run", "%(n)s more to run", row.lacking) % {"n": row.lacking})
    if row.is_full:
        said.append(_("Full"))
    if row.waiting:
        said.append(_("%(count)s waiting") % {"count": row.waiting})
    return " · ".join(said)


def _visits(plan: SiteWeek, site: Site, *, names: Naming, who: bool = True) -> list[Holding]:
    return [
        *(
            Holding(_visit(row, site, names=names.clients, who=who), row.room_id, frozenset({row.staff_id}))
            for row in plan.appointments
        ),
        *(
            Holding(_talk(row, site, names=names.enquirers, who=who), None, frozenset({row.staff_id}))
            for row in plan.talks
        ),
    ]


def _visit(visit: Appointment, site: Site, *, names: bool, who: bool) -> WeekItem:
    return item_between(
        clock.local(visit.starts_at, site.time_zone),
        clock.local(visit.ends_at, site.time_zone),
        visit.client.shown_name if names else VISITS.get(visit.kind, _("Appointment")),
        href=reverse("appointment", args=[visit.public_id]) if names else "",
        note=visit.staff.shown_name if who else VISITS.get(visit.kind, "") if names else "",
        tone="info",
    )


def _talk(talk: Consult, site: Site, *, names: bool, who: bool) -> WeekItem:
    named = talk.referral.first_name if names and talk.referral else ""
    parts = [str(TALK)] if named else []
    parts += [talk.staff.shown_name] if who else []
    return item_between(
        clock.local(talk.starts_at, site.time_zone),
        clock.local(talk.ends_at, site.time_zone),
        named or TALK,
        href=reverse("referral", args=[talk.referral.public_id]) if names and talk.referral else "",
        note=" · ".join(parts),
        tone="info",
    )

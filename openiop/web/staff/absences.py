"""Planned absences: recorded ahead, with what they excuse and the seats that would make up for it at once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from openiop.apps.accounts.permissions import Permission
from openiop.apps.admissions.selectors.episodes import access_episode, open_episode_of
from openiop.apps.audit.services import note_read
from openiop.apps.core import clock
from openiop.apps.groups.presenters import barrier_help, barrier_words, reason_words
from openiop.apps.groups.selectors.entries import Item
from openiop.apps.groups.selectors.hours import hours_of, week_at
from openiop.apps.groups.selectors.makeups import Offers, offers_for
from openiop.apps.schedule.selectors import access_absence
from openiop.apps.schedule.selectors.absences import absences_of, former_values
from openiop.apps.schedule.services.absences import cancel_absence, change_absence, record_absence
from openiop.apps.schedule.services.words import away_words, kinds
from openiop.domain.dosage import Week
from openiop.domain.errors import DomainError
from openiop.web.forms import show_error
from openiop.web.requests import ActorRequest
from openiop.web.staff.absence_form import AbsenceForm, CancelForm, ChangeForm, initial_of
from openiop.web.staff.client_sections import Section
from openiop.web.staff.hours import HoursLine, line_of
from openiop.web.staff.make_ups import offers_with_words

if TYPE_CHECKING:
    from openiop.apps.clients.models import Client
    from openiop.apps.schedule.models import Absence, AbsenceRevision

MOST_WEEKS = 6
"""So many weeks of an absence are shown with their hours; sessions are not made further ahead."""


@dataclass(frozen=True, slots=True)
class WeekAway:
    """One week of an absence: what it excuses, how the week will end, what would make up for it."""

    week: Week
    line: HoursLine
    items: list[tuple[Item, str]]
    found: Offers | None
    offers: list[tuple[Any, str]]


def absence_new(request: ActorRequest, episode_id: str) -> HttpResponse:
    """Record ahead that a client will be away."""
    episode = access_episode(request.actor, episode_id, permission=Permission.ABSENCE_EDIT)
    form = AbsenceForm(request.POST or None, zone=episode.site.time_zone)
    if request.method == "POST" and form.is_valid():
        try:
            absence = record_absence(by=request.actor, episode=episode, plan=form.plan(), at=clock.now())
        except DomainError as error:
            show_error(form, error)
        else:
            messages.success(request, _("Recorded. Sessions in that time are excused ahead."))
            return redirect("absence", absence.public_id)
    note_read(by=request.actor, action="absence.read", subject=episode, client=episode.client)
    context = {"form": form, "episode": episode, "client": episode.client}
    context["standing"] = _lines(absences_of(episode.client, at=clock.now()))
    return render(request, "staff/absences/new.html", context)


def absence(request: ActorRequest, absence_id: str) -> HttpResponse:
    """Show an absence with what it excuses, week by week; change it or take it back."""
    wanted = Permission.ABSENCE_EDIT if request.method == "POST" else Permission.ATTENDANCE_VIEW
    row = access_absence(request.actor, absence_id, permission=wanted)
    zone = row.episode.site.time_zone
    note_read(by=request.actor, action="absence.read", subject=row, client=row.client)
    cancels = request.method == "POST" and "cancel" in request.POST
    change = ChangeForm(
        request.POST if request.method == "POST" and not cancels else None,
        zone=zone,
        initial=initial_of(row, zone),
    )
    cancel = CancelForm(request.POST if cancels else None, initial={"version": row.version})
    if request.method == "POST":
        saved = _cancel(request, row, cancel) if cancels else _change(request, row, change)
        if saved:
            return redirect("absence", row.public_id)
    return render(request, "staff/absences/absence.html", _context(request, row, change, cancel))


def _change(request: ActorRequest, row: Absence, form: ChangeForm) -> bool:
    """Save what was typed; False with the errors at their fields."""
    if not form.is_valid():
        return False
    data = form.cleaned_data
    try:
        change_absence(
            by=request.actor, absence=row, plan=form.plan(), version=data["version"], why=data["why"], at=clock.now()
        )  # fmt: skip
    except DomainError as error:
        show_error(form, error)
        return False
    messages.success(request, _("Changed. The former value is kept below."))
    return True


def _cancel(request: ActorRequest, row: Absence, form: CancelForm) -> bool:
    if not form.is_valid():
        return False
    data = form.cleaned_data
    try:
        cancel_absence(
            by=request.actor, absence=row, version=data["version"], why=data["why"], at=clock.now()
        )
    except DomainError as error:
        show_error(form, error)
        return False
    messages.success(request, _("Taken back. The sessions stand as booked again."))
    return True


def _context(request: ActorRequest, row: Absence, change: ChangeForm, cancel: CancelForm) -> dict[str, Any]:
    site, at = row.episode.site, clock.now()
    standing = row.cancelled_at is None
    return {
        "absence": row,
        "client": row.client,
        "episode": row.episode,
        "site": site,
        "when": away_words(row.starts_at, row.ends_at, site.time_zone),
        "reason": reason_words(row.reason),
        "barrier": barrier_words(row.barrier),
        "help": barrier_help(row.barrier),
        "weeks": _weeks(row, at=at) if standing else [],
        "former": [_former(one, site.time_zone) for one in former_values(row)],
        "change": change,
        "cancel": cancel,
        "may_edit": standing and request.actor.may_at(Permission.ABSENCE_EDIT, site.pk),
        "may_book": request.actor.may_at(Permission.ENROLL, site.pk),
    }


def _weeks(row: Absence, *, at: datetime) -> list[WeekAway]:
    """Return the weeks the absence touches, from the running one on."""
    episode = row.episode
    zone = episode.site.time_zone
    first = clock.local(max(row.starts_at, min(at, row.ends_at)), zone).date()
    last = clock.local(row.ends_at - timedelta(microseconds=1), zone).date()
    weeks = _weeks_between(week_at(episode.site, first), last)
    rows = hours_of([episode], weeks, at=at)[episode.pk]
    found = []
    for week, hours in zip(weeks, rows, strict=True):
        items = [(item, item.session.series.name if item.session else str(kinds().get(item.kind, item.kind)))
                 for item in hours.items if item.is_ahead]  # fmt: skip
        offers = offers_for(hours, week, at=at) if hours.is_at_risk and week.ends_at > at else None
        found.append(WeekAway(week, line_of(hours, None), items, offers, offers_with_words(offers)))
    return found


def _weeks_between(first: Week, last: date) -> list[Week]:
    weeks = [first]
    while weeks[-1].last < last and len(weeks) < MOST_WEEKS:
        weeks.append(Week(weeks[-1].first + timedelta(days=7), first.zone))
    return weeks


def _former(row: AbsenceRevision, zone: str) -> dict[str, Any]:
    """Return a former value in words."""
    was = row.former
    starts, ends = (datetime.fromisoformat(was[name]) for name in ("starts_at", "ends_at"))
    why = (reason_words(was["reason"]), barrier_words(was["barrier"]), was["words"])
    return {
        "was": ", ".join(part for part in (away_words(starts, ends, zone), *why) if part),
        "at": row.replaced_at,
        "by": row.replaced_by.shown_name if row.replaced_by else "",
        "why": row.why,
    }


def away_card(request: ActorRequest, client: Client) -> Section | None:
    """Planned absences on the client's page, and the way to record one where an episode is open."""
    if not request.actor.may(Permission.ATTENDANCE_VIEW):
        return None
    episode = open_episode_of(client)
    lines = _lines(absences_of(client, at=clock.now()))
    if episode is None and not lines:
        return None
    may_edit = episode is not None and request.actor.may_at(Permission.ABSENCE_EDIT, episode.site_id)
    return Section("staff/absences/card.html", {"episode": episode, "lines": lines, "may_edit": may_edit})


def _lines(rows: list[Absence]) -> list[tuple[Absence, str, str]]:
    return [
        (
            row,
            away_words(row.starts_at, row.ends_at, row.episode.site.time_zone),
            ", ".join(part for part in (reason_words(row.reason), barrier_words(row.barrier)) if part),
        )
        for row in rows
    ]

"""The week of a site: the board, closures, and changes of one session."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from openiop.apps.accounts.permissions import Permission
from openiop.apps.accounts.selectors import access_site, sites_of
from openiop.apps.audit.services import note_read
from openiop.apps.core import clock
from openiop.apps.schedule.selectors import access_session
from openiop.apps.schedule.selectors.cover import substitutes_for
from openiop.apps.schedule.selectors.week import SiteWeek, WeekRow, monday_of, site_week, staff_of, today_at
from openiop.apps.schedule.services.leave import cover_session
from openiop.apps.schedule.services.series import cancel_session, close_day
from openiop.domain.errors import DomainError
from openiop.web.forms import date_input, set_choices, show_error
from openiop.web.requests import ActorRequest
from openiop.web.weekgrid import Week, WeekItem, build_week

if TYPE_CHECKING:
    from openiop.apps.accounts.models import Site, User
    from openiop.apps.schedule.models import Appointment, Session


def week(request: ActorRequest) -> HttpResponse:
    """Show a site's week: groups with their seats, appointments, closures."""
    sites = sites_of(request.actor)
    chosen = request.GET.get("site", "")
    site = access_site(request.actor, chosen) if chosen else sites[0]
    today = today_at(site, at=clock.now())
    monday = monday_of(_day(request.GET.get("from", "")) or today)
    plan = site_week(site, monday)
    visits = request.GET.get("show") == "appointments"
    may_see_clients = request.actor.may(Permission.CLIENT_VIEW)
    if visits and may_see_clients:
        note_read(by=request.actor, action="week.read", subject=site)
    context = {
        "site": site,
        "sites": sites,
        "plan": plan,
        "week": _drawn(plan, site, today, may_see_clients=may_see_clients, visits=visits),
        "visits": visits,
        "kept": "&show=appointments" if visits else "",
        "is_this_week": monday == monday_of(today),
        "previous": (monday - timedelta(days=7)).isoformat(),
        "next": (monday + timedelta(days=7)).isoformat(),
        "may_edit": request.actor.may(Permission.SCHEDULE_EDIT),
        "may_plan": request.actor.may(Permission.SCHEDULE_PLAN),
    }
    return render(request, "staff/schedule/week.html", context)


def _drawn(plan: SiteWeek, site: Site, today: date, *, may_see_clients: bool, visits: bool) -> Week:
    """Return the grid of the groups, or of the one-to-one appointments: together they would crowd."""
    if visits:
        items = [_visit(visit, site, may_see_clients=may_see_clients) for visit in plan.appointments]
    else:
        items = [_meeting(row) for row in plan.sessions]
    notes: dict[date, str | Promise] = {closure.day: closure.name for closure in plan.closures}
    days = [plan.monday + timedelta(days=number) for number in range(6)]
    return build_week(days, items, today=today, notes=notes)


def _meeting(row: WeekRow) -> WeekItem:
    session, slot = row.session, row.session.slot
    cancelled = session.state == "cancelled"
    where = session.room.name if session.room else _("Telehealth")
    seats = _("%(taken)s of %(seats)s") % {"taken": row.taken, "seats": slot.seats}
    return WeekItem(
        session.day,
        slot.start_minute,
        slot.end_minute,
        session.series.name,
        href=reverse("session_change", args=[session.public_id]),
        note=f"{seats} · {where} · {session.lead.plain_name}",
        flag=_flag(row),
        tone="off" if cancelled else "warn" if row.is_uncovered or row.taken >= slot.seats else "",
    )


def _flag(row: WeekRow) -> str:
    """Return what stands out: cancelled and why, nobody to lead it, or people who wait."""
    session = row.session
    if session.state == "cancelled":
        return _("Cancelled: %(why)s") % {"why": session.cancelled_reason}
    if row.is_uncovered:
        return _("%(who)s is away") % {"who": session.lead.plain_name}
    return _("%(count)s waiting") % {"count": row.waiting} if row.waiting else ""


def _visit(visit: Appointment, site: Site, *, may_see_clients: bool) -> WeekItem:
    starts, ends = clock.local(visit.starts_at, site.time_zone), clock.local(visit.ends_at, site.time_zone)
    return WeekItem(
        visit.day,
        starts.hour * 60 + starts.minute,
        ends.hour * 60 + ends.minute,
        visit.client.shown_name if may_see_clients else _("Appointment"),
        href=reverse("appointment", args=[visit.public_id]) if may_see_clients else "",
        note=visit.staff.shown_name,
        tone="info",
    )


class ClosureForm(forms.Form):
    """A day on which the site is closed."""

    day = forms.DateField(label=gettext_lazy("Day"), widget=date_input())
    name = forms.CharField(
        label=gettext_lazy("Why"),
        max_length=120,
        help_text=gettext_lazy("People read this, for example: Labor Day."),
    )


def closure_new(request: ActorRequest, site_id: str) -> HttpResponse:
    """Close a site for a day; its planned sessions are cancelled with the reason."""
    site = access_site(request.actor, site_id)
    form = ClosureForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            close_day(by=request.actor, site=site, at=clock.now(), **form.cleaned_data)
        except DomainError as error:
            show_error(form, error)
        else:
            messages.success(request, _("The day is closed and its sessions are cancelled."))
            return redirect(
                f"{reverse('week')}?site={site.public_id}&from={form.cleaned_data['day'].isoformat()}"
            )
    return render(request, "staff/schedule/closure.html", {"form": form, "site": site})


class SessionForm(forms.Form):
    """What may change about one session: who leads it, or that it does not take place."""

    lead = forms.ChoiceField(label=gettext_lazy("Led by"), required=False)
    reason = forms.CharField(label=gettext_lazy("Reason for cancelling"), max_length=200, required=False)

    def __init__(self, *args: Any, people: list[tuple[str, Any]], **options: Any) -> None:
        """Fill in who could lead."""
        super().__init__(*args, **options)
        set_choices(self, "lead", people)


def session_change(request: ActorRequest, session_id: str) -> HttpResponse:
    """Show one session; let those who may cover or cancel it."""
    session = access_session(request.actor, session_id, permission=Permission.SCHEDULE_VIEW)
    may_edit = request.actor.may(Permission.SCHEDULE_EDIT)
    people = staff_of(request.actor, session.site)
    form = SessionForm(
        request.POST or None,
        people=_leaders(request, session, people) if may_edit else [],
        initial={"lead": session.lead.public_id},
    )
    if request.method == "POST" and form.is_valid():
        try:
            if "cancel" in request.POST:
                cancel_session(
                    by=request.actor, session=session, reason=form.cleaned_data["reason"], at=clock.now()
                )
                messages.success(request, _("The session is cancelled."))
            else:
                chosen = form.cleaned_data["lead"]
                lead = next((person for person in people if person.public_id == chosen), session.lead)
                cover_session(by=request.actor, session=session, lead=lead, at=clock.now())
                messages.success(request, _("%(name)s leads this session.") % {"name": lead.shown_name})
            return redirect("session_change", session.public_id)
        except DomainError as error:
            show_error(form, error)
    return render(
        request,
        "staff/schedule/session.html",
        {"session": session, "form": form, "may_edit": may_edit, "site": session.site},
    )


def _leaders(request: ActorRequest, session: Session, people: list[User]) -> list[tuple[str, Any]]:
    """Return whom to choose from: who leads it, who is qualified and free, and everyone else."""
    fit = [(one.user.public_id, one.user.shown_name) for one in substitutes_for(request.actor, session)]
    known = {session.lead.public_id, *(key for key, _name in fit)}
    rest = [(user.public_id, user.shown_name) for user in people if user.public_id not in known]
    now = (session.lead.public_id, session.lead.shown_name)
    return [now, (str(_("Qualified and free")), fit), (str(_("Everyone else")), rest)]


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None

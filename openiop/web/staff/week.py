"""The week of a site: the board, closures, and changes of one session."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from openiop import catalog
from openiop.apps.accounts.permissions import Permission
from openiop.apps.accounts.selectors import access_site
from openiop.apps.audit.services import note_read
from openiop.apps.core import clock
from openiop.apps.schedule.selectors import access_session
from openiop.apps.schedule.selectors.cover import substitutes_for
from openiop.apps.schedule.selectors.week import (
    SiteWeek,
    monday_of,
    rooms_of,
    site_week,
    staff_at,
    staff_of,
    today_at,
)
from openiop.apps.schedule.services.leave import cover_session
from openiop.apps.schedule.services.series import cancel_session, close_day
from openiop.domain.errors import DomainError
from openiop.web.forms import date_input, set_choices, show_error
from openiop.web.requests import ActorRequest
from openiop.web.staff.chosen import chosen_day, chosen_site
from openiop.web.staff.week_drawn import Naming, by_days, by_rooms, by_staff, days_shown, one_day
from openiop.web.staff.week_short import week_short
from openiop.web.templatetags.openiop import told

if TYPE_CHECKING:
    from openiop.apps.accounts.models import Site, User
    from openiop.apps.schedule.models import Session

SHOWS: dict[str, str | Promise] = {
    "groups": gettext_lazy("Groups"),
    "appointments": gettext_lazy("Appointments"),
    "rooms": gettext_lazy("Rooms"),
    "staff": gettext_lazy("Staff"),
}
BY_LINES = ("rooms", "staff")
"""Views of one line for each room or person; a single day of them is drawn by hours."""

NAMED = ("appointments", "staff")
"""Views that name clients, and those who booked a first talk, to those who may open their records."""


@dataclass(frozen=True, slots=True)
class Links:
    """The board's address: what of it is shown. Each part changes and the others stay."""

    site: str
    show: str
    monday: date
    day: date | None = None
    track: str = ""

    def to(self, **changed: Any) -> str:
        """Return the address with some parts changed. A day is dropped where the view has no single days."""
        parts = {"site": self.site, "show": self.show, "day": self.day, "track": self.track} | changed
        if parts["show"] not in BY_LINES or "from" in parts:
            parts["day"] = None
        parts |= {} if parts["day"] else {"from": parts.get("from", self.monday)}
        return "?" + urlencode({name: str(value) for name, value in parts.items() if value})

    @property
    def before(self) -> str:
        """Return the address of the week or day before."""
        return self._moved(-1)

    @property
    def after(self) -> str:
        """Return the address of the week or day after."""
        return self._moved(1)

    @property
    def whole_week(self) -> str:
        """Return the address of the whole week."""
        return self.to(**{"from": self.monday})

    @property
    def now(self) -> str:
        """Return the address of the running week."""
        return "?" + urlencode({"site": self.site, "show": self.show, "track": self.track})

    def _moved(self, by: int) -> str:
        if self.day is None:
            return self.to(**{"from": self.monday + timedelta(weeks=by)})
        day = self.day + timedelta(days=by)
        return self.to(day=day + timedelta(days=by) if day.weekday() == SUNDAY else day)


SUNDAY = 6
"""The day that the board leaves out."""


def week(request: ActorRequest) -> HttpResponse:
    """Show a site's week: groups by days, appointments, rooms or staff; of these one day by hours as well."""
    site, sites = chosen_site(request)
    today = today_at(site, at=clock.now())
    day = chosen_day(request, "day", date.min)
    monday = monday_of(day if day > date.min else chosen_day(request, "from", today))
    show = request.GET.get("show", "")
    show = show if show in SHOWS else "groups"
    names = Naming(
        clients=request.actor.may(Permission.CLIENT_VIEW),
        enquirers=request.actor.may(Permission.REFERRAL_VIEW),
    )
    if (names.clients or names.enquirers) and show in NAMED:
        note_read(by=request.actor, action="week.read", subject=site)
    whole = site_week(site, monday)
    track = request.GET.get("track", "")
    plan = whole.of_track(track) if track in whole.tracks else whole
    links = Links(
        site.public_id, show, monday, day if day > date.min else None, track if plan is not whole else ""
    )
    context = {
        "site": site,
        "sites": [(links.to(site=row.public_id), row.name, row.pk == site.pk) for row in sites],
        "shows": [(links.to(show=key), words, key == show) for key, words in SHOWS.items()],
        "tracks": [(row.id, told(row.title)) for row in catalog.programs() if row.id in whole.tracks],
        "links": links,
        "monday": monday,
        "show": show,
        "is_this_week": monday == monday_of(today),
        "may_edit": request.actor.may(Permission.SCHEDULE_EDIT),
        "moves": {"rooms": "room", "staff": "lead"}.get(show, "day"),
        "may_plan": request.actor.may(Permission.SCHEDULE_PLAN),
        "hours": week_short(request.actor, site, plan, links.track, at=clock.now()),
        **_drawn(plan, site, today, links, names=names),
    }
    return render(request, "staff/schedule/week.html", context)


def _drawn(plan: SiteWeek, site: Site, today: date, links: Links, *, names: Naming) -> dict[str, Any]:
    """Return what the chosen view draws: a grid of hours, or lines of rooms or people by days."""
    if links.show not in BY_LINES:
        visits = links.show == "appointments"
        return {"week": by_days(plan, site, today, visits=visits, names=names)}
    if links.show == "rooms":
        lines = by_rooms(plan, site, rooms_of(site))
    else:
        lines = by_staff(plan, site, staff_at(site), names=names)
    if links.day:
        return {"week": one_day(lines, links.day)}
    days = [(day, links.to(day=day), day == today) for day in days_shown(plan)]
    return {"lines": lines, "days": days}


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

"""Book a first talk at a real free time of the intake staff. No account: a private link changes it."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext as _

from openiop.apps.accounts.selectors import system_actor
from openiop.apps.admissions.errors import InvalidEnquiry
from openiop.apps.core import clock
from openiop.apps.core.clock import local
from openiop.apps.core.tenancy import tenant
from openiop.apps.core.words import day_words, time_words
from openiop.apps.front.services.asking import ask_for_consult, cancel
from openiop.apps.schedule.selectors.consults import consult_offers, find_consult
from openiop.apps.schedule.services.consults import hold_time
from openiop.domain.consults import spread
from openiop.domain.errors import Conflict
from openiop.web.public.ask_forms import TalkForm
from openiop.web.public.guard import GuardedForm, refuses
from openiop.web.public.house import House, actor_of, house_of
from openiop.web.words import show_problems

if TYPE_CHECKING:
    from openiop.apps.accounts.models import Site
    from openiop.apps.schedule.models import Consult

DAYS = 5


def times(request: HttpRequest, organization: str) -> HttpResponse:
    """Show the free times of the next days; hold the one that is chosen."""
    house = house_of(organization)
    form, at = GuardedForm(request.POST or None), clock.now()
    by, site = actor_of(house.organization), _site(house, request.GET.get("site", ""))
    with tenant(house.organization.pk):
        if request.method == "POST" and form.is_valid() and not refuses(request, form, "talk"):
            try:
                _held, key = hold_time(
                    by=by, site=site, starts_at=_moment(request.POST.get("time", "")), at=at
                )
            except Conflict as error:
                form.add_error(None, error.message)
            else:
                return redirect("talk", key=key)
        found = consult_offers(by, site=site, at=at)
    days = [(day, spread(offers)) for day, offers in sorted(found.items())[:DAYS]]
    page = {"form": form, "house": house, "site": site, "days": days, "stamp": form["stamp"].value()}
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "public/ask/times.html", page, status=status)


def talk(request: HttpRequest, key: str) -> HttpResponse:
    """Confirm the held time with a name and a number; later, show it and let the person take it back."""
    row = find_consult(key)
    if row is None:
        raise Http404
    house = house_of(row.organization.slug)
    with tenant(house.organization.pk):
        if row.state == "held":
            return _confirm(request, house, row, key)
        if request.method == "POST" and "cancel" in request.POST and row.state == "booked":
            row = _take_back(house, row)
    page = {"house": house, "talk": row, "site": row.site, "is_past": row.starts_at <= clock.now()}
    return render(request, "public/ask/talk.html", page)


def _confirm(request: HttpRequest, house: House, row: Consult, key: str) -> HttpResponse:
    form, at = TalkForm(request.POST or None), clock.now()
    if row.held_until <= at:
        return render(request, "public/ask/lapsed.html", {"house": house}, status=410)
    if request.method == "POST" and form.is_valid() and not refuses(request, form, "talk"):
        # Staff read it in the list of referrals, in their language.
        with translation.override("en"):
            when = _("Booked talk: %(when)s") % {"when": _when(row)}
        try:
            enquiry = form.enquiry({**form.cleaned_data, "best_time": when[:60]})
            ask_for_consult(by=actor_of(house.organization), consult=row, enquiry=enquiry, at=at)
        except InvalidEnquiry as error:
            show_problems(form, error.problems)
        except Conflict as error:
            form.add_error(None, error.message)
        else:
            return redirect("talk", key=key)
    page = {"form": form, "house": house, "talk": row, "site": row.site}
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "public/ask/confirm.html", page, status=status)


def _take_back(house: House, row: Consult) -> Consult:
    by = system_actor(house.organization, "Private link")
    with translation.override("en"):
        words = _("The booked talk was cancelled.")
    try:
        return cancel(by=by, consult=row, words=words, at=clock.now())
    except Conflict:
        row.refresh_from_db()
        return row


def _when(row: Consult) -> str:
    starts = local(row.starts_at, row.site.time_zone)
    return f"{day_words(starts.date(), 'D, M j')}, {time_words(starts)}"


def _site(house: House, public_id: str) -> Site:
    """Return the chosen site, or the first one; 404 where there is none."""
    rows = [site for site in house.sites if site.public_id == public_id] or list(house.sites)
    if not rows:
        raise Http404
    return rows[0]


def _moment(text: str) -> datetime:
    """Return the chosen time; what no button of ours sends is a time that is not free."""
    try:
        found: Any = datetime.fromisoformat(text)
    except ValueError:
        found = None
    return found if found is not None and found.tzinfo is not None else clock.now()

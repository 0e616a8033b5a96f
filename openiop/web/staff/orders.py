"""An order that replaces the running one, and the physician's certificate."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from openiop.apps.accounts.permissions import Permission
from openiop.apps.accounts.selectors import people_who_may
from openiop.apps.admissions.errors import StaleOrder
from openiop.apps.admissions.selectors.episodes import access_episode, certificate_of
from openiop.apps.admissions.services.episodes import amend_order, certificate_words, certify_order
from openiop.apps.core import clock
from openiop.apps.schedule.selectors.week import today_at
from openiop.domain.errors import DomainError
from openiop.web.forms import differences, show_error, with_version
from openiop.web.requests import ActorRequest
from openiop.web.signing import SignForm
from openiop.web.staff.order_forms import AmendForm

if TYPE_CHECKING:
    from openiop.apps.admissions.models import Order


def order_new(request: ActorRequest, episode_id: str) -> HttpResponse:
    """Amend the order; the former one keeps its words."""
    row = access_episode(request.actor, episode_id, permission=Permission.ORDER_EDIT)
    former, stale = row.orders.order_by("-number").first(), []
    form = AmendForm(
        request.POST or None,
        physicians=[
            user.shown_name
            for user in people_who_may(request.actor, Permission.ORDER_CERTIFY, at=clock.now())
        ],
        initial=_next_order(former, today_at(row.site, at=clock.now())),
    )
    if request.method == "POST" and form.is_valid():
        try:
            amend_order(
                by=request.actor,
                episode=row,
                dose=form.dose(),
                reason=form.cleaned_data["reason"],
                version=form.cleaned_data["version"],
                certifying_physician=form.cleaned_data["certifying_physician"],
                at=clock.now(),
            )
        except StaleOrder as error:
            show_error(form, error)
            stale = differences(form, _said(former))
            with_version(form, former.number if former else 0)
        except DomainError as error:
            show_error(form, error)
        else:
            messages.success(request, _("The new order is signed."))
            return redirect("episode", row.public_id)
    context = {"form": form, "episode": row, "client": row.client, "former": former, "stale": stale}
    status = 409 if stale else 422 if form.is_bound else 200
    return render(request, "staff/episodes/order.html", context, status=status)


def certify(request: ActorRequest, episode_id: str) -> HttpResponse:
    """Sign that the ordered care is needed."""
    row = access_episode(request.actor, episode_id, permission=Permission.ORDER_CERTIFY)
    order = row.orders.order_by("-number").first()
    if order is None:
        raise Http404
    if certificate_of(order) is not None:
        return redirect("episode", row.public_id)
    form = SignForm(request, request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            certify_order(
                by=request.actor, order=order, signed_name=form.cleaned_data["signed_name"], at=clock.now()
            )
        except DomainError as error:
            show_error(form, error)
        else:
            messages.success(request, _("The order is certified."))
            return redirect("episode", row.public_id)
    context = {
        "form": form,
        "episode": row,
        "client": row.client,
        "order": order,
        "statement": certificate_words(order),
    }
    return render(request, "staff/episodes/certify.html", context, status=422 if form.is_bound else 200)


def _next_order(former: Order | None, today: Any) -> dict[str, Any]:
    start = today + timedelta(days=1)
    base: dict[str, Any] = {"starts_on": start, "review_on": start + timedelta(days=14), "version": 0}
    if former is None:
        return base
    start = max(start, former.starts_on)
    days = {"starts_on": start, "review_on": start + timedelta(days=14)}
    return {**_said(former), **days, "reason": "", "version": former.number}


def _said(order: Order | None) -> dict[str, Any]:
    """Return what an order says, as the form's fields have it."""
    if order is None:
        return {}
    found = {
        f"{end}_{service}": number
        for service, span in order.service_mix.items()
        for end, number in zip(("least", "most"), span, strict=True)
    }
    names = ("weekly_minutes", "weekly_days", "max_weekly_minutes", "modality", "certifying_physician")
    return found | {name: getattr(order, name) for name in (*names, "starts_on", "review_on", "reason")}

"""Emergency access: open it with a reason, close it, and review what was opened."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from openiop.apps.accounts.members import access_emergency, emergencies_of, seen_in
from openiop.apps.accounts.permissions import Permission
from openiop.apps.accounts.policies import REASON_LENGTH
from openiop.apps.accounts.selectors import is_open, open_emergency
from openiop.apps.accounts.services.emergency import (
    close_emergency_access,
    open_emergency_access,
    review_emergency_access,
)
from openiop.apps.audit.selectors import PAGE
from openiop.apps.audit.services import note_read
from openiop.apps.core import clock
from openiop.domain.errors import DomainError
from openiop.web import mails
from openiop.web.requests import ActorRequest


class ReasonForm(forms.Form):
    """Why the records must be opened."""

    reason = forms.CharField(
        label=_("Why do you need it?"),
        help_text=_(
            "For example: “Client of the Oakland site called in crisis, I need the emergency contact.”"
        ),
        min_length=REASON_LENGTH,
        max_length=500,
        widget=forms.Textarea({"rows": 3}),
    )


class OutcomeForm(forms.Form):
    """What the reviewer found."""

    outcome = forms.CharField(
        label=_("What did you find, and what follows from it?"),
        min_length=REASON_LENGTH,
        max_length=500,
        widget=forms.Textarea({"rows": 3}),
    )


def open_access(request: ActorRequest) -> HttpResponse:
    """Show what emergency access is; open it."""
    at = clock.now()
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        url = request.build_absolute_uri(reverse("emergency_reviews"))
        try:
            open_emergency_access(
                by=request.actor,
                reason=form.cleaned_data["reason"],
                at=at,
                alert=lambda addresses: mails.emergency_opened(addresses, url),
            )
        except DomainError as error:
            form.add_error(error.field if error.field in form.fields else None, error.message)
        else:
            messages.warning(
                request, gettext("Emergency access is open for 60 minutes. The directors were told.")
            )
            return redirect("home")
    page = {
        "form": form,
        "glass": open_emergency(request.actor, at=at),
        "sees_everything": request.visit.actor.site_ids is None,
        "may_review": request.actor.may(Permission.REVIEW_GLASS),
    }
    return render(request, "staff/emergency/open.html", page)


def close_access(request: ActorRequest) -> HttpResponse:
    """End emergency access before its time."""
    close_emergency_access(by=request.actor, at=clock.now())
    messages.success(request, gettext("Emergency access is closed."))
    return redirect("home")


def reviews(request: ActorRequest) -> HttpResponse:
    """List the emergency accesses, those that wait for review first."""
    page = {"emergencies": emergencies_of(request.actor), "now": clock.now()}
    return render(request, "staff/emergency/reviews.html", page)


def review(request: ActorRequest, emergency_id: str) -> HttpResponse:
    """Show who opened what and why; write down what a director found."""
    glass = access_emergency(request.actor, emergency_id, permission=Permission.REVIEW_GLASS)
    form = OutcomeForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            review_emergency_access(
                by=request.actor, glass=glass, outcome=form.cleaned_data["outcome"], at=clock.now()
            )
        except DomainError as error:
            form.add_error(error.field if error.field in form.fields else None, error.message)
        else:
            messages.success(request, gettext("The review is kept."))
            return redirect("emergency_reviews")
    before = request.GET.get("before", "")
    note_read(by=request.actor, action="trail.read", subject=glass)
    lines = seen_in(
        request.actor, glass, before=int(before) if before.isdecimal() and len(before) < 18 else None
    )
    page = {
        "glass": glass,
        "form": form,
        "lines": lines,
        "older": f"before={lines[-1].sequence}" if len(lines) == PAGE else "",
        "is_own": glass.user_id == request.actor.user_id,
        "is_open": is_open(glass, at=clock.now()),
        "is_late": glass.reviewed_at is None and glass.review_due_at < clock.now(),
    }
    return render(request, "staff/emergency/review.html", page)

"""The end of a course of care, and taking a mistaken one back: one page for both."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from openiop.apps.accounts.permissions import Permission
from openiop.apps.admissions.selectors.episodes import access_episode
from openiop.apps.core import clock
from openiop.apps.groups.services import discharge_client, discharge_reasons, reopen_episode
from openiop.apps.schedule.selectors.week import client_seats, coming_appointments, today_at
from openiop.domain.discharge import Discharge
from openiop.domain.errors import DomainError
from openiop.web.forms import date_input, set_choices, show_error
from openiop.web.requests import ActorRequest

if TYPE_CHECKING:
    from openiop.apps.admissions.models import Episode


class DischargeForm(forms.Form):
    """Why, when, where to, and in whose words."""

    reason = forms.ChoiceField(label=gettext_lazy("Why the care ends"))
    on = forms.DateField(label=gettext_lazy("Last day of care"), widget=date_input())
    destination = forms.CharField(
        label=gettext_lazy("Where the client goes on"),
        required=False,
        max_length=200,
        help_text=gettext_lazy("The program or therapist, with a telephone number if you have one."),
    )
    words = forms.CharField(
        label=gettext_lazy("In your words"),
        required=False,
        max_length=2000,
        widget=forms.Textarea({"rows": 4}),
        help_text=gettext_lazy(
            "What was reached, what is left, what was tried. Needed where the end was not planned."
        ),
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        """Fill in the catalogue's reasons."""
        super().__init__(*args, **options)
        language = get_language() or "en"
        found = [(row.key, row.title.in_language(language)) for row in discharge_reasons().reasons]
        set_choices(self, "reason", [("", _("Choose one")), *found])

    def said(self) -> Discharge:
        """Return what was entered."""
        return Discharge(**self.cleaned_data)


class ReopenForm(forms.Form):
    """Why a discharge is taken back."""

    reason = forms.CharField(
        label=gettext_lazy("Why the discharge is taken back"),
        max_length=300,
        widget=forms.Textarea({"rows": 3}),
    )


def discharge(request: ActorRequest, episode_id: str) -> HttpResponse:
    """End the care; where it has ended, take that back.

    Which of the two a form asks for is told by what it sends: a colleague may have ended the care meanwhile, and
    a second discharge must not take the first one back.
    """
    row = access_episode(request.actor, episode_id, permission=Permission.ORDER_EDIT)
    ends = "on" in request.POST if request.method == "POST" else row.discharged_at is None
    return _discharge(request, row) if ends else _reopen(request, row)


def _discharge(request: ActorRequest, row: Episode) -> HttpResponse:
    form = DischargeForm(request.POST or None, initial={"on": today_at(row.site, at=clock.now())})
    if request.method == "POST" and form.is_valid():
        try:
            discharge_client(by=request.actor, episode=row, said=form.said(), at=clock.now())
        except DomainError as error:
            show_error(form, error)
        else:
            messages.success(request, _("The care has ended. Seats and appointments are free for others."))
            return redirect("client", row.client.public_id)
    context = {
        "form": form,
        "episode": row,
        "client": row.client,
        "seats": client_seats(row.client),
        "visits": coming_appointments(row.client, at=clock.now()),
    }
    return render(request, "staff/episodes/discharge.html", context, status=422 if form.is_bound else 200)


def _reopen(request: ActorRequest, row: Episode) -> HttpResponse:
    form = ReopenForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            reopen_episode(by=request.actor, episode=row, reason=form.cleaned_data["reason"], at=clock.now())
        except DomainError as error:
            show_error(form, error)
        else:
            messages.success(request, _("The episode is open again. Find the client's week anew."))
            return redirect("episode", row.public_id)
    context = {"form": form, "episode": row, "client": row.client}
    return render(request, "staff/episodes/reopen.html", context, status=422 if form.is_bound else 200)

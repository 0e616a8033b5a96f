"""An episode: its dose, phases, seats; appointments of one client."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from openiop import catalog
from openiop.apps.accounts.permissions import Permission
from openiop.apps.admissions.selectors.episodes import (
    access_episode,
    certificate_of,
)
from openiop.apps.admissions.services.episodes import move_phase
from openiop.apps.clients.selectors import access_client
from openiop.apps.core import clock
from openiop.apps.schedule.selectors import access_appointment
from openiop.apps.schedule.selectors.week import (
    client_seats,
    coming_appointments,
    rooms_of,
    staff_of,
    today_at,
)
from openiop.apps.schedule.services.appointments import (
    book_appointment,
    cancel_appointment,
    kinds,
    record_appointment,
)
from openiop.domain.errors import DomainError
from openiop.web.forms import date_input, set_choices, show_error, time_input
from openiop.web.requests import ActorRequest
from openiop.web.staff.schedule_words import MODALITIES, SERVICES

if TYPE_CHECKING:
    pass


def episode(request: ActorRequest, episode_id: str) -> HttpResponse:
    """Show an episode: the dose in force, its history, phases, seats and appointments."""
    row = access_episode(request.actor, episode_id, permission=Permission.ORDER_VIEW)
    program = catalog.program(row.program_id, row.program_version)
    orders = list(row.orders.order_by("-number"))
    if request.method == "POST":
        try:
            today = today_at(row.site, at=clock.now())
            move_phase(
                by=request.actor,
                episode=row,
                key=request.POST.get("phase", ""),
                starts_on=today,
                at=clock.now(),
            )
            messages.success(request, _("The phase has changed."))
        except DomainError as error:
            messages.error(request, error.message)
        return redirect("episode", row.public_id)
    certificate = certificate_of(orders[0]) if orders else None
    context = {
        "episode": row,
        "client": row.client,
        "program": program,
        "order": orders[0] if orders else None,
        "mix": [(SERVICES[key], least, most) for key, (least, most) in orders[0].service_mix.items()]
        if orders
        else [],
        "where": MODALITIES.get(orders[0].modality, "") if orders else "",
        "orders": orders,
        "certificate": certificate,
        "may_certify": bool(orders) and certificate is None and request.actor.may(Permission.ORDER_CERTIFY),
        "phases": [(phase, program.phase(phase.key)) for phase in row.phases.order_by("starts_on")],
        "next_phases": [phase for phase in program.phases if not row.phases.filter(key=phase.key).exists()],
        "seats": client_seats(row.client),
        "visits": coming_appointments(row.client, at=clock.now()),
        "may_order": request.actor.may(Permission.ORDER_EDIT),
        "may_enroll": request.actor.may(Permission.ENROLL),
    }
    return render(request, "staff/episodes/episode.html", context)


class AppointmentForm(forms.Form):
    """A one-to-one, family or psychiatry appointment."""

    kind = forms.ChoiceField(label=gettext_lazy("Kind"))
    staff = forms.ChoiceField(label=gettext_lazy("With"))
    day = forms.DateField(label=gettext_lazy("Day"), widget=date_input())
    time = forms.TimeField(label=gettext_lazy("Time"), widget=time_input())
    minutes = forms.IntegerField(label=gettext_lazy("Minutes"), initial=50, min_value=1)
    modality = forms.ChoiceField(
        label=gettext_lazy("Where"), choices=[(key, MODALITIES[key]) for key in ("on_site", "telehealth")]
    )
    room = forms.ChoiceField(label=gettext_lazy("Room"), required=False)

    def __init__(self, *args: Any, site: Any, people: list[Any], **options: Any) -> None:
        """Fill in people and rooms of the site."""
        super().__init__(*args, **options)
        self.rooms = {room.public_id: room for room in rooms_of(site)}
        self.people = {user.public_id: user for user in people}
        set_choices(self, "kind", list(kinds().items()))
        set_choices(self, "staff", [(key, user.shown_name) for key, user in self.people.items()])
        rooms = [(key, room.name) for key, room in self.rooms.items()]
        set_choices(self, "room", [("", _("No room")), *rooms])


def appointment_new(request: ActorRequest, episode_id: str) -> HttpResponse:
    """Book an appointment; a clash is refused with its name."""
    row = access_episode(request.actor, episode_id, permission=Permission.ENROLL)
    site = row.site
    form = AppointmentForm(
        request.POST or None, site=site, people=staff_of(request.actor, site), initial=_visit(row)
    )
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            book_appointment(
                by=request.actor,
                client=row.client,
                episode=row,
                site=site,
                kind=data["kind"],
                staff=form.people[data["staff"]],
                starts_at=datetime.combine(data["day"], data["time"], ZoneInfo(site.time_zone)),
                minutes=data["minutes"],
                modality=data["modality"],
                room=form.rooms.get(data["room"]),
                at=clock.now(),
            )
        except DomainError as error:
            error.field = {"starts_at": "time"}.get(error.field or "", error.field)
            show_error(form, error)
        else:
            messages.success(request, _("The appointment is booked."))
            return redirect("episode", row.public_id)
    return render(
        request, "staff/episodes/appointment_new.html", {"form": form, "episode": row, "client": row.client}
    )


def _visit(row: Any) -> dict[str, Any]:
    clinician = row.primary_clinician
    return {
        "staff": clinician.public_id if clinician else "",
        "day": today_at(row.site, at=clock.now()) + timedelta(days=1),
    }


def appointment(request: ActorRequest, appointment_id: str) -> HttpResponse:
    """Show an appointment; record that it took place, or cancel it."""
    row = access_appointment(request.actor, appointment_id, permission=Permission.SCHEDULE_VIEW)
    client = access_client(request.actor, row.client.public_id, permission=Permission.CLIENT_VIEW)
    may_edit = request.actor.may(Permission.ENROLL)
    errors: list[str] = []
    if request.method == "POST":
        try:
            if "cancel" in request.POST:
                cancel_appointment(
                    by=request.actor, appointment=row, reason=request.POST.get("reason", ""), at=clock.now()
                )
                messages.success(request, _("The appointment is cancelled."))
            else:
                typed = request.POST.get("minutes", "")
                minutes = int(typed) if typed.isdigit() and len(typed) < 4 else -1
                record_appointment(by=request.actor, appointment=row, minutes=minutes, at=clock.now())
                messages.success(request, _("Recorded."))
            return redirect("appointment", row.public_id)
        except DomainError as error:
            errors.append(error.message)
    length = int((row.ends_at - row.starts_at).total_seconds() // 60)
    context = {
        "visit": row,
        "client": client,
        "kind": kinds().get(row.kind, row.kind),
        "length": length,
        "may_edit": may_edit,
        "errors": errors,
    }
    return render(request, "staff/episodes/appointment.html", context)

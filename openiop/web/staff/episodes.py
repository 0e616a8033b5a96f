"""Admission, the ordered dose, phases; appointments of one client."""

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
from openiop.apps.accounts.selectors import sites_of
from openiop.apps.admissions.selectors.episodes import (
    access_episode,
    decided_determination,
    open_episode_of,
)
from openiop.apps.admissions.services.episodes import admit_client, amend_order, move_phase
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
from openiop.domain.orders import Dose, Modality, proposed_dose
from openiop.web.forms import MinutesAsHours, date_input, set_choices, show_error, time_input
from openiop.web.requests import ActorRequest
from openiop.web.staff.schedule_words import MODALITIES, SERVICES
from openiop.web.templatetags.openiop import told

if TYPE_CHECKING:
    from openiop.apps.admissions.models import Order


class OrderForm(forms.Form):
    """The ordered dose."""

    weekly_minutes = MinutesAsHours(label=gettext_lazy("Hours a week"))
    weekly_days = forms.IntegerField(label=gettext_lazy("Days a week"), min_value=1, max_value=7)
    max_weekly_minutes = MinutesAsHours(label=gettext_lazy("At most (hours a week)"), required=False)
    modality = forms.ChoiceField(label=gettext_lazy("Where"), choices=list(MODALITIES.items()))
    starts_on = forms.DateField(label=gettext_lazy("From"), widget=date_input())
    review_on = forms.DateField(label=gettext_lazy("Review on"), widget=date_input())
    certifying_physician = forms.CharField(
        label=gettext_lazy("Certifying physician"),
        max_length=120,
        required=False,
        help_text=gettext_lazy("Where the payer asks for one."),
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        """Add the least and the most of each service."""
        super().__init__(*args, **options)
        for service in SERVICES:
            for end in ("least", "most"):
                self.fields[f"{end}_{service}"] = forms.IntegerField(
                    label=_("Least") if end == "least" else _("Most"),
                    min_value=0,
                    max_value=14,
                    required=False,
                )
        self.fields["service_mix"] = forms.CharField(required=False, widget=forms.HiddenInput)

    def mix_rows(self) -> list[tuple[Any, Any, Any]]:
        """Return each service's name with its two fields."""
        return [(name, self[f"least_{key}"], self[f"most_{key}"]) for key, name in SERVICES.items()]

    def dose(self) -> Dose:
        """Return what was entered."""
        data = self.cleaned_data
        mix = {
            key: (data[f"least_{key}"] or 0, 14 if data[f"most_{key}"] is None else data[f"most_{key}"])
            for key in SERVICES
            if data[f"least_{key}"] is not None or data[f"most_{key}"] is not None
        }
        names = ("weekly_minutes", "weekly_days", "max_weekly_minutes", "starts_on", "review_on")
        return Dose(**{name: data[name] for name in names}, modality=Modality(data["modality"]), mix=mix)


class AdmitForm(OrderForm):
    """Admission: track, site, clinician and the first order."""

    program = forms.ChoiceField(label=gettext_lazy("Track"))
    site = forms.ChoiceField(label=gettext_lazy("Site"))
    clinician = forms.ChoiceField(label=gettext_lazy("Primary clinician"), required=False)
    field_order = ("program", "site", "clinician")

    def __init__(self, *args: Any, sites: list[Any], people: list[Any], **options: Any) -> None:
        """Fill in tracks, sites and people."""
        super().__init__(*args, **options)
        set_choices(self, "program", [(row.id, told(row.title)) for row in catalog.programs()])
        set_choices(self, "site", [(row.public_id, row.name) for row in sites])
        set_choices(self, "clinician", [("", "—")] + [(row.public_id, row.shown_name) for row in people])


def admit(request: ActorRequest, client_id: str) -> HttpResponse:
    """Admit a client on a signed decision: open the episode with its first order."""
    client = access_client(request.actor, client_id, permission=Permission.ORDER_EDIT)
    standing, decided = open_episode_of(client), decided_determination(client)
    if standing is not None:
        return redirect("episode", standing.public_id)
    sites = sites_of(request.actor)
    home = client.site if client.site in sites else sites[0]
    people = staff_of(request.actor, home)
    form = AdmitForm(request.POST or None, sites=sites, people=people, initial=_first_order(home))
    if request.method == "POST" and decided is not None and form.is_valid():
        data = form.cleaned_data
        try:
            episode = admit_client(
                by=request.actor,
                client=client,
                site=next(row for row in sites if row.public_id == data["site"]),
                program=catalog.program(data["program"]),
                determination=decided,
                dose=form.dose(),
                certifying_physician=data["certifying_physician"],
                primary_clinician=next((row for row in people if row.public_id == data["clinician"]), None),
                at=clock.now(),
            )
        except DomainError as error:
            show_error(form, error)
        else:
            messages.success(request, _("Admitted. Now find the place in the week."))
            return redirect("placement", episode.public_id)
    return render(request, "staff/episodes/admit.html", {"form": form, "client": client, "decided": decided})


def _first_order(site: Any) -> dict[str, Any]:
    start = today_at(site, at=clock.now()) + timedelta(days=1)
    dose = proposed_dose(catalog.programs()[0], start)
    names = ("weekly_minutes", "weekly_days", "modality", "starts_on", "review_on")
    return {name: getattr(dose, name) for name in names} | {"site": site.public_id}


def episode(request: ActorRequest, episode_id: str) -> HttpResponse:
    """Show an episode: the dose in force, its history, phases, seats and appointments."""
    row = access_episode(request.actor, episode_id, permission=Permission.ORDER_VIEW)
    program = catalog.program(row.program_id, row.program_version)
    orders = list(row.orders.order_by("-number"))
    if request.method == "POST" and request.actor.may(Permission.ORDER_EDIT):
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
        "phases": [(phase, program.phase(phase.key)) for phase in row.phases.order_by("starts_on")],
        "next_phases": [phase for phase in program.phases if not row.phases.filter(key=phase.key).exists()],
        "seats": client_seats(row.client),
        "visits": coming_appointments(row.client, at=clock.now()),
        "may_order": request.actor.may(Permission.ORDER_EDIT),
        "may_enroll": request.actor.may(Permission.ENROLL),
    }
    return render(request, "staff/episodes/episode.html", context)


class AmendForm(OrderForm):
    """A new order in place of the running one."""

    reason = forms.CharField(label=gettext_lazy("Why the dose changes"), max_length=300)


def order_new(request: ActorRequest, episode_id: str) -> HttpResponse:
    """Amend the order; the former one keeps its words."""
    row = access_episode(request.actor, episode_id, permission=Permission.ORDER_EDIT)
    former = row.orders.order_by("-number").first()
    form = AmendForm(request.POST or None, initial=_next_order(former, today_at(row.site, at=clock.now())))
    if request.method == "POST" and form.is_valid():
        try:
            amend_order(
                by=request.actor,
                episode=row,
                dose=form.dose(),
                reason=form.cleaned_data["reason"],
                certifying_physician=form.cleaned_data["certifying_physician"],
                at=clock.now(),
            )
        except DomainError as error:
            show_error(form, error)
        else:
            messages.success(request, _("The new order is signed."))
            return redirect("episode", row.public_id)
    return render(request, "staff/episodes/order.html", {"form": form, "episode": row, "client": row.client})


def _next_order(former: Order | None, today: Any) -> dict[str, Any]:
    start = today + timedelta(days=1)
    base: dict[str, Any] = {"starts_on": start, "review_on": start + timedelta(days=14)}
    if former is None:
        return base
    names = ("weekly_minutes", "weekly_days", "max_weekly_minutes", "modality", "certifying_physician")
    for service, (least, most) in former.service_mix.items():
        base |= {f"least_{service}": least, f"most_{service}": most}
    return base | {name: getattr(former, name) for name in names}


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
    if request.method == "POST" and may_edit:
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

"""Appointments of one client: real openings first, any other time by hand; what became of one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from openiop.apps.accounts.permissions import Permission
from openiop.apps.admissions.selectors.episodes import access_episode
from openiop.apps.clients.selectors import access_client
from openiop.apps.core import clock
from openiop.apps.schedule.selectors import access_appointment
from openiop.apps.schedule.selectors.openings import Opening, circle_of, openings_for
from openiop.apps.schedule.selectors.week import coming_appointments, rooms_of, staff_of, today_at
from openiop.apps.schedule.services.appointments import (
    book_appointment,
    cancel_appointment,
    kinds,
    record_appointment,
)
from openiop.apps.schedule.services.plans import MOST_WEEKS, Accepted, book_visits
from openiop.apps.schedule.services.words import day_words
from openiop.domain.errors import DomainError
from openiop.web.forms import date_input, set_choices, show_error, time_input
from openiop.web.requests import ActorRequest
from openiop.web.staff.schedule_words import MODALITIES
from openiop.web.staff.visit_choice import read, written

if TYPE_CHECKING:
    from openiop.apps.admissions.models import Episode

DAYS_AHEAD = 14
DAYS_SHOWN, TIMES_SHOWN = 4, 6
"""So many days of a person and times of a day are shown at first; the rest unfolds."""
USUAL = 50
"""Minutes of a session that the program does not name."""


class AppointmentForm(forms.Form):
    """A one-to-one, family or psychiatry appointment at any time."""

    kind = forms.ChoiceField(label=gettext_lazy("Kind"))
    staff = forms.ChoiceField(label=gettext_lazy("With"))
    day = forms.DateField(label=gettext_lazy("Day"), widget=date_input())
    time = forms.TimeField(label=gettext_lazy("Time"), widget=time_input())
    minutes = forms.IntegerField(label=gettext_lazy("Minutes"), initial=USUAL, min_value=1)
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


Choice = tuple[str, Opening]
"""An opening and what the form sends for it."""


@dataclass(frozen=True, slots=True)
class DayOpenings:
    """When one person is free on a day: the first times, and those that unfold."""

    day: date
    first: list[Choice]
    more: list[Choice]


@dataclass(frozen=True, slots=True)
class PersonOpenings:
    """When one person is free: the first days, and those that unfold."""

    name: str
    is_preferred: bool
    days: list[DayOpenings]
    more_days: list[DayOpenings]


def appointment_new(request: ActorRequest, episode_id: str) -> HttpResponse:
    """Offer real openings of the coming two weeks; book one of them, or any other time by hand."""
    row = access_episode(request.actor, episode_id, permission=Permission.ENROLL)
    people = staff_of(request.actor, row.site)
    picks = request.method == "POST" and "opening" in request.POST
    form = AppointmentForm(
        request.POST if request.method == "POST" and not picks else None,
        site=row.site,
        people=people,
        initial=_first_guess(request, row),
    )
    if picks:
        answer = _book_opening(request, row)
        if answer is not None:
            return answer
    elif form.is_valid() and _book_typed(request, row, form):
        return redirect("episode", row.public_id)
    return render(request, "staff/episodes/appointment_new.html", _context(request, row, form))


def _context(request: ActorRequest, row: Episode, form: AppointmentForm) -> dict[str, Any]:
    at = clock.now()
    today = today_at(row.site, at=at)
    circle = circle_of(row)
    due = [one.kind for one in circle.due(today)]
    kind = request.GET.get("kind", "")
    if kind not in kinds():
        kind = due[0] if due else "individual"
    found = openings_for(circle, kind, first=today, days=DAYS_AHEAD, at=at)
    people = _by_person(found, row)
    return {
        "form": form,
        "episode": row,
        "client": row.client,
        "site": row.site,
        "kind": kind,
        "kinds": [(key, words, due.count(key)) for key, words in kinds().items()],
        "people": people,
        "chosen": _chosen(request, people),
        "booked": [visit for visit in coming_appointments(row.client, at=at) if visit.kind == kind],
        "most_weeks": MOST_WEEKS,
        "weeks": request.POST.get("weeks", "1"),
        "by_hand": form.is_bound,
    }


def _by_person(found: list[Opening], row: Episode) -> list[PersonOpenings]:
    """Return the openings by person, the preferred first, then by day."""
    zone = row.site.time_zone
    lists = []
    ordered = sorted(found, key=lambda one: (not one.is_preferred, one.staff.shown_name, one.starts_at))
    for _staff, own in groupby(ordered, key=lambda one: one.staff.pk):
        openings = list(own)
        days = []
        for day, group in groupby(openings, key=lambda one: clock.local(one.starts_at, zone).date()):
            choices = [(written(one), one) for one in group]
            days.append(DayOpenings(day, choices[:TIMES_SHOWN], choices[TIMES_SHOWN:]))
        name, is_preferred = openings[0].staff.shown_name, openings[0].is_preferred
        lists.append(PersonOpenings(name, is_preferred, days[:DAYS_SHOWN], days[DAYS_SHOWN:]))
    return lists


def _chosen(request: ActorRequest, people: list[PersonOpenings]) -> str:
    """Return the opening that stands chosen: what was sent, if it is still there; else the first of all."""
    there = [value for person in people for day in (*person.days, *person.more_days)
             for value, _opening in (*day.first, *day.more)]  # fmt: skip
    sent = request.POST.get("opening", "")
    return sent if sent in there else next(iter(there), "")


def _first_guess(request: ActorRequest, row: Episode) -> dict[str, Any]:
    clinician = row.primary_clinician
    return {
        "kind": request.GET.get("kind", ""),
        "staff": clinician.public_id if clinician else "",
        "day": today_at(row.site, at=clock.now()) + timedelta(days=1),
    }


def _book_opening(request: ActorRequest, row: Episode) -> HttpResponse | None:
    """Book the chosen opening; None, with the reason on top, where it cannot be."""
    visit = read(request.POST.get("opening", ""), staff_of(request.actor, row.site))
    weeks = request.POST.get("weeks", "1")
    if visit is None or not (weeks.isdecimal() and len(weeks) <= len("99")):
        messages.error(request, _("That opening is gone. Choose another one."))
        return None
    try:
        done = book_visits(by=request.actor, episode=row, visits=[visit], weeks=int(weeks), at=clock.now())
    except DomainError as error:
        messages.error(request, error.message)
        return None
    messages.success(request, booked_words(done))
    return redirect("episode", row.public_id)


def booked_words(done: Accepted) -> str:
    """Return how many one-to-one sessions were booked, and the later dates that were left out."""
    count = len(done.visits)
    said = ngettext("%(n)s appointment is booked.", "%(n)s appointments are booked.", count) % {"n": count}
    if done.skipped:
        days = ", ".join(day_words(day) for _kind, day in done.skipped)
        said += " " + _("Left out, as something stands there: %(days)s.") % {"days": days}
    return said


def _book_typed(request: ActorRequest, row: Episode, form: AppointmentForm) -> bool:
    """Book what was typed by hand; a clash is refused with its name, at its field."""
    data, site = form.cleaned_data, row.site
    try:
        book_appointment(
            by=request.actor, client=row.client, episode=row, site=site, kind=data["kind"],
            staff=form.people[data["staff"]],
            starts_at=datetime.combine(data["day"], data["time"], ZoneInfo(site.time_zone)),
            minutes=data["minutes"], modality=data["modality"], room=form.rooms.get(data["room"]), at=clock.now(),
        )  # fmt: skip
    except DomainError as error:
        error.field = {"starts_at": "time"}.get(error.field or "", error.field)
        show_error(form, error)
        return False
    messages.success(request, _("The appointment is booked."))
    return True


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
                minutes = int(typed) if typed.isdecimal() and len(typed) < 4 else -1
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
        "has_begun": row.starts_at <= clock.now(),
        "may_edit": may_edit,
        "errors": errors,
    }
    return render(request, "staff/episodes/appointment.html", context)

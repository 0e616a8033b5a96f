"""Group series: the list with seats and lines, one group's roster, making and changing a group."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from openiop import catalog
from openiop.apps.accounts.permissions import Permission
from openiop.apps.accounts.selectors import access_site, sites_of
from openiop.apps.audit.services import note_read
from openiop.apps.core import clock
from openiop.apps.schedule.parts import room_limit
from openiop.apps.schedule.selectors import access_enrollment, access_series, access_slot
from openiop.apps.schedule.selectors.line import next_in_line
from openiop.apps.schedule.selectors.week import rooms_of, roster_of, series_of, staff_of, today_at
from openiop.apps.schedule.services import change_part, give_up_seat, promote_client, promote_waiting
from openiop.apps.schedule.services.series import SeriesPlan, change_series, create_series
from openiop.domain.errors import DomainError
from openiop.domain.parts import HYBRID, REMOTE, ROOM
from openiop.domain.schedule.problem import Span
from openiop.web.forms import date_input, set_choices, show_error, time_input
from openiop.web.requests import ActorRequest
from openiop.web.staff.schedule_words import MODALITIES, SERVICES, WEEKDAYS
from openiop.web.templatetags.openiop import told

if TYPE_CHECKING:
    from openiop.apps.accounts.models import Site
    from openiop.apps.schedule.models import GroupSeries

SLOTS = 4
"""How many weekly times the form offers at least; a group that meets more often gets one line more."""


class SeriesForm(forms.Form):
    """A group: what, who, where, when, for whom."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=120)
    name_es = forms.CharField(label=gettext_lazy("Name in Spanish"), max_length=120, required=False)
    service = forms.ChoiceField(label=gettext_lazy("Kind"), choices=list(SERVICES.items()))
    programs = forms.MultipleChoiceField(label=gettext_lazy("Tracks"), widget=forms.CheckboxSelectMultiple)
    modality = forms.ChoiceField(
        label=gettext_lazy("Where"), choices=[(key, MODALITIES[key]) for key in (ROOM, REMOTE, HYBRID)]
    )
    room = forms.ChoiceField(label=gettext_lazy("Room"), required=False)
    join_link = forms.CharField(
        label=gettext_lazy("Link to join by video"),
        max_length=300,
        required=False,
        widget=forms.URLInput(attrs={"autocomplete": "off"}),
        help_text=gettext_lazy(
            "https only. Staff see it; clients with a seat, from 15 minutes before the start."
        ),
    )
    lead = forms.ChoiceField(label=gettext_lazy("Facilitator"))
    co_lead = forms.ChoiceField(label=gettext_lazy("Co-facilitator"), required=False)
    seats = forms.IntegerField(label=gettext_lazy("Seats"), min_value=1, max_value=60, initial=12)
    room_seats = forms.IntegerField(
        label=gettext_lazy("Of these in the room"),
        min_value=0,
        max_value=60,
        required=False,
        help_text=gettext_lazy("On site and telehealth only; empty: all of them fit into the room."),
    )
    minimum = forms.IntegerField(label=gettext_lazy("Runs from"), min_value=1, max_value=60, initial=3)
    solo_seats = forms.IntegerField(
        label=gettext_lazy("One facilitator alone, at most"), min_value=1, max_value=60, initial=12
    )
    break_minutes = forms.IntegerField(
        label=gettext_lazy("Minutes of breaks"),
        min_value=0,
        max_value=120,
        initial=0,
        help_text=gettext_lazy("In each meeting; they do not count as treatment."),
    )
    countable = forms.BooleanField(
        label=gettext_lazy("Its minutes count as treatment"), required=False, initial=True
    )
    language = forms.ChoiceField(
        label=gettext_lazy("Language"),
        choices=[("en", gettext_lazy("English")), ("es", gettext_lazy("Spanish"))],
    )
    cohort = forms.ChoiceField(
        label=gettext_lazy("Membership"),
        choices=[
            ("open", gettext_lazy("Open: any of its meetings")),
            ("closed", gettext_lazy("Closed: all of its meetings")),
        ],
    )
    starts_on = forms.DateField(label=gettext_lazy("First day"), widget=date_input())
    ends_on = forms.DateField(label=gettext_lazy("Last day"), required=False, widget=date_input())
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, site: Site, people: list[Any], lines: int = SLOTS, **options: Any) -> None:
        """Fill in the site's rooms and people, and the weekly times."""
        super().__init__(*args, **options)
        self.lines = lines
        self.people = {user.public_id: user for user in people}
        self.rooms = {room.public_id: room for room in rooms_of(site)}
        names = [(key, user.shown_name) for key, user in self.people.items()]
        set_choices(self, "programs", [(row.id, told(row.title)) for row in catalog.programs()])
        set_choices(self, "lead", names)
        set_choices(self, "co_lead", [("", _("Nobody")), *names])
        rooms = [(key, f"{room.name} ({room.seats})") for key, room in self.rooms.items()]
        set_choices(self, "room", [("", _("No room")), *rooms])
        for number in range(1, self.lines + 1):
            self.fields[f"day{number}"] = forms.ChoiceField(
                label=_("Weekday"), choices=[("", "—"), *enumerate(WEEKDAYS)], required=False
            )
            self.fields[f"from{number}"] = forms.TimeField(
                label=_("From"), required=False, widget=time_input()
            )
            self.fields[f"to{number}"] = forms.TimeField(label=_("To"), required=False, widget=time_input())
        self.fields["slots"] = forms.CharField(required=False, widget=forms.HiddenInput)

    def slot_rows(self) -> list[tuple[Any, Any, Any]]:
        """Return the fields of each weekly time, for the template."""
        return [(self[f"day{n}"], self[f"from{n}"], self[f"to{n}"]) for n in range(1, self.lines + 1)]

    def clean(self) -> dict[str, Any]:
        """A weekly time is given whole or not at all."""
        data = super().clean() or {}
        for number in range(1, self.lines + 1):
            parts = [data.get(f"{name}{number}") not in {None, ""} for name in ("day", "from", "to")]
            if any(parts) and not all(parts):
                self.add_error(
                    f"day{number}", _("Give the weekday and both times, or leave all three empty.")
                )
        return data

    def plan(self) -> SeriesPlan:
        """Return what was entered."""
        data = self.cleaned_data
        spans = tuple(
            Span(int(data[f"day{n}"]), _minute(data[f"from{n}"]), _minute(data[f"to{n}"]))
            for n in range(1, self.lines + 1)
            if data.get(f"day{n}")
        )
        names = (
            "name",
            "name_es",
            "service",
            "modality",
            "seats",
            "minimum",
            "solo_seats",
            "break_minutes",
            "countable",
            "language",
            "cohort",
            "join_link",
            "room_seats",
            "starts_on",
            "ends_on",
        )
        return SeriesPlan(
            **{name: data[name] for name in names},
            programs=tuple(data["programs"]),
            lead=self.people[data["lead"]],
            co_lead=self.people.get(data["co_lead"]),
            room=self.rooms.get(data["room"]) if data["modality"] != REMOTE else None,
            spans=tuple(sorted(spans)),
        )


def series_list(request: ActorRequest) -> HttpResponse:
    """Show a site's groups with seats and lines."""
    sites = sites_of(request.actor)
    chosen = request.GET.get("site", "")
    site = access_site(request.actor, chosen) if chosen else sites[0]
    rows = series_of(site, on=today_at(site, at=clock.now()))
    context = {
        "site": site,
        "sites": sites,
        "rows": rows,
        "may_edit": request.actor.may(Permission.SCHEDULE_EDIT),
    }
    return render(request, "staff/schedule/series_list.html", context)


def series(request: ActorRequest, series_id: str) -> HttpResponse:
    """Show one group: its times, who sits there and who waits."""
    row = access_series(request.actor, series_id, permission=Permission.SCHEDULE_VIEW)
    may_see_clients = request.actor.may(Permission.CLIENT_VIEW)
    if may_see_clients:
        note_read(by=request.actor, action="series.read", subject=row)
    context = {
        "series": row,
        "site": row.site,
        "roster": [
            (slot, held, waiting, sum(seat.modality != REMOTE for seat in held))
            for slot, held, waiting in roster_of(row)
        ],
        "room_limit": room_limit(row),
        "next": next_in_line(row, today_at(row.site, at=clock.now())) if may_see_clients else [],
        "may_edit": request.actor.may(Permission.SCHEDULE_EDIT),
        "may_enroll": request.actor.may(Permission.ENROLL) and may_see_clients,
        "may_see_clients": may_see_clients,
    }
    return render(request, "staff/schedule/series.html", context)


def series_new(request: ActorRequest, site_id: str) -> HttpResponse:
    """Add a group to a site."""
    site = access_site(request.actor, site_id)
    form = SeriesForm(
        request.POST or None,
        site=site,
        people=staff_of(request.actor, site),
        initial={"starts_on": today_at(site, at=clock.now())},
    )
    return _save(request, form, site, None)


def series_edit(request: ActorRequest, series_id: str) -> HttpResponse:
    """Change a group."""
    row = access_series(request.actor, series_id, permission=Permission.SCHEDULE_EDIT)
    form = SeriesForm(
        request.POST or None,
        site=row.site,
        people=staff_of(request.actor, row.site),
        lines=max(SLOTS, row.slots.count() + 1),
        initial=_initial(row),
    )
    return _save(request, form, row.site, row)


def _save(request: ActorRequest, form: SeriesForm, site: Site, row: GroupSeries | None) -> HttpResponse:
    if request.method == "POST" and form.is_valid():
        try:
            if row is None:
                saved = create_series(by=request.actor, site=site, plan=form.plan(), at=clock.now())
            else:
                version = form.cleaned_data["version"] or 0
                saved = change_series(
                    by=request.actor, series=row, plan=form.plan(), version=version, at=clock.now()
                )
        except DomainError as error:
            show_error(form, error)
        else:
            messages.success(request, _("%(name)s is saved.") % {"name": saved.name})
            return redirect("series", saved.public_id)
    context = {"form": form, "site": site, "series": row, "rooms": form.rooms, "people": form.people}
    return render(request, "staff/schedule/series_form.html", context)


def seat_give(request: ActorRequest, enrollment_id: str) -> HttpResponse:
    """Give someone in line every free seat they wait for at the site that fits them."""
    row = access_enrollment(request.actor, enrollment_id, permission=Permission.ENROLL)
    try:
        today = today_at(row.slot.series.site, at=clock.now())
        given = promote_client(by=request.actor, enrollment=row, starts_on=today, at=clock.now())
    except DomainError as error:
        messages.error(request, error.message)
    else:
        said = ngettext("%(who)s has %(n)s seat.", "%(who)s has %(n)s seats.", len(given))
        messages.success(request, said % {"who": row.client.shown_name, "n": len(given)})
    return redirect("series", row.slot.series.public_id)


def seat_promote(request: ActorRequest, slot_id: str) -> HttpResponse:
    """Give a free seat to the first in line."""
    slot = access_slot(request.actor, slot_id, permission=Permission.ENROLL)
    try:
        today = today_at(slot.series.site, at=clock.now())
        promoted = promote_waiting(by=request.actor, slot=slot, starts_on=today, at=clock.now())
    except DomainError as error:
        messages.error(request, error.message)
    else:
        if promoted is None:
            messages.info(request, _("Nobody who waits may sit in this group now."))
        else:
            messages.success(request, _("%(name)s has the seat.") % {"name": promoted.client.shown_name})
    return redirect("series", slot.series.public_id)


def seat_part(request: ActorRequest, enrollment_id: str) -> HttpResponse:
    """Let the holder of a seat in a hybrid group come to the room, or join by video, from now on."""
    row = access_enrollment(request.actor, enrollment_id, permission=Permission.ENROLL)
    part = request.POST.get("part", "")
    try:
        change_part(by=request.actor, enrollment=row, part=part, at=clock.now())
    except DomainError as error:
        messages.error(request, error.message)
    else:
        said = _("%(name)s joins by video.") if part == REMOTE else _("%(name)s comes to the room.")
        messages.success(request, said % {"name": row.client.shown_name})
    return redirect("series", row.slot.series.public_id)


def seat_end(request: ActorRequest, enrollment_id: str) -> HttpResponse:
    """End a client's seat or place in the line."""
    row = access_enrollment(request.actor, enrollment_id, permission=Permission.ENROLL)
    try:
        reason = request.POST.get("reason", "").strip() or _("Ended by staff")
        today = today_at(row.slot.series.site, at=clock.now())
        give_up_seat(by=request.actor, enrollment=row, ends_on=today, reason=reason, at=clock.now())
    except DomainError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, _("The seat is free again."))
    return redirect("series", row.slot.series.public_id)


def _initial(row: GroupSeries) -> dict[str, Any]:
    names = (
        "name",
        "name_es",
        "service",
        "programs",
        "modality",
        "seats",
        "minimum",
        "solo_seats",
        "countable",
        "language",
        "cohort",
        "join_link",
        "room_seats",
        "starts_on",
        "ends_on",
    )
    found: dict[str, Any] = {name: getattr(row, name) for name in (*names, "version")}
    found |= {
        "lead": row.lead.public_id,
        "co_lead": row.co_lead.public_id if row.co_lead else "",
        "room": row.room.public_id if row.room else "",
    }
    for number, slot in enumerate(row.slots.order_by("weekday", "start_minute"), start=1):
        found["break_minutes"] = slot.break_minutes
        found |= {
            f"day{number}": slot.weekday,
            f"from{number}": _time(slot.start_minute),
            f"to{number}": _time(slot.end_minute),
        }
    return found


def _minute(value: Any) -> int:
    return int(value.hour * 60 + value.minute)


def _time(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"

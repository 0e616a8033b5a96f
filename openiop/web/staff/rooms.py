"""Rooms of a site: the list, adding, changing, taking out of use."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from openiop.apps.accounts.permissions import Permission
from openiop.apps.accounts.selectors import access_site
from openiop.apps.core import clock
from openiop.apps.schedule.selectors import access_room
from openiop.apps.schedule.selectors.house import retired_rooms
from openiop.apps.schedule.selectors.week import rooms_of
from openiop.apps.schedule.services.rooms import RoomChanged, add_room, change_room, retire_room
from openiop.domain.errors import DomainError
from openiop.web.forms import Differs, differences, set_choices, show_error, with_version
from openiop.web.requests import ActorRequest
from openiop.web.staff.chosen import chosen_site
from openiop.web.staff.schedule_words import FEATURES

if TYPE_CHECKING:
    from openiop.apps.accounts.models import Site
    from openiop.apps.schedule.models import Room


class RoomForm(forms.Form):
    """A room: its name, how many sit in it, what it has."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=60)
    seats = forms.IntegerField(
        label=gettext_lazy("Seats"),
        min_value=1,
        max_value=500,
        help_text=gettext_lazy("The facilitators' chairs not counted."),
    )
    features = forms.MultipleChoiceField(
        label=gettext_lazy("What it has"), required=False, widget=forms.CheckboxSelectMultiple
    )

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, room: Room | None = None, **options: Any) -> None:
        """Offer the known features, and those that the room has beside them."""
        super().__init__(*args, **options)
        more = [name for name in room.features if name not in FEATURES] if room else []
        set_choices(self, "features", [*FEATURES.items(), *((name, name) for name in more)])


def room_list(request: ActorRequest) -> HttpResponse:
    """Show a site's rooms, and those it used once."""
    site, sites = chosen_site(request)
    context = {
        "site": site,
        "sites": sites,
        "rooms": [(room, _features(room)) for room in rooms_of(site)],
        "retired": retired_rooms(site),
    }
    return render(request, "staff/schedule/rooms.html", context)


def room_new(request: ActorRequest, site_id: str) -> HttpResponse:
    """Add a room to a site."""
    return _save(request, access_site(request.actor, site_id), None)


def room_edit(request: ActorRequest, room_id: str) -> HttpResponse:
    """Change a room."""
    room = access_room(request.actor, room_id, permission=Permission.SCHEDULE_EDIT)
    return _save(request, room.site, room)


def room_retire(request: ActorRequest, room_id: str) -> HttpResponse:
    """Take a room out of use, or say which groups still need it."""
    room = access_room(request.actor, room_id, permission=Permission.SCHEDULE_EDIT)
    try:
        retire_room(by=request.actor, room=room, at=clock.now())
    except DomainError as error:
        messages.error(request, error.message)
        return redirect("room_edit", room.public_id)
    messages.success(request, _("%(name)s is out of use. Its past stays on record.") % {"name": room.name})
    return redirect(_address(room.site))


def _save(request: ActorRequest, site: Site, room: Room | None) -> HttpResponse:
    form = RoomForm(request.POST if request.method == "POST" else None, room=room, initial=_initial(room))
    now: list[Differs] = []
    if request.method == "POST" and form.is_valid():
        typed = {name: form.cleaned_data[name] for name in ("name", "seats", "features")}
        version = form.cleaned_data["version"] or 0
        try:
            if room is None:
                saved = add_room(by=request.actor, site=site, at=clock.now(), **typed)
            else:
                saved = change_room(by=request.actor, room=room, version=version, at=clock.now(), **typed)
        except RoomChanged as error:
            show_error(form, error)
            with_version(form, error.room.version)
            now = differences(form, _initial(error.room))
        except DomainError as error:
            show_error(form, error)
        else:
            messages.success(request, _("%(name)s is saved.") % {"name": saved.name})
            return redirect(_address(site))
    may_plan = request.actor.may(Permission.SCHEDULE_PLAN)
    context = {"form": form, "site": site, "room": room, "may_plan": may_plan, "stale": now}
    return render(request, "staff/schedule/room_form.html", context, status=409 if now else 200)


def _initial(room: Room | None) -> dict[str, Any]:
    if room is None:
        return {}
    return {"name": room.name, "seats": room.seats, "features": room.features, "version": room.version}


def _features(room: Room) -> list[str]:
    return [str(FEATURES.get(name, name)) for name in room.features]


def _address(site: Site) -> str:
    return f"{reverse('rooms')}?{urlencode({'site': site.public_id})}"

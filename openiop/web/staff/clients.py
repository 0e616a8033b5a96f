"""Client records: the list, a new one, a change."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from openiop.apps.accounts.permissions import Permission
from openiop.apps.clients.errors import InvalidDetails, LikelyDuplicate, StaleRecord
from openiop.apps.clients.selectors import access_client
from openiop.apps.clients.selectors.duplicates import Candidate, possible_duplicates, shown
from openiop.apps.clients.services.records import create_client, details_of, facts_from, update_client
from openiop.apps.core import clock
from openiop.apps.groups.selectors.caseload import caseload_page
from openiop.domain.duplicates import Band
from openiop.domain.persons import Details
from openiop.web.forms import with_version
from openiop.web.requests import ActorRequest
from openiop.web.staff.client_filter import filter_of
from openiop.web.staff.client_forms import ClientForm, PersonForm, initial_of
from openiop.web.staff.places import place_of, today_at
from openiop.web.words import said, show_problems

if TYPE_CHECKING:
    from openiop.apps.clients.models import Client


def clients(request: ActorRequest) -> HttpResponse:
    """List the clients by name, narrowed to what the address asks and to names that hold what was typed.

    A search is posted: names do not belong into addresses, histories and logs.
    """
    sent = request.POST if request.method == "POST" else request.GET
    words = request.POST.get("q", "").strip()[:100]
    narrowed = filter_of(request)
    page = caseload_page(
        request.actor,
        narrowed.only,
        at=clock.now(),
        words=words,
        after=sent.get("after", ""),
        before=sent.get("before", ""),
    )
    context = {
        "page": page,
        "narrowed": narrowed,
        "words": words,
        "may_edit": request.actor.may(Permission.CLIENT_EDIT),
    }
    return render(request, "staff/clients/list.html", context)


def new_client(request: ActorRequest) -> HttpResponse:
    """Make a record; someone who may be the same person is shown before it is made."""
    place = place_of(request.actor)
    form = PersonForm(
        request.actor,
        request.POST or None,
        today=today_at(place),
        initial={"language": "en", "site": place.public_id if place else ""},
    )
    found: list[Candidate] = []
    if request.method == "POST" and form.is_valid():
        try:
            client = create_client(
                by=request.actor,
                details=form.details(),
                placement=form.placement(),
                seen=frozenset(request.POST.getlist("seen") if request.POST.get("different") else ()),
                at=clock.now(),
            )
        except InvalidDetails as error:
            show_problems(form, error.problems)
        except LikelyDuplicate:
            found = _likely(request, form.details())
        else:
            messages.success(request, _("The record of %(name)s is made.") % {"name": client.shown_name})
            return redirect("client", client_id=client.public_id)
    context = {"form": form, "found": found, "place": place}
    return render(request, "staff/clients/new.html", context)


def edit_client(request: ActorRequest, client_id: str) -> HttpResponse:
    """Change a record. Where someone else saved in between, what was typed stays and what changed is shown."""
    client = access_client(request.actor, client_id, permission=Permission.CLIENT_EDIT)
    form = ClientForm(
        request.actor, request.POST or None, today=today_at(client.site), initial=_initial(client)
    )
    stale = False
    if request.method == "POST" and form.is_valid():
        try:
            update_client(
                by=request.actor,
                client=client,
                details=form.details(),
                placement=form.placement(),
                version=form.cleaned_data["version"],
                at=clock.now(),
            )
        except InvalidDetails as error:
            show_problems(form, error.problems)
        except StaleRecord as error:
            form.add_error(None, said(error))
            with_version(form, client.version)
            stale = True
        else:
            messages.success(request, _("Saved."))
            return redirect("client", client_id=client.public_id)
    context = {"form": form, "client": client, "stale": _differences(form, client) if stale else []}
    return render(request, "staff/clients/edit.html", context, status=409 if stale else 200)


def _initial(client: Client) -> dict[str, object]:
    return {
        **initial_of(details_of(client)),
        "site": client.site.public_id if client.site else "",
        "part2": client.part2,
        "deceased_on": client.deceased_on,
        "version": client.version,
    }


def _differences(form: ClientForm, client: Client) -> list[tuple[str, object, object]]:
    """What stands in the record now beside what was typed, for each field that differs."""
    now = _initial(client)
    return [
        (str(form.fields[name].label), now.get(name) or "–", form.cleaned_data.get(name) or "–")
        for name in form.fields
        if name != "version" and (now.get(name) or "") != (form.cleaned_data.get(name) or "")
    ]


def _likely(request: ActorRequest, details: Details) -> list[Candidate]:
    """The records that look like this person; ticking the box that one has looked lets the new one pass."""
    found = possible_duplicates(request.actor, facts_from(details))
    return shown(request.actor, [one for one in found if one.match.band is Band.LIKELY])

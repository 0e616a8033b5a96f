"""The people around a client, their numbers, and who must be kept apart."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from openiop.apps.accounts.permissions import Permission
from openiop.apps.clients.errors import InvalidDetails, StaleRecord
from openiop.apps.clients.selectors import access_client
from openiop.apps.clients.selectors.lists import client_page
from openiop.apps.clients.selectors.record import access_identifier, access_pair, access_relation
from openiop.apps.clients.services.people import (
    add_identifier,
    add_relation,
    change_relation,
    end_keep_apart,
    end_relation,
    keep_apart,
    remove_identifier,
)
from openiop.apps.core import clock
from openiop.domain.errors import DomainError
from openiop.domain.persons import RelationDetails
from openiop.web.forms import Differs, differences, show_error, with_version
from openiop.web.requests import ActorRequest
from openiop.web.staff.client_forms import ApartForm, IdentifierForm, RelationForm
from openiop.web.words import show_problems

if TYPE_CHECKING:
    from openiop.apps.clients.models import Client, Relation

EDIT = Permission.CLIENT_EDIT


def new_contact(request: ActorRequest, client_id: str) -> HttpResponse:
    """Add someone who belongs to the client."""
    client = access_client(request.actor, client_id, permission=EDIT)
    return _contact(request, client, None)


def edit_contact(request: ActorRequest, client_id: str, relation_id: str) -> HttpResponse:
    """Change what is known about someone around the client."""
    client = access_client(request.actor, client_id, permission=EDIT)
    return _contact(request, client, access_relation(request.actor, client, relation_id))


def end_contact(request: ActorRequest, client_id: str, relation_id: str) -> HttpResponse:
    """End a contact; former consents keep their meaning."""
    client = access_client(request.actor, client_id, permission=EDIT)
    relation = access_relation(request.actor, client, relation_id)
    end_relation(by=request.actor, relation=relation, at=clock.now())
    messages.success(request, _("%(name)s is no longer a contact.") % {"name": relation.name})
    return redirect("client", client_id=client.public_id)


def new_number(request: ActorRequest, client_id: str) -> HttpResponse:
    """Keep a number that someone else knows the client by."""
    client = access_client(request.actor, client_id, permission=EDIT)
    form = IdentifierForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            add_identifier(by=request.actor, client=client, at=clock.now(), **form.cleaned_data)
        except DomainError as error:
            show_error(form, error)
        else:
            return redirect("client", client_id=client.public_id)
    return render(request, "staff/clients/number.html", {"client": client, "form": form})


def drop_number(request: ActorRequest, client_id: str, identifier_id: str) -> HttpResponse:
    """Take a wrong number away; the history keeps it."""
    client = access_client(request.actor, client_id, permission=EDIT)
    identifier = access_identifier(request.actor, client, identifier_id)
    remove_identifier(by=request.actor, identifier=identifier, at=clock.now())
    messages.success(request, _("The number is removed; the history keeps it."))
    return redirect("client", client_id=client.public_id)


def new_apart(request: ActorRequest, client_id: str) -> HttpResponse:
    """Note someone whom the client must not meet here: search, choose, say why."""
    by = request.actor
    client = access_client(by, client_id, permission=EDIT)
    words = request.POST.get("q", "").strip()[:100]
    chosen = request.POST.get("other", "")
    form = ApartForm(request.POST if chosen else None)
    if chosen and form.is_valid():
        other = access_client(by, chosen, permission=Permission.CLIENT_VIEW)
        try:
            keep_apart(by=by, client=client, other=other, at=clock.now(), **form.cleaned_data)
        except DomainError as error:
            show_error(form, error)
        else:
            messages.success(request, _("Noted. Scheduling refuses to bring the two together."))
            return redirect("client", client_id=client.public_id)
    found = client_page(by, words=words).rows if words else ()
    others = [row for row in found if row.public_id != client.public_id]
    context = {"client": client, "form": form, "words": words, "others": others, "chosen": chosen}
    return render(request, "staff/clients/apart.html", context)


def end_apart(request: ActorRequest, client_id: str, pair_id: str) -> HttpResponse:
    """Let two people share groups again."""
    client = access_client(request.actor, client_id, permission=EDIT)
    end_keep_apart(by=request.actor, pair=access_pair(request.actor, client, pair_id), at=clock.now())
    messages.success(request, _("The note is ended."))
    return redirect("client", client_id=client.public_id)


def _contact(request: ActorRequest, client: Client, relation: Relation | None) -> HttpResponse:
    start = {name: getattr(relation, name) for name in asdict(RelationDetails(name=""))} if relation else {}
    version = relation.version if relation else 0
    form = RelationForm(request.POST or None, initial=start | {"version": version})
    stale, status = list[Differs](), 200
    if request.method == "POST" and form.is_valid():
        by, at, details = request.actor, clock.now(), form.details()
        try:
            if relation is None:
                add_relation(by=by, client=client, details=details, at=at)
            else:
                typed_over = form.cleaned_data["version"] or 0
                change_relation(by=by, relation=relation, details=details, version=typed_over, at=at)
        except InvalidDetails as error:
            show_problems(form, error.problems)
        except StaleRecord as error:
            show_error(form, error)
            stale = differences(form, start)
            with_version(form, version)
            status = 409
        else:
            messages.success(request, _("Saved."))
            return redirect("client", client_id=client.public_id)
    context = {"client": client, "form": form, "relation": relation, "stale": stale}
    return render(request, "staff/clients/contact.html", context, status=status)

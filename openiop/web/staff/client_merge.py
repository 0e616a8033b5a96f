"""Making two records of one person one: find the other, compare, choose, and take it back if it was wrong."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from openiop.apps.accounts.permissions import Permission
from openiop.apps.clients.selectors import access_client
from openiop.apps.clients.selectors.duplicates import facts_of, possible_duplicates, shown
from openiop.apps.clients.selectors.lists import client_page
from openiop.apps.clients.selectors.record import access_merge
from openiop.apps.clients.services.merging import CHOICES, merge_clients, undo_merge
from openiop.apps.core import clock
from openiop.domain.duplicates import compare
from openiop.domain.errors import DomainError
from openiop.web.forms import show_error
from openiop.web.requests import ActorRequest
from openiop.web.staff.client_forms import PersonForm, ReasonForm

if TYPE_CHECKING:
    from openiop.apps.clients.models import Client

MERGE = Permission.CLIENT_MERGE


@dataclass(frozen=True, slots=True)
class Difference:
    """One field in which the two records differ."""

    name: str
    label: str
    kept: str
    other: str
    takes_other: bool


def find(request: ActorRequest, client_id: str) -> HttpResponse:
    """Offer the records that look like this person, and a search for any other."""
    by = request.actor
    client = access_client(by, client_id, permission=MERGE)
    words = request.POST.get("q", "").strip()[:100]
    found = client_page(by, words=words).rows if words else ()
    context = {
        "client": client,
        "candidates": shown(by, possible_duplicates(by, facts_of(client), except_for=client)),
        "words": words,
        "others": [row for row in found if row.public_id != client.public_id],
    }
    return render(request, "staff/clients/merge_find.html", context)


def merge(request: ActorRequest, client_id: str, other_id: str) -> HttpResponse:
    """Show the two side by side; merge the other record into this one."""
    by = request.actor
    kept = access_client(by, client_id, permission=MERGE)
    other = access_client(by, other_id, permission=MERGE)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        take = frozenset(name for name in CHOICES if request.POST.get(f"take_{name}") == "other")
        try:
            merge_clients(
                by=by,
                kept=kept,
                absorbed=other,
                take=take,
                reason=form.cleaned_data["reason"],
                at=clock.now(),
            )
        except DomainError as error:
            show_error(form, error)
        else:
            messages.success(request, _("The two records are one now. Nothing was lost; it can be undone."))
            return redirect("client", client_id=kept.public_id)
    context = {
        "client": kept,
        "other": other,
        "form": form,
        "differences": _differences(kept, other, request.POST),
        "match": compare(facts_of(kept), facts_of(other)),
    }
    return render(request, "staff/clients/merge.html", context)


def undo(request: ActorRequest, client_id: str, merge_id: str) -> HttpResponse:
    """Part two records again."""
    client = access_client(request.actor, client_id, permission=MERGE)
    row = access_merge(request.actor, client, merge_id)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            undo_merge(by=request.actor, merge=row, reason=form.cleaned_data["reason"], at=clock.now())
        except DomainError as error:
            show_error(form, error)
        else:
            messages.success(request, _("The two records stand apart again."))
            return redirect("client", client_id=client.public_id)
    context = {
        "client": client,
        "merge": row,
        "form": form,
        "moved": sum(len(ids) for ids in row.moved.values()),
    }
    return render(request, "staff/clients/merge_undo.html", context)


def _differences(kept: Client, other: Client, sent: Any) -> list[Difference]:
    found = []
    for name in CHOICES:
        mine, theirs = getattr(kept, name), getattr(other, name)
        if mine == theirs:
            continue
        empty = mine in ("", None)
        takes_other = sent.get(f"take_{name}") == "other" if sent else empty and theirs not in ("", None)
        label = PersonForm.base_fields[name].label
        found.append(Difference(name, str(label), _shown(mine), _shown(theirs), takes_other))
    return found


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return str(value) if value not in ("", None) else "–"

"""The client page: who the person is, what belongs to them, and what happened."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from django.http import HttpResponse
from django.shortcuts import render

from openiop.apps.accounts.permissions import Permission
from openiop.apps.admissions.selectors.episodes import remember_episodes
from openiop.apps.admissions.selectors.referrals import referrals_of
from openiop.apps.clients.selectors import access_client
from openiop.apps.clients.selectors.record import (
    history_of,
    identifiers_of,
    kept_apart_from,
    merges_of,
    relations_of,
)
from openiop.domain.text import gettext_noop
from openiop.web.requests import ActorRequest
from openiop.web.staff.client_sections import sections_for
from openiop.web.staff.places import place_of
from openiop.web.staff.timeline import moments_of
from openiop.web.words import translated

if TYPE_CHECKING:
    from openiop.apps.clients.models import HistoryItem

KINDS: dict[str, str] = {
    "problem": gettext_noop("Problems"),
    "medication": gettext_noop("Medications"),
    "allergy": gettext_noop("Allergies"),
    "measure": gettext_noop("Last measures"),
    "encounter": gettext_noop("Visits and stays"),
    "procedure": gettext_noop("Procedures"),
    "care_plan": gettext_noop("Care plans"),
    "goal": gettext_noop("Goals"),
    "coverage": gettext_noop("Coverage as sent"),
}
"""The order in which a clinician reads them."""


def client(request: ActorRequest, client_id: str) -> HttpResponse:
    """Show the summary and the time line."""
    by = request.actor
    row = access_client(by, client_id, permission=Permission.CLIENT_VIEW)
    remember_episodes(row)
    relations = relations_of(row)
    context: dict[str, Any] = {
        "client": row,
        "place": place_of(by, row.site),
        "relations": [relation for relation in relations if relation.ended_at is None],
        "ended": [relation for relation in relations if relation.ended_at is not None],
        "identifiers": identifiers_of(row),
        "apart": kept_apart_from(by, row) if by.may(Permission.ASSESSMENT_VIEW) else [],
        "merges": merges_of(row),
        "referrals": referrals_of(row) if by.may(Permission.REFERRAL_VIEW) else [],
        "moments": moments_of(by, row),
        "sections": sections_for(request, row),
        "may_edit": by.may(Permission.CLIENT_EDIT),
        "may_merge": by.may(Permission.CLIENT_MERGE),
    }
    return render(request, "staff/clients/page.html", context)


def past(request: ActorRequest, client_id: str) -> HttpResponse:
    """Show what is known of the person's past, as it was received."""
    row = access_client(request.actor, client_id, permission=Permission.ASSESSMENT_VIEW)
    groups: dict[str, list[HistoryItem]] = defaultdict(list)
    for item in history_of(row):
        groups[item.kind].append(item)
    known = [(translated(KINDS[kind]), kind, groups[kind]) for kind in KINDS if kind in groups]
    context = {"client": row, "groups": known}
    return render(request, "staff/clients/past.html", context)

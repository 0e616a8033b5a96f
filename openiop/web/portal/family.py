"""The family's place: what was released to somebody, why not more, and help."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language

from openiop.apps.admissions.selectors.episodes import latest_episode_of
from openiop.apps.clients.consent_values import notice, scope_words, zone_of
from openiop.apps.clients.letters import end_words
from openiop.apps.clients.selectors.own import own_relations
from openiop.apps.clients.services.family import FAMILY_SCOPES, Shared, share_with_family
from openiop.apps.core import clock
from openiop.apps.groups.selectors.own import days_of, next_visit
from openiop.apps.treatment.selectors.plans import signed_plan_of
from openiop.domain.consent_templates import NoticeForm
from openiop.domain.consents import Scope
from openiop.web.portal.pages import hours_in_words
from openiop.web.portal.words import told
from openiop.web.requests import ActorRequest

DAYS_AHEAD = 7


def family_home(request: ActorRequest) -> HttpResponse:
    """Show what was released to this person, and nothing else; an opened page is in the accounting."""
    at = clock.now()
    shares = [
        share_with_family(by=request.actor, relation=one, at=at) for one in own_relations(request.actor)
    ]
    people = [_told(shared, at) for shared in shares if shared.scopes]
    context = {
        "people": people,
        "notice": notice(NoticeForm.LONG) if any(shared.part2 for shared in shares) else None,
    }
    return render(request, "portal/family.html", context)


def _told(shared: Shared, at: datetime) -> dict[str, Any]:
    """Return what one page section may say of one client: only what its scopes let out."""
    client = shared.relation.client
    language = get_language() or "en"
    words = {scope: scope_words()[scope] for scope in FAMILY_SCOPES}
    found: dict[str, Any] = {
        "client": client,
        "relation": shared.relation,
        "in_their_place": shared.in_their_place,
        "sees": [
            words[scope].label.in_language(language) for scope in FAMILY_SCOPES if scope in shared.scopes
        ],
        "not_shared": [
            words[scope].label.in_language(language) for scope in FAMILY_SCOPES if scope not in shared.scopes
        ],
        "until": list(dict.fromkeys(end_words(consent) for consent in shared.consents)),
    }
    if Scope.ENROLLED in shared.scopes:
        found["episode"] = latest_episode_of(client)
    if Scope.SCHEDULE in shared.scopes:
        today = clock.local(at, zone_of(client)).date()
        family = next_visit(client, at=at, today=today, only_family=True)
        days = days_of(client, today, today + timedelta(days=DAYS_AHEAD))
        found["sees_schedule"] = True
        found["family_session"] = told(family, at=at, may_join=False) if family else None
        found["coming"] = [told(visit, at=at, may_join=False) for visit in days.visits if visit.ends_at > at]
    found["sees_plan"] = Scope.PLAN in shared.scopes and signed_plan_of(client) is not None
    if Scope.ATTENDANCE in shared.scopes:
        weeks = hours_in_words(client, at=at, back=0)
        found["hours"] = weeks[0][1] if weeks else None
    return found

"""Preparing at once every form that a client needs and does not have in force."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from openiop.apps.clients.consent_values import zone_of
from openiop.apps.clients.models import Client, Consent
from openiop.apps.clients.selectors.consents import consent_picture
from openiop.apps.clients.services.consents import Wish, prepare_consent, ways_for
from openiop.apps.core.actor import Actor
from openiop.apps.core.clock import local
from openiop.domain.consent_templates import ConsentTemplate, months_after
from openiop.domain.consents import CLIENT_SIGNS, Basis, Expires
from openiop.domain.errors import Conflict
from openiop.domain.minors import Path


@dataclass(frozen=True, slots=True)
class Who:
    """Who signs all of the forms, in which language, with whose help."""

    basis: Basis = Basis.ADULT
    language: str = "en"
    relationship: str = ""
    conditions_met: bool = False
    interpreter: str = ""


def missing_forms(client: Client, *, at: datetime, telehealth: bool) -> list[ConsentTemplate]:
    """Return the forms that the client needs, that are neither in force nor prepared nor declined."""
    return consent_picture(client, at=at, telehealth=telehealth).to_prepare


def ways_for_all(client: Client, templates: Iterable[ConsentTemplate], on: date) -> tuple[Path, ...]:
    """Return the ways in which each of the forms may be signed, in the order of the state's rules."""
    ways = [ways_for(client, template, on) for template in templates]
    if not ways:
        return ()
    shared = set.intersection(*({path.basis for path in one} for one in ways))
    return tuple(path for path in ways[0] if path.basis in shared)


def asks_nothing(ways: tuple[Path, ...]) -> bool:
    """Tell whether the client simply signs: an adult, for themselves, with nothing to confirm first."""
    return bool(ways) and ways[0].basis in CLIENT_SIGNS and not ways[0].conditions


def prepare_needed(*, by: Actor, client: Client, who: Who, telehealth: bool, at: datetime) -> list[Consent]:
    """Prepare every form the client needs and lacks: all of them or none. Conflict where nothing is missing."""
    with transaction.atomic():
        templates = missing_forms(client, at=at, telehealth=telehealth)
        if not templates:
            raise Conflict(_("Nothing is missing: every form is prepared or in force."), code="nothing")
        today = local(at, zone_of(client)).date()
        return [
            prepare_consent(by=by, client=client, wish=usual_wish(template, who, today), at=at)
            for template in templates
        ]


def usual_wish(template: ConsentTemplate, who: Who, today: date) -> Wish:
    """Return the form's own proposals: its first purpose and its first way to end."""
    ends = template.expiries[0]
    return Wish(
        template_id=template.id,
        language=who.language,
        purpose=template.purposes[0],
        expires_kind=ends,
        expires_on=months_after(today, template.months) if ends is Expires.DATE else None,
        expires_event=template.events[0].in_language(who.language) if ends is Expires.EVENT else "",
        basis=who.basis,
        relationship=who.relationship,
        conditions_met=who.conditions_met,
        interpreter=who.interpreter,
    )

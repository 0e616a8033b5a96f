"""Consents: prepared from a form of the catalogue, signed, copied, taken back. Nothing is ever deleted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import override

from openiop.apps.accounts.permissions import Permission
from openiop.apps.audit.services import recording
from openiop.apps.clients.consent_values import (
    LANGUAGES,
    form,
    minor_rules,
    scope_list,
    value_of,
    zone_of,
)
from openiop.apps.clients.consent_words import PURPOSES, missing_words
from openiop.apps.clients.models import Client, Consent, Disclosure, Relation
from openiop.apps.core.actor import Actor
from openiop.apps.core.clock import local
from openiop.domain import consents as rules
from openiop.domain.consent_templates import ConsentTemplate, Statement
from openiop.domain.documents import one_line
from openiop.domain.errors import Conflict, InvalidInput, NotAllowed
from openiop.domain.minors import CareKind, Path, Signer, ways_to_release, ways_to_sign


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be permitted: the answers to a form's questions.

    `conditions_met`: staff confirm what the law asks before this person may sign. `expires_event` is free
    words or one that the form proposes.
    """

    template_id: str
    language: str = "en"
    relation: Relation | None = None
    recipient: str = ""
    scopes: frozenset[rules.Scope] = frozenset()
    purpose: rules.Purpose = rules.Purpose.TPO
    purpose_words: str = ""
    expires_kind: rules.Expires = rules.Expires.NONE
    expires_on: date | None = None
    expires_event: str = ""
    basis: rules.Basis = rules.Basis.ADULT
    relationship: str = ""
    conditions_met: bool = False
    interpreter: str = ""


# Preparing ----------------------------------------------------------------------------------------------


def prepare_consent(*, by: Actor, client: Client, wish: Wish, at: datetime) -> Consent:
    """Fill a form for the client and keep its exact words. It permits nothing until it is signed.

    InvalidInput names what cannot be right; NotAllowed where that person may not sign.
    """
    must_edit(by)
    template = form(wish.template_id)
    if wish.language not in LANGUAGES:
        raise InvalidInput(_("Choose English or Spanish."), field="language")
    _check_choices(template, wish)
    today = local(at, zone_of(client)).date()
    if wish.expires_kind is rules.Expires.DATE and (wish.expires_on is None or wish.expires_on <= today):
        raise InvalidInput(_("Choose a day after today."), field="expires_on")
    path = _path(client, template, wish, today)
    row = fill_consent(client, template, wish, path)
    row.organization_id, row.prepared_by_id, row.created_at = by.organization_id, by.user_id, at
    missing = rules.missing_before_signing(value_of(row, client))
    if missing:
        raise InvalidInput(missing_words(missing), code="incomplete")
    with recording(by=by, at=at) as record:
        row.save(force_insert=True)
        record("consent.prepared", subject=row, client=client, data=prepared_data(row, path))
    return row


def prepared_data(row: Consent, path: Path) -> dict[str, Any]:
    """Return what the trail keeps of a form that was prepared."""
    return {
        "form": f"{row.template_id}.{row.template_version}",
        "title": title_of(row),
        "basis": str(path.basis),
        "conditions": [words.en for words in path.conditions],
        "recipient": row.recipient,
        "scopes": row.scopes,
    }


def ways_for(client: Client, template: ConsentTemplate, on: date) -> tuple[Path, ...]:
    """Return who may sign this form for the client on the day."""
    if template.kind in rules.DISCLOSING:
        part2 = client.part2 or template.kind is rules.Kind.PART2_TPO
        return ways_to_release(minor_rules(), client.birth_date, on, part2=part2)
    care = CareKind.SUBSTANCE_USE if client.part2 else CareKind.MENTAL_HEALTH
    return ways_to_sign(minor_rules(), client.birth_date, on, care)


def _path(client: Client, template: ConsentTemplate, wish: Wish, today: date) -> Path:
    if client.birth_date is None:
        raise NotAllowed(
            _("The birth date is not recorded. It decides who may sign: add it to the record first."),
            code="birth-date-unknown",
            field="basis",
        )
    path = next((one for one in ways_for(client, template, today) if one.basis is wish.basis), None)
    if path is None:
        raise NotAllowed(
            _("This person may not sign this form for this client."), code="signer", field="basis"
        )
    if path.conditions and not wish.conditions_met:
        raise InvalidInput(_("Confirm what the law asks before this person may sign."), field="conditions")
    if path.signer is not Signer.CLIENT and not wish.relationship.strip():
        raise InvalidInput(_("Say how this person belongs to the client."), field="relationship")
    return path


def _check_choices(template: ConsentTemplate, wish: Wish) -> None:
    if wish.purpose not in template.purposes:
        raise InvalidInput(_("This form is for another purpose."), field="purpose")
    if wish.expires_kind not in template.expiries:
        raise InvalidInput(_("Choose when it ends."), field="expires_kind")
    if wish.expires_kind is rules.Expires.EVENT and not wish.expires_event.strip():
        raise InvalidInput(_("Name the event at which it ends."), field="expires_event")
    if template.asks_recipient and not (wish.relation or wish.recipient.strip()):
        raise InvalidInput(_("Name the person or office."), field="recipient")
    if template.choose_scopes and not wish.scopes:
        raise InvalidInput(_("Choose at least one kind of record."), field="scopes")
    if not wish.scopes <= set(template.scopes):
        raise InvalidInput(_("This form does not cover these records."), field="scopes")
    if wish.purpose is rules.Purpose.SPECIFIC and not wish.purpose_words.strip():
        raise InvalidInput(_("Say what it is for."), field="purpose_words")


def fill_consent(client: Client, template: ConsentTemplate, wish: Wish, path: Path) -> Consent:
    """Return the row with every word in place, not yet saved."""
    with override(wish.language):
        values = _values(client, template, wish, path)
        body = template.compose(wish.language, values)
        revocation = template.statement_text(Statement.REVOCATION, wish.language, values)
    return Consent(
        client=client,
        template_id=template.id,
        template_version=template.version,
        kind=template.kind,
        language=wish.language,
        discloser=values["discloser"][:200],
        recipient=values["recipient"][:300],
        recipient_relation=wish.relation if template.asks_recipient else None,
        info_description=values["information"][:1000],
        scopes=sorted(wish.scopes if template.choose_scopes else template.scopes),
        purpose=wish.purpose,
        purpose_words=one_line(wish.purpose_words)[:300],
        tpo_single=template.tpo_single,
        redisclosure_statement=template.makes(Statement.REDISCLOSURE),
        revocation_text=revocation[:1000],
        expires_kind=wish.expires_kind,
        expires_on=wish.expires_on if wish.expires_kind is rules.Expires.DATE else None,
        expires_event=one_line(wish.expires_event)[:200] if wish.expires_kind is rules.Expires.EVENT else "",
        notes_type=template.notes_type,
        legal_proceeding=template.legal_proceeding,
        consent_basis=path.basis,
        interpreter=one_line(wish.interpreter)[:120],
        body=body,
        relationship=one_line(wish.relationship)[:60] if path.signer is not Signer.CLIENT else "",
    )


def _values(client: Client, template: ConsentTemplate, wish: Wish, path: Path) -> dict[str, str]:
    """Return what fills the form's holes, in the active language."""
    organization, site = client.organization, client.site
    scopes = wish.scopes if template.choose_scopes else frozenset(template.scopes)
    named = wish.relation.name if wish.relation else wish.recipient
    if wish.relation and wish.relation.organization_name:
        named = f"{named}, {wish.relation.organization_name}"
    name = f"{client.first_name} {client.last_name}"
    signer = _("%(name)s, for myself") % {"name": name}
    if path.signer is not Signer.CLIENT:
        signer = _("%(relationship)s of %(name)s, who signs for them") % {
            "relationship": one_line(wish.relationship),
            "name": name,
        }
    if path.signer is Signer.BOTH:
        signer = _("%(name)s together with %(relationship)s") % {
            "relationship": one_line(wish.relationship),
            "name": name,
        }
    discloser = f"{organization.name}, {site.name}" if site else organization.name
    return {
        "client": name,
        "birth_date": str(date_format(client.birth_date, "DATE_FORMAT")) if client.birth_date else "",
        "organization": organization.name,
        "discloser": discloser,
        "recipient": template.recipient.in_language(wish.language) or one_line(named),
        "information": ", ".join(scope_list(scopes, wish.language)),
        "purpose": one_line(wish.purpose_words) or str(PURPOSES[wish.purpose]),
        "expiry": _end(wish),
        "signer": signer,
        "contact": site.phone if site and site.phone else _("at the front desk"),
    }


def _end(wish: Wish) -> str:
    if wish.expires_kind is rules.Expires.DATE and wish.expires_on:
        return str(date_format(wish.expires_on, "DATE_FORMAT"))
    if wish.expires_kind is rules.Expires.EVENT:
        return one_line(wish.expires_event)
    return _("no end date; until it is taken back")


# Afterwards ------------------------------------------------------------------------------------------------


def revoke_consent(*, by: Actor, consent: Consent, revoked_by: str, words: str = "", at: datetime) -> Consent:
    """Take a consent back, or set aside one that was never signed. What was disclosed before stays recorded.

    The client may do it in their portal; staff write it down for whoever asks (42 CFR 2.31(a)(6)).
    """
    if not may_act_for(by, consent):
        must_edit(by)
    name = one_line(revoked_by)[:120]
    if not name:
        raise InvalidInput(_("Say who takes it back."), field="revoked_by")
    with recording(by=by, at=at) as record:
        changed = Consent.objects.filter(pk=consent.pk, revoked_at__isnull=True).update(
            revoked_at=at, revoked_by=name, revocation_words=one_line(words)[:500]
        )
        if changed != 1:
            raise Conflict(_("This consent was taken back already."), code="revoked-already")
        relied = Disclosure.objects.filter(consent=consent).count()
        action = "consent.revoked" if consent.signed_at else "consent.set_aside"
        data = {"title": title_of(consent), "revoked_by": name, "recipient": consent.recipient}
        record(action, subject=consent, client=consent.client, data=data | {"disclosures_before": relied})
    consent.refresh_from_db()
    return consent


def end_by_event(*, by: Actor, consent: Consent, event_on: date, at: datetime) -> Consent:
    """Write down that the event happened at which the consent ends."""
    must_edit(by)
    if consent.expires_kind != rules.Expires.EVENT or consent.signed_at is None:
        raise InvalidInput(_("This consent does not end by an event."), field="event_on")
    if event_on > local(at, zone_of(consent.client)).date():
        raise InvalidInput(_("That day is still to come."), field="event_on")
    with recording(by=by, at=at) as record:
        changed = Consent.objects.filter(pk=consent.pk, event_on__isnull=True).update(event_on=event_on)
        if changed != 1:
            raise Conflict(_("The event was written down already."), code="ended-already")
        data = {"title": title_of(consent), "event": consent.expires_event, "day": event_on.isoformat()}
        record("consent.ended", subject=consent, client=consent.client, data=data)
    consent.refresh_from_db()
    return consent


def give_copy(*, by: Actor, consent: Consent, how: str, at: datetime) -> Consent:
    """Write down that a copy went to whoever signed. The first time is kept on the consent, each in the trail."""
    if not may_act_for(by, consent):
        must_edit(by)
    if consent.signed_at is None:
        raise NotAllowed(_("There is no copy before it is signed."), code="not-signed")
    with recording(by=by, at=at) as record:
        Consent.objects.filter(pk=consent.pk, copy_given_at__isnull=True).update(copy_given_at=at)
        record(
            "consent.copied",
            subject=consent,
            client=consent.client,
            data={"title": title_of(consent), "how": how},
        )
    consent.refresh_from_db()
    return consent


def must_edit(by: Actor) -> None:
    """Refuse whoever may not prepare consents."""
    if not by.may(Permission.CONSENT_EDIT):
        raise NotAllowed(_("You may not change consents."))


def may_act_for(by: Actor, consent: Consent) -> bool:
    """Tell whether the actor is the client, signed in, and the one whose word counts for this consent."""
    own = by.may(Permission.PORTAL) and by.user_id is not None and consent.client.user_id == by.user_id
    return own and rules.Basis(consent.consent_basis) in rules.CLIENT_SIGNS


def title_of(consent: Consent) -> str:
    """Return the form's English title, for the trail."""
    return form(consent.template_id, consent.template_version).title.en

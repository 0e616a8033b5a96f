"""From rows and catalogue files to the values that the consent rules work on."""

from __future__ import annotations

from datetime import date, datetime
from functools import cache

from openiop import catalog
from openiop.apps.clients.models import Client, Consent
from openiop.apps.core.clock import local
from openiop.domain import consents as rules
from openiop.domain.consent_templates import (
    ConsentTemplate,
    Notice,
    NoticeForm,
    ScopeWords,
    Statement,
    read_notice,
    read_scopes,
    read_template,
)
from openiop.domain.minors import MinorRules, read_minor_rules

LANGUAGES = ("en", "es")
ZONE = "America/Los_Angeles"
"""The clock of a client who belongs to no site yet."""

RULES_OF = "california"
"""The state whose rules say who may sign; one for the whole installation until sites have their own."""


@cache
def form(template_id: str, version: int | None = None) -> ConsentTemplate:
    """Return a consent form: the given version, or the newest. NotInCatalog where there is none."""
    return read_template(catalog.load("consents", template_id, version).body)


def forms() -> tuple[ConsentTemplate, ...]:
    """Return the newest version of every consent form, those that everyone needs first."""
    order = {"always": 0, "part2": 1, "telehealth": 2, "asked": 3}
    found = (form(entry.id, entry.version) for entry in catalog.load_all("consents"))
    return tuple(sorted(found, key=lambda one: (order[one.needed], bool(one.notes_type != "none"), one.id)))


@cache
def notice(wanted: NoticeForm) -> Notice:
    """Return the newest notice of that form."""
    found = (read_notice(entry.body) for entry in catalog.load_all("notices"))
    return next(one for one in found if one.form is wanted)


@cache
def scope_words() -> dict[rules.Scope, ScopeWords]:
    """Return the words of every kind of record, in the order of forms and pages."""
    return {row.scope: row for row in read_scopes(catalog.load("scopes", "record").body)}


@cache
def minor_rules() -> MinorRules:
    """Return who may sign, by age."""
    return read_minor_rules(catalog.load("minors", RULES_OF).body)


def scope_list(scopes: list[str] | tuple[str, ...] | frozenset[rules.Scope], language: str) -> list[str]:
    """Return the labels of kinds of record, in the order of the catalogue."""
    return [words.label.in_language(language) for scope, words in scope_words().items() if scope in scopes]


def zone_of(client: Client) -> str:
    """Return the clock by which the client's days are counted."""
    return client.site.time_zone if client.site else ZONE


def needs_interpreter(client: Client, language: str) -> bool:
    """Tell whether the words are in another language than the client's."""
    return client.language.lower().split("-")[0] != language.lower().split("-")[0]


def value_of(row: Consent, client: Client | None = None) -> rules.Consent:
    """Return the consent as the rules see it. `client` spares a query where it is at hand."""
    client, zone = client or row.client, zone_of(client or row.client)
    return rules.Consent(
        id=row.public_id,
        kind=rules.Kind(row.kind),
        patient=f"{client.first_name} {client.last_name}",
        body=row.body,
        discloser=row.discloser,
        info_description=row.info_description,
        scopes=frozenset(rules.Scope(scope) for scope in row.scopes),
        recipient=row.recipient,
        recipient_id=row.recipient_relation.public_id if row.recipient_relation else "",
        purpose=rules.Purpose(row.purpose),
        purpose_words=row.purpose_words,
        tpo_single=row.tpo_single,
        redisclosure_statement=row.redisclosure_statement,
        refusal_statement=form(row.template_id, row.template_version).makes(Statement.REFUSAL),
        revocation_text=row.revocation_text,
        expires_kind=rules.Expires(row.expires_kind),
        expires_on=row.expires_on,
        expires_event=row.expires_event,
        event_on=row.event_on,
        notes_type=rules.NotesType(row.notes_type),
        legal_proceeding=row.legal_proceeding,
        basis=rules.Basis(row.consent_basis),
        language=row.language,
        interpreter=row.interpreter,
        interpreter_needed=needs_interpreter(client, row.language),
        witness=row.witness,
        signed_by=row.signed_by,
        relationship=row.relationship,
        signed_on=_day(row.signed_at, zone),
        method=rules.Method(row.e_sig_method) if row.e_sig_method else None,
        signature=row.signature,
        revoked_on=_day(row.revoked_at, zone),
        revoked_by=row.revoked_by,
        declined=row.declined_at is not None,
        part2=client.part2 or row.kind == rules.Kind.PART2_TPO,
    )


def _day(instant: datetime | None, zone: str) -> date | None:
    return local(instant, zone).date() if instant else None

"""Consents and disclosures as PDF: from rows to the data of `catalog/letters`."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from openiop import catalog
from openiop.apps.clients.accounting import HEAD, AccountingLine
from openiop.apps.clients.consent_values import form, scope_list, value_of, zone_of
from openiop.apps.clients.consent_words import BASES, METHODS, PURPOSES, REASONS, WAYS
from openiop.apps.clients.models import Client, Consent, Disclosure
from openiop.apps.core.clock import local
from openiop.domain import consents as rules
from openiop.domain.disclosures import Reason
from openiop.domain.documents import blocks
from openiop.engines.pdf_typst import ENGINE

LETTERS = Path(catalog.__file__).parent / "letters"


@dataclass(frozen=True, slots=True)
class Letter:
    """A document and its fingerprint."""

    pdf: bytes
    sha256: str


def consent_letter(row: Consent, *, at: datetime) -> Letter:
    """Return the client's copy of a consent in the language in which it was signed."""
    with override(row.language):
        data = _frame(row, form(row.template_id, row.template_version).title.in_language(row.language)) | {
            "blocks": block_data(row.body),
            "signature_word": _("Signature"),
            "signature_alt": _("Drawn signature of %(name)s") % {"name": row.signed_by},
            "strokes": row.signature if row.e_sig_method == rules.Method.DRAWN else "",
            "facts": _signature_facts(row),
        }
    return _render("consent.typ", data, row.language, at)


def disclosure_letter(row: Disclosure, *, at: datetime, language: str = "en") -> Letter:
    """Return the cover that goes with disclosed records: the notice and the scope of the consent (2.32)."""
    with override(language):
        data = _frame(row, _("Records disclosed")) | {
            "facts": disclosure_facts(row, language),
            "notice": block_data(row.notice),
            "notice_word": _("Notice to the recipient"),
            "consent": consent_facts(row.consent, language) if row.consent else [],
            "consent_word": _("Scope of the consent"),
        }
    return _render("disclosure.typ", data, language, at)


def accounting_letter(client: Client, lines: Iterable[AccountingLine], *, at: datetime) -> Letter:
    """Return the accounting of a client's disclosures to print, in the active language (45 CFR 164.528)."""
    name = f"{client.first_name} {client.last_name}"
    data = _frame(client, _("Accounting of disclosures")) | {
        "facts": [(_("Client"), name), (_("As of"), day_words(at, zone_of(client)))],
        "head": [str(word) for word in HEAD[:PRINTED]],
        "rows": [line.cells[:PRINTED] for line in lines],
        "nothing": _("Nothing was disclosed."),
    }
    return _render("accounting.typ", data, get_language() or "en", at)


PRINTED = 7
"""How many columns fit on a sheet; the notice's version and who gave it stand in the table for machines."""


def day_words(instant: datetime, zone: str) -> str:
    """Return the day and time of an instant in the active language."""
    moment = local(instant, zone)
    return f"{date_format(moment, 'DATE_FORMAT')}, {moment:%H:%M}"


def _render(name: str, data: dict[str, Any], language: str, at: datetime) -> Letter:
    pdf = ENGINE.render(LETTERS / name, data, lang=language, at=at)
    return Letter(pdf, hashlib.sha256(pdf).hexdigest())


def _frame(row: Client | Consent | Disclosure, title: str) -> dict[str, Any]:
    return {
        "title": title,
        "organization": row.organization.name,
        "footer": _("%(organization)s · record %(id)s")
        % {"organization": row.organization.name, "id": row.public_id},
        "page_word": _("Page") + " ",
    }


def block_data(text: str) -> list[dict[str, Any]]:
    """Return the blocks of a text as a template takes them."""
    return [{"kind": str(one.kind), "text": one.text, "items": list(one.items)} for one in blocks(text)]


def _signature_facts(row: Consent) -> list[tuple[str, str]]:
    if row.signed_at is None:
        return [(_("Signed"), _("not yet"))]
    facts = [(_("Name"), row.signed_by)]
    if row.relationship:
        facts.append((_("Relationship"), row.relationship))
    facts.append((_("Signed on"), day_words(row.signed_at, zone_of(row.client))))
    facts.append((_("How"), str(METHODS[rules.Method(row.e_sig_method)])))
    if row.e_sig_method == rules.Method.PAPER:
        facts.append((_("The paper"), row.signature))
    if row.interpreter:
        facts.append((_("Interpreter"), row.interpreter))
    if row.witness:
        facts.append((_("Witness"), row.witness))
    facts.append((_("Form"), f"{row.template_id}.{row.template_version}"))
    return facts


def disclosure_facts(row: Disclosure, language: str) -> list[tuple[str, str]]:
    """Return who receives what, what for and by what right, in the active language."""
    client = row.client
    return [
        (_("Client"), f"{client.first_name} {client.last_name}"),
        (_("To"), row.recipient),
        (_("When"), day_words(row.disclosed_at, zone_of(client))),
        (_("What for"), str(REASONS[Reason(row.purpose)])),
        (_("By what right"), str(BASES[row.basis])),
        (_("Kinds of record"), ", ".join(scope_list(row.scopes, language))),
        (_("What was given"), row.what),
        (_("How"), str(WAYS[row.method])),
    ]


def consent_facts(row: Consent, language: str) -> list[tuple[str, str]]:
    """Return the scope of a consent, which goes along with what is given under it (42 CFR 2.32)."""
    value = value_of(row)
    return [
        (_("Form"), f"{row.template_id}.{row.template_version}"),
        (_("Signed on"), day_words(row.signed_at, zone_of(row.client)) if row.signed_at else ""),
        (_("With whom"), row.recipient),
        (_("What may be shared"), ", ".join(scope_list(value.scopes, language))),
        (_("What for"), row.purpose_words or str(PURPOSES[value.purpose])),
        (_("How long it holds"), end_words(value)),
    ]


def end_words(value: rules.Consent) -> str:
    """Return when a consent ends, in the active language."""
    if value.expires_kind is rules.Expires.DATE and value.expires_on:
        return str(date_format(value.expires_on, "DATE_FORMAT"))
    if value.expires_kind is rules.Expires.EVENT:
        return value.expires_event
    return _("no end date; until it is taken back")

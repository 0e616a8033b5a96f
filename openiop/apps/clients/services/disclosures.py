"""The only way out: asks the consent rules, writes the accounting and the notice, or refuses in clear words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from openiop.apps.accounts.permissions import Permission
from openiop.apps.audit.services import Recorder, recording
from openiop.apps.clients.consent_values import minor_rules, notice, scope_words, value_of, zone_of
from openiop.apps.clients.consent_words import reason_words
from openiop.apps.clients.models import Client, Consent, Disclosure, Relation
from openiop.apps.clients.protection import is_protected
from openiop.apps.core.actor import Actor
from openiop.apps.core.clock import local
from openiop.domain import consents as rules
from openiop.domain.consent_templates import NoticeForm
from openiop.domain.disclosures import Decision, Reason, RecipientKind, Request, may_disclose
from openiop.domain.documents import one_line
from openiop.domain.errors import InvalidInput, NotAllowed

WAYS = ("paper", "pdf", "phone", "fax", "mail", "page")


@dataclass(frozen=True, slots=True)
class Handing:
    """What staff want to hand out: to whom, what for, which records, in what way."""

    recipient_kind: RecipientKind
    purpose: Reason
    scopes: frozenset[rules.Scope]
    relation: Relation | None = None
    recipient: str = ""
    what: str = ""
    method: str = "pdf"
    authority: str = ""
    circumstances: str = ""
    first_report: bool = False
    notice_form: NoticeForm = NoticeForm.LONG


class DisclosureRefused(NotAllowed):
    """The consent rules say no; `decision` holds every reason."""

    default_code = "disclosure-refused"

    def __init__(self, decision: Decision) -> None:
        """Take the answer; its reasons are the message."""
        super().__init__(" ".join(dict.fromkeys(reason_words(reason) for reason in decision.reasons)))
        self.decision = decision


def decide(
    client: Client, handing: Handing, *, at: datetime, consents: list[rules.Consent] | None = None
) -> Decision:
    """Return whether it may go out now, and why or why not. Writes nothing. `consents` spares a query."""
    values = _consents_of(client) if consents is None else consents
    on = local(at, zone_of(client)).date()
    return may_disclose(_request(client, handing, values), values, on, minors=minor_rules())


def _consents_of(client: Client) -> list[rules.Consent]:
    rows = Consent.objects.filter(client=client).select_related("recipient_relation").defer("pdf")
    return [value_of(row, client) for row in rows]


def disclose(*, by: Actor, client: Client, handing: Handing, at: datetime) -> Disclosure:
    """Hand records to someone outside, if the rules allow it, and write the accounting.

    Raises InvalidInput where something is not said, DisclosureRefused where the rules say no; the refusal
    is in the trail too.
    """
    if not by.may(Permission.DISCLOSE):
        raise NotAllowed(_("You may not disclose records."))
    _check(client, handing)
    with recording(by=by, at=at) as record:
        decision = decide(client, handing, at=at)
        if decision.allowed:
            return _write(record, client, handing, decision)
        data = said_of(client, handing) | {"why": [str(reason.why) for reason in decision.reasons]}
        record("disclosure.refused", subject=client, client=client, data=data)
    raise DisclosureRefused(decision)


def note_export(*, by: Actor, client: Client, how: str, rows: int, at: datetime) -> None:
    """Write down that the accounting was taken out as a file."""
    with recording(by=by, at=at) as record:
        data = {"how": how, "rows": rows}
        record("disclosure.exported", subject=client, client=client, data=data)


def recipient_of(client: Client, handing: Handing) -> str:
    """Return the recipient as it will stand in the accounting."""
    if handing.recipient_kind is RecipientKind.CLIENT:
        return f"{client.first_name} {client.last_name}"
    if handing.relation:
        parts = (handing.relation.name, handing.relation.organization_name)
        return ", ".join(part for part in parts if part)[:300]
    return one_line(handing.recipient)[:300]


def _check(client: Client, handing: Handing) -> None:
    if not recipient_of(client, handing):
        raise InvalidInput(_("Name the person or office."), field="recipient")
    if not handing.scopes:
        raise InvalidInput(_("Choose at least one kind of record."), field="scopes")
    if not one_line(handing.what):
        raise InvalidInput(_("Say what exactly is given."), field="what")
    if handing.method not in WAYS:
        raise InvalidInput(_("Choose how it is given."), field="method")


def _request(client: Client, handing: Handing, values: list[rules.Consent]) -> Request:
    minor_bases = rules.CLIENT_SIGNS - {rules.Basis.ADULT}
    alone = any(
        value.kind is rules.Kind.TREATMENT
        and value.signed_on
        and not value.revoked_on
        and value.basis in minor_bases
        for value in values
    )
    return Request(
        recipient=recipient_of(client, handing),
        recipient_kind=handing.recipient_kind,
        purpose=handing.purpose,
        scopes=handing.scopes,
        part2=is_protected(client, handing.scopes),
        recipient_id=handing.relation.public_id if handing.relation else "",
        birth_date=client.birth_date,
        minor_consented=alone,
        authority=handing.authority,
        circumstances=handing.circumstances,
        first_report=handing.first_report,
    )


def _write(record: Recorder, client: Client, handing: Handing, decision: Decision) -> Disclosure:
    row = disclosure_row(client, handing, decision, by_user_id=record.by.user_id, at=record.at)
    row.save(force_insert=True)
    data = said_of(client, handing) | {"basis": decision.basis, "notice": row.notice_version}
    record("disclosure.made", subject=row, client=client, data=data)
    return row


def disclosure_row(
    client: Client, handing: Handing, decision: Decision, *, by_user_id: int | None, at: datetime
) -> Disclosure:
    """Return the line of the accounting for a disclosure that the rules allow, not yet saved."""
    if not decision.allowed:
        raise DisclosureRefused(decision)
    used = decision.consent
    consent = Consent.objects.get(client=client, public_id=used.id) if used else None
    words = notice(handing.notice_form) if decision.notice_needed else None
    detail = {
        "authority": one_line(handing.authority),
        "circumstances": one_line(handing.circumstances),
        "sources": [reason.source for reason in decision.reasons],
    }
    return Disclosure(
        organization_id=client.organization_id,
        client=client,
        consent=consent,
        disclosed_at=at,
        recipient=recipient_of(client, handing),
        purpose=handing.purpose,
        basis=decision.basis,
        what=one_line(handing.what)[:500],
        detail={key: value for key, value in detail.items() if value},
        scopes=[scope for scope in scope_words() if scope in handing.scopes],
        part2=is_protected(client, handing.scopes),
        notice_version=words.pinned if words else "",
        notice=words.text.en if words else "",
        method=handing.method,
        disclosed_by_id=by_user_id,
        created_at=at,
    )


def said_of(client: Client, handing: Handing) -> dict[str, object]:
    """Return what the trail keeps of who was to receive what."""
    return {
        "recipient": recipient_of(client, handing),
        "purpose": str(handing.purpose),
        "scopes": sorted(handing.scopes),
        "method": handing.method,
    }

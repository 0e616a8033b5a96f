"""Signing a prepared consent: on screen by name or by hand, or on paper. What is signed is frozen."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from openiop.apps.accounts.permissions import Permission
from openiop.apps.audit.services import recording
from openiop.apps.clients.consent_values import form, value_of, zone_of
from openiop.apps.clients.consent_words import FLAWS, missing_words
from openiop.apps.clients.letters import consent_letter
from openiop.apps.clients.models import Client, Consent, Handover
from openiop.apps.clients.services.consents import may_act_for, must_edit, title_of, ways_for
from openiop.apps.clients.services.indexing import index_consent
from openiop.apps.core.actor import Actor
from openiop.apps.core.clock import local
from openiop.domain import consents as rules
from openiop.domain.documents import one_line
from openiop.domain.errors import Conflict, InvalidInput, NotAllowed
from openiop.domain.minors import Path, Signer
from openiop.domain.signatures import flaw_of_strokes, is_same_name


@dataclass(frozen=True, slots=True)
class Signature:
    """What the person who signs gave: the typed name, or drawn strokes (SVG path data) and the printed name."""

    name: str = ""
    strokes: str = ""
    interpreter: str = ""
    witness: str = ""
    agreed: bool = False


@dataclass(frozen=True, slots=True)
class Paper:
    """What stands on a form that was signed on paper, and where the sheet is kept."""

    name: str
    signed_on: date
    kept_at: str
    interpreter: str = ""
    witness: str = ""


def sign_consent(
    *, by: Actor, consent: Consent, signature: Signature, at: datetime, handover: Handover | None = None
) -> Consent:
    """Sign on screen: as the client in their portal, beside staff, or on a device that was handed over.

    Raises InvalidInput at the field, NotAllowed where this person may not sign, Conflict where it was
    signed or set aside meanwhile.
    """
    how = _may_have_signed(by, consent, handover)
    path = _may_be_signed(consent, at)
    if path.signer is Signer.BOTH:
        raise NotAllowed(_("Both sign this form, on paper. Record the paper instead."), code="paper-only")
    if not signature.agreed:
        raise InvalidInput(_("Confirm that you have read it and want to sign."), field="agreed")
    strokes = signature.strokes.strip()
    flaw = flaw_of_strokes(strokes) if strokes else None
    if flaw is not None:
        raise InvalidInput(str(FLAWS[flaw]), code=flaw, field="drawn")
    name = _signer_name(consent, one_line(signature.name), drawn=bool(strokes))
    consent.e_sig_method = rules.Method.DRAWN if strokes else rules.Method.TYPED
    consent.signature = strokes or one_line(signature.name) or name
    consent.signed_user_id = by.user_id if how == "portal" else None
    _add_helpers(consent, signature.interpreter, signature.witness)
    return _freeze(by, consent, name, signed_at=at, at=at, how=how)


def decline_consent(
    *, by: Actor, consent: Consent, words: str = "", at: datetime, handover: Handover | None = None
) -> Consent:
    """Write down that whoever was to sign read the form and said no. It can be prepared anew at any time."""
    how = _may_have_signed(by, consent, handover)
    _must_be_open(consent)
    own = rules.Basis(consent.consent_basis) in rules.CLIENT_SIGNS
    name = signing_name(consent.client) if own else consent.relationship
    with recording(by=by, at=at) as record:
        rows = Consent.objects.filter(pk=consent.pk, signed_at__isnull=True, revoked_at__isnull=True)
        said = one_line(words)[:500]
        if rows.update(declined_at=at, revoked_at=at, revoked_by=name[:120], revocation_words=said) != 1:
            raise Conflict(_("It was signed or set aside meanwhile. Reload the page."), code="stale")
        data = {"title": title_of(consent), "declined_by": name, "how": how}
        record("consent.declined", subject=consent, client=consent.client, data=data)
    consent.refresh_from_db()
    return consent


def _may_have_signed(by: Actor, consent: Consent, handover: Handover | None) -> str:
    """Return where this is signed (portal, handed, screen), or refuse whoever may not have it signed."""
    if may_act_for(by, consent):
        return "portal"
    if handover is None:
        must_edit(by)
        return "screen"
    holds = handover.returned_at is None and handover.handed_by_id == by.user_id
    if not (holds and by.may(Permission.SIGN_HERE) and consent.public_id in handover.forms):
        raise NotAllowed(_("The device was not handed over for this form."), code="not-handed")
    return "handed"


def record_paper_consent(*, by: Actor, consent: Consent, paper: Paper, at: datetime) -> Consent:
    """Write down that the prepared form was signed on paper, when, by whom, and where the sheet is."""
    must_edit(by)
    _may_be_signed(consent, at)
    zone = zone_of(consent.client)
    name, kept_at = one_line(paper.name)[:120], one_line(paper.kept_at)[:200]
    if len(name) < 2:
        raise InvalidInput(_("Write the name that stands under the signature."), field="name")
    if not kept_at:
        raise InvalidInput(_("Say where the signed sheet is kept."), field="kept_at")
    today = local(at, zone).date()
    prepared_on = local(consent.created_at, zone).date()
    if not prepared_on <= paper.signed_on <= today:
        raise InvalidInput(
            _("The day of the signature lies between the day the form was prepared and today."),
            field="signed_on",
        )
    consent.e_sig_method, consent.signature = rules.Method.PAPER, kept_at
    _add_helpers(consent, paper.interpreter, paper.witness)
    signed_at = at if paper.signed_on == today else _noon(paper.signed_on, zone)
    return _freeze(by, consent, name, signed_at=signed_at, at=at, how="paper")


def signing_name(client: Client) -> str:
    """Return the name a client signs with."""
    return f"{client.first_name} {client.last_name}"


def _noon(day: date, zone: str) -> datetime:
    return datetime.combine(day, time(12), ZoneInfo(zone))


def _must_be_open(consent: Consent) -> None:
    if consent.signed_at is not None:
        raise Conflict(_("This consent is signed already."), code="signed-already")
    if consent.revoked_at is not None:
        raise Conflict(_("This consent was set aside. Prepare a new one."), code="set-aside")


def _may_be_signed(consent: Consent, at: datetime) -> Path:
    _must_be_open(consent)
    today = local(at, zone_of(consent.client)).date()
    if consent.expires_on is not None and consent.expires_on < today:
        raise Conflict(_("The end written in it has passed. Prepare a new one."), code="expired")
    template = form(consent.template_id, consent.template_version)
    ways = {path.basis: path for path in ways_for(consent.client, template, today)}
    path = ways.get(rules.Basis(consent.consent_basis))
    if path is None:
        raise NotAllowed(
            _("The person for whom it was prepared may not sign it any more. Prepare a new one."),
            code="signer",
        )
    return path


def _signer_name(consent: Consent, name: str, *, drawn: bool) -> str:
    """Return who signs. A client who types signs with their own name; who signs for them writes theirs."""
    client = consent.client
    if rules.Basis(consent.consent_basis) in rules.CLIENT_SIGNS:
        own = (
            signing_name(client),
            f"{client.preferred_name} {client.last_name}",
            f"{client.first_name} {client.middle_name} {client.last_name}",
        )
        if (drawn and not name) or any(is_same_name(name, one) for one in own):
            return signing_name(client)[:120]
        raise InvalidInput(
            _("Type your name as it is written here: %(name)s.") % {"name": signing_name(client)},
            field="name",
        )
    if len(name) < 2:
        raise InvalidInput(_("Write your own name."), field="name")
    return name[:120]


def _add_helpers(consent: Consent, interpreter: str, witness: str) -> None:
    consent.interpreter = one_line(interpreter)[:120] or consent.interpreter
    consent.witness = one_line(witness)[:120] or consent.witness


def _freeze(
    by: Actor, consent: Consent, name: str, *, signed_at: datetime, at: datetime, how: str
) -> Consent:
    """Check the whole, make the copy and write everything at once; from then on the database keeps it."""
    consent.signed_by, consent.signed_at = name, signed_at
    try:
        missing = rules.completeness(replace(value_of(consent), signed_on=signed_at.date()))
        if missing:
            field = "interpreter" if missing[0].element is rules.Element.INTERPRETER else None
            raise InvalidInput(missing_words(missing), code="incomplete", field=field)
        letter = consent_letter(consent, at=at)
        consent.pdf, consent.pdf_sha256 = letter.pdf, letter.sha256
        with recording(by=by, at=at) as record:
            _write(consent)
            data = {"title": title_of(consent), "signed_by": name, "how": how, "pdf": letter.sha256}
            record("consent.signed", subject=consent, client=consent.client, data=data)
            index_consent(record, consent)
    except Exception:
        # The caller's row must not look signed where nothing was written.
        consent.refresh_from_db()
        raise
    return consent


def _write(consent: Consent) -> None:
    columns = (
        "signed_by", "signed_at", "e_sig_method", "signature", "signed_user_id", "interpreter", "witness",
        "pdf", "pdf_sha256",
    )  # fmt: skip
    rows = Consent.objects.filter(pk=consent.pk, signed_at__isnull=True, revoked_at__isnull=True)
    if rows.update(**{name: getattr(consent, name) for name in columns}) != 1:
        raise Conflict(_("It was signed or set aside meanwhile. Reload the page."), code="stale")

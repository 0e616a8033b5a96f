"""May this leave the house? One question, one answer with its reasons.

`may_disclose` is asked before anything goes to someone outside the program (42 CFR 2.12-2.13, 2.31-2.33,
2.51-2.53, 2.61-2.67; 45 CFR 164.502, 164.506, 164.508, 164.512). It answers for one recipient, one
purpose and the kinds of record asked for, all or nothing: what is not covered is named.

Where the law is open or unconfirmed the answer is the stricter one, and its reason carries tag U.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from openiop.domain.consents import (
    DISCLOSING,
    HOLDS,
    NOTES_SCOPE,
    Basis,
    Consent,
    Kind,
    NotesType,
    Purpose,
    Scope,
    State,
    completeness,
    state_on,
)
from openiop.domain.minors import CareKind, MinorRules, Signer, age_on, minor_may_consent
from openiop.domain.names import fold


class RecipientKind(StrEnum):
    """What the recipient is to the client."""

    CLIENT = "client"
    PERSON = "person"
    PROVIDER = "provider"
    PAYER = "payer"
    HELPER = "helper"
    MEDICAL = "medical"
    COURT = "court"
    AUDITOR = "auditor"
    RESEARCHER = "researcher"
    CHILD_PROTECTION = "child_protection"


class Reason(StrEnum):
    """Why the recipient is to have it."""

    TREATMENT = "treatment"
    PAYMENT = "payment"
    OPERATIONS = "operations"
    SPECIFIC = "specific"
    SELF = "self"
    LEGAL = "legal"
    EMERGENCY = "emergency"
    COURT_ORDER = "court_order"
    AUDIT = "audit"
    RESEARCH = "research"
    CHILD_ABUSE = "child_abuse"


TPO: dict[Reason, frozenset[RecipientKind]] = {
    Reason.TREATMENT: frozenset({RecipientKind.PROVIDER, RecipientKind.MEDICAL}),
    Reason.PAYMENT: frozenset({RecipientKind.PAYER, RecipientKind.HELPER}),
    Reason.OPERATIONS: frozenset({RecipientKind.HELPER, RecipientKind.PAYER, RecipientKind.PROVIDER}),
}
"""Treatment, payment and operations, and who takes part in each: "my treating providers, health plans,
third-party payers, and people helping to operate this program" (42 CFR 2.31(a)(4)(i))."""


@dataclass(frozen=True, slots=True)
class Request:
    """What someone outside would receive.

    `part2`: the records are Part 2 records. `authority`: the order, agreement or protocol that is named
    where no consent is needed. `circumstances`: what the basis asks to be written down (the emergency).
    `minor_consented`: the client consented to this care alone, as a minor. `first_report`: the initial
    report of suspected child abuse, which is all that Part 2 lets out of its records.
    """

    recipient: str
    recipient_kind: RecipientKind
    purpose: Reason
    scopes: frozenset[Scope]
    part2: bool
    recipient_id: str = ""
    birth_date: date | None = None
    minor_consented: bool = False
    authority: str = ""
    circumstances: str = ""
    first_report: bool = False


class Why(StrEnum):
    """One reason of an answer; the words for people are beside the services."""

    CONSENT_COVERS = "consent_covers"
    OWN_RECORD = "own_record"
    REPRESENTATIVE = "representative"
    HIPAA_TPO = "hipaa_tpo"
    MEDICAL_EMERGENCY = "medical_emergency"
    COURT_ORDER = "court_order"
    AUDIT = "audit"
    RESEARCH = "research"
    HELPER_AGREEMENT = "helper_agreement"
    CHILD_ABUSE = "child_abuse"
    NOTHING_ASKED = "nothing_asked"
    NO_CONSENT = "no_consent"
    NOT_SIGNED = "not_signed"
    DECLINED = "declined"
    REVOKED = "revoked"
    EXPIRED = "expired"
    DEFICIENT = "deficient"
    BIRTH_DATE_UNKNOWN = "birth_date_unknown"
    SIGNER_GROWN_UP = "signer_grown_up"
    SIGNER_IS_MINOR = "signer_is_minor"
    MINOR_DECIDES = "minor_decides"
    BOTH_MUST_SIGN = "both_must_sign"
    OTHER_PURPOSE = "other_purpose"
    SCOPE = "scope"
    NOTES_NEED_OWN = "notes_need_own"
    NOTES_APART = "notes_apart"
    NOTES_WITHHELD = "notes_withheld"
    LEGAL_NEEDS_OWN = "legal_needs_own"
    LEGAL_ONLY = "legal_only"
    AUTHORITY_MISSING = "authority_missing"
    CIRCUMSTANCES_MISSING = "circumstances_missing"
    NOT_THE_CLIENT = "not_the_client"
    NOT_APPOINTED = "not_appointed"
    NOT_MEDICAL = "not_medical"
    NOT_A_COURT = "not_a_court"
    WRONG_RECIPIENT = "wrong_recipient"
    FIRST_REPORT_ONLY = "first_report_only"


@dataclass(frozen=True, slots=True)
class Because:
    """A reason with the section it rests on, and the consent it is about (public id), if any."""

    why: Why
    source: str
    tag: str = "V"
    consent_id: str = ""
    scopes: frozenset[Scope] = frozenset()


@dataclass(frozen=True, slots=True)
class Decision:
    """The answer. `notice_needed`: the notice of 42 CFR 2.32 and the consent (or its scope) go with it."""

    allowed: bool
    reasons: tuple[Because, ...]
    basis: str = ""
    consent: Consent | None = None
    notice_needed: bool = False


def may_disclose(request: Request, consents: Iterable[Consent], on: date, *, minors: MinorRules) -> Decision:
    """Tell whether the request may go out on the day, by which consent or other basis, and why or why not."""
    if not request.scopes:
        return _no(Why.NOTHING_ASKED, "45 CFR 164.502(b)")
    handler = _WITHOUT_CONSENT.get(request.purpose)
    if handler is not None:
        return handler(request)
    kinds = {NOTES_SCOPE.get(scope, NotesType.NONE) for scope in request.scopes}
    if len(kinds) > 1:
        return _no(Why.NOTES_APART, "42 CFR 2.31(b); 45 CFR 164.508(b)(3)(ii)", "U")
    notes = kinds.pop()
    if _needs_no_consent(request, notes):
        return Decision(
            allowed=True, basis=str(request.purpose), reasons=(Because(Why.HIPAA_TPO, "45 CFR 164.506(c)"),)
        )
    if _is_under_agreement(request, notes):
        return _yes("agreement", Why.HELPER_AGREEMENT, "42 CFR 2.12(c)(4)")
    return _by_consent(request, tuple(consents), on, notes, minors)


def _is_under_agreement(request: Request, notes: NotesType) -> bool:
    """A qualified service organisation that helps to run the program, under a named written agreement."""
    helps = request.recipient_kind is RecipientKind.HELPER and request.purpose in TPO
    return request.part2 and notes is NotesType.NONE and helps and bool(request.authority.strip())


def _needs_no_consent(request: Request, notes: NotesType) -> bool:
    """HIPAA lets treatment, payment and operations happen without consent; Part 2 and separated notes do not."""
    if request.part2 or notes is not NotesType.NONE:
        return False
    return request.recipient_kind in TPO.get(request.purpose, frozenset())


# By consent ----------------------------------------------------------------------------------------------


def _by_consent(
    request: Request, consents: tuple[Consent, ...], on: date, notes: NotesType, minors: MinorRules
) -> Decision:
    """Find the consent that covers the request; if none does, say of each that comes near why not."""
    near = sorted(
        (c for c in consents if c.kind in DISCLOSING and _names(c, request)),
        key=lambda c: (c.tpo_single, -(c.signed_on or date.min).toordinal(), c.id),
    )
    refusals = []
    for consent in near:
        refusal = next(_objections(request, consent, on, notes, minors), None)
        if refusal is None:
            source = "42 CFR 2.33(a)" if request.part2 else "45 CFR 164.508(a)(1)"
            why = Because(Why.CONSENT_COVERS, source, consent_id=consent.id)
            return Decision(
                allowed=True, basis="consent", consent=consent, reasons=(why,), notice_needed=request.part2
            )
        refusals.append(refusal)
    if not refusals:
        return _no(Why.NO_CONSENT, "42 CFR 2.13(a)" if request.part2 else "45 CFR 164.508(a)(1)")
    return Decision(allowed=False, reasons=tuple(refusals))


def _names(consent: Consent, request: Request) -> bool:
    """Tell whether the recipient is the one named, or belongs to the class of a single consent for all TPO."""
    if consent.recipient_id or request.recipient_id:
        named = consent.recipient_id == request.recipient_id
    else:
        named = bool(fold(consent.recipient)) and fold(consent.recipient) == fold(request.recipient)
    if named:
        return True
    in_class = any(request.recipient_kind in kinds for kinds in TPO.values())
    return consent.kind is Kind.PART2_TPO and consent.tpo_single and in_class


def _objections(
    request: Request, consent: Consent, on: date, notes: NotesType, minors: MinorRules
) -> Iterator[Because]:
    """Yield what stands against using the consent, the plainest first."""
    state = state_on(consent, on)
    if state not in HOLDS:
        why, source = _NOT_HOLDING[state]
        yield Because(why, source, consent_id=consent.id)
    if completeness(consent):
        source = "42 CFR 2.31(c)" if request.part2 else "45 CFR 164.508(b)(2)"
        yield Because(Why.DEFICIENT, source, "U", consent_id=consent.id)
    yield from _signer_objections(request, consent, on, minors)
    yield from _purpose_objections(request, consent)
    if consent.notes_type is not notes:
        section = "42 CFR 2.31(b)" if notes is NotesType.SUD_COUNSELING else "45 CFR 164.508(a)(2)"
        yield Because(Why.NOTES_NEED_OWN, section, "U", consent_id=consent.id)
    uncovered = request.scopes - consent.scopes
    if uncovered:
        source = "42 CFR 2.31(a)(3)" if request.part2 else "45 CFR 164.508(c)(1)(i)"
        yield Because(Why.SCOPE, source, consent_id=consent.id, scopes=frozenset(uncovered))


_NOT_HOLDING = {
    State.PREPARED: (Why.NOT_SIGNED, "42 CFR 2.31(a)(8)"),
    State.DECLINED: (Why.DECLINED, "42 CFR 2.31(a)(8)"),
    State.SET_ASIDE: (Why.NOT_SIGNED, "42 CFR 2.31(a)(8)"),
    State.REVOKED: (Why.REVOKED, "42 CFR 2.31(a)(6)"),
    State.EXPIRED: (Why.EXPIRED, "42 CFR 2.31(a)(7)"),
}


def _purpose_objections(request: Request, consent: Consent) -> Iterator[Because]:
    """A purpose is not stretched: TPO for TPO, a named purpose for itself, legal proceedings by their own."""
    if request.purpose is Reason.LEGAL:
        if not consent.legal_proceeding:
            yield Because(Why.LEGAL_NEEDS_OWN, "42 CFR 2.31(d)", "U", consent_id=consent.id)
        return
    if consent.legal_proceeding:
        yield Because(Why.LEGAL_ONLY, "42 CFR 2.31(d)", "U", consent_id=consent.id)
        return
    fits = {
        Purpose.SELF: True,
        Purpose.SPECIFIC: request.purpose is Reason.SPECIFIC,
        Purpose.TPO: request.recipient_kind in TPO.get(request.purpose, frozenset()),
    }
    if not fits[consent.purpose]:
        source = "42 CFR 2.31(a)(5)" if request.part2 else "45 CFR 164.508(c)(1)(iv)"
        yield Because(Why.OTHER_PURPOSE, source, consent_id=consent.id)


def _signer_objections(request: Request, consent: Consent, on: date, minors: MinorRules) -> Iterator[Because]:
    """Whoever signed must have been entitled to, and still be on the day."""
    here = consent.id
    if request.birth_date is None:
        yield Because(Why.BIRTH_DATE_UNKNOWN, "42 CFR 2.14", "U", here)
        return
    stood_in = consent.basis in {Basis.PARENT, Basis.PARENT_AND_MINOR}
    if age_on(request.birth_date, on) >= minors.adult_age:
        if stood_in:
            yield Because(Why.SIGNER_GROWN_UP, "program policy", "U", here)
        return
    if consent.basis in {Basis.ADULT, Basis.CONSERVATOR}:
        yield Because(Why.SIGNER_IS_MINOR, minors.minor_decides_source, "U", here)
        return
    care = CareKind.SUBSTANCE_USE if request.part2 else CareKind.MENTAL_HEALTH
    decides = minor_may_consent(minors, request.birth_date, on, care)
    if stood_in and ((request.part2 and decides) or request.minor_consented):
        yield Because(Why.MINOR_DECIDES, minors.minor_decides_source, minors.minor_decides_tag, here)
    elif consent.basis is Basis.PARENT and request.part2:
        yield Because(Why.BOTH_MUST_SIGN, "42 CFR 2.14(c)", "U", here)
    elif not stood_in and consent.basis is not Basis.COURT:
        path = minors.path(consent.basis)
        signed_on = consent.signed_on or on
        age = age_on(request.birth_date, signed_on)
        if path is None or path.signer is not Signer.CLIENT or not path.is_open(age, care, signed_on):
            yield Because(Why.SIGNER_IS_MINOR, path.source if path else "state law", "U", here)


# Without consent -------------------------------------------------------------------------------------------


def _no(why: Why, source: str, tag: str = "V") -> Decision:
    return Decision(allowed=False, reasons=(Because(why, source, tag),))


def _yes(basis: str, why: Why, source: str, tag: str = "U") -> Decision:
    return Decision(allowed=True, basis=basis, reasons=(Because(why, source, tag),))


def _own_record(request: Request) -> Decision:
    """The client's right to their own record; separated notes are the author's to give."""
    if request.recipient_kind is not RecipientKind.CLIENT:
        return _no(Why.NOT_THE_CLIENT, "42 CFR 2.23; 45 CFR 164.524", "U")
    if request.scopes & NOTES_SCOPE.keys():
        return _no(Why.NOTES_WITHHELD, "45 CFR 164.524(a)(1)(i)", "U")
    return _yes("self", Why.OWN_RECORD, "42 CFR 2.23; 45 CFR 164.524")


def _emergency(request: Request) -> Decision:
    """A medical emergency: to medical personnel, and written down at once (42 CFR 2.51(c))."""
    if request.recipient_kind is not RecipientKind.MEDICAL:
        return _no(Why.NOT_MEDICAL, "42 CFR 2.51(a)", "U")
    if not request.circumstances.strip():
        return _no(Why.CIRCUMSTANCES_MISSING, "42 CFR 2.51(c)", "U")
    source = "42 CFR 2.51" if request.part2 else "45 CFR 164.506(c); 164.512(j)"
    return _yes("emergency", Why.MEDICAL_EMERGENCY, source)


def _court_order(request: Request) -> Decision:
    """An order of a court under 42 CFR 2.61-2.67; a subpoena alone is not one."""
    if request.recipient_kind is not RecipientKind.COURT:
        return _no(Why.NOT_A_COURT, "42 CFR 2.61", "U")
    if not request.authority.strip():
        return _no(Why.AUTHORITY_MISSING, "42 CFR 2.61-2.67; 45 CFR 164.512(e)", "U")
    return _yes("court", Why.COURT_ORDER, "42 CFR 2.61-2.67; 45 CFR 164.512(e)")


def _by_authority(request: Request) -> Decision:
    """Audit or evaluation, and research: to whom it belongs, under a named authority."""
    audit = request.purpose is Reason.AUDIT
    fits = RecipientKind.AUDITOR if audit else RecipientKind.RESEARCHER
    source = "42 CFR 2.53; 45 CFR 164.512(d)" if audit else "42 CFR 2.52; 45 CFR 164.512(i)"
    if request.recipient_kind is not fits:
        return _no(Why.WRONG_RECIPIENT, source, "U")
    if not request.authority.strip():
        return _no(Why.AUTHORITY_MISSING, source, "U")
    return _yes("audit" if audit else "research", Why.AUDIT if audit else Why.RESEARCH, source)


def _child_abuse(request: Request) -> Decision:
    """A report that state law demands; from Part 2 records the initial report only."""
    if request.recipient_kind is not RecipientKind.CHILD_PROTECTION:
        return _no(Why.WRONG_RECIPIENT, "42 CFR 2.12(c)(6); 45 CFR 164.512(b)", "U")
    if request.part2 and not request.first_report:
        return _no(Why.FIRST_REPORT_ONLY, "42 CFR 2.12(c)(6)", "U")
    if not request.circumstances.strip():
        return _no(Why.CIRCUMSTANCES_MISSING, "Penal Code 11166", "U")
    return _yes("child_abuse", Why.CHILD_ABUSE, "42 CFR 2.12(c)(6); Penal Code 11166")


_WITHOUT_CONSENT = {
    Reason.SELF: _own_record,
    Reason.EMERGENCY: _emergency,
    Reason.COURT_ORDER: _court_order,
    Reason.AUDIT: _by_authority,
    Reason.RESEARCH: _by_authority,
    Reason.CHILD_ABUSE: _child_abuse,
}

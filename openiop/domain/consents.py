"""A consent: what a client (or who signs for them) permits, whether it is complete, and whether it still holds.

The fields are those of the federal rules: 42 CFR 2.31 for records of substance use care (Part 2) and
45 CFR 164.508 for everything else. Whether a consent lets something out is `openiop.domain.disclosures`.
Section numbers are shown to people beside what is missing; `tag` says how sure we are of them
(V confirmed in a source, S secondary, U not confirmed against the text).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum


class Kind(StrEnum):
    """What a consent is for. The first two permit care, the others let records out."""

    TREATMENT = "treatment"
    TELEHEALTH = "telehealth"
    PART2_TPO = "part2_tpo"
    RELEASE = "release"


DISCLOSING = frozenset({Kind.PART2_TPO, Kind.RELEASE})
"""Kinds that permit a disclosure; a consent to treatment never does."""


class Purpose(StrEnum):
    """The purpose written in the consent (42 CFR 2.31(a)(5))."""

    TPO = "TPO"
    SPECIFIC = "specific"
    SELF = "self"


class Expires(StrEnum):
    """How the consent ends by itself (42 CFR 2.31(a)(7))."""

    DATE = "date"
    EVENT = "event"
    NONE = "none"


class NotesType(StrEnum):
    """Notes that are kept apart and need a consent of their own."""

    NONE = "none"
    PSYCHOTHERAPY = "psychotherapy"
    SUD_COUNSELING = "sud_counseling"


class Scope(StrEnum):
    """A kind of record. Labels in both languages are in `catalog/scopes`."""

    ENROLLED = "enrolled"
    SCHEDULE = "schedule"
    ATTENDANCE = "attendance"
    LEVEL_OF_CARE = "level_of_care"
    PLAN = "plan"
    PROGRESS = "progress"
    DIAGNOSIS = "diagnosis"
    MEDICATIONS = "medications"
    LAB = "lab"
    MEASURES = "measures"
    SAFETY = "safety"
    DISCHARGE = "discharge"
    BILLING = "billing"
    SESSION_NOTES = "session_notes"
    DOCUMENTS = "documents"
    PSYCHOTHERAPY_NOTES = "psychotherapy_notes"
    SUD_COUNSELING_NOTES = "sud_counseling_notes"


NOTES_SCOPE: dict[Scope, NotesType] = {
    Scope.PSYCHOTHERAPY_NOTES: NotesType.PSYCHOTHERAPY,
    Scope.SUD_COUNSELING_NOTES: NotesType.SUD_COUNSELING,
}
"""Scopes that only the matching consent of their own can release."""


class Basis(StrEnum):
    """By what right the person who signs may sign. Minors: `openiop.domain.minors`."""

    ADULT = "adult"
    PARENT = "parent"
    PARENT_AND_MINOR = "parent_and_minor"
    MINOR_6924 = "minor_6924"
    MINOR_124260 = "minor_124260"
    MINOR_6929 = "minor_6929"
    COURT = "court"
    CONSERVATOR = "conservator"


CLIENT_SIGNS = frozenset({Basis.ADULT, Basis.MINOR_6924, Basis.MINOR_124260, Basis.MINOR_6929})
"""Bases on which the client signs for themselves; on the others someone signs for them."""


class Method(StrEnum):
    """How it was signed."""

    TYPED = "typed"
    DRAWN = "drawn"
    PAPER = "paper"


@dataclass(frozen=True, slots=True)
class Consent:
    """One consent with every field of the record. Dates are days at the client's site.

    `declined`: whoever was to sign read it and said no; `revoked_on` is the day on which they did. `id` and `recipient_id` are public ids (`recipient_id` of the relation it names, if any). `part2` says
    that the records it covers are Part 2 records. `event_on` is the day the ending event happened.
    """

    id: str
    kind: Kind
    patient: str
    body: str = ""
    discloser: str = ""
    info_description: str = ""
    scopes: frozenset[Scope] = frozenset()
    recipient: str = ""
    recipient_id: str = ""
    purpose: Purpose = Purpose.SPECIFIC
    purpose_words: str = ""
    tpo_single: bool = False
    redisclosure_statement: bool = False
    refusal_statement: bool = False
    revocation_text: str = ""
    expires_kind: Expires = Expires.NONE
    expires_on: date | None = None
    expires_event: str = ""
    event_on: date | None = None
    notes_type: NotesType = NotesType.NONE
    legal_proceeding: bool = False
    basis: Basis = Basis.ADULT
    language: str = "en"
    interpreter: str = ""
    interpreter_needed: bool = False
    witness: str = ""
    signed_by: str = ""
    relationship: str = ""
    signed_on: date | None = None
    method: Method | None = None
    signature: str = ""
    copy_given: bool = False
    revoked_on: date | None = None
    revoked_by: str = ""
    declined: bool = False
    template: str = ""
    part2: bool = False

    @property
    def signed_by_other(self) -> bool:
        """Tell whether someone signs for the client."""
        return self.basis not in CLIENT_SIGNS


# State -------------------------------------------------------------------------------------------------


class State(StrEnum):
    """Where a consent stands on a day."""

    PREPARED = "prepared"
    SIGNED = "signed"
    EXPIRES_SOON = "expires_soon"
    EXPIRED = "expired"
    REVOKED = "revoked"
    DECLINED = "declined"
    SET_ASIDE = "set_aside"


HOLDS = frozenset({State.SIGNED, State.EXPIRES_SOON})


def state_on(consent: Consent, on: date, *, warn_days: int = 0) -> State:
    """Tell where the consent stands on the day.

    What was never signed is not revoked: the person declined it, or staff set it aside. The last day
    written in a consent still counts. It ends on the day of its event, and from the day of its revocation
    on (42 CFR 2.31(a)(6)-(7)). `warn_days` comes from the template.
    """
    if consent.revoked_on is not None and consent.revoked_on <= on:
        return _taken_back(consent)
    if consent.signed_on is None or consent.signed_on > on:
        return State.PREPARED
    if consent.event_on is not None and consent.event_on <= on:
        return State.EXPIRED
    if consent.expires_on is not None and consent.expires_kind is Expires.DATE:
        if consent.expires_on < on:
            return State.EXPIRED
        if consent.expires_on < on + timedelta(days=warn_days):
            return State.EXPIRES_SOON
    return State.SIGNED


def _taken_back(consent: Consent) -> State:
    if consent.signed_on is not None:
        return State.REVOKED
    return State.DECLINED if consent.declined else State.SET_ASIDE


# Completeness ------------------------------------------------------------------------------------------


class Element(StrEnum):
    """What a consent must contain."""

    PATIENT = "patient"
    DISCLOSER = "discloser"
    INFORMATION = "information"
    RECIPIENT = "recipient"
    PURPOSE = "purpose"
    REVOCATION = "revocation"
    EXPIRY = "expiry"
    SIGNATURE = "signature"
    AUTHORITY = "authority"
    DATE = "date"
    REDISCLOSURE = "redisclosure"
    REFUSAL = "refusal"
    NOTES_ALONE = "notes_alone"
    LEGAL_ALONE = "legal_alone"
    INTERPRETER = "interpreter"
    WORDS = "words"


AT_SIGNING = frozenset({Element.SIGNATURE, Element.DATE, Element.AUTHORITY, Element.INTERPRETER})
"""Elements that only the signing can bring."""


@dataclass(frozen=True, slots=True)
class Missing:
    """An element that is not there, and the section that asks for it."""

    element: Element
    section: str
    tag: str


@dataclass(frozen=True, slots=True)
class Requirement:
    """One element, the sections that ask for it (empty: that law does not), and the test for it."""

    element: Element
    part2: str
    hipaa: str
    tag: str
    is_there: Callable[[Consent], bool]


def _expiry(consent: Consent) -> bool:
    """A date or an event; `none` is enough for a single consent for all treatment, payment and operations."""
    if consent.expires_kind is Expires.DATE:
        return consent.expires_on is not None
    if consent.expires_kind is Expires.EVENT:
        return bool(consent.expires_event.strip())
    return consent.purpose is Purpose.TPO


def _signature(consent: Consent) -> bool:
    return bool(consent.signed_by.strip() and consent.method and consent.signature.strip())


def _authority(consent: Consent) -> bool:
    return not consent.signed_by_other or bool(consent.relationship.strip())


def _information(consent: Consent) -> bool:
    return bool(consent.info_description.strip() and consent.scopes)


def _purpose(consent: Consent) -> bool:
    return consent.purpose is not Purpose.SPECIFIC or bool(consent.purpose_words.strip())


def _notes_alone(consent: Consent) -> bool:
    """A consent for separated notes covers those notes and nothing else; any other covers none of them."""
    notes = {NOTES_SCOPE[scope] for scope in consent.scopes if scope in NOTES_SCOPE}
    if consent.notes_type is NotesType.NONE:
        return not notes
    return notes == {consent.notes_type} and len(consent.scopes) == 1 and not consent.tpo_single


def _legal_alone(consent: Consent) -> bool:
    return not (consent.legal_proceeding and consent.purpose is Purpose.TPO)


def _redisclosure(consent: Consent) -> bool:
    return consent.redisclosure_statement


REQUIREMENTS: tuple[Requirement, ...] = (
    Requirement(
        Element.PATIENT, "42 CFR 2.31(a)(1)", "45 CFR 164.508(c)(1)", "V", lambda c: bool(c.patient.strip())
    ),
    Requirement(
        Element.DISCLOSER,
        "42 CFR 2.31(a)(2)",
        "45 CFR 164.508(c)(1)(ii)",
        "V",
        lambda c: bool(c.discloser.strip()),
    ),
    Requirement(Element.INFORMATION, "42 CFR 2.31(a)(3)", "45 CFR 164.508(c)(1)(i)", "V", _information),
    Requirement(
        Element.RECIPIENT,
        "42 CFR 2.31(a)(4)",
        "45 CFR 164.508(c)(1)(iii)",
        "V",
        lambda c: bool(c.recipient.strip()),
    ),
    Requirement(Element.PURPOSE, "42 CFR 2.31(a)(5)", "45 CFR 164.508(c)(1)(iv)", "V", _purpose),
    Requirement(
        Element.REVOCATION,
        "42 CFR 2.31(a)(6)",
        "45 CFR 164.508(c)(2)(i)",
        "V",
        lambda c: bool(c.revocation_text.strip()),
    ),
    Requirement(Element.EXPIRY, "42 CFR 2.31(a)(7)", "45 CFR 164.508(c)(1)(v)", "V", _expiry),
    Requirement(Element.SIGNATURE, "42 CFR 2.31(a)(8)", "45 CFR 164.508(c)(1)(vi)", "V", _signature),
    Requirement(Element.AUTHORITY, "42 CFR 2.31(a)(8)", "45 CFR 164.508(c)(1)(vi)", "V", _authority),
    Requirement(
        Element.DATE,
        "42 CFR 2.31(a)(9)",
        "45 CFR 164.508(c)(1)(vi)",
        "V",
        lambda c: c.signed_on is not None,
    ),
    Requirement(Element.REDISCLOSURE, "42 CFR 2.31(a)(10)", "45 CFR 164.508(c)(2)(iii)", "V", _redisclosure),
    Requirement(
        Element.REFUSAL,
        "42 CFR 2.31(a)(10)",
        "45 CFR 164.508(c)(2)(ii)",
        "V",
        lambda c: c.refusal_statement,
    ),
    Requirement(Element.NOTES_ALONE, "42 CFR 2.31(b)", "45 CFR 164.508(b)(3)(ii)", "U", _notes_alone),
    Requirement(Element.LEGAL_ALONE, "42 CFR 2.31(d)", "", "U", _legal_alone),
)

CARE_REQUIREMENTS: tuple[Requirement, ...] = (
    Requirement(Element.PATIENT, "program policy", "program policy", "U", lambda c: bool(c.patient.strip())),
    Requirement(Element.WORDS, "program policy", "program policy", "U", lambda c: bool(c.body.strip())),
    Requirement(Element.SIGNATURE, "program policy", "program policy", "U", _signature),
    Requirement(Element.AUTHORITY, "program policy", "program policy", "U", _authority),
    Requirement(Element.DATE, "program policy", "program policy", "U", lambda c: c.signed_on is not None),
)
"""A consent to care is not a disclosure: no federal list of elements, but it must be someone's, worded and signed."""

INTERPRETED = Requirement(
    Element.INTERPRETER,
    "45 CFR 92.201",
    "45 CFR 92.201",
    "U",
    lambda c: not c.interpreter_needed or bool(c.interpreter.strip()),
)


def completeness(consent: Consent) -> tuple[Missing, ...]:
    """Return what the consent lacks, in the order of the rule; empty when nothing is missing.

    A deficient consent permits no disclosure (42 CFR 2.31 on expired, deficient or false consent).
    """
    needed = REQUIREMENTS if consent.kind in DISCLOSING else CARE_REQUIREMENTS
    law = "part2" if consent.part2 or consent.kind is Kind.PART2_TPO else "hipaa"
    return tuple(
        Missing(row.element, getattr(row, law), row.tag)
        for row in (*needed, INTERPRETED)
        if getattr(row, law) and not row.is_there(consent)
    )


def missing_before_signing(consent: Consent) -> tuple[Missing, ...]:
    """Return what is missing in the words themselves, before anyone signs."""
    return tuple(row for row in completeness(consent) if row.element not in AT_SIGNING)

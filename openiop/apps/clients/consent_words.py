"""Words for what the consent rules answer with codes."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from openiop.apps.clients.consent_values import scope_list
from openiop.domain.consents import Element, Kind, Method, Missing, NotesType, Purpose, State
from openiop.domain.disclosures import Because, Reason, RecipientKind, Why
from openiop.domain.signatures import Flaw

Words = str | Promise

STATES: dict[State, tuple[Words, str]] = {
    State.PREPARED: (_("To sign"), "warn"),
    State.SIGNED: (_("Signed"), "ok"),
    State.EXPIRES_SOON: (_("Expires soon"), "warn"),
    State.EXPIRED: (_("Expired"), "bad"),
    State.REVOKED: (_("Revoked"), "plain"),
    State.DECLINED: (_("Declined"), "plain"),
    State.SET_ASIDE: (_("Set aside, not signed"), "plain"),
}
"""Words and tone of each state."""

KINDS: dict[Kind, Words] = {
    Kind.TREATMENT: _("Treatment"),
    Kind.TELEHEALTH: _("Video and phone"),
    Kind.PART2_TPO: _("Substance use records (Part 2)"),
    Kind.RELEASE: _("Release"),
}

METHODS: dict[Method, Words] = {
    Method.TYPED: _("typed on screen"),
    Method.DRAWN: _("drawn on screen"),
    Method.PAPER: _("on paper"),
}

PURPOSES: dict[Purpose, Words] = {
    Purpose.SPECIFIC: _("For a purpose that I name"),
    Purpose.SELF: _("At the client's own request"),
    Purpose.TPO: _("For treatment, payment and operations"),
}

NOTES: dict[NotesType, Words] = {
    NotesType.NONE: _("None"),
    NotesType.PSYCHOTHERAPY: _("Psychotherapy notes"),
    NotesType.SUD_COUNSELING: _("Substance use counseling notes"),
}

ELEMENTS: dict[Element, Words] = {
    Element.PATIENT: _("the client's name"),
    Element.DISCLOSER: _("who may share"),
    Element.INFORMATION: _("what may be shared, specifically"),
    Element.RECIPIENT: _("with whom"),
    Element.PURPOSE: _("what for"),
    Element.REVOCATION: _("the right to take it back, and how"),
    Element.EXPIRY: _("a date or event at which it ends"),
    Element.SIGNATURE: _("a signature"),
    Element.AUTHORITY: _("by what right someone else signs (relationship)"),
    Element.DATE: _("the date of the signature"),
    Element.REDISCLOSURE: _("the statement on sharing again"),
    Element.REFUSAL: _("what happens without a signature"),
    Element.NOTES_ALONE: _("separate notes need a consent of their own"),
    Element.LEGAL_ALONE: _("a legal proceeding needs a consent of its own"),
    Element.INTERPRETER: _("the interpreter's name: the words are not in the client's language"),
    Element.WORDS: _("the words of the consent"),
}

REASONS: dict[Reason, Words] = {
    Reason.TREATMENT: _("Treatment"),
    Reason.PAYMENT: _("Payment"),
    Reason.OPERATIONS: _("Health care operations"),
    Reason.SPECIFIC: _("The purpose named in a release"),
    Reason.SELF: _("The client's own record, to the client"),
    Reason.EMERGENCY: _("Medical emergency"),
    Reason.LEGAL: _("Legal proceeding, by consent"),
    Reason.COURT_ORDER: _("Court order"),
    Reason.AUDIT: _("Audit or evaluation"),
    Reason.RESEARCH: _("Research"),
    Reason.CHILD_ABUSE: _("Report of suspected child abuse"),
}

RECIPIENTS: dict[RecipientKind, Words] = {
    RecipientKind.PERSON: _("Person or office named in a release"),
    RecipientKind.PROVIDER: _("Treating provider"),
    RecipientKind.PAYER: _("Health plan or payer"),
    RecipientKind.HELPER: _("Helps to run the program (agreement)"),
    RecipientKind.CLIENT: _("The client"),
    RecipientKind.MEDICAL: _("Medical personnel"),
    RecipientKind.COURT: _("Court or party to a proceeding"),
    RecipientKind.AUDITOR: _("Auditor or licensing office"),
    RecipientKind.RESEARCHER: _("Researcher"),
    RecipientKind.CHILD_PROTECTION: _("Child protection"),
}

BASES: dict[str, Words] = {
    "consent": _("Consent"),
    "treatment": _("Treatment (HIPAA)"),
    "payment": _("Payment (HIPAA)"),
    "operations": _("Operations (HIPAA)"),
    "agreement": _("Service agreement"),
    "self": _("The client's own right"),
    "representative": _("Personal representative"),
    "emergency": _("Medical emergency"),
    "court": _("Court order"),
    "audit": _("Audit"),
    "research": _("Research"),
    "child_abuse": _("Duty to report"),
}

WAYS: dict[str, Words] = {
    "paper": _("On paper, by hand"),
    "pdf": _("As a file"),
    "phone": _("By phone or in person"),
    "fax": _("By fax"),
    "mail": _("By mail"),
    "portal": _("In the portal"),
    "page": _("On a private page"),
}
"""How something left the house."""

WHYS: dict[Why, Words] = {
    Why.CONSENT_COVERS: _("A consent in force covers this recipient, this purpose and these records."),
    Why.OWN_RECORD: _("Clients have a right to their own record."),
    Why.HIPAA_TPO: _("Treatment, payment and operations need no consent for these records."),
    Why.MEDICAL_EMERGENCY: _("In a medical emergency, medical personnel may have what they need."),
    Why.COURT_ORDER: _("The named court order permits it, as far as the order goes."),
    Why.AUDIT: _("Audit and evaluation are permitted under the named authority."),
    Why.RESEARCH: _("Research is permitted under the named protocol."),
    Why.HELPER_AGREEMENT: _("The named agreement lets this organization help to run the program."),
    Why.CHILD_ABUSE: _("Suspected child abuse must be reported."),
    Why.NOTHING_ASKED: _("Say which records are meant."),
    Why.NO_CONSENT: _("No consent names this recipient. Ask the client for a release."),
    Why.NOT_SIGNED: _("The consent is prepared but not signed."),
    Why.DECLINED: _("The client was asked and said no. That is their right; nothing goes out."),
    Why.REVOKED: _("The client took the consent back. What was shared before stands; nothing new goes out."),
    Why.EXPIRED: _("The consent has ended. Ask the client for a new one."),
    Why.DEFICIENT: _("The consent lacks something that the law asks for, so it permits nothing."),
    Why.BIRTH_DATE_UNKNOWN: _("The birth date is not recorded, so nobody can tell who may sign."),
    Why.SIGNER_GROWN_UP: _("A parent signed, and the client is of age now. Ask the client."),
    Why.SIGNER_IS_MINOR: _("The person who signed was too young to sign this alone."),
    Why.MINOR_DECIDES: _(
        "The client, a minor, decides about this alone. A parent's signature is not enough."
    ),
    Why.BOTH_MUST_SIGN: _("Both the child and the parent must sign for substance use records."),
    Why.OTHER_PURPOSE: _("The consent is for another purpose."),
    Why.SCOPE: _("The consent does not cover: {scopes}."),
    Why.NOTES_NEED_OWN: _("Separate notes and the rest of the record each need a consent of their own."),
    Why.NOTES_APART: _("Ask for separate notes by themselves, not together with other records."),
    Why.NOTES_WITHHELD: _("A therapist's separate notes are not part of the record that clients receive."),
    Why.LEGAL_NEEDS_OWN: _("Use in a legal proceeding needs a consent of its own."),
    Why.LEGAL_ONLY: _("That consent is for a legal proceeding only."),
    Why.AUTHORITY_MISSING: _("Name the order, agreement or protocol. A subpoena alone is not a court order."),
    Why.CIRCUMSTANCES_MISSING: _("Write down what happened; the law asks for it."),
    Why.REPRESENTATIVE: _("A parent or guardian stands in the client's place."),
    Why.NOT_APPOINTED: _("Only the client decides, unless a court named someone to decide for them."),
    Why.NOT_THE_CLIENT: _("Only the client receives their own record this way."),
    Why.NOT_MEDICAL: _(
        "In an emergency, records go to medical personnel only. Call for help without naming care."
    ),
    Why.NOT_A_COURT: _("A court order is for the court and the parties it names."),
    Why.WRONG_RECIPIENT: _("This purpose does not fit this recipient."),
    Why.FIRST_REPORT_ONLY: _(
        "From substance use records only the first report may go out; more needs an order."
    ),
}

FLAWS: dict[Flaw, Words] = {
    Flaw.TOO_LONG: _("The drawing is too long. Clear it and sign again."),
    Flaw.NOT_STROKES: _("The drawing could not be read. Clear it and sign again, or type your name."),
    Flaw.OUTSIDE: _("The drawing leaves its box. Clear it and sign again."),
    Flaw.TOO_LITTLE: _("That is too little to be a signature. Draw it again, or type your name."),
}


def reason_words(reason: Because) -> str:
    """Return one reason of an answer as a sentence."""
    scopes = ", ".join(scope_list(reason.scopes, get_language() or "en"))
    return str(WHYS[reason.why]).replace("{scopes}", scopes)


def missing_words(missing: Iterable[Missing]) -> str:
    """Return what a consent lacks, with the sections, in one sentence."""
    rows = [f"{ELEMENTS[row.element]} ({row.section})" for row in missing]
    return _t("Missing: %(what)s.") % {"what": "; ".join(rows)}

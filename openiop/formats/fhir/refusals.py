"""Why a file cannot be taken in as a referral: one named refusal for each reason.

Each class carries two sentences as templates: `says` (what is wrong, and where) and `mend` (what to do
about it). The message is both, filled in; the templates stay on the class so that pages can translate
them before filling in `params`. A refused file changes nothing.
"""

from __future__ import annotations

from typing import ClassVar

from openiop.domain.errors import InvalidInput
from openiop.domain.text import gettext_noop as _

FIELD = "file"

_ASK_AGAIN = _("Ask the sender to export it again as a FHIR R4 bundle in JSON.")


class ReferralRefused(InvalidInput):
    """The file cannot be taken in; nothing was changed."""

    default_code = "referral-refused"
    says: ClassVar[str] = _("This file cannot be read as a referral.")
    mend: ClassVar[str] = _ASK_AGAIN

    def __init__(self, *, where: str = "", **params: object) -> None:
        self.where = where
        self.params: dict[str, object] = {
            name: _shown(value) for name, value in {"where": where, **params}.items()
        }
        words = f"{type(self).says} {type(self).mend}" % self.params
        super().__init__(words, code=type(self).default_code, field=FIELD)


def _shown(value: object) -> object:
    """What stands in the file may hold anything; a message holds only what can be shown."""
    if not isinstance(value, str):
        return value
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in value)


class EmptyFile(ReferralRefused):
    default_code = "file-empty"
    says = _("This file is empty.")
    mend = _("Choose the file again, or ask the sender to export it again.")


class FileTooLarge(ReferralRefused):
    """Parameters: size and limit, in bytes."""

    default_code = "file-too-large"
    says = _("This file has %(size)s bytes; the limit is %(limit)s.")
    mend = _("Ask the sender for one person's bundle without attachments and images.")


class TooManyValues(ReferralRefused):
    """Parameters: count and limit of separate values in the whole file."""

    default_code = "too-many-values"
    says = _("This file holds about %(count)s separate values; the limit is %(limit)s.")
    mend = _("Ask the sender for one person's bundle, without claims and billing history.")


class TooManyEntries(ReferralRefused):
    """Parameters: count and limit of bundle entries."""

    default_code = "too-many-entries"
    says = _("This bundle has %(count)s entries; the limit is %(limit)s.")
    mend = _("Ask the sender for one person's bundle, without claims and billing history.")


class TooDeep(ReferralRefused):
    """Parameter: limit, in levels."""

    default_code = "too-deep"
    says = _("This file nests lists and objects more than %(limit)s levels deep, at %(where)s.")
    mend = _("No clinical record needs that. Ask the sender to export it again as a FHIR R4 bundle in JSON.")


class NotUtf8(ReferralRefused):
    """Parameter: encoding, what the file seems to be instead."""

    default_code = "not-utf8"
    says = _("This file is not UTF-8 text: it looks like %(encoding)s (at byte %(where)s).")
    mend = _("FHIR files are UTF-8. Ask the sender to export it again without changing the encoding.")


class NulBytes(ReferralRefused):
    default_code = "nul-bytes"
    says = _("This file has NUL bytes (the first at byte %(where)s), so it was damaged or is not text.")
    mend = _ASK_AGAIN


class NotJson(ReferralRefused):
    """Parameter: problem, the reader's own words."""

    default_code = "not-json"
    says = _("This file is not valid JSON: %(problem)s, at %(where)s.")
    mend = _(
        "It may have been cut off or edited. Ask the sender to export it again as a FHIR R4 bundle in JSON."
    )


class OtherFormat(ReferralRefused):
    """Parameter: format, the kind of file that it seems to be."""

    default_code = "other-format"
    says = _("This looks like %(format)s, not like a FHIR bundle in JSON.")
    mend = _ASK_AGAIN


class NotANumber(ReferralRefused):
    """Parameter: value, as it stands in the file."""

    default_code = "not-a-number"
    says = _("This file has %(value)s where a number must be, at %(where)s.")
    mend = _ASK_AGAIN


class DuplicateKey(ReferralRefused):
    """Parameter: key. JSON readers disagree on which of the two counts, so neither is taken."""

    default_code = "duplicate-key"
    says = _("“%(key)s” stands twice in the same object, at %(where)s, so it is unclear which one counts.")
    mend = _ASK_AGAIN


class NotAnObject(ReferralRefused):
    """Parameter: found, the JSON kind that was found."""

    default_code = "not-an-object"
    says = _("This file holds %(found)s; a FHIR bundle is a JSON object that starts with {.")
    mend = _ASK_AGAIN


class NotABundle(ReferralRefused):
    """Parameter: found, the resourceType, or words for its absence."""

    default_code = "not-a-bundle"
    says = _("This file holds %(found)s; a referral is a Bundle with a Patient in it.")
    mend = _ASK_AGAIN


class WrongBundleType(ReferralRefused):
    """Parameters: found and accepted."""

    default_code = "wrong-bundle-type"
    says = _("This bundle's type is %(found)s; a referral is one of: %(accepted)s.")
    mend = _ASK_AGAIN


class BrokenBundle(ReferralRefused):
    """Parameter: found."""

    default_code = "broken-bundle"
    says = _("The bundle's entries must be a list of objects, but %(where)s holds %(found)s.")
    mend = _ASK_AGAIN


class WrongFhirVersion(ReferralRefused):
    """Parameters: version and evidence (what shows it)."""

    default_code = "wrong-fhir-version"
    says = _("This file is FHIR %(version)s, not R4: %(evidence)s, at %(where)s.")
    mend = _("Ask the sender to export FHIR R4 (version 4.0.1).")


class NoPatient(ReferralRefused):
    default_code = "no-patient"
    says = _("This bundle has no Patient, so nobody can tell whom it is about.")
    mend = _("Ask the sender to include the Patient in the export.")


class SeveralPatients(ReferralRefused):
    """Parameter: count."""

    default_code = "several-patients"
    says = _("This bundle has %(count)s different Patient entries (the second at %(where)s).")
    mend = _("Ask the sender for one bundle for each person.")


class OtherPatient(ReferralRefused):
    """Parameters: count and reference."""

    default_code = "other-patient"
    says = _(
        "%(count)s of this bundle's entries are about someone other than its Patient: "
        "the first is at %(where)s and names “%(reference)s”."
    )
    mend = _(
        "Nothing was taken in, so that no record is filed under the wrong person. "
        "Ask the sender for a bundle about this person only."
    )


class AmbiguousPatient(ReferralRefused):
    """Parameter: reference: two entries answer to the address that the Patient answers to."""

    default_code = "ambiguous-patient"
    says = _("Two entries share the address “%(reference)s” with the Patient (the second at %(where)s).")
    mend = _(
        "Nobody can tell which one the others mean. "
        "Ask the sender to export it again as a FHIR R4 bundle in JSON."
    )

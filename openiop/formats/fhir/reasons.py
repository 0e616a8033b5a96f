"""Why an entry was left aside: one short sentence for each reason. `%(detail)s` is filled where it helps."""

from __future__ import annotations

from openiop.formats.fhir.packet import NotUnderstood

REASONS: dict[str, str] = {
    "not-an-object": "the entry is %(detail)s, not an object",
    "no-resource": "the entry carries no resource",
    "no-type": "the resource does not say its type",
    "nested-bundle": "it is a bundle inside the bundle",
    "too-large": "it holds too many values to be a clinical fact",
    "repeat": "the same entry stands in the file again; it was counted once",
    "same-id": "another entry has the same id (%(detail)s) and says something else; neither was taken",
    "billing": "it is a billing record; a referral does not need it",
    "results-elsewhere": "its results are read from the Observations",
    "not-used": "OpenIOP does not take over this kind of record",
    "unknown-type": "FHIR R4 has no such type",
    "no-subject": "it does not say whom it is about",
    "contained-subject": "it carries its own person inside, so it is unclear whom it is about",
    "not-a-person": "it is about a group, a device or a place, not about the person",
    "in-error": "the sender marked it as entered in error",
    "cancelled": "the sender marked it as cancelled",
    "says-nothing": "it names nothing: no text and no code",
    "not-valid": "it is not valid FHIR R4 (%(detail)s)",
    "dangling": "it points to something that is not in the file (%(detail)s)",
    "parts-not-read": "these parts are not read: %(detail)s",
}

REMARKS: dict[str, str] = {
    "more-pages": "This is one page of a longer search result; the sender may have more.",
    "no-birth-date": "No birth date was understood.",
    "no-name": "No name was understood.",
}


def words(item: NotUnderstood) -> str:
    """The reason as a sentence part, in English."""
    return REASONS[item.reason] % {"detail": item.detail}

"""Why an entry was left aside: one short sentence for each reason. `%(detail)s` is filled where it helps."""

from __future__ import annotations

from openiop.domain.text import gettext_noop as _
from openiop.formats.fhir.packet import NotUnderstood

REASONS: dict[str, str] = {
    "not-an-object": _("the entry is %(detail)s, not an object"),
    "no-resource": _("the entry carries no resource"),
    "no-type": _("the resource does not say its type"),
    "nested-bundle": _("it is a bundle inside the bundle"),
    "too-large": _("it holds too many values to be a clinical fact"),
    "repeat": _("the same entry stands in the file again; it was counted once"),
    "same-id": _("another entry has the same id (%(detail)s) and says something else; neither was taken"),
    "billing": _("it is a billing record; a referral does not need it"),
    "results-elsewhere": _("its results are read from the Observations"),
    "not-used": _("OpenIOP does not take over this kind of record"),
    "unknown-type": _("FHIR R4 has no such type"),
    "no-subject": _("it does not say whom it is about"),
    "contained-subject": _("it carries its own person inside, so it is unclear whom it is about"),
    "not-a-person": _("it is about a group, a device or a place, not about the person"),
    "in-error": _("the sender marked it as entered in error"),
    "cancelled": _("the sender marked it as cancelled"),
    "says-nothing": _("it names nothing: no text and no code"),
    "not-valid": _("it is not valid FHIR R4 (%(detail)s)"),
    "dangling": _("it points to something that is not in the file (%(detail)s)"),
    "date-in-future": _("this date lies in the future and was not taken over: %(detail)s"),
    "date-before-birth": _("this date lies before the person was born and was not taken over: %(detail)s"),
    "date-too-long-ago": _("this date is longer ago than anybody lives and was not taken over: %(detail)s"),
    "date-before-start": _("this end lies before its beginning and was not taken over: %(detail)s"),
    "parts-not-read": _("these parts are not read: %(detail)s"),
}

REMARKS: dict[str, str] = {
    "more-pages": _("This is one page of a longer search result; the sender may have more."),
    "no-birth-date": _("No birth date was understood."),
    "no-name": _("No name was understood."),
}


def words(item: NotUnderstood) -> str:
    """The reason as a sentence part, in English."""
    return REASONS[item.reason] % {"detail": item.detail}

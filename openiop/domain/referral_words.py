"""The words of the way in: what people read for each stage, reason, source and way to reach someone."""

from __future__ import annotations

from openiop.domain.enquiry import Source
from openiop.domain.pipeline import ContactState, DeclineReason, Stage
from openiop.domain.text import gettext_noop as _

STAGES: dict[str, str] = {
    Stage.ENQUIRY: _("Enquiry"),
    Stage.CONTACTED: _("Contacted"),
    Stage.SCREENING: _("Screening"),
    Stage.VERIFIED: _("Verified"),
    Stage.SCHEDULED: _("Scheduled"),
    Stage.ADMITTED: _("Admitted"),
    Stage.DECLINED: _("Declined"),
    Stage.REFERRED_ON: _("Referred on"),
}

DECLINE_REASONS: dict[str, str] = {
    DeclineReason.HIGHER_LEVEL: _("Needs more care than we give"),
    DeclineReason.LOWER_LEVEL: _("Weekly care is enough"),
    DeclineReason.WITHDRAWAL_FIRST: _("Needs withdrawal care first"),
    DeclineReason.MEDICAL_FIRST: _("Needs medical care first"),
    DeclineReason.NO_SEAT: _("No seat in a fitting group"),
    DeclineReason.HOURS: _("Our hours do not fit"),
    DeclineReason.DISTANCE: _("Too far, or no way to get here"),
    DeclineReason.COVERAGE: _("The plan does not cover it"),
    DeclineReason.COST: _("Too costly for the person"),
    DeclineReason.CHOSE_OTHER_CARE: _("Chose other care"),
    DeclineReason.NOT_NOW: _("Does not want to start now"),
    DeclineReason.NOT_REACHED: _("Could not be reached"),
    DeclineReason.AGE: _("Outside the ages of our programs"),
    DeclineReason.DUPLICATE: _("The same person is in the list already"),
    DeclineReason.OTHER: _("Another reason"),
}

SOURCES: dict[str, str] = {
    Source.PHONE: _("Phone call"),
    Source.WEB: _("Web form"),
    Source.WALK_IN: _("Walk-in"),
    Source.FAX: _("Fax"),
    Source.FHIR: _("Electronic referral"),
    Source.PROVIDER: _("Provider"),
    Source.COURT: _("Court or probation"),
    Source.OTHER: _("Another way"),
}

METHODS: dict[str, str] = {
    "phone": _("Phone call"),
    "text": _("Text message"),
    "email": _("E-mail"),
    "in_person": _("In person"),
    "video": _("Video call"),
    "mail": _("Letter"),
}

WROTE = "web"
"""The way of a contact that came from the person: they wrote again."""

WAYS: dict[str, str] = METHODS | {WROTE: _("Web form")}

SAID: dict[str, str] = {
    "phone": _("Telephone"),
    "email": _("E-mail"),
    "language": _("Language"),
    "best_time": _("Best time to call"),
    "concern": _("Asks about"),
    "risk_note": _("What makes it urgent"),
    "note": _("Note"),
}

CONTACT_STATES: dict[str, str] = {
    ContactState.WAITING: _("Not due yet"),
    ContactState.DUE_SOON: _("Due soon"),
    ContactState.OVERDUE: _("Overdue"),
    ContactState.MET: _("Reached in time"),
    ContactState.LATE: _("Reached late"),
    ContactState.NONE: _("No contact"),
}

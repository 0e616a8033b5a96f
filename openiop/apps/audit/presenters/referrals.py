"""Sentences of the way in: enquiries, referrals and the pipeline."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

STAGE_WORDS = {
    "enquiry": _("enquiry"),
    "contacted": _("contacted"),
    "screening": _("screening"),
    "verified": _("verified"),
    "scheduled": _("scheduled"),
    "admitted": _("admitted"),
    "declined": _("declined"),
    "referred_on": _("referred on"),
}


def moved(data: Mapping[str, Any]) -> str:
    """Return from where to where the referral moved, and why if it was said."""
    before, after = (STAGE_WORDS.get(str(data.get(name)), data.get(name)) for name in ("from", "to"))
    sentence = gettext("moved the referral from %(before)s to %(after)s") % {"before": before, "after": after}
    return f"{sentence}: {data['words']}" if data.get("words") else sentence


def contacted(data: Mapping[str, Any]) -> str:
    """Return whether the person was reached."""
    if data.get("reached"):
        return gettext("reached the person (%(method)s)") % {"method": data.get("method", "…")}
    return gettext("tried to reach the person (%(method)s)") % {"method": data.get("method", "…")}


SENTENCES = {
    "referral.read": _("opened the referral"),
    "referral.received": _("took in a referral ({source})"),
    "referral.document_read": _("downloaded the original file of the referral"),
    "referral.accepted": _("accepted the referral: record, referral and history"),
    "referral.linked": _("joined the referral to an existing record"),
    "referral.changed": _("changed the referral"),
    "referral.assigned": _("gave the referral to {owner}"),
    "referral.moved": moved,
    "referral.contact": contacted,
    "referral.declined": _("declined the referral: {reason}"),
    "referral.referred_on": _("referred the person on to {to}"),
}

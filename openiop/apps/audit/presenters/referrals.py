"""Sentences of the way in: enquiries, referrals and the pipeline."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from openiop.domain.referral_words import DECLINE_REASONS, METHODS, SOURCES, STAGES


def moved(data: Mapping[str, Any]) -> str:
    """Return from where to where the referral moved, and why if it was said."""
    before, after = (_said(STAGES, data.get(name)) for name in ("from", "to"))
    sentence = gettext("moved the referral from “%(before)s” to “%(after)s”") % {
        "before": before,
        "after": after,
    }
    return f"{sentence}: {data['words']}" if data.get("words") else sentence


def contacted(data: Mapping[str, Any]) -> str:
    """Return whether the person was reached."""
    if data.get("reached"):
        return gettext("reached the person (%(method)s)") % {"method": _said(METHODS, data.get("method"))}
    return gettext("tried to reach the person (%(method)s)") % {"method": _said(METHODS, data.get("method"))}


def received(data: Mapping[str, Any]) -> str:
    """Return the door that the referral came through."""
    return gettext("took in a referral: %(source)s") % {"source": _said(SOURCES, data.get("source"))}


def declined(data: Mapping[str, Any]) -> str:
    """Return the coded reason, and the words beside it."""
    sentence = gettext("declined the referral: %(reason)s") % {
        "reason": _said(DECLINE_REASONS, data.get("reason"))
    }
    return f"{sentence}. {data['words']}" if data.get("words") else sentence


def _said(words: Mapping[str, str], code: object) -> str:
    known = words.get(str(code))
    return gettext(known) if known else str(code or "…")


SENTENCES = {
    "pipeline.read": _("looked at the list of referrals"),
    "referral.read": _("opened the referral"),
    "referral.received": received,
    "referral.document_read": _("downloaded the original file of the referral"),
    "referral.accepted": _("accepted the referral: record, referral and history"),
    "referral.linked": _("joined the referral to an existing record"),
    "referral.answers_sent": _("sent their answers and agreed to it"),
    "referral.sent_again": _("sent the enquiry once more; it joined the first"),
    "referral.pages_added": _("added a file to the referral"),
    "referral.step_released": _("showed the referrer: {step}"),
    "referral.status_closed": _("closed the referrer's private page"),
    "referral.changed": _("changed the referral"),
    "referral.assigned": _("gave the referral to {owner}"),
    "referral.moved": moved,
    "referral.contact": contacted,
    "referral.declined": declined,
    "referral.referred_on": _("referred the person on to {to}"),
}

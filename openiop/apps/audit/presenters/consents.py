"""Sentences of consents and disclosures."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _


def handed(data: Mapping[str, Any]) -> str:
    """Say how many forms a device was handed over for."""
    number = int(data.get("forms", 0))
    words = ngettext(
        "handed the device over to sign %(n)s form", "handed the device over to sign %(n)s forms", number
    )
    return words % {"n": number}


def disclosed(data: Mapping[str, Any]) -> str:
    """Say to whom records went; whoever opens their own family page gives nothing to themselves."""
    if data.get("method") == "portal":
        return gettext("saw in their own page what was released to them")
    return gettext("disclosed records to %(recipient)s") % {"recipient": data.get("recipient") or "…"}


SENTENCES = {
    "consent.prepared": _("prepared “{title}” for signature"),
    "consent.signed": _("recorded the signature of {signed_by} on “{title}”"),
    "consent.copied": _("gave a copy of “{title}”"),
    "consent.revoked": _("recorded that {revoked_by} took back “{title}”"),
    "consent.set_aside": _("set aside “{title}”, which was not signed"),
    "consent.ended": _("recorded that “{title}” ended: {event}"),
    "consent.read": _("looked at a consent"),
    "disclosure.made": disclosed,
    "disclosure.refused": _("was refused to disclose records to {recipient}"),
    "disclosure.read": _("looked at a disclosure"),
    "disclosure.exported": _("took out the list of disclosures"),
    "portal.invited": _("invited {person} to the portal"),
    "portal.withdrawn": _("withdrew the invitation of {person}"),
    "portal.accepted": _("accepted the invitation to the portal"),
    "portal.code_refused": _("typed a letter's code that opens nothing"),
    "portal.closed": _("closed the portal for {person}"),
    "portal.read": _("opened their own page"),
    "family.read": _("looked at what was released to family"),
    "consent.declined": _("recorded that {declined_by} declined “{title}”"),
    "consents.read": _("opened the list of consents"),
    "device.handed": handed,
    "device.returned": _("took the device back: {signed} of {of} signed"),
    "device.refused": _("gave a wrong password to take back the device of {person}"),
    "device.closed": _("ended the session on the device that was handed over: {signed} of {of} signed"),
}

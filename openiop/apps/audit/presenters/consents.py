"""Sentences of consents and disclosures."""

from django.utils.translation import gettext_lazy as _

SENTENCES = {
    "consent.prepared": _("prepared “{title}” for signature"),
    "consent.signed": _("recorded the signature of {signed_by} on “{title}”"),
    "consent.copied": _("gave a copy of “{title}”"),
    "consent.revoked": _("recorded that {revoked_by} took back “{title}”"),
    "consent.set_aside": _("set aside “{title}”, which was not signed"),
    "consent.ended": _("recorded that “{title}” ended: {event}"),
    "consent.read": _("looked at a consent"),
    "disclosure.made": _("disclosed records to {recipient}"),
    "disclosure.refused": _("was refused to disclose records to {recipient}"),
    "disclosure.read": _("looked at a disclosure"),
    "disclosure.exported": _("took out the list of disclosures"),
    "portal.read": _("opened their own page"),
    "family.read": _("looked at what was released to family"),
    "device.handed": _("handed the device over to sign “{title}”"),
    "device.returned": _("took the device back"),
}

"""Sentences of the doors: sign-in, roles, break-glass."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

ROLES: dict[str, str | Promise] = {
    "intake": _("Intake coordinator"),
    "therapist": _("Therapist and facilitator"),
    "prescriber": _("Prescriber"),
    "nurse": _("Nurse or dietitian"),
    "reviewer": _("Utilization reviewer"),
    "biller": _("Biller"),
    "director": _("Clinical director"),
    "administrator": _("Administrator"),
    "client": _("Client"),
    "family": _("Family contact"),
    "auditor": _("Auditor"),
}
WAYS: dict[str, str | Promise] = {
    "password": _("password"),
    "totp": _("authenticator app"),
    "webauthn": _("passkey"),
    "recovery_codes": _("recovery code"),
    "demo": _("demonstration"),
    "invitation": _("invitation"),
}


def opened(data: Mapping[str, Any]) -> str:
    """Say by which ways somebody came in."""
    ways = [str(WAYS.get(way, way)) for way in str(data.get("how", "")).split("+") if way]
    return gettext("signed in (%(ways)s)") % {"ways": ", ".join(ways)} if ways else gettext("signed in")


def granted(data: Mapping[str, Any]) -> str:
    """Say which role somebody got, and where."""
    words = _words(data)
    if words["site"]:
        return gettext("gave %(person)s the role %(role)s at %(site)s") % words
    return gettext("gave %(person)s the role %(role)s") % words


def ended(data: Mapping[str, Any]) -> str:
    """Say which role of somebody ended, and where."""
    words = _words(data)
    if words["site"]:
        return gettext("ended the role %(role)s of %(person)s at %(site)s") % words
    return gettext("ended the role %(role)s of %(person)s") % words


def factor_added(data: Mapping[str, Any]) -> str:
    """Say what was added to somebody's own sign-in."""
    return gettext("added to their sign-in: %(way)s") % {"way": WAYS.get(str(data.get("kind")), "…")}


def factor_removed(data: Mapping[str, Any]) -> str:
    """Say what was taken from somebody's own sign-in."""
    return gettext("removed from their sign-in: %(way)s") % {"way": WAYS.get(str(data.get("kind")), "…")}


def _words(data: Mapping[str, Any]) -> dict[str, Any]:
    role = str(data.get("role", "…"))
    return {"person": data.get("person", "…"), "role": ROLES.get(role, role), "site": data.get("site", "")}


SENTENCES = {
    "page.written": _("wrote version {version} of the public page {page} ({language})"),
    "session.opened": opened,
    "session.closed": _("signed out"),
    "session.expired": _("was signed out after a while without activity"),
    "session.closed_everywhere": _("signed {person} out everywhere"),
    "session.refused": _("was refused at sign-in as {person}: wrong password"),
    "session.code_refused": _("was refused at sign-in as {person}: wrong code"),
    "session.locked": _("tried to sign in as {person} too often; the sign-in is closed for a while"),
    "password.set": _("set a new password"),
    "factor.added": factor_added,
    "factor.removed": factor_removed,
    "factor.renamed": _("gave a passkey another name"),
    "factor.codes_made": _("made new recovery codes"),
    "member.invited": _("made a sign-in for {person}"),
    "member.renamed": _("changed how {former} is written to {person}"),
    "member.link_made": _("made a link with which {person} sets a password"),
    "member.factor_reset": _("took away the second factor of {person}"),
    "membership.granted": granted,
    "membership.ended": ended,
    "glass.broken": _("opened all records in an emergency: {reason}"),
    "glass.closed": _("ended the emergency access"),
    "glass.reviewed": _("reviewed the emergency access: {outcome}"),
    "organization.created": _("set up the organization {name}"),
    "site.added": _("added the site {site}"),
    "site.reach_set": _("said where the site {site} is and how it is called"),
    "member.joined": _("gave {person}, who has a sign-in already, a place here"),
    "history.read": _("looked at the history"),
    "history.exported": _("took out the history as a table ({rows} lines)"),
    "trail.read": _("looked at the audit trail"),
}

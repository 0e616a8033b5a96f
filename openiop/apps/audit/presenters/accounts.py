"""Sentences of the doors: sign-in, roles, break-glass."""

from django.utils.translation import gettext_lazy as _

SENTENCES = {
    "session.opened": _("signed in"),
    "session.closed": _("signed out"),
    "session.refused": _("was refused at sign-in: {why}"),
    "membership.granted": _("gave {person} the role {role}"),
    "membership.ended": _("ended the role {role} of {person}"),
    "glass.broken": _("opened all records in an emergency: {reason}"),
    "glass.closed": _("ended the emergency access"),
    "glass.reviewed": _("reviewed the emergency access: {outcome}"),
    "organization.created": _("set up the organization {name}"),
    "history.read": _("looked at the history"),
}

"""Sentences of client records: who the person is, who belongs to them, merges."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

FIELD_WORDS = {
    "first_name": _("first name"),
    "middle_name": _("middle name"),
    "last_name": _("last name"),
    "preferred_name": _("preferred name"),
    "former_names": _("former names"),
    "pronouns": _("pronouns"),
    "birth_date": _("birth date"),
    "sex": _("sex"),
    "gender": _("gender"),
    "language": _("language"),
    "interpreter_needed": _("interpreter needed"),
    "accessibility_needs": _("accessibility needs"),
    "phone": _("telephone"),
    "phone_message_ok": _("messages on this telephone"),
    "email": _("e-mail"),
    "email_message_ok": _("messages to this e-mail address"),
    "has_no_address": _("no address"),
    "street": _("street"),
    "city": _("city"),
    "state": _("state"),
    "postal_code": _("ZIP code"),
    "site": _("site"),
    "part2": _("42 CFR Part 2 protection"),
    "deceased_on": _("date of death"),
    "name": _("name"),
    "kind": _("kind"),
    "relationship": _("relationship"),
    "organization_name": _("organization"),
    "is_emergency_contact": _("emergency contact"),
    "is_guardian": _("guardian"),
    "note": _("note"),
}


def changed(data: Mapping[str, Any]) -> str:
    """Return each changed field with its former and its new value."""
    parts = [
        gettext("%(field)s from “%(old)s” to “%(new)s”")
        % {"field": FIELD_WORDS.get(name, name), "old": _value(pair[0]), "new": _value(pair[1])}
        for name, pair in sorted(data.get("changes", {}).items(), key=_as_on_the_form)
    ]
    return gettext("changed %(what)s") % {"what": "; ".join(parts)}


def _as_on_the_form(change: tuple[str, Any]) -> tuple[int, str]:
    """Order changes as the form has the fields: PostgreSQL keeps no order of its own in stored data."""
    order = list(FIELD_WORDS)
    return (order.index(change[0]) if change[0] in FIELD_WORDS else len(order), change[0])


def _value(value: Any) -> str:
    if value is True:
        return gettext("yes")
    if value is False:
        return gettext("no")
    if isinstance(value, list):
        return ", ".join(str(item) for item in value) or "–"
    return str(value) if value not in (None, "") else "–"


def relation_changed(data: Mapping[str, Any]) -> str:
    """Return what changed about someone around the client."""
    return gettext("contact: %(what)s") % {"what": changed(data)}


SENTENCES = {
    "client.read": _("opened the record"),
    "clients.read": _("looked at the list of clients"),
    "duplicate.read": _("was shown the record as one that may be the same person"),
    "client.created": _("made the record"),
    "client.changed": changed,
    "client.merged": _("merged record {absorbed} into {kept}: {reason}"),
    "client.unmerged": _("parted records {kept} and {absorbed} again: {reason}"),
    "relation.added": _("added the contact {name} ({relationship})"),
    "relation.changed": relation_changed,
    "relation.ended": _("ended the contact {name}"),
    "identifier.added": _("added a record number of {system}"),
    "identifier.removed": _("removed the record number {value} of {system}"),
    "no_contact.added": _("noted someone to be kept apart ({scope})"),
    "no_contact.ended": _("ended a note to keep someone apart ({scope})"),
    "history.imported": _("took over {count} facts of the history from a referral"),
}

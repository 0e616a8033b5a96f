"""Sentences of notes: written, signed, corrected, read."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _


def signed(data: Mapping[str, Any]) -> str:
    """Return that a version was signed, whether late, and whether a second signature is asked for."""
    words = [gettext("signed version %(number)s of a note") % {"number": data.get("number", "…")}]
    if data.get("late"):
        words.append(gettext("late"))
    if data.get("cosign"):
        words.append(gettext("a second signature is asked for"))
    return "; ".join(words)


def exported(data: Mapping[str, Any]) -> str:
    """Return that a span of the chart was taken out, and whether it left the house."""
    days = {"first": data.get("first", "…"), "last": data.get("last", "…")}
    if data.get("disclosure"):
        return gettext("gave the chart of %(first)s to %(last)s to somebody outside") % days
    return gettext("took out the chart of %(first)s to %(last)s as a document") % days


SENTENCES = {
    "notes.read": _("looked at the notes"),
    "note.read": _("looked at a note"),
    "note.started": _("began a note ({kind})"),
    "note.saved": _("saved version {number} of a note"),
    "note.signed": signed,
    "note.amended": _("began version {number} of a note: {reason}"),
    "note.addendum": _("added to a note"),
    "note.cosigned": _("co-signed version {number} of a note"),
    "note.sent_back": _("sent version {number} of a note back"),
    "note.retracted": _("retracted a note"),
    "note.reissued": _(
        "prepared version {number} of a note after the attendance was corrected ({minutes} min)"
    ),
    "note.printed": _("printed a note"),
    "chart.exported": exported,
    "note_work.read": _("looked at what is unsigned"),
    "quality.read": _("looked at the quality of the record"),
    "group_note.read": _("looked at a group note"),
    "group_note.started": _("began the note of {group}, {day}"),
    "group_note.saved": _("saved the note of {group}, {day}"),
    "group_note.signed": _("signed the note of {group}, {day}: {charts} charts"),
    "group_note.amended": _("amended the note of {group}, {day}, in {charts} charts: {reason}"),
}

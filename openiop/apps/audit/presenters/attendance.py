"""Sentences of attendance, hours and the boards."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

STATE_WORDS = {
    "present": pgettext_lazy("attendance", "Present"),
    "late": pgettext_lazy("attendance", "Late"),
    "left_early": pgettext_lazy("attendance", "Left early"),
    "excused": pgettext_lazy("attendance", "Excused"),
    "no_show": pgettext_lazy("attendance", "No-show"),
}


def marked(data: Mapping[str, Any]) -> str:
    """Return how someone was marked, and where."""
    return gettext("marked “%(state)s” in %(group)s on %(day)s, %(minutes)s minutes counted") % _words(data)


def corrected(data: Mapping[str, Any]) -> str:
    """Return what a mark was, what it is now, and why."""
    return gettext("corrected “%(former)s” to “%(state)s” in %(group)s on %(day)s: %(why)s") % _words(data)


def taken_off(data: Mapping[str, Any]) -> str:
    """Return off which sheet somebody was taken, how they were marked there, and why."""
    if data.get("former"):
        return gettext("taken off the sheet of %(group)s on %(day)s, was “%(former)s”: %(why)s") % _words(
            data
        )
    return gettext("taken off the sheet of %(group)s on %(day)s: %(why)s") % _words(data)


def _words(data: Mapping[str, Any]) -> dict[str, Any]:
    """Return the data with states in words and a visible hole where an old event lacks a value."""
    known = {name: data.get(name, "…") for name in ("group", "day", "minutes", "why")}
    states = {name: STATE_WORDS.get(str(data.get(name)), data.get(name, "…")) for name in ("state", "former")}
    return known | states


SENTENCES = {
    "huddle.read": _("looked at the huddle before a group"),
    "sheet.read": _("looked at the attendance sheet"),
    "attendance.recorded": _("took attendance of {group} on {day}: {present} of {of} there"),
    "attendance.marked": marked,
    "attendance.corrected": corrected,
    "attendance.taken_off": taken_off,
    "hours.read": _("looked at the hours board"),
    "hours.exported": _("took out the hours of {people} people at {site}, week of {week}, as a table"),
    "today.read": _("looked at the groups and appointments of a day"),
    "board.read": _("looked at the program board"),
}

"""What a plan does and why, in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from openiop.apps.schedule.services.words import kinds
from openiop.domain.schedule.words import Reason
from openiop.web.staff.schedule_words import clock_span, weekday
from openiop.web.templatetags.openiop import minutes as in_hours

WHY: dict[str, str | Promise] = {
    "placed": gettext_lazy("Gets a place: {minutes} of the {ordered} ordered."),
    "more-dose": gettext_lazy("Gets {minutes} instead of {before}; {ordered} are ordered."),
    "gives-way": gettext_lazy("Moves so that others get a place or their hours."),
    "group-ends": gettext_lazy("{group} would have nobody else."),
    "group-changes": gettext_lazy("Fits the whole week better."),
    "room-gone": gettext_lazy("Its room cannot be used."),
    "away": gettext_lazy("Is away that day."),
    "nobody-free": gettext_lazy("Nobody who is qualified is free then."),
    "visit-due": gettext_lazy("{kind}: due this week and not booked."),
    "visit-moves": gettext_lazy("{kind}: moves to another time."),
    "no-time": gettext_lazy("{kind}: no other time was found; it would be called off."),
    "group-empty": gettext_lazy("{group} would have nobody. Whether it ends is decided on its page."),
    "no-week": gettext_lazy(
        "{client}: the week does not fit any more, and no other one does. The seats stay as they are."
    ),
    "still-open": gettext_lazy("{group}: this session needs somebody; choose on the page of days off."),
}
BROKEN: dict[str, str | Promise] = {
    "H04": gettext_lazy("A group of the present week does not take this track."),
    "H05": gettext_lazy("The client cannot take part in that way."),
    "H06": gettext_lazy("The present week lies outside the client's time."),
    "H07": gettext_lazy("A closed group is attended only in part."),
    "H08": gettext_lazy("Two closed groups at once."),
    "H11": gettext_lazy("Two meetings of the present week run into each other."),
    "H12": gettext_lazy("The present week has too long a wait on one day."),
    "H13": gettext_lazy("On site and telehealth on one day."),
    "H14": gettext_lazy("The same kind of group twice on one day."),
    "H16": gettext_lazy("The order does not ask for one of the groups."),
    "H24": gettext_lazy("The present week runs into another appointment or duty of the client."),
    "H50": gettext_lazy("Two people who must be kept apart are in one group."),
    "H51": gettext_lazy("Two people who must be kept apart are at the site at one time."),
}
"""Rules that a standing week may break, by their code in the model."""


def say_why(reason: Reason, names: Mapping[str, str]) -> str:
    """Return a reason of a plan in words."""
    if reason.code == "stood-against":
        return str(BROKEN.get(str(reason.get("rule")), _("The present week breaks a rule.")))
    return str(WHY[reason.code]).format_map({name: _fact(name, value, names) for name, value in reason.facts})


def _fact(name: str, value: Any, names: Mapping[str, str]) -> str:
    if name in {"minutes", "before", "ordered"}:
        return in_hours(value)
    if name == "kind":
        return kinds().get(str(value), str(value))
    return names.get(str(value), str(value))


def cause_words(cause: Mapping[str, Any], names: Mapping[str, str], day: str = "") -> str:
    """Return what a plan was made for."""
    if cause["code"] == "sick":
        return _("%(name)s is away on %(day)s") % {"name": names.get(cause["staff"], ""), "day": day}
    if cause["code"] == "room":
        return _("Without %(room)s") % {"room": names.get(cause["room"], "")}
    if cause["code"] == "solve":
        return _("The whole week planned anew")
    return _("The week mended")


def slot_words(slot: Any) -> str:
    """Return a weekly meeting: Monday 9:00–10:30 am, Process group."""
    return f"{weekday(slot.weekday)} {clock_span(slot.start_minute, slot.end_minute)}, {slot.series.name}"

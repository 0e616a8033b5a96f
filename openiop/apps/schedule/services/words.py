"""Clashes in the reader's words."""

from __future__ import annotations

from django.utils.translation import gettext as _

from openiop.apps.core.clock import local
from openiop.apps.core.words import minute_of_day, range_words
from openiop.domain.errors import Conflict
from openiop.domain.schedule.clash import Clash, Whose
from openiop.domain.schedule.problem import Span

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
"""Keys of Django's own translations of the weekdays."""


def clock_of(minute: int) -> str:
    """Return minutes after midnight as `HH:MM`."""
    return f"{minute // 60:02d}:{minute % 60:02d}"


def kinds() -> dict[str, str]:
    """Return the kinds of appointment with their words."""
    return {
        "individual": _("Individual session"),
        "family": _("Family session"),
        "psychiatry": _("Psychiatry visit"),
        "assessment": _("Assessment"),
    }


def refuse_clash(clash: Clash | None, *, zone: str, field: str) -> None:
    """Raise the clash with its name and time, or return where there is none."""
    if clash is None:
        return
    when = ""
    if clash.weekly is not None:
        when = f"{_(WEEKDAYS[clash.weekly.span.day])} {_times(clash.weekly.span)}"
    elif clash.dated is not None:
        when = range_words(local(clash.dated.starts_at, zone), local(clash.dated.ends_at, zone))
    title = kinds().get(clash.title, clash.title)
    whose = {
        Whose.CLIENT: _("The client is already in “%(title)s” then (%(when)s)."),
        Whose.STAFF: _("%(name)s is already in “%(title)s” then (%(when)s)."),
        Whose.ROOM: _("%(name)s is taken by “%(title)s” then (%(when)s)."),
    }
    words = whose[clash.holder.whose] % {"name": clash.holder.name, "title": title, "when": when}
    raise Conflict(words, code=f"clash-{clash.holder.whose}", field=field)


def _times(span: Span) -> str:
    return range_words(minute_of_day(span.start), minute_of_day(span.end))

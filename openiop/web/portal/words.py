"""The client's own days and hours in plain words: what, when, where, how to join, and how the week stands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy, pgettext
from django.utils.translation import gettext as _

from openiop.apps.groups.selectors.hours import HoursRow
from openiop.apps.groups.selectors.own import Visit
from openiop.web.templatetags.openiop import minutes

KINDS: Mapping[str, str | Promise] = {
    "individual": gettext_lazy("One-to-one session"),
    "family": gettext_lazy("Family session"),
    "psychiatry": gettext_lazy("Visit about medication"),
    "assessment": gettext_lazy("First conversation"),
}


@dataclass(frozen=True, slots=True)
class Told:
    """One thing on the day as the page says it. `flag` and `tone` say what is special about it."""

    visit: Visit
    title: str
    where: str
    flag: str = ""
    tone: str = ""
    link: str = ""


def told(visit: Visit, *, at: datetime, may_join: bool = True) -> Told:
    """Return a visit in words. `may_join`: the reader is the person with the seat."""
    flag, tone = _flag(visit, at)
    link = visit.link_at(at) if may_join else ""
    return Told(visit, title_of(visit), _where(visit), str(flag), tone, link)


def title_of(visit: Visit) -> str:
    """Return what it is, in the reader's language."""
    if visit.kind == "group":
        return visit.name_es if get_language() == "es" and visit.name_es else visit.name
    return str(KINDS.get(visit.kind, _("Appointment")))


def _where(visit: Visit) -> str:
    if visit.by_video:
        return _("By video")
    address = ", ".join(part for part in (visit.site.street, visit.site.city) if part)
    parts = (visit.site.name, visit.room, address)
    return ", ".join(part for part in parts if part)


def _flag(visit: Visit, at: datetime) -> tuple[str, str]:
    if visit.is_cancelled:
        return _("Cancelled"), "bad"
    if visit.is_excused:
        return _("You told us that you cannot come"), "info"
    if visit.was_here:
        return _("You were here"), "ok"
    if visit.starts_at <= at < visit.ends_at:
        return pgettext("portal", "Now"), "warn"
    if visit.is_make_up:
        return _("Extra, in place of one you missed"), "info"
    return "", ""


@dataclass(frozen=True, slots=True)
class WeekWords:
    """How a week's hours stand, in one or two sentences, with the figures for a bar."""

    words: str
    more: str
    done: int
    ahead: int
    goal: int


def week_words(row: HoursRow, *, is_over: bool = False) -> WeekWords:
    """Say how many hours, of how many agreed, and what is still planned. Never blames."""
    attended = row.dosage.attended.minutes
    ahead = max(row.dosage.forecast.minutes - attended, 0)
    goal = row.order.minutes if row.order else 0
    named = {"done": minutes(attended), "goal": minutes(goal), "ahead": minutes(ahead)}
    if is_over:
        words = _("You were here %(done)s of %(goal)s.") if goal else _("You were here %(done)s.")
        return WeekWords(words % named, "", attended, 0, goal)
    if not goal:
        return WeekWords(_("You have been here %(done)s this week.") % named, "", attended, ahead, goal)
    words = _("You have been here %(done)s of the %(goal)s that you and your team agreed on.") % named
    more = _("%(ahead)s more are planned this week.") % named if ahead else ""
    lacking = goal - attended - ahead
    if row.is_at_risk and lacking > 0:
        help_words = _(
            "%(lacking)s would be missing at the end of the week. Tell your team; there may be another "
            "group that fits you."
        ) % {"lacking": minutes(lacking)}
        more = f"{more} {help_words}".strip()
    elif attended >= goal:
        more = _("That is all of it. Well done.")
    return WeekWords(words, more, attended, ahead, goal)

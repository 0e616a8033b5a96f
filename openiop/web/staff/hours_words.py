"""Hours in words: outlooks and what takes minutes away, one line for each cause."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from openiop.apps.groups.presenters import barrier_words, reason_words
from openiop.apps.groups.selectors.hours import HoursRow
from openiop.apps.schedule.lists import attendance_lists
from openiop.domain.outlook import Outlook
from openiop.domain.schedule.words import Reason
from openiop.web.templatetags.openiop import minutes

OUTLOOKS: Mapping[Outlook, str | Promise] = {
    Outlook.BELOW_FLOOR: gettext_lazy("Below the floor"),
    Outlook.SHORT: gettext_lazy("Short of the order"),
    Outlook.NO_ORDER: gettext_lazy("No signed order"),
    Outlook.WATCH: gettext_lazy("Often away"),
    Outlook.ON_TRACK: gettext_lazy("On track"),
    Outlook.MET: pgettext_lazy("outlook", "Reached"),
    Outlook.PARTIAL: gettext_lazy("Partial week"),
}
TONES: Mapping[Outlook, str] = {
    Outlook.BELOW_FLOOR: "bad",
    Outlook.SHORT: "warn",
    Outlook.NO_ORDER: "warn",
    Outlook.WATCH: "info",
    Outlook.ON_TRACK: "ok",
    Outlook.MET: "ok",
    Outlook.PARTIAL: "plain",
}


def amount_words(lacking: int, days: int) -> str:
    """Return minutes and days in words: 3 h, 1 day. What is zero is left out."""
    parts = [minutes(lacking)] if lacking else []
    if days:
        parts.append(ngettext("%(n)s day", "%(n)s days", days) % {"n": days})
    return ", ".join(parts)


def forecast_words(row: HoursRow) -> str:
    """Return what the week comes to with everything that is booked, against the order."""
    forecast, order = row.dosage.forecast, row.order
    has = amount_words(forecast.minutes, forecast.days)
    if order is None:
        return _("The week now comes to %(has)s.") % {"has": has}
    what = {"has": has, "ordered": amount_words(order.minutes, order.days)}
    return _("The week now comes to %(has)s; %(ordered)s are ordered.") % what


def missing_words(row: HoursRow) -> str:
    """Return what is missing by the week's end, or nothing."""
    what = amount_words(*row.missing) if row.is_at_risk else ""
    return _("%(what)s missing") % {"what": what} if what else ""


def why_words(row: HoursRow) -> list[str]:
    """Return the causes, the largest first, then what is not known yet."""
    found: dict[str, list[Reason]] = {}
    if row.is_at_risk:
        for reason in row.dosage.reasons:
            found.setdefault(reason.code, []).append(reason)
    lines = [_line(code, reasons) for code, reasons in found.items()]
    if row.unmarked:
        lines.append(
            ngettext("%(n)s session not marked yet", "%(n)s sessions not marked yet", row.unmarked)
            % {"n": row.unmarked}
        )
    if row.outlook is Outlook.WATCH or (row.is_at_risk and _is_often_away(row)):
        lines.append(_often_away(row))
    return lines


def _line(code: str, reasons: list[Reason]) -> str:
    """Return one cause over all its sessions."""
    if code == "not-scheduled":
        return _not_scheduled(reasons[0])
    lost = minutes(sum(reason.number("minutes") for reason in reasons))
    many, why = {"n": len(reasons), "lost": lost}, _whys(reasons)
    if code == "missed":
        words = ngettext("Missed %(n)s session, %(lost)s", "Missed %(n)s sessions, %(lost)s", len(reasons))
    elif code == "excused":
        words = ngettext(
            "Excused from %(n)s session, %(lost)s", "Excused from %(n)s sessions, %(lost)s", len(reasons)
        )
    elif code == "cancelled":
        words = ngettext(
            "%(n)s session cancelled, %(lost)s", "%(n)s sessions cancelled, %(lost)s", len(reasons)
        )
    elif code == "late":
        words = _("Came late, %(lost)s")
    else:
        words = _("Left early, %(lost)s")
    return words % many + (f": {why}" if why else "")


def _not_scheduled(reason: Reason) -> str:
    what = amount_words(reason.number("minutes"), reason.number("days"))
    return _("Not booked: %(what)s") % {"what": what}


def _whys(reasons: Iterable[Reason]) -> str:
    """Return the barriers, else the reasons, that were told; each once."""
    keys = dict.fromkeys(str(reason.get("why")) for reason in reasons if reason.get("why"))
    lists = attendance_lists()
    return ", ".join(barrier_words(key) if lists.barrier(key) else reason_words(key) for key in keys)


def _is_often_away(row: HoursRow) -> bool:
    rate = attendance_lists().show_rate
    return row.shows.is_below(rate.alarm_percent, rate.least_sessions)


def _often_away(row: HoursRow) -> str:
    weeks = attendance_lists().show_rate.over_weeks
    return _("Came to %(came)s of %(of)s in %(weeks)s weeks") % {
        "came": row.shows.came,
        "of": row.shows.of,
        "weeks": weeks,
    }

"""The search's reasons and rules in words: one template for each code, the facts filled in."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from openiop.apps.core.words import minute_of_day, range_words, time_words
from openiop.domain.schedule.words import Reason
from openiop.web.templatetags.openiop import minutes as in_hours

SERVICES: dict[str, str | Promise] = {
    "process": gettext_lazy("Process group"),
    "psychoed": gettext_lazy("Educational group"),
    "skills": gettext_lazy("Skills group"),
    "met": gettext_lazy("Motivation group"),
    "meal": gettext_lazy("Supported meal"),
    "family": gettext_lazy("Family group"),
    "support": gettext_lazy("Support group"),
}
MODALITIES: dict[str, str | Promise] = {
    "on_site": gettext_lazy("On site"),
    "telehealth": gettext_lazy("Telehealth"),
    "hybrid": gettext_lazy("On site and telehealth"),
}
WINDOW_KINDS: dict[str, str | Promise] = {
    "available": gettext_lazy("Can come"),
    "work": gettext_lazy("Work"),
    "school": gettext_lazy("School"),
    "child_care": gettext_lazy("Child care"),
    "other": gettext_lazy("Other"),
}
ONE_TO_ONE: dict[str, str | Promise] = {
    "individual": gettext_lazy("Individual"),
    "family": gettext_lazy("Family"),
    "psychiatry": gettext_lazy("Psychiatry"),
}
LED: dict[str, str | Promise] = SERVICES | {
    "family": gettext_lazy("Family groups and sessions"),
    "individual": gettext_lazy("Individual sessions"),
    "psychiatry": gettext_lazy("Psychiatry visits"),
}
"""What a member of staff may lead or give."""
FEATURES: dict[str, str | Promise] = {
    "kitchen": gettext_lazy("Kitchen"),
    "telehealth": gettext_lazy("Screen and camera for telehealth"),
    "step_free": gettext_lazy("Step-free access"),
}
"""What a room may have."""
WEEKDAYS: tuple[str | Promise, ...] = (
    gettext_lazy("Monday"),
    gettext_lazy("Tuesday"),
    gettext_lazy("Wednesday"),
    gettext_lazy("Thursday"),
    gettext_lazy("Friday"),
    gettext_lazy("Saturday"),
    gettext_lazy("Sunday"),
)
FOR: dict[str, str | Promise] = {
    "dose": gettext_lazy("Gives {minutes} a week; {ordered} are ordered, the least is {floor}."),
    "days": gettext_lazy("Days: {days}."),
    "mix": gettext_lazy("{service}: {count} a week."),
    "window": gettext_lazy(
        "{day}: {start} to {end} lies within the client's time, {travel} minutes of travel each way included."
    ),
    "seats": gettext_lazy("Free seats in the tightest group, {group}: {free}."),
    "kept": gettext_lazy("Keeps {kept} of {held} meetings the client already has."),
    "one-to-one": gettext_lazy("{kind}: {day}, {start} to {end}, {mode}."),
}
NO_TRAVEL = gettext_lazy("{day}: {start} to {end} lies within the client's time.")
"""The same of a client whose way takes no time, or of whom it is not known."""
AGAINST: dict[str, str | Promise] = {
    "below-order": gettext_lazy("Gives {minutes}; {ordered} are ordered."),
    "one-to-one-missed": gettext_lazy("No time was found for a {kind} session."),
    "more-days": gettext_lazy("It takes {count} days; {least} are ordered."),
    "lost": gettext_lazy("The client would give up: {meetings}."),
    "disliked-time": gettext_lazy("The client would rather not come at this time of day."),
    "may-not-run": gettext_lazy("{group} on {day} would have {attend} people; it runs from {least} on."),
}
RULES: dict[str, str | Promise] = {
    "window": gettext_lazy(
        "{day}, {start} to {end} with travel lies outside the client's time by {off} minutes."
    ),
    "busy": gettext_lazy("{day}: the client has another appointment or duty then."),
    "seat": gettext_lazy("{group} has no free seat on {day}."),
    "mode": gettext_lazy("{group} meets in a way the client cannot or may not use ({mode})."),
    "days": gettext_lazy("It takes {days} days; the order asks for {least} to {most}."),
    "day-length": gettext_lazy("{day} would have {minutes}; a day has {least} to {most}."),
    "dose-floor": gettext_lazy("Only {minutes} a week; the least is {floor}."),
    "dose-ceiling": gettext_lazy("{minutes} a week; the most is {ceiling}."),
    "week-total": gettext_lazy("{minutes} a week with one-to-one sessions; the most is {most}."),
    "site": gettext_lazy("{group} meets at another site."),
    "track": gettext_lazy("{group} does not take clients of this track."),
    "service": gettext_lazy("{group}: the order does not ask for this service ({service})."),
    "not-running": gettext_lazy("One of the meetings does not take place any more."),
    "overlap": gettext_lazy("{day}: {groups} meet at the same time."),
    "gap": gettext_lazy("{day}: too long a wait, {start} to {end}."),
    "day-mode": gettext_lazy("{day}: on site and telehealth on one day."),
    "day-service": gettext_lazy("{day}: {service} twice on one day."),
    "cohort-part": gettext_lazy("{group} is closed: all of its meetings or none ({days} are missing)."),
    "cohort-two": gettext_lazy("Two closed groups at once: {groups}."),
    "no-contact-site": gettext_lazy(
        "{day}, {start} to {end}: someone whom the client must not meet is at the site."
    ),
    "mix": gettext_lazy("{service}: {count} a week; the order asks for {least} to {most}."),
    "nothing-runs": gettext_lazy("No group of this site runs for this track."),
    "closes": gettext_lazy("{meetings} meetings are closed by one rule: {rule}."),
    "no-contact": gettext_lazy("Someone whom the client must not meet sits in {group}."),
}
RULE_NAMES: dict[str, str | Promise] = {
    "site": gettext_lazy("another site"),
    "track": gettext_lazy("another track"),
    "mode": gettext_lazy("on site or telehealth"),
    "window": gettext_lazy("the client's time and travel"),
    "busy": gettext_lazy("the client's other appointments"),
    "service": gettext_lazy("a service that is not ordered"),
    "seat": gettext_lazy("no free seat"),
    "no-contact": gettext_lazy("people to be kept apart"),
    "no-contact-site": gettext_lazy("people to be kept apart"),
}


@dataclass(frozen=True, slots=True)
class Said:
    """One reason as the page shows it."""

    tone: str
    text: str


def clock(minute: int) -> str:
    """Return minutes after midnight as people read them."""
    return time_words(minute_of_day(minute))


def clock_span(start: int, end: int) -> str:
    """Return two times of a day as one range: 9:00–10:30 am."""
    return range_words(minute_of_day(start), minute_of_day(end))


def say(reason: Reason, names: Mapping[str, str], *, tone: str) -> Said:
    """Return a reason in words; `names` gives the names of groups and meetings by id."""
    template = (FOR if tone == "ok" else {**RULES, **AGAINST}).get(reason.code)
    if tone == "ok" and reason.code == "window" and ("travel", 0) in reason.facts:
        template = NO_TRAVEL
    if template is None:
        return Said(tone, str(RULE_NAMES.get(reason.code, reason.code)))
    facts = {name: _fact(name, value, names) for name, value in reason.facts}
    return Said(tone, str(template).format_map(_Forgiving(facts)))


class _Forgiving(dict[str, str]):
    """A reason that lacks a fact still says the rest."""

    def __missing__(self, key: str) -> str:
        return "…"


def _fact(name: str, value: Any, names: Mapping[str, str]) -> str:
    """Return one fact in words: hours, days, times, names."""
    if name in {"least", "most"} and value > A_WEEKS_COUNT:
        return in_hours(value)
    told: dict[str, Callable[[Any], str]] = {
        "minutes": in_hours,
        "ordered": in_hours,
        "floor": in_hours,
        "ceiling": in_hours,
        "day": weekday,
        "days": lambda days: str(days) if isinstance(days, int) else ", ".join(map(weekday, days)),
        "kind": lambda kind: str(ONE_TO_ONE.get(kind, kind)),
        "start": clock,
        "end": clock,
        "service": lambda service: str(SERVICES.get(service, service)),
        "mode": lambda mode: str(MODALITIES["on_site" if mode == "onsite" else "telehealth"]),
        "rule": lambda rule: str(RULE_NAMES.get(rule, rule)),
    }
    if name in told:
        return told[name](value)
    if isinstance(value, tuple):
        return ", ".join(names.get(str(item), str(item)) for item in value)
    return names.get(str(value), str(value))


A_WEEKS_COUNT = 30
"""A limit above this is in minutes; below it counts days or meetings."""


def weekday(day: int) -> str:
    """Return the day's name."""
    return str(WEEKDAYS[day])


def spans_in_words(spans: list[tuple[int, int, int]]) -> str:
    """Return weekly times as `Monday 9:00–10:30 am, Wednesday 9:00–10:30 am`."""
    return ", ".join(f"{weekday(day)} {clock_span(start, end)}" for day, start, end in spans) or _(
        "no time yet"
    )

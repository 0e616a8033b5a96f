"""Reasons as data: a stable code with its facts.

Nothing here is a sentence. The pages and the command line hold one template for each code and fill
in the facts, so the same reason reads well in every language and can be compared in a test.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

Fact = str | int | tuple[str, ...] | tuple[int, ...]


class Rule(StrEnum):
    """The hard rules, by name; `CODES` gives the code that the model's document uses."""

    NOT_RUNNING = "not-running"
    SITE = "site"
    TRACK = "track"
    MODE = "mode"
    WINDOW = "window"
    COHORT_PART = "cohort-part"
    COHORT_TWO = "cohort-two"
    DAYS = "days"
    DAY_LENGTH = "day-length"
    OVERLAP = "overlap"
    GAP = "gap"
    DAY_MODE = "day-mode"
    DAY_SERVICE = "day-service"
    DOSE_FLOOR = "dose-floor"
    DOSE_CEILING = "dose-ceiling"
    SERVICE = "service"
    MIX = "mix"
    BUSY = "busy"
    WEEK_TOTAL = "week-total"
    SEAT = "seat"
    NO_CONTACT = "no-contact"
    NO_CONTACT_SITE = "no-contact-site"


CODES: Mapping[Rule, str] = {
    Rule.NOT_RUNNING: "H02",
    Rule.SITE: "H03",
    Rule.TRACK: "H04",
    Rule.MODE: "H05",
    Rule.WINDOW: "H06",
    Rule.COHORT_PART: "H07",
    Rule.COHORT_TWO: "H08",
    Rule.DAYS: "H09",
    Rule.DAY_LENGTH: "H10",
    Rule.OVERLAP: "H11",
    Rule.GAP: "H12",
    Rule.DAY_MODE: "H13",
    Rule.DAY_SERVICE: "H14",
    Rule.DOSE_FLOOR: "H15",
    Rule.DOSE_CEILING: "H15",
    Rule.SERVICE: "H16",
    Rule.MIX: "H17",
    Rule.BUSY: "H24",
    Rule.WEEK_TOTAL: "H28",
    Rule.SEAT: "H35",
    Rule.NO_CONTACT: "H50",
    Rule.NO_CONTACT_SITE: "H51",
}


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason, for or against: `code` chooses the template, `facts` fill it."""

    code: str
    facts: tuple[tuple[str, Fact], ...] = ()

    def get(self, name: str) -> Fact:
        """The fact of that name; KeyError when the reason has none."""
        return dict(self.facts)[name]

    def number(self, name: str) -> int:
        """The fact of that name, which must be a number."""
        fact = self.get(name)
        if not isinstance(fact, int):
            raise TypeError(f"{name} of {self.code} is not a number")
        return fact


def reason(code: str, **facts: Fact) -> Reason:
    """A reason with its facts in the order given."""
    return Reason(str(code), tuple(facts.items()))

"""How old an assessment may be when somebody is admitted on it: what of it lapsed, and since when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache

from django.utils.translation import gettext as _

from openiop import catalog
from openiop.apps.admissions.models import Assessment, Determination
from openiop.apps.core.words import date_pattern, day_words
from openiop.domain.clocks import Clock, Clocks, read_clocks

FIRST_ON = "first_on"
COLUMBIA_ON = "columbia_on"
"""Keys of an assessment's context: when it was first made, and when its Columbia answers were given.

They are kept only where that was another day than the assessment's own.
"""


@dataclass(frozen=True, slots=True)
class Lapsed:
    """One part of an assessment that is too old to admit on."""

    clock: Clock
    last: date

    @property
    def words(self) -> str:
        """Return what is to be done again, and from when the last is."""
        said = {
            "assessment": _(
                "Assess again: the last assessment is from %(day)s, and it counts for %(n)s days before admission."
            ),
            "columbia": _(
                "Ask the Columbia questions again: they were last asked on %(day)s, and the answers count for %(n)s days before admission."
            ),
        }
        return said[self.clock.key] % {"day": day_words(self.last, date_pattern()), "n": self.clock.days}


def lapsed_of(determination: Determination, *, on: date) -> tuple[Lapsed, ...]:
    """Return what of a determination may not be admitted on any more; the numbers stand in the catalogue."""
    assessment = determination.assessment
    last = {"assessment": first_day(assessment), "columbia": columbia_day(assessment)}
    return tuple(
        Lapsed(clock, last[clock.key])
        for clock in admission_clocks().rows
        if clock.has_run_out(last[clock.key], on)
    )


def first_day(assessment: Assessment) -> date:
    """Return the day of the first version: an amendment corrects an answer and asks the rest not again."""
    return _kept_day(assessment, FIRST_ON)


def columbia_day(assessment: Assessment) -> date:
    """Return the day on which the Columbia answers were given."""
    return _kept_day(assessment, COLUMBIA_ON)


@cache
def admission_clocks() -> Clocks:
    """Return the clocks in force between an assessment and the admission on it."""
    return read_clocks(catalog.load("clocks", "admission").body)


def _kept_day(assessment: Assessment, key: str) -> date:
    said = assessment.context.get(key)
    return date.fromisoformat(said) if said else assessment.assessed_on

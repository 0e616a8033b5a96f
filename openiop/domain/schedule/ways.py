"""What to do next when no week fits, or the best one gives less than the order.

Every way rests on something found: a week at another site or in another mode, a week that lacks nothing
but seats, one that lacks nothing but time of the client or a wider order. The last resort stands last.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from openiop.domain.schedule.misses import Miss
from openiop.domain.schedule.placement import Answer, Placement
from openiop.domain.schedule.problem import Mode
from openiop.domain.schedule.words import Rule


class Fit(StrEnum):
    """How much of what is ordered the best week gives."""

    WHOLE = "whole"
    PART = "part"
    NONE = "none"


class Step(StrEnum):
    """The kind of a next step, in the order in which they are offered."""

    ELSEWHERE = "elsewhere"
    WAIT = "wait"
    VISIT = "visit"
    WINDOWS = "windows"
    ORDER = "order"
    REFER = "refer"


SEATS = frozenset({Rule.SEAT})
TIMES = frozenset({Rule.WINDOW, Rule.BUSY})
ORDERS = frozenset({
    Rule.DAYS, Rule.DAY_LENGTH, Rule.DOSE_FLOOR, Rule.DOSE_CEILING, Rule.MIX, Rule.SERVICE, Rule.MODE, Rule.WEEK_TOTAL,
})  # fmt: skip
"""Rules that seats, the client's time or the order alone would mend."""


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """The best week at another site, or in another mode. `site` empty: here; `mode` None: as ordered."""

    site: str
    mode: Mode | None
    placement: Placement


@dataclass(frozen=True, slots=True)
class Way:
    """One next step, with the week it rests on: elsewhere, or almost legal here. Neither: in general."""

    step: Step
    elsewhere: Elsewhere | None = None
    miss: Miss | None = None


def fit_of(answer: Answer) -> Fit:
    """Tell whether the best week gives the ordered minutes and every one-to-one session due."""
    if not answer.placements:
        return Fit.NONE
    best = answer.placements[0].cost
    return Fit.PART if best.underdose or best.missed_one_to_one else Fit.WHOLE


def lacks_minutes(answer: Answer) -> bool:
    """Tell whether no week gives the ordered minutes."""
    return not answer.placements or answer.placements[0].cost.underdose > 0


def next_steps(answer: Answer, nearer: Sequence[Miss], elsewhere: Iterable[Elsewhere]) -> tuple[Way, ...]:
    """Return what can be done, the least trouble first; nothing where the best week is whole.

    `nearer`: weeks here that would give more if one rule gave way. `elsewhere`: the best weeks of other
    sites and modes; those that give no more than the best one here are left out.
    """
    fit = fit_of(answer)
    if fit is Fit.WHOLE:
        return ()
    found: list[Way] = []
    if lacks_minutes(answer):
        best = answer.placements[0].minutes if answer.placements else 0
        found += [Way(Step.ELSEWHERE, one) for one in elsewhere if one.placement.minutes > best]
        found += _mended(Step.WAIT, nearer, SEATS)
    if answer.placements and answer.placements[0].cost.missed_one_to_one:
        found.append(Way(Step.VISIT))
    found += _mended(Step.WINDOWS, nearer, TIMES) or [Way(Step.WINDOWS)]
    if lacks_minutes(answer):
        found += _mended(Step.ORDER, nearer, ORDERS) or [Way(Step.ORDER)]
        found.append(Way(Step.REFER))
    return tuple(found)


def _mended(step: Step, nearer: Iterable[Miss], rules: frozenset[Rule]) -> list[Way]:
    """Return the first week that lacks nothing but what these rules ask for, as a way."""
    names = {str(rule) for rule in rules}
    for miss in nearer:
        broken = {reason.code for reason in miss.forbidden_by}
        if miss.meetings and broken and broken <= names:
            return [Way(step, miss=miss)]
    return []

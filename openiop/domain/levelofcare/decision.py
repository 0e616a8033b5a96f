"""The clinician's decision beside the recommendation: what it needs, and which rules it goes against.

Recommended and actual level are separate. Another level, or going on although something holds the level,
needs a coded reason and words, and for each rule in the way somebody who may override it. While questions
are open only a higher level than intensive outpatient care may be decided: one may always refer up.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from openiop.domain.errors import DomainError, InvalidInput, NotAllowed
from openiop.domain.levelofcare.model import Level, Override, Status

FEWEST_LETTERS = 20
"""A reason shorter than this explains nothing to a reviewer (house policy)."""


@dataclass(frozen=True, slots=True)
class InTheWay:
    """A rule that fired and asks for more than the chosen level, or holds it."""

    rule: str
    holds: bool
    may_override: Override


@dataclass(frozen=True, slots=True)
class Recommendation:
    """The part of a determination that a decision is measured by, as it was stored."""

    status: Status
    level: Level | None
    at_least: Level
    reasons: tuple[Mapping[str, Any], ...]

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> Recommendation:
        """Read it from `to_data`'s result."""
        return cls(
            Status(data["status"]),
            Level(data["level"]) if data["level"] else None,
            Level(data["at_least"]),
            tuple(data["reasons"]),
        )

    def in_the_way_of(self, level: Level) -> tuple[InTheWay, ...]:
        """The rules that a decision for `level` goes against."""
        found = []
        for reason in self.reasons:
            asks = Level(reason["level"]).rank if reason["level"] else -1
            holds = str(level) in reason["hold"]
            if asks > level.rank or holds:
                found.append(InTheWay(reason["rule"], holds, Override(reason["may_override"])))
        return tuple(found)

    def differs(self, level: Level) -> bool:
        """Whether a decision for `level` needs a reason: another level, open questions, or a hold."""
        return level is not self.level or bool(self.in_the_way_of(level))


class CannotOverride(NotAllowed):
    """A rule stands in the way that this person may not override. `rules` names those."""

    default_code = "cannot-override"

    def __init__(self, message: str, *, rules: Iterable[str]) -> None:
        """Keep the rules."""
        super().__init__(message, field="actual_level")
        self.rules = tuple(rules)


def check_decision(
    recommendation: Recommendation,
    *,
    level: Level,
    code: str,
    words: str,
    codes: Iterable[str],
    is_prescriber: bool,
) -> tuple[InTheWay, ...]:
    """Return the rules that the decision overrides; raise a DomainError where it may not be taken.

    The error's `code` says why: `undecided`, `cannot-override`, `reason-missing`, `reason-unknown`,
    `words-missing`.
    """
    if recommendation.level is None and level.rank <= max(Level.IOP.rank, recommendation.at_least.rank - 1):
        raise NotAllowed(
            "Questions are still open: only a higher level than intensive outpatient care may be decided.",
            code="undecided",
            field="actual_level",
        )
    found = recommendation.in_the_way_of(level)
    refused = [
        row.rule
        for row in found
        if row.may_override is Override.NOBODY or (row.may_override is Override.MEDICAL and not is_prescriber)
    ]
    if refused:
        raise CannotOverride(f"May not be overridden: {', '.join(refused)}.", rules=refused)
    if recommendation.differs(level):
        _check_reason(code, words, codes)
    return found


def _check_reason(code: str, words: str, codes: Iterable[str]) -> None:
    if not code:
        raise _missing("Choose the reason.", "reason-missing", "discrepancy_code")
    if code not in set(codes):
        raise _missing("There is no such reason.", "reason-unknown", "discrepancy_code")
    if len(words.strip()) < FEWEST_LETTERS:
        raise _missing("Explain the reason in a sentence.", "words-missing", "discrepancy_words")


def _missing(message: str, code: str, field: str) -> DomainError:
    return InvalidInput(message, code=code, field=field)

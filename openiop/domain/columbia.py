"""The Columbia screener (C-SSRS, recent): which question comes next, and the triage.

Questions 1, 2 and 6 are always asked; 3, 4 and 5 when 2 is yes; 6b (within three months) when 6 is yes.
Triage as Columbia gives it: 4 or 5 in the past month, or behaviour within three months, is high; 3, or
behaviour longer ago, is moderate; 1 or 2 is low. https://cssrs.columbia.edu/the-columbia-scale-c-ssrs/triage-c-ssrs/

An unanswered question counts at its worst for the triage, so an unfinished screener never looks calm;
an answer that was given counts even where its question should have been skipped.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

ALWAYS = ("cssrs_q1", "cssrs_q2", "cssrs_q6")
AFTER_2 = ("cssrs_q3", "cssrs_q4", "cssrs_q5")
AFTER_6 = ("cssrs_q6_recent",)
QUESTIONS = ("cssrs_q1", "cssrs_q2", *AFTER_2, "cssrs_q6", *AFTER_6)


class Risk(StrEnum):
    """What the screener calls for."""

    NONE = "none"
    LOW = "low"
    MODERATE = "moderate"
    HIGH = "high"


@dataclass(frozen=True, slots=True)
class Triage:
    """`risk` is what the answers establish; `could_be` what it is with the unanswered at their worst."""

    risk: Risk
    could_be: Risk
    unanswered: tuple[str, ...]

    @property
    def is_complete(self) -> bool:
        """Whether every question that applies has an answer."""
        return not self.unanswered


def triage(answers: Mapping[str, bool | None]) -> Triage:
    """Triage the answers (key to yes, no or unknown)."""
    asked = asked_questions(answers)
    worst = {key: answers.get(key) for key in QUESTIONS}
    for key in QUESTIONS:
        # In order, so that a question which its worst forerunner brings up is itself taken at its worst.
        if worst[key] is None and key in asked_questions(worst):
            worst[key] = True
    return Triage(
        risk=_risk(answers),
        could_be=_risk(worst),
        unanswered=tuple(key for key in asked if answers.get(key) is None),
    )


def asked_questions(answers: Mapping[str, bool | None]) -> tuple[str, ...]:
    """The questions to ask, given the answers so far, in the order of the screener."""
    more = (AFTER_2 if answers.get("cssrs_q2") else ()) + (AFTER_6 if answers.get("cssrs_q6") else ())
    return tuple(key for key in QUESTIONS if key in ALWAYS or key in more)


def _risk(answers: Mapping[str, bool | None]) -> Risk:
    if answers.get("cssrs_q4") or answers.get("cssrs_q5") or answers.get("cssrs_q6_recent"):
        return Risk.HIGH
    if answers.get("cssrs_q3") or answers.get("cssrs_q6"):
        return Risk.MODERATE
    return Risk.LOW if answers.get("cssrs_q1") or answers.get("cssrs_q2") else Risk.NONE

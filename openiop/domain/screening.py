"""The public screener: from answers to one of six suggestions. It routes to people; it never diagnoses.

The rules are a criteria set like the clinicians' (openiop.domain.levelofcare), only stricter, so its
promises hold here too: a worse answer never lowers the urgency, and neither does a skipped one. On top
stands one more: while a safety question is open, no suggestion says that a program fits.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from openiop.domain.errors import InvalidInput
from openiop.domain.findings import Value
from openiop.domain.levelofcare.model import FIRST_STEPS, CriteriaSet, Determination, Level, Status, Urgency
from openiop.domain.levelofcare.weighing import judge, weigh
from openiop.domain.levelofcare.words import to_data
from openiop.domain.rules import Truth
from openiop.domain.text import Text


class Asker(StrEnum):
    """Who asks."""

    ME = "me"
    MY_CHILD = "my_child"
    LOVED_ONE = "loved_one"
    CLIENT = "client"


class Suggestion(StrEnum):
    """The six things the screener can say, the most urgent first."""

    EMERGENCY_NOW = "emergency_now"
    CLINICIAN_TODAY = "clinician_today"
    MEDICAL_CHECK_FIRST = "medical_check_first"
    MORE_THAN_IOP_LIKELY = "more_than_iop_likely"
    IOP_MAY_FIT = "iop_may_fit"
    WEEKLY_MAY_BE_ENOUGH = "weekly_may_be_enough"

    @property
    def rank(self) -> int:
        """How much it asks for: a higher one goes first where several hold."""
        return len(SUGGESTIONS) - SUGGESTIONS.index(self)


SUGGESTIONS = tuple(Suggestion)


@dataclass(frozen=True, slots=True)
class CrisisLine:
    """A number to call or to text, with the words that tell how."""

    key: str
    title: Text
    how: Text
    call: str
    text: str
    concerns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Screener:
    """One version of the screener's words and the criteria set that it names."""

    id: str
    version: int
    title: Text
    criteria: tuple[str, int]
    askers: Mapping[Asker, Text]
    titles: Mapping[Suggestion, Text]
    leads: Mapping[Suggestion, Text]
    about_others: Mapping[str, Text]
    crisis: tuple[CrisisLine, ...]

    def question(self, criteria: CriteriaSet, key: str, asker: Asker) -> Text:
        """A question as this person is asked it."""
        return criteria.findings[key].title if asker is Asker.ME else self.about_others[key]


@dataclass(frozen=True, slots=True)
class Result:
    """What the screener says, and what else holds beside it.

    `then`: what to expect after the first step. `also`: suggestions that hold too, the more urgent first.
    """

    suggestion: Suggestion
    also: tuple[Suggestion, ...]
    then: Suggestion | None
    urgency: Urgency
    determination: Determination


def read_screener(body: Mapping[str, Any]) -> Screener:
    """The screener of a catalogue file that its schema has passed."""
    answers = {Suggestion(row["key"]): row for row in body["answers"]}
    if set(answers) != set(Suggestion):
        raise InvalidInput("answers: give each of the six once.", field="answers")
    return Screener(
        id=body["id"],
        version=body["version"],
        title=Text.of(body["title"]),
        criteria=(body["criteria"]["id"], body["criteria"]["version"]),
        askers={Asker(row["key"]): Text.of(row["title"]) for row in body["askers"]},
        titles={key: Text.of(row["title"]) for key, row in answers.items()},
        leads={key: Text.of(row["lead"]) for key, row in answers.items()},
        about_others={key: Text.of(words) for key, words in body["about_others"].items()},
        crisis=tuple(
            CrisisLine(
                row["key"],
                Text.of(row["title"]),
                Text.of(row["how"]),
                row.get("call", ""),
                row.get("text", ""),
                tuple(row.get("concerns", ())),
            )
            for row in body["crisis"]
        ),
    )


def check_screener(screener: Screener, criteria: CriteriaSet) -> list[str]:
    """What is missing for the criteria set it names, one sentence each."""
    asked = {key for key, finding in criteria.findings.items() if not finding.from_context}
    return [
        *(f"about_others: {key} has no words." for key in sorted(asked - set(screener.about_others))),
        *(f"about_others: {key} is no question." for key in sorted(set(screener.about_others) - asked)),
    ]


def questions(criteria: CriteriaSet, answers: Mapping[str, Value], *, on: date) -> tuple[str, ...]:
    """The questions that apply after these answers, in order.

    What hangs on a question that was skipped is not asked: the skipped one is open, and counts as such.
    """
    facts = weigh(criteria, answers, on=on).facts
    return tuple(
        key
        for key, finding in criteria.findings.items()
        if not finding.from_context
        and (key not in criteria.applies or criteria.applies[key].weigh(facts).truth is Truth.TRUE)
    )


def is_emergency(criteria: CriteriaSet, answers: Mapping[str, Value], *, on: date) -> bool:
    """Whether the answers so far already ask for emergency help: then the questions stop."""
    verdict = judge(weigh(criteria, answers, on=on))
    return verdict.at_least is Level.EMERGENCY_FIRST or verdict.urgency_established is Urgency.NOW


def suggest(determination: Determination) -> Result:
    """Turn a determination of the screener's criteria into what is said to the person."""
    first, level = _first_steps(determination), _by_level(determination)
    holding = sorted({*first, level}, key=lambda one: -one.rank)
    return Result(
        suggestion=holding[0],
        also=tuple(one for one in holding[1:] if one in first),
        then=level if first and determination.status is not Status.BLOCKED else None,
        urgency=determination.urgency,
        determination=determination,
    )


def _first_steps(it: Determination) -> set[Suggestion]:
    """What comes before any level of care."""
    found = set()
    if it.at_least is Level.EMERGENCY_FIRST or it.urgency_established is Urgency.NOW:
        found.add(Suggestion.EMERGENCY_NOW)
    # A reason of today that does not ask for a medical step asks for a clinician.
    today = any(
        reason.rule.urgency.rank >= Urgency.SAME_DAY.rank and reason.rule.at_least not in FIRST_STEPS
        for reason in it.reasons
    )
    if today or it.status is Status.BLOCKED:
        found.add(Suggestion.CLINICIAN_TODAY)
    medical = (Level.WITHDRAWAL_MANAGEMENT, Level.MEDICAL_FIRST)
    if any(reason.rule.at_least in medical for reason in it.reasons):
        found.add(Suggestion.MEDICAL_CHECK_FIRST)
    return found


def _by_level(it: Determination) -> Suggestion:
    """What the needs ask for; undecided between levels, an assessment decides."""
    needed = it.then if it.then is not None else it.at_least
    if needed.rank >= Level.PHP.rank:
        return Suggestion.MORE_THAN_IOP_LIKELY
    undecided = it.status in (Status.NEEDS_DATA, Status.BLOCKED) and it.at_most is not Level.OUTPATIENT
    if needed is Level.IOP or undecided:
        return Suggestion.IOP_MAY_FIT
    return Suggestion.WEEKLY_MAY_BE_ENOUGH


def result_data(result: Result, screener: Screener, criteria: CriteriaSet, language: str) -> dict[str, Any]:
    """The result as JSON holds it: no diagnosis, no score; every sentence in `language`."""
    full = to_data(result.determination, criteria, language)

    def said(one: Suggestion | None) -> dict[str, str] | None:
        return None if one is None else {"key": str(one), "title": screener.titles[one].in_language(language)}

    return {
        "screener": {"id": screener.id, "version": screener.version},
        "criteria": full["criteria"],
        "on": full["on"],
        "suggestion": str(result.suggestion),
        "title": screener.titles[result.suggestion].in_language(language),
        "lead": screener.leads[result.suggestion].in_language(language),
        "urgency": str(result.urgency),
        "urgency_title": criteria.urgencies[result.urgency].title.in_language(language),
        "also": [said(one) for one in result.also],
        "then": said(result.then),
        "reasons": [_reason(row) for row in full["reasons"]],
        "not_answered": [
            {"key": row["key"], "title": row["title"], "safety": row["safety"]} for row in full["missing"]
        ],
        "would_change": [
            {key: row[key] for key in ("key", "title", "from_words", "to_words", "level_title", "raises")}
            for row in full["would_change"]
        ],
        "next_steps": full["actions"],
        "crisis": [
            {"title": line.title.in_language(language), "how": line.how.in_language(language)}
            for line in screener.crisis
        ],
        "notice": full["notice"],
    }


def _reason(row: Mapping[str, Any]) -> dict[str, Any]:
    """A rule's sentence with the person's own answers."""
    return {
        "rule": row["rule"],
        "text": row["text"],
        "answers": [
            {"key": fact["key"], "question": fact["title"], "answer": fact["words"]}
            for fact in row["findings"]
        ],
    }

"""A determination as plain data with its sentences in one language: for the command, the page and the record."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from openiop.domain.findings import Finding, Kind, Value
from openiop.domain.levelofcare.model import (
    CriteriaSet,
    Determination,
    Fact,
    Flip,
    Level,
    Missing,
    Reason,
    StepDown,
)
from openiop.domain.text import Text

PLACE = re.compile(r"\{([a-z0-9_]+)\}")
NOT_ASKED = Text("not asked", "no se preguntó")


def to_data(determination: Determination, criteria: CriteriaSet, language: str = "en") -> dict[str, Any]:
    """The whole determination as JSON holds it, every sentence in `language`."""
    return _Words(criteria, determination.answers, language).whole(determination)


def describe_findings(criteria: CriteriaSet, language: str = "en") -> list[dict[str, Any]]:
    """Every finding there is, in order: what it asks, what may be answered, and whether it is a safety one."""
    return [
        _describe(finding, language, gated=key in criteria.applies)
        for key, finding in criteria.findings.items()
    ]


def _describe(finding: Finding, language: str, *, gated: bool) -> dict[str, Any]:
    data: dict[str, Any] = {
        "key": finding.key,
        "type": str(finding.kind),
        "group": finding.group,
        "title": finding.title.in_language(language),
        "help": finding.help.in_language(language),
        "safety": finding.safety,
        "worse": str(finding.worse),
        "asked": "from_context" if finding.from_context else "when_it_applies" if gated else "always",
    }
    if finding.kind in (Kind.INT, Kind.NUMBER):
        data |= {"minimum": finding.low, "maximum": finding.high, "unit": finding.unit}
    if finding.options:
        data["options"] = [
            {"value": option.key, "title": option.text.in_language(language)} for option in finding.options
        ]
    return data


class _Words:
    """Puts one determination into one language."""

    def __init__(self, criteria: CriteriaSet, answers: Mapping[str, Value], language: str) -> None:
        self.criteria = criteria
        self.answers = answers
        self.language = language

    def whole(self, it: Determination) -> dict[str, Any]:
        """Every part of the determination."""
        return {
            **self.verdict(it),
            "reasons": [self.reason(reason) for reason in it.reasons],
            "why_not_lower": [self.reason(reason) for reason in it.why_not_lower],
            "why_not_higher": [
                {
                    "level": str(level),
                    "level_title": self.level(level),
                    "reasons": [self.reason(reason, fired=False) for reason in reasons],
                }
                for level, reasons in it.why_not_higher
            ],
            "holds": [reason.rule.id for reason in it.holds],
            "missing": [self.missing(row) for row in it.missing],
            "would_change": [self.flip(flip) for flip in it.would_change],
            "would_lower": self.step_down(it.would_lower) if it.would_lower else None,
            "actions": [self.action(key) for key in it.actions],
            "answered_though_not_asked": [
                {"key": key, "title": self.say(self.criteria.findings[key].title)} for key in it.unasked
            ],
            "notice": self.say(self.criteria.notice),
        }

    def verdict(self, it: Determination) -> dict[str, Any]:
        """Status, levels and urgency with their words."""
        established = it.urgency_established
        return {
            "criteria": {
                "id": it.criteria_id,
                "version": it.criteria_version,
                "title": self.say(self.criteria.title),
            },
            "on": it.on.isoformat(),
            "status": str(it.status),
            "status_title": self.say(self.criteria.statuses[it.status].title),
            "summary": self.summary(it),
            "level": self.level_key(it.level),
            "level_title": self.level(it.level),
            "at_least": str(it.at_least),
            "at_least_title": self.level(it.at_least),
            "at_most": str(it.at_most),
            "at_most_title": self.level(it.at_most),
            "then": self.level_key(it.then),
            "then_title": self.level(it.then),
            "urgency": str(it.urgency),
            "urgency_title": self.say(self.criteria.urgencies[it.urgency].title),
            "urgency_established": str(established),
            "urgency_established_title": self.say(self.criteria.urgencies[established].title),
        }

    def summary(self, it: Determination) -> str:
        """One sentence on where the determination stands."""
        words = self.say(self.criteria.statuses[it.status].help)
        places = {"level": it.level, "at_least": it.at_least, "at_most": it.at_most}
        return PLACE.sub(lambda found: self.level(places[found[1]]) or "", words)

    def reason(self, reason: Reason, *, fired: bool = True) -> dict[str, Any]:
        """A rule with its sentence, its effect, its evidence and its source."""
        rule = reason.rule
        return {
            "rule": rule.id,
            "kind": str(rule.kind),
            "title": self.say(rule.title),
            "text": self.fill(rule.because if fired else rule.because_not),
            "level": self.level_key(rule.at_least),
            "urgency": str(rule.urgency),
            "hold": sorted(rule.hold, key=lambda level: level.rank),
            "findings": [self.fact(fact) for fact in reason.facts],
            "actions": list(rule.actions),
            "population": self.say(rule.population.title),
            "source": rule.source,
            "tag": rule.tag,
            "may_override": str(rule.override),
        }

    def fact(self, fact: Fact) -> dict[str, Any]:
        """A finding with its answer, plain and in words."""
        finding = self.criteria.findings[fact.key]
        words = NOT_ASKED if fact.idle else finding.words(fact.value)
        return {
            "key": fact.key,
            "title": self.say(finding.title),
            "value": finding.to_plain(fact.value),
            "words": self.say(words),
        }

    def missing(self, row: Missing) -> dict[str, Any]:
        """An open question and the worst it could lead to."""
        finding = self.criteria.findings[row.key]
        return {
            "key": row.key,
            "title": self.say(finding.title),
            "group": finding.group,
            "safety": row.safety,
            "rules": list(row.rules),
            "could_reach": self.level_key(row.level),
            "could_reach_title": self.level(row.level),
            "urgency": str(row.urgency),
        }

    def flip(self, flip: Flip) -> dict[str, Any]:
        """What another answer would lead to."""
        finding = self.criteria.findings[flip.key]
        return {
            "key": flip.key,
            "title": self.say(finding.title),
            "from": finding.to_plain(flip.former),
            "from_words": self.answer(finding, flip.former),
            "to": finding.to_plain(flip.value),
            "to_words": self.answer(finding, flip.value),
            "status": str(flip.status),
            "status_title": self.say(self.criteria.statuses[flip.status].title),
            "level": str(flip.level),
            "level_title": self.level(flip.level),
            "urgency": str(flip.urgency),
            "urgency_title": self.say(self.criteria.urgencies[flip.urgency].title),
            "raises": flip.raises,
            "lowers": flip.lowers,
            "asks": list(flip.asks),
        }

    def step_down(self, step: StepDown) -> dict[str, Any]:
        """Which answers would together lower the level."""
        changes = [(self.criteria.findings[key], former, value) for key, former, value in step.changes]
        return {
            "level": str(step.level),
            "level_title": self.level(step.level),
            "urgency": str(step.urgency),
            "changes": [
                {
                    "key": finding.key,
                    "title": self.say(finding.title),
                    "from": finding.to_plain(former),
                    "from_words": self.answer(finding, former),
                    "to": finding.to_plain(value),
                    "to_words": self.answer(finding, value),
                }
                for finding, former, value in changes
            ],
        }

    def action(self, key: str) -> dict[str, str]:
        """Something to do, and when."""
        action = self.criteria.actions[key]
        return {"key": key, "title": self.say(action.title), "when": action.when}

    def answer(self, finding: Finding, value: Value | None) -> str:
        """An answer in words."""
        return self.say(finding.words(value))

    def fill(self, text: Text) -> str:
        """Put the answers into the places of a rule's sentence."""

        def place(found: re.Match[str]) -> str:
            return self.answer(self.criteria.findings[found[1]], self.answers.get(found[1]))

        return PLACE.sub(place, self.say(text))

    def level(self, level: Level | None) -> str | None:
        """A level's name."""
        return None if level is None else self.say(self.criteria.levels[level].title)

    def level_key(self, level: Level | None) -> str | None:
        """A level's key."""
        return None if level is None else str(level)

    def say(self, text: Text) -> str:
        """The text in the language."""
        return text.in_language(self.language)

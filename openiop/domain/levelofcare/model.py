"""What a criteria set is made of, and what a determination says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from openiop.domain.findings import Finding, Value
from openiop.domain.rules import Condition
from openiop.domain.text import Text


class Level(StrEnum):
    """Levels of care from the least to what must come before any of them."""

    OUTPATIENT = "outpatient"
    IOP = "iop"
    PHP = "php"
    RESIDENTIAL = "residential"
    INPATIENT = "inpatient"
    WITHDRAWAL_MANAGEMENT = "withdrawal_management"
    MEDICAL_FIRST = "medical_first"
    EMERGENCY_FIRST = "emergency_first"

    @property
    def rank(self) -> int:
        """Place in the order; a higher one wins."""
        return LEVELS.index(self)


LEVELS = tuple(Level)
FIRST_STEPS = frozenset({Level.WITHDRAWAL_MANAGEMENT, Level.MEDICAL_FIRST, Level.EMERGENCY_FIRST})


class Urgency(StrEnum):
    """How soon a clinician or a physician must act."""

    ROUTINE = "routine"
    SOON = "soon"
    SAME_DAY = "same_day"
    NOW = "now"

    @property
    def rank(self) -> int:
        """Place in the order; a higher one wins."""
        return URGENCIES.index(self)


URGENCIES = tuple(Urgency)


class Status(StrEnum):
    """Whether the rules could decide.

    BLOCKED: a safety question is unanswered. NEEDS_DATA: another question is, that could change the
    level. ON_HOLD: decided, but something must be settled before the level may start. COMPLETE: decided.
    """

    COMPLETE = "complete"
    ON_HOLD = "on_hold"
    NEEDS_DATA = "needs_data"
    BLOCKED = "blocked"


class RuleKind(StrEnum):
    """SAFETY: an exclusion or a safety duty. NEED: what the needs ask for. ACCESS: what stands in the way."""

    SAFETY = "safety"
    NEED = "need"
    ACCESS = "access"


class Override(StrEnum):
    """Who may go against the rule, always with a coded reason and words."""

    NOBODY = "nobody"
    LICENSED = "licensed_clinician"
    MEDICAL = "medical_prescriber"


@dataclass(frozen=True, slots=True)
class Named:
    """A key with the words people see for it."""

    key: str
    title: Text
    help: Text


@dataclass(frozen=True, slots=True)
class Action:
    """Something to do. `when`: now, today, before_start, during."""

    key: str
    title: Text
    when: str


@dataclass(frozen=True, slots=True)
class Population:
    """Whom a rule or a question is about. `when` None: everybody."""

    key: str
    title: Text
    when: Condition | None


@dataclass(frozen=True, slots=True)
class Rule:
    """One dated row: when its condition holds for its population, the level is at least `at_least`, and so on.

    `hold`: these levels may not start before the actions are settled. `because` and `because_not` are
    sentences with `{finding}` places. `tag`: V confirmed in its source, S secondary source, U policy to
    be signed by the clinical lead.
    """

    id: str
    kind: RuleKind
    title: Text
    population: Population
    when: Condition
    because: Text
    because_not: Text
    source: str
    tag: str
    effective_from: date
    effective_to: date | None = None
    at_least: Level | None = None
    urgency: Urgency = Urgency.ROUTINE
    hold: frozenset[Level] = frozenset()
    actions: tuple[str, ...] = ()
    override: Override = Override.LICENSED

    def holds_on(self, on: date) -> bool:
        """Tell whether the row is in force on the day."""
        return self.effective_from <= on and (self.effective_to is None or on <= self.effective_to)


@dataclass(frozen=True, slots=True)
class CriteriaSet:
    """One version of a criteria file, ready to weigh.

    `applies` holds, for findings that are not asked of everybody, when they are. `touching` lists for each
    finding the rules whose outcome its answer can change, also by way of which questions apply.
    """

    id: str
    version: int
    title: Text
    effective_from: date
    notice: Text
    groups: tuple[Named, ...]
    findings: Mapping[str, Finding]
    applies: Mapping[str, Condition]
    rules: tuple[Rule, ...]
    actions: Mapping[str, Action]
    levels: Mapping[Level, Named]
    urgencies: Mapping[Urgency, Named]
    statuses: Mapping[Status, Named]
    discrepancies: tuple[Named, ...]
    external_valid_days: int
    external_levels: Mapping[str, Mapping[str, Level]]
    touching: Mapping[str, frozenset[str]]

    def rules_on(self, on: date) -> tuple[Rule, ...]:
        """The rows in force on the day."""
        return tuple(rule for rule in self.rules if rule.holds_on(on))


@dataclass(frozen=True, slots=True)
class Fact:
    """A finding as it stood in a decision: value None is unknown or, if `idle`, not asked."""

    key: str
    value: Value | None
    idle: bool


@dataclass(frozen=True, slots=True)
class Reason:
    """A rule that fired (or, under why-not-higher, did not), with the findings that decided it."""

    rule: Rule
    facts: tuple[Fact, ...]


@dataclass(frozen=True, slots=True)
class Missing:
    """An unanswered question that keeps rules open, and the worst it could lead to."""

    key: str
    safety: bool
    rules: tuple[str, ...]
    level: Level | None
    urgency: Urgency


@dataclass(frozen=True, slots=True)
class Flip:
    """What another answer to one question would lead to, all else as it is.

    `asks`: questions that would then have to be answered first.
    """

    key: str
    former: Value | None
    value: Value
    status: Status
    level: Level
    urgency: Urgency
    raises: bool
    lowers: bool
    asks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class StepDown:
    """Answers that would together lower the level: what has to become true. Each is (key, former, value)."""

    changes: tuple[tuple[str, Value, Value], ...]
    level: Level
    urgency: Urgency


@dataclass(frozen=True, slots=True)
class Determination:
    """What the rules say, with everything needed to judge it.

    `level` is None while undecided; `at_least` is what the answers given already establish and `at_most`
    what the unanswered could still make of it. `urgency` counts unanswered questions at their worst;
    `urgency_established` does not. `then` is the level to expect once a first step (withdrawal
    management, medical evaluation, emergency) is done.
    """

    criteria_id: str
    criteria_version: int
    on: date
    answers: Mapping[str, Value]
    status: Status
    level: Level | None
    at_least: Level
    at_most: Level
    then: Level | None
    urgency: Urgency
    urgency_established: Urgency
    reasons: tuple[Reason, ...]
    why_not_lower: tuple[Reason, ...]
    why_not_higher: tuple[tuple[Level, tuple[Reason, ...]], ...]
    holds: tuple[Reason, ...]
    missing: tuple[Missing, ...]
    would_change: tuple[Flip, ...]
    would_lower: StepDown | None
    actions: tuple[str, ...]
    unasked: tuple[str, ...]

"""Whose signature makes a plan count, and whose needs a second one.

The clinician who wrote it signs. Where that person holds no license, a licensed one signs beside them
(Florida: the supervisor countersigns the plan of unlicensed staff, Rule 65D-30.0044 F.A.C.; the days stand in
the catalogue). Client and family take part: they agree, or disagree with words; neither stops the plan, and
both stay on it as given.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

FEWEST_LETTERS = 3
"""Of the words of somebody who disagrees, and of a supervisor who sends back."""
LICENSED_ROLES = frozenset({"prescriber"})
"""Roles that nobody holds without a license."""


class Party(StrEnum):
    """Who answers to a plan."""

    SUPERVISOR = "supervisor"
    CLIENT = "client"
    FAMILY = "family"


class Answer(StrEnum):
    """What they say. Only a supervisor sends back; only client and family agree or not."""

    COSIGNED = "cosigned"
    SENT_BACK = "sent_back"
    AGREES = "agrees"
    DISAGREES = "disagrees"


ANSWERS: dict[Party, frozenset[Answer]] = {
    Party.SUPERVISOR: frozenset({Answer.COSIGNED, Answer.SENT_BACK}),
    Party.CLIENT: frozenset({Answer.AGREES, Answer.DISAGREES}),
    Party.FAMILY: frozenset({Answer.AGREES, Answer.DISAGREES}),
}
NEEDS_WORDS = frozenset({Answer.SENT_BACK, Answer.DISAGREES})


class Flaw(StrEnum):
    """Why an answer cannot be taken."""

    NOT_THEIRS = "not-theirs"
    NO_WORDS = "no-words"
    OWN_PLAN = "own-plan"
    UNLICENSED = "unlicensed"
    NOT_NEEDED = "not-needed"


class Standing(StrEnum):
    """How a signed plan stands with its supervisor."""

    COMPLETE = "complete"
    AWAITS_COSIGN = "awaits-cosign"
    SENT_BACK = "sent-back"


@dataclass(frozen=True, slots=True)
class Signer:
    """A member of staff as far as signing goes."""

    id: int | None
    roles: tuple[str, ...] = ()
    has_license: bool = False

    @property
    def is_licensed(self) -> bool:
        """Tell whether this signature counts alone."""
        return self.has_license or not LICENSED_ROLES.isdisjoint(self.roles)


@dataclass(frozen=True, slots=True)
class Given:
    """One answer as it was given."""

    party: Party
    answer: Answer


def flaw_of_answer(party: Party, answer: Answer, words: str) -> Flaw | None:
    """Return why the answer cannot be this party's, or None."""
    if answer not in ANSWERS[party]:
        return Flaw.NOT_THEIRS
    if answer in NEEDS_WORDS and len(words.strip()) < FEWEST_LETTERS:
        return Flaw.NO_WORDS
    return None


def flaw_of_cosigner(signer: Signer, *, author: int | None, needed: bool) -> Flaw | None:
    """Return why this person cannot sign beside the author, or None."""
    if not needed:
        return Flaw.NOT_NEEDED
    if signer.id is None or signer.id == author:
        return Flaw.OWN_PLAN
    return None if signer.is_licensed else Flaw.UNLICENSED


def standing_of(answers: Iterable[Given], *, needs_cosign: bool) -> Standing:
    """Return how the plan stands; of a supervisor's answers, given in order, the last one counts."""
    last = [given.answer for given in answers if given.party is Party.SUPERVISOR][-1:]
    if not needs_cosign or last == [Answer.COSIGNED]:
        return Standing.COMPLETE
    return Standing.SENT_BACK if last == [Answer.SENT_BACK] else Standing.AWAITS_COSIGN


def cosign_by(signed_on: date, within_days: int) -> date:
    """Return the day by which the second signature is due."""
    return signed_on + timedelta(days=within_days)


def still_asked(answers: Collection[Given]) -> tuple[Party, ...]:
    """Return who has not answered yet, the client first; a supervisor is asked by `standing_of`."""
    given = {one.party for one in answers}
    return tuple(party for party in (Party.CLIENT, Party.FAMILY) if party not in given)

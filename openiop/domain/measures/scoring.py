"""Answers in; scores, bands, flags and completeness out. Pure, exact and quick.

A score is stored only when every item of it has an answer, unless the site lets a form prorate what is
missing; a prorated score is marked and decides nothing. Flags look at raw answers, so an unfinished form
raises what it holds. Means are kept to twelve digits, sums are whole.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from operator import itemgetter
from typing import Any

from openiop.domain.errors import InvalidInput
from openiop.domain.measures.model import (
    Answered,
    Band,
    Clause,
    Instrument,
    Kind,
    Method,
    Score,
    Unanswered,
)

Answer = int | str | None
Figure = int | float | None

FEMALE, MALE = "female", "male"
SEXES = {"f": FEMALE, "female": FEMALE, "m": MALE, "male": MALE}
NO_SEX = ("", "unknown", "other", "intersex", "nonbinary", "x", "u")
MOST_WORDS = 2000
OLDEST = 130
DIGITS = 12


@dataclass(frozen=True, slots=True)
class Asked:
    """Whom a form was given to, as far as it matters to its bands, and whether gaps may be prorated."""

    age: int | None = None
    sex: str = ""
    prorate: bool = False


ANYBODY = Asked()


@dataclass(frozen=True, slots=True)
class Result:
    """What a form says. `values` and `bands` stand in the order of the instrument's scores."""

    values: tuple[Figure, ...]
    bands: tuple[Band | None, ...]
    prorated: tuple[bool, ...]
    level: str | None
    flags: tuple[str, ...]
    answered: int
    asked: int
    missing: tuple[str, ...]

    @property
    def is_complete(self) -> bool:
        """Whether every item that was asked has an answer."""
        return not self.missing


@dataclass(slots=True)
class _Seen:
    """What clauses look at: the answers after the skips, and the scores so far."""

    values: Sequence[Answer]
    figures: Sequence[Figure]
    bands: Sequence[Band | None]
    prorated: Sequence[bool]


def score(instrument: Instrument, answers: Sequence[Answer], asked: Asked = ANYBODY) -> Result:
    """Score answers that `read_answers` has passed, one for each item, in order; None is unanswered."""
    values = with_skips(instrument, answers) if instrument.skips else answers
    figures: list[Figure] = []
    bands: list[Band | None] = []
    prorated: list[bool] = []
    for one in instrument.scores:
        figure, made_up = _figure(one, values, figures, asked)
        figures.append(figure)
        bands.append(None if figure is None else _band(one, figure, asked))
        prorated.append(made_up)
    seen = _Seen(values, figures, bands, prorated)
    missing: tuple[str, ...] = ()
    answered = asked_for = len(values)
    if None in values:
        missing, answered, asked_for = _gaps(instrument, answers, values)
    return Result(
        tuple(figures),
        tuple(bands),
        tuple(prorated),
        next((row.key for row in instrument.levels if _hold(row.when, seen)), None),
        tuple([row.key for row in instrument.flags if _hold(row.when, seen)]),
        answered,
        asked_for,
        missing,
    )


def read_answers(instrument: Instrument, given: Any, path: str = "responses") -> tuple[Answer, ...]:
    """Answers as they came in, checked: one for each item in order; optional ones at the end may be left out."""
    if not isinstance(given, list | tuple):
        raise InvalidInput(f"{path}: give a list of answers in the order of the items.", field=path)
    items = instrument.items
    if not instrument.least_answers <= len(given) <= len(items):
        need = str(len(items))
        if instrument.least_answers != len(items):
            need = f"{instrument.least_answers} to {len(items)}"
        raise InvalidInput(
            f"{path}: {instrument.short} has {need} answers, here are {len(given)}; write null for one that "
            f"was not answered.",
            code="count",
            field=path,
        )
    for at, (item, value) in enumerate(zip(items, given, strict=False)):
        if value is None:
            continue
        if item.kind is Kind.WORDS:
            if not isinstance(value, str) or len(value) > MOST_WORDS:
                raise InvalidInput(
                    f"{path}[{at}]: give up to {MOST_WORDS} characters.", field=f"{path}[{at}]"
                )
        elif type(value) is not int or value not in item.values:
            raise InvalidInput(
                f"{path}[{at}]: {item.key} takes {_said(item.values)} or null; got {value!r:.40}.",
                code="answer",
                field=f"{path}[{at}]",
            )
    return (*given, *([None] * (len(items) - len(given))))


def read_asked(context: Any, path: str = "context") -> Asked:
    """Age and sex as they came in; both may be unknown."""
    if context is None:
        return ANYBODY
    if not isinstance(context, Mapping):
        raise InvalidInput(f"{path}: give an object with age and sex.", field=path)
    strange = sorted(set(context) - {"age", "sex", "prorate"})
    if strange:
        raise InvalidInput(
            f"{path}.{strange[0]}: give age, sex and prorate only.", field=f"{path}.{strange[0]}"
        )
    age, sex, prorate = context.get("age"), context.get("sex") or "", context.get("prorate", False)
    if age is not None and (type(age) is not int or not 0 <= age <= OLDEST):
        raise InvalidInput(f"{path}.age: give whole years, or null; got {age!r:.40}.", field=f"{path}.age")
    word = sex.lower() if isinstance(sex, str) else None
    if word is None or (word not in SEXES and word not in NO_SEX):
        raise InvalidInput(f"{path}.sex: give female, male or unknown; got {sex!r:.40}.", field=f"{path}.sex")
    if type(prorate) is not bool:
        raise InvalidInput(f"{path}.prorate: give true or false.", field=f"{path}.prorate")
    return Asked(age, SEXES.get(word, ""), prorate)


def _figure(
    one: Score, values: Sequence[Answer], figures: Sequence[Figure], asked: Asked
) -> tuple[Figure, bool]:
    """One score and whether it was prorated."""
    if one.parts:
        return _combined(one, figures), False
    picked: Any = itemgetter(*one.items)(values) if len(one.items) > 1 else (values[one.items[0]],)
    made_up = None in picked
    if made_up:
        picked = [value for value in picked if value is not None]
        if not asked.prorate or not picked or len(one.items) - len(picked) > one.most_missing:
            return None, False
    raw = sum(picked)
    for at, turn in zip(one.turned, one.turn, strict=True):
        value: Any = values[at]
        if value is not None:
            raw += turn - 2 * value
    if one.method is Method.MEAN:
        return round(raw * one.times / len(picked), DIGITS), made_up
    return (_whole(raw * len(one.items), len(picked)) if made_up else raw) * one.times, made_up


def _combined(one: Score, figures: Sequence[Figure]) -> Figure:
    """A score of other scores: their sum with signs, or the mean of them."""
    found = 0.0
    for place, sign in one.parts:
        value = figures[place]
        if value is None:
            return None
        found += sign * value
    return round(found / len(one.parts) if one.method is Method.MEAN else found, DIGITS)


def _whole(top: int, bottom: int) -> int:
    """A prorated sum, rounded half up: the form's own totals are whole."""
    return int((Decimal(top) / Decimal(bottom)).to_integral_value(ROUND_HALF_UP))


def _band(one: Score, figure: float, asked: Asked) -> Band | None:
    """The band of the first set that is made for this person; none where no set is."""
    for bands in one.bands:
        if bands.fits(asked.age, asked.sex):
            return bands.of(figure)
    return None


def with_skips(instrument: Instrument, answers: Sequence[Answer]) -> Sequence[Answer]:
    """The answers with what the form's own skips leave out filled in."""
    values = list(answers)
    for skip in instrument.skips:
        if _counted(skip.when, answers):
            for at in skip.items:
                if values[at] is None or skip.replaces:
                    values[at] = skip.value
    return values


def _gaps(
    instrument: Instrument, answers: Sequence[Answer], values: Sequence[Answer]
) -> tuple[tuple[str, ...], int, int]:
    """What is missing, how many were answered, and how many were asked."""
    missing = tuple(
        item.key
        for item, value in zip(instrument.items, values, strict=True)
        if value is None and not item.optional
    )
    answered = sum(1 for value in answers if value is not None)
    return missing, answered, answered + len(missing)


def _hold(clauses: tuple[Clause, ...], seen: _Seen) -> bool:
    return all(_holds(clause, seen) for clause in clauses)


def _holds(clause: Clause, seen: _Seen) -> bool:
    if isinstance(clause, Answered):
        return _counted(clause, seen.values)
    if isinstance(clause, Unanswered):
        return any(seen.values[at] is None for at in clause.items)
    figure, band = seen.figures[clause.place], seen.bands[clause.place]
    if figure is None or seen.prorated[clause.place]:
        return False
    if clause.band:
        return band is not None and band.key == clause.band
    return clause.start <= figure <= clause.end


def _counted(clause: Answered, values: Sequence[Answer]) -> bool:
    """Count the answers in range; an open one could still be in it, so an upper limit needs them all."""
    count = 0
    for at, start, end in clause.rows:
        value: Any = values[at]
        if value is None:
            if clause.at_most is not None:
                return False
        elif start <= value <= end:
            count += 1
            if count >= clause.times and clause.at_most is None:
                return True
    return clause.times <= count and (clause.at_most is None or count <= clause.at_most)


def _said(values: tuple[int, ...]) -> str:
    """`0 to 3`, or the values where they have gaps."""
    if len(values) > 1 and values == tuple(range(values[0], values[-1] + 1)):
        return f"{values[0]} to {values[-1]}"
    return ", ".join(str(value) for value in values)

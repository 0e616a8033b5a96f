"""What must hold for an instrument before anyone relies on it, and its own worked examples.

The ranges that a file states are reckoned anew from its items, so that a weight mistyped is found; bands
must cover the whole range; codes must carry their check digit; words that may not ship must not be there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from openiop.domain.errors import InvalidInput
from openiop.domain.measures.model import Better, Instrument, Kind, Method, Score, Standing
from openiop.domain.measures.results import result_data
from openiop.domain.measures.scoring import read_answers, read_asked, score

LOINC = re.compile(r"^(\d{1,7})-(\d)$")
LOINC_ANSWER = re.compile(r"^LA\d{1,7}-\d$")
ITEM_WORDS = re.compile(r"^Item \d+$")
LEAST_EXAMPLES = 5
CLOSE = 1e-6


def check_instrument(instrument: Instrument, body: Mapping[str, Any]) -> list[str]:
    """Everything that is wrong with the file beyond its schema, one sentence each."""
    found = [*_words(instrument, body), *_codes(instrument), *_kept_order(instrument)]
    for one in instrument.scores:
        found += _check_score(one, instrument)
    keys = [*(one.key for one in instrument.scores), *(one.key for one in instrument.flags)]
    found += [
        f"{key} stands twice among scores and flags." for key in sorted(set(keys)) if keys.count(key) > 1
    ]
    if instrument.levels and instrument.levels[-1].when:
        found.append("levels: the last one must hold always, so that every form has a result.")
    return [*found, *_examples(instrument, body)]


def loinc_holds(code: str) -> bool:
    """Whether a LOINC code carries its check digit (mod 10, from the right, every other digit doubled)."""
    match = LOINC.match(code)
    if match is None:
        return False
    total = 0
    for at, digit in enumerate(reversed(match[1])):
        value = int(digit) * (2 if at % 2 == 0 else 1)
        total += value - 9 if value > 9 else value  # noqa: PLR2004 - one digit
    return (10 - total % 10) % 10 == int(match[2])


def _words(instrument: Instrument, body: Mapping[str, Any]) -> Iterator[str]:
    if instrument.standing is Standing.SCORING_ONLY:
        for item in instrument.items:
            if not ITEM_WORDS.match(item.text.en):
                yield f"{item.key}: this instrument ships without words; its items are numbers only."
        return
    if "es" not in instrument.languages and not body.get("spanish"):
        yield "spanish: say why there is no Spanish wording."
    if "es" in instrument.languages:
        for row in body["items"]:
            if "text" in row and "es" not in row["text"]:
                yield f"{row['key']}: the Spanish wording is missing."


def _codes(instrument: Instrument) -> Iterator[str]:
    codes = [
        instrument.code,
        *(item.code for item in instrument.items),
        *(one.code for one in instrument.scores),
    ]
    for code in codes:
        if code and not loinc_holds(code):
            yield f"{code}: the check digit of this LOINC code does not hold."
    for item in instrument.items:
        for option in item.options:
            if option.code and not LOINC_ANSWER.match(option.code):
                yield f"{item.key}: {option.code} is no LOINC answer code."


def _kept_order(instrument: Instrument) -> Iterator[str]:
    for item in instrument.items:
        if item.after and item.after not in instrument.places:
            yield f"{item.key}: it is shown after {item.after}, which there is not."
        if item.kind is Kind.CHOICE and len({option.value for option in item.options}) < len(item.options):
            yield f"{item.key}: two options have the same value."


def _check_score(one: Score, instrument: Instrument) -> Iterator[str]:
    low, high = extent(one, instrument)
    if abs(low - one.lowest) > CLOSE or abs(high - one.highest) > CLOSE:
        yield f"scores.{one.key}: the items reach from {low:g} to {high:g}, the range says {one.lowest:g} to {one.highest:g}."
    for bands in one.bands:
        starts = [band.start for band in bands.rows]
        if starts[0] > one.lowest or starts[-1] > one.highest or starts != sorted(set(starts)):
            yield f"scores.{one.key}: the bands must begin at the lowest score and rise within the range."
    for row in one.reliable:
        if (row.points is None) == (row.sd is None or row.r is None):
            yield f"scores.{one.key}.reliable.{row.key}: give points, or sd and r."
    if one.better is Better.NEITHER and (one.reliable or one.goals.remission is not None):
        yield f"scores.{one.key}: a score that is not judged has no change numbers."


def extent(one: Score, instrument: Instrument) -> tuple[float, float]:
    """The lowest and the highest figure that the items can give."""
    if one.parts:
        ends = [(sign, extent(instrument.scores[place], instrument)) for place, sign in one.parts]
        low = sum(sign * (span[0] if sign > 0 else span[1]) for sign, span in ends)
        high = sum(sign * (span[1] if sign > 0 else span[0]) for sign, span in ends)
        count = len(ends) if one.method is Method.MEAN else 1
        return low / count, high / count
    spans = [instrument.items[at].values for at in one.items]
    low, high = sum(span[0] for span in spans), sum(span[-1] for span in spans)
    count = len(spans) if one.method is Method.MEAN else 1
    return low * one.times / count, high * one.times / count


def _examples(instrument: Instrument, body: Mapping[str, Any]) -> Iterator[str]:
    examples = body["examples"]
    if len(examples) < LEAST_EXAMPLES:
        yield f"examples: at least {LEAST_EXAMPLES} worked examples are needed."
    for at, example in enumerate(examples):
        try:
            yield from _run_example(instrument, example, f"examples[{at}]")
        except InvalidInput as error:
            yield f"examples[{at}]: {error.message}"


def _run_example(instrument: Instrument, example: Mapping[str, Any], path: str) -> Iterator[str]:
    answers = read_answers(instrument, example["responses"])
    found = result_data(instrument, score(instrument, answers, read_asked(example.get("context"))))
    for key, wanted in example.items():
        if key in ("responses", "context", "note"):
            continue
        got = found[key]
        if key == "subscales":
            for name, value in wanted.items():
                if not _same(got.get(name), value):
                    yield f"{path}: {name} is {got.get(name)}, the example says {value}."
        elif not _same(list(got) if key == "flags" else got, list(wanted) if key == "flags" else wanted):
            yield f"{path}: {key} is {got}, the example says {wanted}."


def _same(got: Any, wanted: Any) -> bool:
    if isinstance(got, int | float) and isinstance(wanted, int | float):
        return abs(got - wanted) <= CLOSE
    return bool(got == wanted)

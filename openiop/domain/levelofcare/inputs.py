"""Read answers and context from plain data; the first mistake is named with its path."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from openiop.domain.errors import InvalidInput
from openiop.domain.findings import Value
from openiop.domain.levelofcare.model import CriteriaSet

HIGHEST_RATING = 5
EXTERNAL_KEYS = frozenset(
    {"instrument", "edition", "level", "rater", "date", "risk_of_harm", "functional_status", "co_morbidity"}
)
FIRST_THREE = ("risk_of_harm", "functional_status", "co_morbidity")


@dataclass(frozen=True, slots=True)
class ExternalResult:
    """What another instrument said: entered by a licensed user, never computed here.

    `ratings`: the first three LOCUS dimensions where they were given (1 to 5).
    """

    instrument: str
    level: str = ""
    edition: str = ""
    rater: str = ""
    on: date | None = None
    ratings: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Inputs:
    """Answers by finding, the day they are of, and results of other instruments."""

    values: Mapping[str, Value]
    on: date
    external: tuple[ExternalResult, ...] = ()


def read_inputs(criteria: CriteriaSet, payload: Any, *, today: date) -> Inputs:
    """Read `{"findings": {...}, "context": {...}}`; InvalidInput names the path and what is wrong there.

    `context` may hold `on` (the day; today if absent), `external_results`, and any finding that comes
    from the record rather than from the form, such as `age`.
    """
    _only(payload, "the input", {"findings", "context"})
    findings = _mapping(payload.get("findings", {}), "findings")
    context = dict(_mapping(payload.get("context", {}), "context"))
    on = _day(context.pop("on", None), "context.on", today)
    if not criteria.effective_from <= on <= today:
        raise InvalidInput(
            f"context.on: {on.isoformat()} must be from {criteria.effective_from.isoformat()}, when these "
            f"criteria came into force, to today ({today.isoformat()}).",
            field="context.on",
        )
    external = counting(
        criteria,
        [
            _external(criteria, row, f"context.external_results[{at}]", on)
            for at, row in enumerate(_list(context.pop("external_results", []), "context.external_results"))
        ],
        on,
    )
    values: dict[str, Value] = {}
    for place, answers in (("findings", findings), ("context", context)):
        for key, raw in answers.items():
            value = _answer(criteria, key, raw, f"{place}.{key}", on)
            if value is None:
                continue
            if values.get(key, value) != value:
                raise InvalidInput(f"context.{key}: differs from findings.{key}.", field=f"context.{key}")
            values[key] = value
    return Inputs(to_values(criteria, values, external), on, external)


def counting(
    criteria: CriteriaSet, external: Sequence[ExternalResult], on: date
) -> tuple[ExternalResult, ...]:
    """Return the results that count on the day, as a client's record counts them.

    Of each instrument the newest, unless it is older than the criteria allow. One without a date always
    counts: nobody can say that it is old.
    """
    since = on - timedelta(days=criteria.external_valid_days)
    newest = {
        result.instrument: result
        for result in sorted(external, key=lambda result: result.on or date.min)
        if result.on is not None and result.on >= since
    }
    return tuple(
        result for result in external if result.on is None or newest.get(result.instrument) is result
    )


def to_values(
    criteria: CriteriaSet, values: Mapping[str, Value], external: Sequence[ExternalResult]
) -> dict[str, Value]:
    """The answers together with what the results of other instruments say to the rules."""
    found = dict(values)
    ratings = [dict(result.ratings) for result in external]
    risk = [row["risk_of_harm"] for row in ratings if "risk_of_harm" in row]
    highest = [value for row in ratings for value in row.values()]
    levels = [
        level
        for result in external
        if (level := criteria.external_levels.get(result.instrument, {}).get(result.level)) is not None
    ]
    if risk:
        found["external_risk_of_harm"] = max(risk)
    if highest:
        found["external_highest_of_three"] = max(highest)
    if levels:
        found["external_level"] = str(max(levels, key=lambda level: level.rank))
    return found


def _answer(criteria: CriteriaSet, key: str, raw: Any, path: str, on: date) -> Value | None:
    finding = criteria.findings.get(key)
    if finding is None or finding.from_context:
        near = _nearest(key, criteria)
        hint = f" Did you mean {near}?" if near else " See: openiop levelofcare schema."
        raise InvalidInput(f"{path}: there is no such finding.{hint}", field=path, code="unknown-finding")
    return finding.read(raw, path=path, on=on)


def _nearest(key: str, criteria: CriteriaSet) -> str:
    """The finding whose name comes closest to a mistyped one, or nothing."""
    asked = [name for name, finding in criteria.findings.items() if not finding.from_context]
    return next(iter(difflib.get_close_matches(key, asked, n=1)), "")


def _external(criteria: CriteriaSet, row: Any, path: str, on: date) -> ExternalResult:
    _only(row, path, set(EXTERNAL_KEYS))
    if not isinstance(row.get("instrument"), str) or not row["instrument"]:
        raise InvalidInput(
            f"{path}.instrument: name the instrument, for example locus.", field=f"{path}.instrument"
        )
    for key in ("level", "edition", "rater"):
        if not isinstance(row.get(key, ""), str):
            raise InvalidInput(f"{path}.{key}: give text.", field=f"{path}.{key}")
    ratings = []
    for key in FIRST_THREE:
        rating = row.get(key)
        if rating is None:
            continue
        if type(rating) is not int or not 1 <= rating <= HIGHEST_RATING:
            raise InvalidInput(
                f"{path}.{key}: give a whole number from 1 to {HIGHEST_RATING}.", field=f"{path}.{key}"
            )
        ratings.append((key, rating))
    instrument, level = row["instrument"].strip().lower(), row.get("level", "")
    known = criteria.external_levels.get(instrument)
    if known is None and (near := difflib.get_close_matches(instrument, criteria.external_levels, n=1)):
        # Any other instrument may be named; a slip in the name of one we know would lose its level.
        raise InvalidInput(
            f"{path}.instrument: there is no {row['instrument']!r}. Did you mean {near[0]}?",
            field=f"{path}.instrument",
        )
    if known is not None and level and level not in known:
        raise InvalidInput(
            f"{path}.level: {instrument} has no level {level!r} here; there are {', '.join(known)}.",
            field=f"{path}.level",
        )
    return ExternalResult(
        instrument=instrument,
        level=level,
        edition=row.get("edition", ""),
        rater=row.get("rater", ""),
        on=_rated_on(row.get("date"), f"{path}.date", on),
        ratings=tuple(ratings),
    )


def _rated_on(raw: Any, path: str, on: date) -> date | None:
    if raw is None:
        return None
    rated = _day(raw, path, on)
    if rated > on:
        raise InvalidInput(
            f"{path}: {rated.isoformat()} is after the day of the assessment ({on.isoformat()}).", field=path
        )
    return rated


def _day(raw: Any, path: str, default: date) -> date:
    if raw is None:
        return default
    try:
        return date.fromisoformat(raw if isinstance(raw, str) else "")
    except ValueError:
        raise InvalidInput(f"{path}: give a date as YYYY-MM-DD.", field=path) from None


def _only(data: Any, path: str, keys: set[str]) -> None:
    for key in _mapping(data, path):
        if key not in keys:
            raise InvalidInput(
                f"{path}: there is no key {key!r} here; there are {', '.join(sorted(keys))}.",
                field=str(key) or path,
            )


def _mapping(data: Any, path: str) -> Mapping[str, Any]:
    if not isinstance(data, Mapping):
        raise InvalidInput(f"{path}: give an object with keys and values.", field=path)
    return data


def _list(data: Any, path: str) -> Sequence[Any]:
    if not isinstance(data, list | tuple):
        raise InvalidInput(f"{path}: give a list.", field=path)
    return data

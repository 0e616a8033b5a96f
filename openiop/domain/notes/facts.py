"""The facts of a note: when, how long, how, with whom, and towards which objective of the plan.

Keys: `day` (ISO), `start` (HH:MM at the site), `minutes`, `modality`, `kind` of meeting, `group`, `with` (names of
staff), `objective` (its key in the plan), `objective_words`, `no_objective` (why none); of a group also what the
roster says of the person: `state`, `arrived`, `left`. In a draft they stand as typed.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, time
from typing import Any

from openiop.domain.notes.template import Gap, Lack, Template

MINUTES_OF_A_DAY = 24 * 60
OF_A_PART = ("state", "arrived", "left", "minutes", "modality")
"""What the roster says of one person; the rest is the session's."""
TYPED = ("day", "start", "minutes", "modality", "objective", "no_objective")
"""What the author types where no session or appointment says it."""


def gaps_of_facts(template: Template, facts: Mapping[str, Any], *, today: date) -> tuple[Gap, ...]:
    """Return what is missing or cannot be right. Nothing is written before it happened."""
    found = [
        ("day", _day_lack(str(facts.get("day", "")), today)),
        ("start", _start_lack(str(facts.get("start", "")))),
        ("minutes", _minutes_lack(str(facts.get("minutes", "")))),
        ("objective", objective_lack(template, facts)),
    ]
    return tuple(Gap(field, lack) for field, lack in found if lack is not None)


def objective_lack(template: Template, facts: Mapping[str, Any]) -> Lack | None:
    """Tell whether the note neither names an objective of the plan nor says why not."""
    if not template.asks_objective:
        return None
    said = str(facts.get("objective", "")).strip() or str(facts.get("no_objective", "")).strip()
    return None if said else Lack.MISSING


def read_day(words: str) -> date | None:
    """Return the day, or None where the words are none."""
    try:
        return date.fromisoformat(words)
    except ValueError:
        return None


def settled_facts(facts: Mapping[str, Any]) -> dict[str, Any]:
    """Return the facts as they are signed: empty ones left out, minutes as a number."""
    found = {key: value for key, value in facts.items() if value not in ("", None, [])}
    return found | {"minutes": int(found["minutes"])}


def changed(former: Mapping[str, Any], now: Mapping[str, Any]) -> tuple[tuple[str, Any, Any], ...]:
    """Return what the roster says differently now: the fact, its former and its present value."""
    return tuple((key, former.get(key), now.get(key)) for key in OF_A_PART if former.get(key) != now.get(key))


def _day_lack(words: str, today: date) -> Lack | None:
    if not words:
        return Lack.MISSING
    day = read_day(words)
    if day is None:
        return Lack.NOT_A_CHOICE
    return Lack.OUT_OF_RANGE if day > today else None


def _start_lack(words: str) -> Lack | None:
    if not words:
        return Lack.MISSING
    try:
        time.fromisoformat(words)
    except ValueError:
        return Lack.NOT_A_CHOICE
    return None


def _minutes_lack(words: str) -> Lack | None:
    if not words:
        return Lack.MISSING
    if not (words.isascii() and words.isdecimal()):
        return Lack.NOT_A_NUMBER
    return None if 0 < int(words[:6]) <= MINUTES_OF_A_DAY else Lack.OUT_OF_RANGE

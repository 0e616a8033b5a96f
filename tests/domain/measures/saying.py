"""What the hand-written keys are written with."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

Answers = Sequence[Any]
Said = dict[str, Any]


def said(total: Any, severity: str | None, flags: Sequence[str] = (), **subscales: Any) -> Said:
    return {"total": total, "severity": severity, "flags": sorted(flags), "subscales": subscales}


def add(values: Sequence[Any]) -> Any:
    return None if None in values else sum(values)


def mean(values: Sequence[Any]) -> Any:
    return None if None in values else sum(values) / len(values)


def at(answers: Answers, *numbers: int) -> list[Any]:
    return [answers[number - 1] for number in numbers]


def yes(*values: Any, least: int = 1) -> bool:
    return any(value is not None and value >= least for value in values)


def over(total: Any, line: float) -> bool:
    return total is not None and total >= line


def named(total: Any, *rows: tuple[float, str]) -> str | None:
    """The name of the highest line reached."""
    return None if total is None else [name for line, name in rows if total >= line][-1]


def pick(**flags: bool) -> list[str]:
    return [name for name, holds in flags.items() if holds]

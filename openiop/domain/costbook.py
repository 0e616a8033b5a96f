"""What the public cost pages read from the catalogue: limits of law, the usual course, whom to ask, deadlines."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from openiop.domain.costs import Dose
from openiop.domain.programs import Program
from openiop.domain.selfpay import Deadlines, read_deadlines
from openiop.domain.text import Text

EVERY_OTHER = (0, 2, 4)
"""Where no track is named: Monday, Wednesday and Friday, the usual days of three."""


@dataclass(frozen=True, slots=True)
class Said:
    """Words with what stands behind them: whom they are for, and their source."""

    key: str
    text: Text
    whom: str
    source: str
    tag: str


@dataclass(frozen=True, slots=True)
class CostBook:
    """One version of the catalogue's cost file. `caps`: year -> the limit for one person, in network."""

    version: int
    reviewed_on: date
    caps: Mapping[int, Decimal]
    usual: Dose
    asks: Mapping[str, Said]
    codes: tuple[Said, ...]
    notes: Mapping[str, Said]
    deadlines: Deadlines

    def dose_of(self, program: Program | None) -> Dose:
        """The dose of a track, or the usual one: the weeks of its phases at this level, and its days of the week."""
        phases = [phase for phase in program.phases if phase.level == "iop"] if program else []
        days = program.variants[0].week if program and program.variants else ()
        if not phases or not days:
            return self.usual
        return Dose(
            weekdays=tuple(sorted({day.weekday for day in days})),
            weeks=(sum(phase.weeks[0] for phase in phases), sum(phase.weeks[1] for phase in phases)),
            short_weeks=self.usual.short_weeks,
            attendance_pct=self.usual.attendance_pct,
        )


def read_costbook(body: Mapping[str, Any]) -> CostBook:
    """The cost file, once its schema has passed it."""
    course = body["course"]
    return CostBook(
        version=body["version"],
        reviewed_on=date.fromisoformat(body["reviewed_on"]),
        caps={row["year"]: Decimal(row["person"]) for row in body["caps"]},
        usual=Dose(
            weekdays=EVERY_OTHER[: course["days_a_week"]],
            weeks=(course["weeks"][0], course["weeks"][1]),
            short_weeks=course["short_weeks"],
            attendance_pct=course["attendance_pct"],
        ),
        asks={row["key"]: _said(row, row["key"], row["say"], row["whom"]) for row in body["asks"]},
        codes=tuple(_said(row, row["code"], row["title"], "plan") for row in body["codes"]),
        notes={row["key"]: _said(row, row["key"], row["text"], "") for row in body["notes"]},
        deadlines=read_deadlines(body),
    )


def _said(row: Mapping[str, Any], key: str, words: Mapping[str, str], whom: str) -> Said:
    return Said(key, Text.of(words), whom, row["source"], row["tag"])

"""What a list of facilities says, whatever its layout."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from openiop.domain.finder.geo import Point
from openiop.domain.finder.sources import Source


class Layout(StrEnum):
    """The shapes of file that are read."""

    WORKBOOK = "SAMHSA yearly workbook"
    LOCATOR_TABLE = "SAMHSA locator table"
    LOCATOR_JSON = "SAMHSA locator JSON"
    CALIFORNIA = "California DHCS list"
    PREPARED = "prepared list with coordinates"


@dataclass(frozen=True, slots=True)
class Licence:
    """A state's licence or certificate, as the state lists it."""

    number: str
    expires: date | None
    licensed: bool
    certified: bool


@dataclass(frozen=True, slots=True)
class Entry:
    """One row. `codes` are the file's own; `named` are (category, service) where it writes names instead.

    `row` is the row of the sheet or the line of the file, from 1; for JSON the place in `rows`, from 1.
    """

    source: Source
    row: int
    name: str
    program: str = ""
    street: str = ""
    street2: str = ""
    city: str = ""
    state: str = ""
    zip: str = ""
    county: str = ""
    phone: str = ""
    intakes: tuple[str, ...] = ()
    website: str = ""
    point: Point | None = None
    is_exact: bool = True
    codes: tuple[str, ...] = ()
    named: tuple[tuple[str, str], ...] = ()
    licence: Licence | None = None


@dataclass(frozen=True, slots=True)
class Problem:
    """A row that could not be read: where it stands and what is wrong, for a person to mend."""

    where: str
    what: str

    def __str__(self) -> str:
        """The sentence."""
        return f"{self.where}: {self.what}"


@dataclass(frozen=True, slots=True)
class FacilityFile:
    """A file that was read. `sheet` is its code sheet, code -> (category, name), where it carries one."""

    layout: Layout
    entries: tuple[Entry, ...]
    problems: tuple[Problem, ...] = ()
    sheet: dict[str, tuple[str, str]] = field(default_factory=dict)

"""Where a fact about a place comes from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Source(StrEnum):
    """The lists that are read, and the programs themselves."""

    SAMHSA_SU = "samhsa-su"
    SAMHSA_MH = "samhsa-mh"
    LOCATOR_SU = "locator-su"
    LOCATOR_MH = "locator-mh"
    DHCS = "dhcs"
    PROGRAM = "program"


@dataclass(frozen=True, slots=True)
class Edition:
    """Of what day a list is: a day, or a year whose first day counts."""

    label: str
    on: date

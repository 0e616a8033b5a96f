"""What may be asked of a place, and what a list says of it: listed, not listed, or not answered.

A list of services names what a place has and is silent about the rest. Silence is a "no" only where the place
answered the group at all: 17.6% of the substance-use places of 2023 carry no age and 47.8% no language.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from openiop.domain.finder.sources import Source
from openiop.domain.text import Text

SHOWN = 1
"""The lowest bit of both columns: the place is in the directory at all."""

MOST_BIT = 60
"""A column of the database holds 63 bits and no sign."""

FAMILIES: dict[Source, str] = {
    Source.SAMHSA_SU: "su",
    Source.LOCATOR_SU: "su",
    Source.SAMHSA_MH: "mh",
    Source.LOCATOR_MH: "mh",
    Source.DHCS: "dhcs",
    Source.PROGRAM: "program",
}
"""Lists that share their codes. A program says the keys of the options themselves."""


class State(StrEnum):
    """What is known of one option at one place."""

    LISTED = "listed"
    NOT_LISTED = "not_listed"
    NOT_ANSWERED = "not_answered"


@dataclass(frozen=True, slots=True)
class Option:
    """One thing to ask for. `codes` and `maybe` are by family of lists.

    Any of `codes` means listed. `maybe` is for what a family never asks: with any of these codes it is not
    answered, without them not listed. A family in neither cannot say it: not answered. `asked`: a place that
    has any of these codes answered the question, so that silence is a no.
    """

    key: str
    bit: int
    title: Text
    hint: Text
    codes: Mapping[str, frozenset[str]]
    maybe: Mapping[str, frozenset[str]]
    asked: Mapping[str, frozenset[str]]

    @property
    def mask(self) -> int:
        """The option's place in the columns."""
        return 1 << self.bit


@dataclass(frozen=True, slots=True)
class Group:
    """Options that belong together; `many`: several may be asked for at once."""

    key: str
    title: Text
    many: bool
    options: tuple[Option, ...]


@dataclass(frozen=True, slots=True)
class Said:
    """What one list says of a place."""

    source: Source
    codes: frozenset[str]


@dataclass(frozen=True, slots=True)
class Bits:
    """Both columns of a place: what is listed, and what is listed or at least not denied."""

    listed: int
    maybe: int


def state_of(option: Option, said: Said) -> State:
    """What one list says of one option."""
    family = FAMILIES[said.source]
    if family == "program":
        # The form shows every option: what is not ticked is a no.
        return State.LISTED if option.key in said.codes else State.NOT_LISTED
    if said.codes & option.codes.get(family, frozenset()):
        return State.LISTED
    if family in option.maybe:
        return State.NOT_ANSWERED if said.codes & option.maybe[family] else State.NOT_LISTED
    if family not in option.codes:
        return State.NOT_ANSWERED
    return State.NOT_LISTED if said.codes & option.asked.get(family, frozenset()) else State.NOT_ANSWERED


def state_of_all(option: Option, lists: Iterable[Said]) -> State:
    """What all lists say together. A program that speaks for itself decides; of the others one "listed" is enough."""
    known = list(lists)
    own = [said for said in known if said.source is Source.PROGRAM]
    states = {state_of(option, said) for said in own or known}
    for state in (State.LISTED, State.NOT_LISTED):
        if state in states:
            return state
    return State.NOT_ANSWERED


def bits_of(groups: Iterable[Group], lists: Iterable[Said]) -> Bits:
    """Both columns of a place that is in the directory."""
    known = list(lists)
    listed = maybe = SHOWN
    for group in groups:
        for option in group.options:
            state = state_of_all(option, known)
            listed |= option.mask if state is State.LISTED else 0
            maybe |= option.mask if state is not State.NOT_LISTED else 0
    return Bits(listed, maybe)


def state_in(bits: Bits, option: Option) -> State:
    """What the columns say of an option."""
    if bits.listed & option.mask:
        return State.LISTED
    return State.NOT_ANSWERED if bits.maybe & option.mask else State.NOT_LISTED

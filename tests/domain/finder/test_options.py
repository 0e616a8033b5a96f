"""Three states: listed, not listed, not answered."""

from __future__ import annotations

import pytest

from openiop import catalog
from openiop.domain.errors import InvalidInput
from openiop.domain.finder.catalogue import read_finder
from openiop.domain.finder.options import SHOWN, Said, State, bits_of, state_in, state_of, state_of_all
from openiop.domain.finder.sources import Source

FINDER = catalog.finder()


def said(source: Source, codes: str) -> Said:
    return Said(source, frozenset(codes.split()))


def state(key: str, source: Source, codes: str) -> State:
    option = FINDER.option(key)
    assert option is not None
    return state_of(option, said(source, codes))


def test_md_is_medicaid_and_mc_is_medicare() -> None:
    assert state("medicaid", Source.SAMHSA_SU, "SA MD") is State.LISTED
    assert state("medicare", Source.SAMHSA_SU, "SA MD") is State.NOT_LISTED
    assert state("medicaid", Source.SAMHSA_MH, "MH MC") is State.NOT_LISTED
    assert state("medicare", Source.SAMHSA_MH, "MH MC") is State.LISTED


def test_sf_is_paying_oneself_and_ss_is_a_sliding_fee() -> None:
    assert state("self-pay", Source.SAMHSA_SU, "SF") is State.LISTED
    assert state("sliding-fee", Source.SAMHSA_SU, "SF") is State.NOT_LISTED
    assert state("sliding-fee", Source.SAMHSA_SU, "SS") is State.LISTED


def test_silence_is_a_no_only_where_the_group_was_answered() -> None:
    assert state("teens", Source.SAMHSA_SU, "SA OIT") is State.NOT_ANSWERED
    assert state("teens", Source.SAMHSA_SU, "SA OIT ADLT") is State.NOT_LISTED
    assert state("spanish", Source.SAMHSA_SU, "SA") is State.NOT_ANSWERED
    assert state("spanish", Source.SAMHSA_SU, "SA F4") is State.NOT_LISTED


def test_the_mental_health_directory_never_asks_about_an_iop() -> None:
    assert state("iop", Source.SAMHSA_MH, "MH OP") is State.NOT_ANSWERED
    assert state("iop", Source.SAMHSA_MH, "MH PHDT") is State.NOT_ANSWERED
    assert state("iop", Source.SAMHSA_MH, "MH RES") is State.NOT_LISTED
    assert state("iop", Source.SAMHSA_SU, "SA OP ORT") is State.NOT_LISTED
    assert state("iop", Source.SAMHSA_SU, "SA OP OIT") is State.LISTED
    assert state("php", Source.SAMHSA_MH, "MH PHDT") is State.LISTED


def test_a_license_proves_no_level_of_care() -> None:
    assert state("iop", Source.DHCS, "NON") is State.NOT_ANSWERED
    assert state("iop", Source.DHCS, "RES") is State.NOT_LISTED
    assert state("medicaid", Source.DHCS, "NON") is State.NOT_ANSWERED
    assert state("state-license", Source.DHCS, "NON") is State.LISTED


def test_older_adults_are_not_sought_by_the_code_that_broke_in_2023() -> None:
    assert state("older-adults", Source.SAMHSA_SU, "SA ADLT") is State.LISTED


def test_of_several_lists_one_listed_is_enough_and_the_program_itself_decides() -> None:
    iop = FINDER.option("iop")
    assert iop is not None
    both = [said(Source.SAMHSA_MH, "MH OP"), said(Source.SAMHSA_SU, "SA OIT")]
    assert state_of_all(iop, both) is State.LISTED
    assert state_of_all(iop, [both[0]]) is State.NOT_ANSWERED
    assert state_of_all(iop, [*both, said(Source.PROGRAM, "php")]) is State.NOT_LISTED
    assert state_of_all(iop, [said(Source.PROGRAM, "iop medicaid")]) is State.LISTED


def test_the_columns_say_the_same_as_the_lists() -> None:
    lists = [said(Source.SAMHSA_SU, "SA OP OIT MD ADLT")]
    bits = bits_of(FINDER.groups, lists)
    assert bits.listed & bits.maybe & SHOWN
    assert bits.listed & ~bits.maybe == 0
    for group in FINDER.groups:
        for option in group.options:
            assert state_in(bits, option) is state_of_all(option, lists), option.key


def changed(**more: object) -> dict[str, object]:
    body = dict(catalog.load("finders", "finder").body)
    return body | more


def test_a_bit_is_used_once() -> None:
    group = dict(catalog.load("finders", "finder").body["groups"][0])
    group["options"] = [*group["options"], group["options"][0]]
    with pytest.raises(InvalidInput, match="bit 1 is taken"):
        read_finder(changed(groups=[group]), catalog.categories())


def test_a_code_must_be_in_its_sheet() -> None:
    group = dict(catalog.load("finders", "finder").body["groups"][0])
    group["options"] = [dict(group["options"][0]) | {"codes": {"su": ["IOP"]}}]
    with pytest.raises(InvalidInput, match="no code IOP in su"):
        read_finder(changed(groups=[group]), catalog.categories())

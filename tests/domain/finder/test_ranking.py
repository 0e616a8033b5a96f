"""The one rule: its parts, its order, and that it is the same whatever comes first."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openiop import catalog
from openiop.domain.finder.options import SHOWN, Bits
from openiop.domain.finder.ranking import Candidate, Seats, Times, Wish, parts_of, rank, times_of

FINDER = catalog.finder()
ON = date(2026, 11, 25)
NONE = Bits(SHOWN, SHOWN)
MEDICAID, SPANISH = FINDER.option("medicaid"), FINDER.option("spanish")
assert MEDICAID is not None
assert SPANISH is not None
WISH = Wish((MEDICAID, SPANISH), frozenset({Times.EVENING, Times.WEEKEND}))
CANDIDATES = st.builds(
    Candidate,
    id=st.text("0123456789abcdef", min_size=4, max_size=4),
    name=st.sampled_from(["Alder", "Birch", "alder"]),
    miles=st.floats(0, 120),
    bits=st.sampled_from([NONE, Bits(SHOWN | MEDICAID.mask, SHOWN | MEDICAID.mask | SPANISH.mask)]),
    told_on=st.none() | st.dates(date(2019, 1, 1), ON),
    times=st.none() | st.frozensets(st.sampled_from(list(Times))),
    seats=st.sampled_from(list(Seats)),
    is_virtual=st.booleans(),
)


def place(**more: object) -> Candidate:
    return replace(Candidate("a", "Alder", 5.0, NONE), **more)  # type: ignore[arg-type]


def points(one: Candidate, wish: Wish = WISH) -> dict[str, float]:
    return {part.key: part.points for part in parts_of(FINDER.rule, one, wish, radius=25, on=ON)}


def test_each_part_by_hand() -> None:
    # 5 of 25 miles: 35 * 0.8. Week not known: 25 * 0.5. Seats not known: 20 * 0.4. Nothing told, nothing met.
    assert points(place()) == {
        "distance": 28.0,
        "schedule": 12.5,
        "opening": 8.0,
        "freshness": 0.0,
        "answers": 0.0,
    }
    whole = place(
        miles=0.0,
        times=frozenset({Times.EVENING, Times.WEEKEND, Times.MORNING}),
        seats=Seats.MANY,
        told_on=ON,
        bits=Bits(SHOWN | MEDICAID.mask | SPANISH.mask, SHOWN | MEDICAID.mask | SPANISH.mask),
    )
    assert sum(points(whole).values()) == 100
    assert points(replace(whole, times=frozenset({Times.EVENING})))["schedule"] == 12.5
    assert points(replace(whole, seats=Seats.FULL))["opening"] == 0
    assert points(replace(whole, is_virtual=True))["distance"] == 24.5
    # Medicaid listed, Spanish not answered: 10 * (1 + 0.5) / 2.
    bits = Bits(SHOWN | MEDICAID.mask, SHOWN | MEDICAID.mask | SPANISH.mask)
    assert points(replace(whole, bits=bits))["answers"] == 7.5


def test_a_confirmation_fades_over_eighteen_months_and_lowers_a_place_predictably() -> None:
    fresh = [points(place(told_on=ON - timedelta(days=days)))["freshness"] for days in (0, 274, 548, 3000)]
    assert fresh == [10.0, pytest.approx(5.0, abs=0.01), pytest.approx(0.0, abs=0.01), 0.0]
    told, silent = place(id="b", told_on=ON), place(id="a")
    first, second = rank(FINDER.rule, [silent, told], WISH, radius=25, on=ON)
    assert (first.candidate.id, round(first.points - second.points, 4)) == ("b", 10.0)


def test_ties_go_by_miles_name_and_id() -> None:
    far = place(id="c", miles=50.0)
    farther = place(id="b", miles=60.0)
    twins = [place(id="z", name="Birch"), place(id="y", name="Alder"), place(id="x", name="alder")]
    order = [one.candidate.id for one in rank(FINDER.rule, [farther, far, *twins], WISH, radius=25, on=ON)]
    assert order == ["x", "y", "z", "c", "b"]


@given(st.lists(CANDIDATES, max_size=12, unique_by=lambda one: one.id), st.randoms())
def test_the_order_does_not_hang_on_what_came_first(found: list[Candidate], random) -> None:
    mixed = list(found)
    random.shuffle(mixed)
    once = rank(FINDER.rule, found, WISH, radius=25, on=ON)
    again = rank(FINDER.rule, mixed, WISH, radius=25, on=ON)
    assert [one.candidate.id for one in once] == [one.candidate.id for one in again]
    assert all(0 <= one.points <= 100 for one in once)


@given(CANDIDATES, st.floats(0, 60))
def test_nearer_is_never_worse(one: Candidate, miles: float) -> None:
    nearer = replace(one, miles=min(one.miles, miles))
    assert points(nearer)["distance"] >= points(one)["distance"]


def test_no_part_can_be_bought() -> None:
    assert [part.key for part in FINDER.parts] == ["distance", "schedule", "opening", "freshness", "answers"]
    assert set(Candidate.__slots__) == {
        "id", "name", "miles", "bits", "told_on", "times", "seats", "is_virtual",
    }  # fmt: skip


def test_times_are_told_from_the_week() -> None:
    assert times_of([(0, 540), (2, 13 * 60), (3, 17 * 60 + 30), (5, 600)]) == frozenset(Times)
    assert times_of([(4, 719)]) == {Times.MORNING}
    assert times_of([(4, 720)]) == {Times.AFTERNOON}
    assert times_of([(4, 1020)]) == {Times.EVENING}
    assert times_of([]) == frozenset()

"""The smallest conflict is the smallest: on random rules it agrees with trying every set of facts."""

from __future__ import annotations

from itertools import combinations

from hypothesis import given, settings
from hypothesis import strategies as st

from openiop.domain.schedule.explain import hitting_set, smallest_conflict

SETS = st.lists(st.frozensets(st.integers(0, 6), min_size=1, max_size=4), min_size=1, max_size=6)


@given(SETS, st.lists(st.integers(0, 99), min_size=7, max_size=7))
@settings(max_examples=200, deadline=None)
def test_the_conflict_is_the_smallest_and_of_these_the_lightest(conflicts, weights):
    def possible(facts):
        return not any(c <= facts for c in conflicts)

    found = smallest_conflict(weights, possible)
    assert found is not None
    assert not possible(frozenset(found.facts))
    assert all(possible(frozenset(found.facts) - {f}) for f in found.facts)
    least = min((len(c), sum(weights[f] for f in c)) for c in conflicts)
    assert (len(found.facts), sum(weights[f] for f in found.facts)) == least
    assert all(possible(frozenset(range(7)) - set(way)) for way in found.frees)


@given(SETS, st.lists(st.integers(0, 99), min_size=7, max_size=7))
@settings(max_examples=200, deadline=None)
def test_the_hitting_set_is_the_smallest(sets, weights):
    found = hitting_set(sets, weights)
    assert all(s & found for s in sets)
    for size in range(len(found)):
        assert not any(all(s & set(c) for s in sets) for c in combinations(range(7), size))


def test_nothing_to_explain_and_nothing_to_be_done():
    assert smallest_conflict([0, 0], lambda facts: True) is None
    assert smallest_conflict([0, 0], lambda facts: False).facts == ()

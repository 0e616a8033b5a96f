"""What moved since last time, objective by objective."""

from __future__ import annotations

from datetime import date

from openiop.domain.treatment.progress import Direction, Rating, Reviewed, met, movement, stands_still

FIRST = Reviewed(date(2026, 3, 16), {"a": Rating.BEGUN, "b": Rating.HALF})
SECOND = Reviewed(date(2026, 4, 15), {"a": Rating.NEARLY, "b": Rating.BEGUN, "c": Rating.NOT_BEGUN})


def test_each_objective_goes_its_own_way_in_the_order_of_days():
    a, b, c = movement(("a", "b", "c"), (SECOND, FIRST))
    assert a.points == ((FIRST.on, Rating.BEGUN), (SECOND.on, Rating.NEARLY))
    assert (a.direction, b.direction, c.direction) == (Direction.UP, Direction.DOWN, Direction.NEW)
    assert (a.last, c.rated) == (Rating.NEARLY, (Rating.NOT_BEGUN,))


def test_a_review_that_skips_an_objective_leaves_a_gap_and_no_zero():
    (c,) = movement(("c",), (FIRST, SECOND))
    assert c.points == ((FIRST.on, None), (SECOND.on, Rating.NOT_BEGUN))


def test_nothing_going_up_stands_still_and_a_first_review_says_nothing_yet():
    assert not stands_still(movement(("a", "b"), (FIRST,)))
    assert not stands_still(movement(("a", "b"), (FIRST, SECOND)))
    assert stands_still(movement(("b",), (FIRST, SECOND)))


def test_reached_is_what_the_last_rating_calls_reached():
    reached = Reviewed(date(2026, 5, 15), {"a": Rating.MET, "b": Rating.MET})
    lost = Reviewed(date(2026, 6, 14), {"b": Rating.NEARLY})
    assert met((reached, FIRST, SECOND)) == {"a", "b"}
    assert met((lost, reached, SECOND)) == {"a"}
    assert met(()) == frozenset()

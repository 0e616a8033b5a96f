"""Questions to the rows' week: the rule that forbids a group, the smallest conflict, what would let in most."""

from __future__ import annotations

import pytest

from openiop.apps.timetable.selectors.questions import unlocked_at, why_for
from tests.apps.timetable.house import NEXT, Clinic
from tests.factories import AT, make_client, make_episode

pytestmark = pytest.mark.django_db


@pytest.fixture
def clinic(db):
    made = Clinic(seats=2)
    yield made
    made.close()


def reasons(answer, name):
    return [row.code for one in answer.groups if one.name == name for row in one.reasons]


def test_each_group_has_the_rule_that_forbids_it_or_its_cost(clinic):
    for name in ("Ana", "Ben"):
        clinic.admit(name, "morning")
    clinic.admit("Cleo", hours=(480, 1000))
    answer = why_for(clinic.people["Cleo"], NEXT, at=AT)
    assert reasons(answer, "Morning") == ["seat"] * 3
    assert reasons(answer, "Evening") == ["window"] * 3
    assert reasons(answer, "Afternoon") == ["would-cost"]
    assert answer.has_week


def test_who_has_no_week_hears_the_smallest_conflict_and_what_would_free_it(clinic):
    for name in ("Ana", "Ben"):
        clinic.admit(name, "morning")
    clinic.admit("Cleo", hours=(480, 740))
    answer = why_for(clinic.people["Cleo"], NEXT, at=AT)
    assert not answer.has_week
    assert "groups-full" in {row.code for row in answer.facts}
    assert [row.code for row in answer.frees[0]] == ["groups-full"]


def test_without_a_signed_order_there_is_nothing_to_ask(clinic):
    clinic.admit("Ana", "morning")
    nobody = make_client(clinic.org, "Noor", "Noor-Demo", site=clinic.site)
    assert why_for(make_episode(nobody, clinic.site), NEXT, at=AT) is None


def test_a_group_beside_a_full_one_would_let_in_those_who_can_come_at_that_time_only(clinic):
    for name in ("Ana", "Ben"):
        clinic.admit(name, "morning")
    for name in ("Cleo", "Dara"):
        clinic.admit(name, hours=(480, 740))
    found = unlocked_at(clinic.site, NEXT, at=AT)
    assert (found.waiting, found.fit) == (2, 0)
    best = found.openings[0]
    assert best.more == 2
    assert {day for day, _start, _end in best.times} == {0, 2, 4}


def test_where_nobody_waits_nothing_is_looked_for(clinic):
    clinic.admit("Ana", "morning")
    assert unlocked_at(clinic.site, NEXT, at=AT).openings == ()

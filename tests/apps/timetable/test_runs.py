"""A run is asked for, taken by one worker under a lease, told, stopped, ended; what was found is never lost."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from openiop.apps.core.tenancy import tenant
from openiop.apps.timetable.models import Plan, PlanMove, PlanRun, RunPoint
from openiop.apps.timetable.reading import read_week
from openiop.apps.timetable.services.drafts import draft_of_run
from openiop.apps.timetable.services.publishing import publish_plan
from openiop.apps.timetable.services.runs import (
    ATTEMPTS,
    LEASE,
    ask_run,
    claim_run,
    end_run,
    keep_lease,
    stop_run,
    tell_found,
)
from openiop.apps.timetable.worker import work_once
from openiop.domain.errors import Conflict, InvalidInput
from openiop.domain.schedule.problem import Roster
from openiop.engines.timetable.greedy import GreedyPlanner
from tests.apps.timetable.house import NEXT, Clinic
from tests.factories import AT, make_organization

pytestmark = pytest.mark.django_db


@pytest.fixture
def clinic(db):
    made = Clinic()
    yield made
    made.close()


def ask(clinic, **more):
    return ask_run(by=clinic.by, site=clinic.site, at=AT, **({"starts_on": NEXT, "seconds": 10} | more))


def found(clinic):
    return GreedyPlanner().plan(read_week(clinic.site, NEXT, at=AT).instance)


def test_a_worker_searches_and_leaves_a_draft_that_can_be_published(clinic):
    clinic.admit("Ana")
    run = ask(clinic)
    assert work_once(owner="one", now=lambda: AT, planner=GreedyPlanner())
    run.refresh_from_db()
    assert (run.state, run.engine, run.placed, run.clients) == ("done", "greedy", 1, 1)
    assert RunPoint.objects.filter(run=run).exists()
    plan = Plan.objects.get(run=run)
    assert plan.made_by_id == clinic.by.user_id or plan.made_by_id is None
    numbers = PlanMove.objects.filter(plan=plan).values_list("number", flat=True)
    publish_plan(by=clinic.by, plan=plan, numbers=list(numbers), at=AT)
    assert clinic.parts("Ana") != []
    assert not work_once(owner="one", now=lambda: AT)


def test_a_site_has_one_open_run(clinic):
    ask(clinic)
    with pytest.raises(Conflict, match="at work"):
        ask(clinic)
    assert PlanRun.objects.count() == 1


def test_a_run_has_a_length_and_does_not_plan_the_past(clinic):
    for wrong in ({"seconds": 1}, {"seconds": 4000}, {"starts_on": AT.date() - timedelta(days=1)}):
        with pytest.raises(InvalidInput):
            ask(clinic, **wrong)
    assert not PlanRun.objects.exists()


def test_a_run_is_taken_by_one_worker_until_its_lease_ends(clinic):
    ask(clinic)
    assert claim_run(owner="one", at=AT).lease_owner == "one"
    assert claim_run(owner="two", at=AT + LEASE) is None
    again = claim_run(owner="two", at=AT + LEASE + timedelta(seconds=1))
    assert (again.lease_owner, again.attempts) == ("two", 2)


def test_who_renews_the_lease_keeps_the_run(clinic):
    run = ask(clinic)
    claim_run(owner="one", at=AT)
    later = AT + LEASE - timedelta(seconds=1)
    assert keep_lease(run=run, owner="one", at=later)
    assert claim_run(owner="two", at=AT + LEASE + timedelta(seconds=1)) is None


def test_who_lost_the_lease_writes_nothing_any_more(clinic):
    clinic.admit("Ana")
    run = ask(clinic)
    claim_run(owner="one", at=AT)
    late = AT + LEASE + timedelta(seconds=1)
    claim_run(owner="two", at=late)
    assert not keep_lease(run=run, owner="one", at=late)
    assert not tell_found(run=run, owner="one", found=found(clinic), elapsed=5, at=late)
    assert end_run(by=clinic.by, run=run, owner="one", said="", at=late) is None
    run.refresh_from_db()
    assert (run.state, run.lease_owner, run.best) == ("running", "two", None)
    assert not RunPoint.objects.exists()


def test_a_run_that_kills_its_workers_is_lost_and_keeps_what_it_found(clinic):
    clinic.admit("Ana")
    run, at = ask(clinic), AT
    for number in range(ATTEMPTS):
        claimed = claim_run(owner=f"worker {number}", at=at)
        assert claimed is not None
        if number == 0:
            assert tell_found(run=run, owner="worker 0", found=found(clinic), elapsed=5, at=at)
        at += LEASE + timedelta(seconds=1)
    assert claim_run(owner="last", at=at) is None
    run.refresh_from_db()
    assert (run.state, run.said) == ("failed", "lost")
    assert draft_of_run(by=clinic.by, run=run, at=AT).placed == 1


def test_a_run_that_nobody_has_begun_stops_at_once(clinic):
    run = stop_run(by=clinic.by, run=ask(clinic), at=AT)
    assert run.state == "cancelled"
    assert claim_run(owner="one", at=AT) is None
    with pytest.raises(Conflict, match="ended already"):
        stop_run(by=clinic.by, run=run, at=AT)


def test_a_run_that_is_stopped_ends_with_the_best_so_far(clinic):
    clinic.admit("Ana")
    run = ask(clinic)
    claim_run(owner="one", at=AT)
    tell_found(run=run, owner="one", found=found(clinic), elapsed=5, at=AT)
    stop_run(by=clinic.by, run=run, at=AT)
    assert not keep_lease(run=run, owner="one", at=AT)
    plan = end_run(by=clinic.by, run=run, owner="one", said="", at=AT)
    run.refresh_from_db()
    assert (run.state, plan.placed) == ("done", 1)


def test_the_best_so_far_can_be_drafted_while_the_search_goes_on(clinic):
    clinic.admit("Ana")
    run = ask(clinic)
    claim_run(owner="one", at=AT)
    with pytest.raises(Conflict, match="Nothing is found yet"):
        draft_of_run(by=clinic.by, run=run, at=AT)
    tell_found(run=run, owner="one", found=found(clinic), elapsed=5, at=AT)
    assert draft_of_run(by=clinic.by, run=run, at=AT).placed == 1
    run.refresh_from_db()
    assert run.state == "running"


def test_the_search_of_one_organization_is_not_seen_by_another(clinic):
    ask(clinic)
    with tenant(make_organization().pk):
        assert claim_run(owner="one", at=AT) is None


def test_a_plan_of_the_whole_week_leaves_people_and_rooms_where_they_are_if_it_can(clinic):
    clinic.admit("Ana", "morning")
    clinic.admit("Ben")
    run = ask(clinic)
    claim_run(owner="one", at=AT)
    best = found(clinic)
    roster = Roster(
        {key: replace(row, room=clinic.rooms[1].public_id) for key, row in best.roster.groups.items()},
        best.roster.clients,
    )
    tell_found(run=run, owner="one", found=replace(best, roster=roster), elapsed=5, at=AT)
    plan = draft_of_run(by=clinic.by, run=run, at=AT)
    assert set(PlanMove.objects.filter(plan=plan).values_list("kind", flat=True)) == {"week"}

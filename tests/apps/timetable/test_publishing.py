"""A draft becomes the week, all of it or some; nobody's later edit is lost, no seat is sold twice."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction

from openiop.apps.audit.models import Event
from openiop.apps.schedule.models import Enrollment
from openiop.apps.schedule.services.seats import enroll_client, give_up_seat
from openiop.apps.timetable.models import Plan, PlanMove
from openiop.apps.timetable.services.drafts import discard_plan
from openiop.apps.timetable.services.publishing import publish_plan, roll_back
from openiop.domain.errors import Conflict
from tests.apps.timetable.house import MONDAY, NEXT, Clinic
from tests.factories import AT

pytestmark = pytest.mark.django_db


@pytest.fixture
def clinic(db):
    made = Clinic(seats=1)
    yield made
    made.close()


def publish(clinic, plan, *numbers, **more):
    return publish_plan(by=clinic.by, plan=plan, numbers=numbers, at=AT, **more)


def test_a_published_move_gives_the_new_seats_from_the_plans_first_day(clinic):
    clinic.admit("Ana", "morning")
    publish(clinic, clinic.draft(("Ana", "morning", "afternoon")), 0)
    assert clinic.parts("Ana") == ["afternoon"]
    rows = Enrollment.objects.filter(client=clinic.people["Ana"].client)
    assert {row.starts_on for row in rows.filter(state="held")} == {NEXT}
    assert {row.ends_on for row in rows.filter(state="ended")} == {NEXT - timedelta(days=1)}
    assert clinic.counted()


def test_two_people_change_places_in_full_groups(clinic):
    clinic.admit("Ana", "morning")
    clinic.admit("Ben", "evening")
    plan = clinic.draft(("Ana", "morning", "evening"), ("Ben", "evening", "morning"))
    outcome = publish(clinic, plan, 0, 1)
    assert not outcome.skipped
    assert (clinic.parts("Ana"), clinic.parts("Ben")) == (["evening"], ["morning"])
    assert clinic.counted()


def test_half_of_an_exchange_is_skipped_and_told_and_nobody_loses_a_seat(clinic):
    clinic.admit("Ana", "morning")
    clinic.admit("Ben", "evening")
    clinic.admit("Cleo")
    plan = clinic.draft(("Ana", "morning", "evening"), ("Cleo", "", "afternoon"))
    outcome = publish(clinic, plan, 0, 1)
    assert list(outcome.skipped) == [0]
    assert "no free seat" in outcome.skipped[0]
    assert (clinic.parts("Ana"), clinic.parts("Ben"), clinic.parts("Cleo")) == (
        ["morning"],
        ["evening"],
        ["afternoon"],
    )
    states = dict(PlanMove.objects.filter(plan=plan).values_list("number", "state"))
    assert states == {0: "skipped", 1: "applied"}
    assert clinic.counted()


def test_who_leaves_a_chain_takes_the_rest_of_the_chain_with_them(clinic):
    clinic.admit("Ana", "morning")
    clinic.admit("Ben", "afternoon")
    clinic.admit("Cleo", "evening")
    plan = clinic.draft(
        ("Ana", "morning", "afternoon"), ("Ben", "afternoon", "evening"), ("Cleo", "evening", "morning")
    )
    give_up_all(clinic, "Cleo")
    with pytest.raises(Conflict, match="Nothing could be changed"):
        publish(clinic, plan, 0)
    assert clinic.parts("Ana") == ["morning"]
    outcome = publish(clinic, plan, 0, 1, 2)
    assert list(outcome.skipped) == [2]
    assert (clinic.parts("Ana"), clinic.parts("Ben")) == (["afternoon"], ["evening"])


def give_up_all(clinic, name):
    for row in Enrollment.objects.filter(client=clinic.people[name].client, state="held"):
        last = MONDAY - timedelta(days=1)
        give_up_seat(by=clinic.by, enrollment=row, ends_on=last, reason="own wish", at=AT)


def test_what_somebody_changed_after_the_draft_was_made_stays_and_is_told(clinic):
    clinic.admit("Ana", "morning")
    clinic.admit("Ben")
    plan = clinic.draft(("Ana", "morning", "afternoon"), ("Ben", "", "afternoon"))
    give_up_all(clinic, "Ana")
    ana = clinic.people["Ana"]
    enroll_client(by=clinic.by, episode=ana, slots=clinic.slots["evening"], starts_on=MONDAY, at=AT)
    outcome = publish(clinic, plan, 0, 1)
    assert outcome.skipped == {0: "Someone changed this client's week meanwhile."}
    assert (clinic.parts("Ana"), clinic.parts("Ben")) == (["evening"], ["afternoon"])


def test_a_draft_is_published_once(clinic):
    clinic.admit("Ana", "morning")
    plan = clinic.draft(("Ana", "morning", "afternoon"))
    publish(clinic, plan, 0)
    for again in (lambda: publish(clinic, plan, 0), lambda: discard_plan(by=clinic.by, plan=plan, at=AT)):
        with pytest.raises(Conflict, match="meanwhile"):
            again()


def test_what_was_published_is_history_that_the_database_keeps(clinic):
    clinic.admit("Ana", "morning")
    plan = clinic.draft(("Ana", "morning", "afternoon"))
    publish(clinic, plan, 0)
    for change in (
        lambda: Plan.objects.filter(pk=plan.pk).update(starts_on=MONDAY),
        lambda: PlanMove.objects.filter(plan=plan).update(before={}),
        lambda: PlanMove.objects.filter(plan=plan).delete(),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


def test_the_last_publication_is_taken_back_and_stays_as_history(clinic):
    clinic.admit("Ana", "morning")
    clinic.admit("Ben", "evening")
    plan = clinic.draft(("Ana", "morning", "evening"), ("Ben", "evening", "morning"))
    publish(clinic, plan, 0, 1)
    roll_back(by=clinic.by, plan=plan, at=AT)
    assert (clinic.parts("Ana"), clinic.parts("Ben")) == (["morning"], ["evening"])
    assert plan.state == "rolled_back"
    assert set(PlanMove.objects.filter(plan=plan).values_list("state", flat=True)) == {"reverted"}
    assert clinic.counted()


def test_taking_back_leaves_alone_what_somebody_built_on_it(clinic):
    clinic.admit("Ana", "morning")
    clinic.admit("Ben", "evening")
    plan = clinic.draft(("Ana", "morning", "afternoon"))
    publish(clinic, plan, 0)
    clinic.admit("Cleo")
    cleo = clinic.people["Cleo"]
    enroll_client(by=clinic.by, episode=cleo, slots=clinic.slots["morning"], starts_on=NEXT, at=AT)
    with pytest.raises(Conflict, match="no free seat"):
        roll_back(by=clinic.by, plan=plan, at=AT)
    assert (clinic.parts("Ana"), clinic.parts("Cleo")) == (["afternoon"], ["morning"])
    plan.refresh_from_db()
    assert plan.state == "published"


def test_only_the_last_publication_is_taken_back(clinic):
    clinic.admit("Ana", "morning")
    clinic.admit("Ben", "evening")
    first = clinic.draft(("Ana", "morning", "afternoon"))
    second = clinic.draft(("Ben", "evening", "morning"))
    publish(clinic, first, 0)
    publish_plan(by=clinic.by, plan=second, numbers=[0], at=AT + timedelta(minutes=1))
    with pytest.raises(Conflict, match="last publication"):
        roll_back(by=clinic.by, plan=first, at=AT)


def test_who_waited_in_a_line_is_back_in_it_after_a_plan_was_taken_back(clinic):
    clinic.admit("Ana")
    ana = clinic.people["Ana"]
    slots = clinic.slots["morning"]
    clinic.admit("Ben", "morning")
    enroll_client(by=clinic.by, episode=ana, slots=slots, starts_on=MONDAY, at=AT, wait_if_full=True)
    give_up_all(clinic, "Ben")
    plan = clinic.draft(("Ana", "", "morning"))
    PlanMove.objects.filter(plan=plan).update(before={"slots": [], "waiting": clinic.ids("morning")})
    publish(clinic, plan, 0)
    assert clinic.parts("Ana") == ["morning"]
    roll_back(by=clinic.by, plan=plan, at=AT + timedelta(hours=1))
    rows = Enrollment.objects.filter(client=ana.client, state="waiting")
    assert sorted(row.slot.public_id for row in rows) == clinic.ids("morning")
    assert {row.asked_at for row in rows} == {AT}


def test_publishing_tells_the_trail_who_did_what(clinic):
    clinic.admit("Ana", "morning")
    publish(clinic, clinic.draft(("Ana", "morning", "afternoon")), 0)
    actions = list(Event.objects.order_by("sequence").values_list("action", flat=True))
    assert actions[-7:] == ["seat.given_up"] * 3 + ["seat.held"] * 3 + ["plan.published"]


def test_addresses_are_told_once_it_is_committed(clinic, django_capture_on_commit_callbacks):
    episode = clinic.admit("Ana", "morning")
    episode.client.user = clinic.staff[0]
    episode.client.save(update_fields=["user"])
    told = []
    with django_capture_on_commit_callbacks(execute=True):
        publish(clinic, clinic.draft(("Ana", "morning", "afternoon")), 0, alert=told.append)
    assert told == [["ruth@example.org"]]

"""The week mended after a change: what no longer stands changes, and nothing else."""

from __future__ import annotations

from datetime import timedelta

import pytest

from openiop.apps.schedule.models import Session
from openiop.apps.schedule.services.leave import record_leave
from openiop.apps.timetable.models import Plan, PlanMove
from openiop.apps.timetable.services.drafts import draft_mend, draft_sick_day
from openiop.apps.timetable.services.publishing import publish_plan, roll_back
from openiop.domain.errors import InvalidInput
from tests.apps.timetable.house import MONDAY, NEXT, Clinic
from tests.factories import AT, make_appointment

pytestmark = pytest.mark.django_db
WEDNESDAY = MONDAY + timedelta(days=2)


@pytest.fixture
def clinic(db):
    made = Clinic()
    yield made
    made.close()


def moves(plan):
    return list(PlanMove.objects.filter(plan=plan).order_by("number"))


def everything(clinic, plan):
    numbers = [move.number for move in moves(plan)]
    return publish_plan(by=clinic.by, plan=plan, numbers=numbers, at=AT)


def test_a_day_off_sick_changes_that_day_and_no_other(clinic):
    ruth = clinic.staff[0]
    clinic.admit("Ana", "morning")
    this, later = clinic.sessions(), clinic.sessions(NEXT)
    record_leave(by=clinic.by, user=ruth, site=clinic.site, first=WEDNESDAY, last=WEDNESDAY, at=AT)
    plan = draft_sick_day(by=clinic.by, site=clinic.site, user=ruth, day=WEDNESDAY, at=AT)
    (move,) = moves(plan)
    assert (move.kind, move.session) == ("cover", this["morning", 2])
    assert Session.objects.get(pk=move.session_id).lead == ruth
    everything(clinic, plan)
    leads = dict(Session.objects.values_list("pk", "lead_id"))
    assert leads[this["morning", 2].pk] in {clinic.staff[1].pk, clinic.staff[2].pk}
    for session in (this["morning", 0], this["morning", 4], later["morning", 2]):
        assert leads[session.pk] == ruth.pk
    assert clinic.parts("Ana") == ["morning"]


def test_their_one_to_one_sessions_of_the_day_move(clinic):
    ruth = clinic.staff[0]
    for user in clinic.staff:
        profile = user_profile(user)
        profile.services = ["skills", "individual"]
        profile.save()
    ana = clinic.admit("Ana", "morning")
    clinic.sessions()
    visit = make_appointment(ana.client, ruth, clinic.site, AT + timedelta(days=2, hours=3), episode=ana)
    plan = draft_sick_day(by=clinic.by, site=clinic.site, user=ruth, day=WEDNESDAY, at=AT)
    kinds = [move.kind for move in moves(plan)]
    assert kinds == ["cover", "visit"]
    move = moves(plan)[1]
    assert move.appointment == visit
    outcome = everything(clinic, plan)
    assert not outcome.skipped
    visit.refresh_from_db()
    assert visit.state == "cancelled"
    roll_back(by=clinic.by, plan=plan, at=AT)
    again = type(visit).objects.get(client=ana.client, state="planned")
    assert (again.starts_at, again.staff) == (visit.starts_at, ruth)


def user_profile(user):
    from openiop.apps.schedule.models import StaffProfile

    return StaffProfile.objects.get(user=user)


def test_a_day_that_is_past_is_refused_and_nothing_is_written(clinic):
    with pytest.raises(InvalidInput):
        draft_sick_day(
            by=clinic.by, site=clinic.site, user=clinic.staff[0], day=MONDAY - timedelta(days=1), at=AT
        )
    assert not Plan.objects.exists()


def test_changed_hours_move_that_client_and_nobody_else(clinic):
    clinic.admit("Ana", "morning")
    clinic.admit("Ben", "morning")
    clinic.free(clinic.people["Ben"], (780, 1260))
    plan = draft_mend(by=clinic.by, site=clinic.site, starts_on=NEXT, at=AT)
    (move,) = moves(plan)
    assert move.client == clinic.people["Ben"].client
    assert move.why == [["stood-against", {"rule": "H06"}]]
    everything(clinic, plan)
    assert clinic.parts("Ana") == ["morning"]
    assert clinic.parts("Ben") in (["afternoon"], ["evening"])


def test_who_was_admitted_is_seated_in_what_is_free(clinic):
    for name in ("Ana", "Ben", "Cleo"):
        clinic.admit(name, "morning")
    clinic.admit("Dara", hours=(480, 780))
    clinic.admit("Emil")
    plan = draft_mend(by=clinic.by, site=clinic.site, starts_on=NEXT, at=AT)
    assert [move.client for move in moves(plan)] == [clinic.people["Emil"].client]
    assert plan.notes == []
    everything(clinic, plan)
    assert clinic.parts("Emil") != []


def test_who_has_no_legal_week_any_more_keeps_their_seats_and_is_named(clinic):
    clinic.admit("Ana", "morning")
    clinic.free(clinic.people["Ana"], (480, 600))
    plan = draft_mend(by=clinic.by, site=clinic.site, starts_on=NEXT, at=AT)
    assert moves(plan) == []
    assert plan.notes == [["no-week", {"client": clinic.people["Ana"].client.public_id}]]
    assert clinic.parts("Ana") == ["morning"]


def test_without_a_room_its_groups_get_another_one(clinic):
    clinic.admit("Ana", "morning")
    plan = draft_mend(by=clinic.by, site=clinic.site, starts_on=NEXT, at=AT, room=clinic.rooms[0])
    made = moves(plan)
    assert [move.kind for move in made] == ["staffing"] * 3
    assert {move.after["room"] for move in made} == {clinic.rooms[1].public_id}
    everything(clinic, plan)
    clinic.series["morning"].refresh_from_db()
    assert clinic.series["morning"].room == clinic.rooms[1]
    assert clinic.parts("Ana") == ["morning"]

"""The pages of plans: a sick day drafted from the page of days off, looked at, published, taken back."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse
from zeal import zeal_ignore

from openiop.apps.schedule.models import Session
from openiop.apps.schedule.services.leave import record_leave
from openiop.apps.timetable.models import Plan, PlanRun, RunPoint
from openiop.apps.timetable.worker import work_once
from openiop.engines.timetable.greedy import GreedyPlanner
from openiop.web.staff.plan_runs import _curve
from tests.apps.timetable.house import MONDAY, NEXT, Clinic
from tests.factories import AT, make_member

pytestmark = pytest.mark.django_db
WEDNESDAY = MONDAY + timedelta(days=2)


@pytest.fixture
def clinic(db, client):
    made = Clinic()
    made.client = client
    client.force_login(make_member(made.org, "director").user)
    with time_machine.travel(AT, tick=False):
        yield made
    made.close()


def mend(clinic, **data):
    return clinic.client.post(reverse("mend", args=[clinic.site.public_id]), data, follow=True)


def decide(clinic, plan, **data):
    # A plan is published change by change, through the services that everybody uses; the page is not.
    with zeal_ignore():
        answer = clinic.client.post(reverse("plan", args=[plan.public_id]), data)
    return clinic.client.get(answer["Location"])


def test_a_sick_day_is_drafted_published_and_taken_back(clinic):
    ruth = clinic.staff[0]
    clinic.admit("Ana", "morning")
    session = clinic.sessions()["morning", 2]
    record_leave(by=clinic.by, user=ruth, site=clinic.site, first=WEDNESDAY, last=WEDNESDAY, at=AT)
    leave = clinic.client.get(reverse("leave"), {"site": clinic.site.public_id}).content.decode()
    assert "Mend Wed, Mar 4" in leave
    page = mend(clinic, person=ruth.public_id, day=WEDNESDAY.isoformat()).content.decode()
    assert "Ruth Leader-Demo is away on Wed, Mar 4" in page
    assert "nobody&#x27;s week has changed yet" in page
    assert Session.objects.get(pk=session.pk).lead == ruth
    page = decide(clinic, Plan.objects.get(), act="publish", move="0").content.decode()
    assert "Published. 1 change made." in page
    assert Session.objects.get(pk=session.pk).lead != ruth
    page = decide(clinic, Plan.objects.get(), act="back").content.decode()
    assert "is away that day" in page
    assert Plan.objects.get().state == "published"


def test_people_are_shown_with_what_they_leave_and_take_and_who_must_move_along(clinic):
    for name in ("Ana", "Ben", "Cleo"):
        clinic.admit(name, "morning")
    clinic.free(clinic.people["Ben"], (780, 1260))
    clinic.admit("Dara", hours=(480, 780))
    page = mend(clinic, starts_on=NEXT.isoformat()).content.decode()
    assert "Ben Ben-Demo" in page
    assert "The present week lies outside the client&#x27;s time." in page
    assert "Dara Dara-Demo" in page
    assert "Gets a place" in page
    assert "Only together with" in page
    decide(clinic, Plan.objects.get(), act="publish", move=["0 1"])
    assert clinic.parts("Dara") == ["morning"]
    assert clinic.counted()


def test_where_nothing_is_broken_nothing_is_drafted(clinic):
    clinic.admit("Ana", "morning")
    page = mend(clinic, starts_on=NEXT.isoformat()).content.decode()
    assert "nothing needs to change" in page
    assert not Plan.objects.exists()


def test_a_draft_is_put_away_and_leaves_the_list(clinic):
    clinic.admit("Ana")
    mend(clinic, starts_on=NEXT.isoformat())
    plan = Plan.objects.get()
    page = decide(clinic, plan, act="discard").content.decode()
    assert "put away" in page
    assert plan.public_id not in page


def test_publishing_without_a_tick_says_so_and_changes_nothing(clinic):
    clinic.admit("Ana")
    mend(clinic, starts_on=NEXT.isoformat())
    page = decide(clinic, Plan.objects.get(), act="publish").content.decode()
    assert "Choose at least one change." in page
    assert clinic.parts("Ana") == []


def test_a_room_that_cannot_be_used_is_mended_from_its_page(clinic):
    clinic.admit("Ana", "morning")
    room = clinic.rooms[0]
    assert (
        "Mend the week without it"
        in clinic.client.get(reverse("room_edit", args=[room.public_id])).content.decode()
    )
    page = mend(clinic, room=room.public_id).content.decode()
    assert "Without Room 1" in page
    assert "Its room cannot be used." in page
    decide(clinic, Plan.objects.get(), act="publish", move=["0", "1", "2"])
    clinic.series["morning"].refresh_from_db()
    assert clinic.series["morning"].room == clinic.rooms[1]


def test_who_is_concerned_is_told_on_their_own_page(clinic, client):
    ana = clinic.admit("Ana", "morning")
    ana.client.user = make_member(clinic.org, "client").user
    ana.client.save(update_fields=["user"])
    plan = clinic.draft(("Ana", "morning", "evening"))
    decide(clinic, plan, act="publish", move="0")
    client.force_login(ana.client.user)
    home = client.get(reverse("portal_home")).content.decode()
    assert "Your week has changed" in home
    assert "It holds from Mon, Mar 9 on." in home
    for user, is_told in zip(clinic.staff, (True, False, True), strict=True):
        client.force_login(user)
        assert ("The week has changed" in client.get(reverse("today")).content.decode()) is is_told


def test_the_planner_is_asked_followed_and_its_plan_drafted(clinic):
    clinic.admit("Ana")
    address = reverse("plan_run_new", args=[clinic.site.public_id])
    page = clinic.client.post(address, {"starts_on": NEXT.isoformat(), "seconds": "10"}, follow=True)
    assert "Waits for a worker" in page.content.decode()
    assert 'hx-trigger="every 2s"' in page.content.decode()
    work_once(owner="one", now=lambda: AT, planner=GreedyPlanner())
    page = clinic.client.get(reverse("plan_run", args=[PlanRun.objects.get().public_id])).content.decode()
    assert "See what it would change" in page
    assert "hx-trigger" not in page
    plan = clinic.client.get(reverse("plan", args=[Plan.objects.get().public_id])).content.decode()
    assert "The whole week planned anew" in plan
    assert re.search(r"Gets a place: 9.h of the 9.h ordered\.", plan)


def test_a_second_search_for_a_site_is_refused_in_words(clinic):
    address = reverse("plan_run_new", args=[clinic.site.public_id])
    for said in ("Waits for a worker", "at work for this site already"):
        data = {"starts_on": NEXT.isoformat(), "seconds": "10"}
        assert said in clinic.client.post(address, data, follow=True).content.decode()


def test_a_curve_is_drawn_from_two_points_on():
    points = [RunPoint(elapsed=0, cost=900, bound=100), RunPoint(elapsed=1000, cost=500, bound=300)]
    curve = _curve(points)
    assert curve.cost == "6.0,6.0 394.0,6.0 394.0,60.0"
    assert curve.bound == "6.0,114.0 394.0,114.0 394.0,87.0"
    assert _curve(points[:1]) is None

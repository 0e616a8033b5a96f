"""Hours delivered against ordered, week by week."""

from __future__ import annotations

from datetime import timedelta

import pytest

from openiop.apps.groups.selectors.delivered import WeekTotal, delivered_by_week
from openiop.apps.groups.selectors.hours import week_at
from tests.apps.groups.clinic import MONDAY, open_clinic
from tests.factories import AT, make_appointment, make_attendance

pytestmark = pytest.mark.django_db


def test_each_week_has_its_orders_and_what_counted():
    with open_clinic(2) as clinic:
        ana, ben = clinic.episodes
        make_attendance(clinic.sessions[0], ana)
        make_attendance(clinic.sessions[1], ana, state="no_show")
        make_attendance(clinic.sessions[0], ben, state="late", countable_minutes=150)
        starts = AT + timedelta(days=1)
        held = {"state": "held", "attended_minutes": 45, "episode": ana}
        make_appointment(ana.client, clinic.lead, clinic.site, starts, **held)
        make_appointment(ana.client, clinic.lead, clinic.site, starts, **held | {"countable": False})
        week = week_at(clinic.site, MONDAY)
        before = MONDAY - timedelta(weeks=1)
        assert delivered_by_week(clinic.site, week, weeks=2) == [
            WeekTotal(before, 0, 0),
            WeekTotal(MONDAY, 1080, 375),
        ]
        assert delivered_by_week(clinic.site, week, weeks=1, track="eating") == [WeekTotal(MONDAY, 0, 0)]


def test_the_queries_do_not_grow_with_people(django_assert_num_queries):
    for people in (1, 12):
        with open_clinic(people) as clinic, django_assert_num_queries(4):
            delivered_by_week(clinic.site, week_at(clinic.site, MONDAY))

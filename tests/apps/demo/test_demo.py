"""The demo is whole, made up, and the same for the same seed."""

from __future__ import annotations

import random
import re
from itertools import pairwise

import pytest
from django.apps import apps
from django.core import serializers
from django.db import transaction
from django_scopes import scopes_disabled

from openiop.apps.accounts.models import Membership
from openiop.apps.accounts.roles import BY_KEY
from openiop.apps.accounts.selectors import demo_people
from openiop.apps.admissions.models import Episode, Referral
from openiop.apps.audit.selectors import verify_chain
from openiop.apps.clients.models import Client, Relation
from openiop.apps.core.tenancy import tenant
from openiop.apps.demo.names import People
from openiop.apps.demo.services import build_demo
from openiop.apps.groups.models import Attendance
from openiop.apps.schedule.models import Consult, Enrollment, SeriesSlot, Session
from tests.factories import AT

pytestmark = pytest.mark.django_db
OURS = ("clients", "admissions", "schedule", "groups")


@pytest.fixture(scope="module")
def house(django_db_setup, django_db_blocker):
    """The demo organisation inside its tenant, built once: each test undoes what it changes."""
    with django_db_blocker.unblock(), transaction.atomic():
        organization = build_demo(at=AT)
        with tenant(organization.pk):
            yield organization
        transaction.set_rollback(True)


def test_it_has_two_sites_six_tracks_and_about_sixty_people_in_care(house):
    open_ones = Episode.objects.filter(discharged_at__isnull=True)
    assert len({row.site_id for row in open_ones}) == 2
    assert len({row.program_id for row in open_ones}) == 6
    assert 55 <= open_ones.count() <= 75


def test_every_role_has_a_person_at_the_door(house):
    assert [key for key, _row in demo_people()] == list(BY_KEY)


def test_attendance_reaches_eight_weeks_back(house):
    days = Attendance.objects.order_by("day").values_list("day", flat=True)
    assert (AT.date() - days[0]).days >= 50
    shown = Attendance.objects.filter(countable_minutes__gt=0).count() / Attendance.objects.count()
    assert 0.8 < shown < 0.93


def test_seats_are_counted_as_they_are_held(house):
    for slot in SeriesSlot.objects.all():
        assert slot.seats_taken == Enrollment.objects.filter(slot=slot, state="held").count()
        assert slot.seats_taken <= slot.seats


def test_nobody_is_in_two_places(house):
    for client in Client.objects.all():
        times = sorted(
            Session.objects.filter(
                slot__enrollments__client=client, slot__enrollments__state="held", starts_at__gte=AT
            ).values_list("starts_at", "ends_at")
        )
        times += sorted(client.appointments.filter(starts_at__gte=AT).values_list("starts_at", "ends_at"))
        times.sort()
        for (_start, end), (start, _end) in pairwise(times):
            assert end <= start, client.public_id


def test_no_pair_of_name_and_birth_date_comes_twice(house):
    pairs = list(Client.objects.values_list("first_name", "last_name", "birth_date"))
    assert len(pairs) == len(set(pairs))


def test_people_are_marked_as_made_up_and_unreachable(house):
    for row in [*Client.objects.all(), *Relation.objects.all()]:
        name = row.last_name if isinstance(row, Client) else row.name
        assert name.endswith("-Demo")
        assert re.fullmatch(r"\d{3}-555-01\d\d|", row.phone)
        assert re.fullmatch(r"[\w.ñáéíóú-]+@example\.org|", row.email)
    for row in Referral.objects.all():
        assert row.last_name.endswith("-Demo")


def test_no_social_security_number_stands_anywhere(house):
    with scopes_disabled():
        for label in OURS:
            for model in apps.get_app_config(label).get_models():
                text = serializers.serialize("json", model.objects.all())
                assert not re.search(r"\b(?!9)\d{3}-\d{2}-\d{4}\b", text), model


def test_the_same_seed_draws_the_same_people():
    drawn = [People(random.Random(7), AT.date()) for _ in range(2)]
    assert [drawn[0].draw() for _ in range(50)] == [drawn[1].draw() for _ in range(50)]


def test_building_twice_changes_nothing(house):
    before = (Client.objects.count(), Session.objects.count(), Attendance.objects.count())
    assert build_demo(at=AT).pk == house.pk
    assert (Client.objects.count(), Session.objects.count(), Attendance.objects.count()) == before


def test_the_trail_of_the_demo_holds(house):
    assert verify_chain(house.pk) is None
    assert Membership.objects.filter(organization=house).count() >= 11


def test_a_first_talk_is_booked_on_a_later_day(house):
    talk = Consult.objects.get()
    assert (talk.state, talk.staff.username, talk.referral.owner_id) == ("booked", "imani", talk.staff_id)
    assert talk.day > AT.date()
    assert talk.referral.best_time.startswith("Booked talk: ")

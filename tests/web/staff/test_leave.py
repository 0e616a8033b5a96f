"""The page of days off: recorded, uncovered groups with one action each, taken back."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from openiop.apps.core.tenancy import tenant
from openiop.apps.schedule.models import Session, StaffAbsence
from tests.factories import (
    AT,
    make_member,
    make_organization,
    make_series,
    make_session,
    make_site,
    make_slot,
    make_staff_profile,
    make_user,
)

pytestmark = pytest.mark.django_db
WEDNESDAY = AT.date() + timedelta(days=2)


class House:
    """Ruth leads Wednesday's group; Lee could stand in."""

    def __init__(self, client) -> None:
        self.org, self.client = make_organization(), client

    def open(self) -> House:
        self.site = make_site(self.org)
        self.ruth, self.lee = (self.staff(name) for name in ("Ruth", "Lee"))
        slot = make_slot(make_series(self.site, "Skills", lead=self.ruth), weekday=2)
        self.session = make_session(slot, WEDNESDAY)
        self.client.force_login(make_member(self.org, "director").user)
        return self

    def staff(self, name):
        user = make_user(f"{name} Staff-Demo")
        make_member(self.org, "therapist", user=user, site=self.site)
        make_staff_profile(user, self.site)
        return user

    def off(self, **more):
        data = {"person": self.ruth.public_id, "first": "2026-03-04", "last": "", "reason": "Dentist"}
        return self.client.post(reverse("leave"), data | more, follow=True).content.decode()


@pytest.fixture
def house(client):
    made = House(client)
    with time_machine.travel(AT, tick=False), tenant(made.org.pk):
        yield made.open()


def test_a_day_off_shows_what_it_leaves_uncovered_and_who_could_stand_in(house):
    page = house.off()
    for words in (
        "1 day off recorded.",
        "Ruth Staff-Demo is away",
        "Lee Staff-Demo",
        "0\N{NO-BREAK SPACE}min of groups",
        "Dentist",
    ):
        assert words in page
    board = house.client.get(reverse("week") + "?from=2026-03-02").content.decode()
    assert "Ruth Staff-Demo is away" in board


def test_one_action_lets_somebody_stand_in(house):
    house.off()
    address = reverse("session_cover", args=[house.session.public_id])
    answer = house.client.post(address, {"person": house.lee.public_id, "chair": "lead"}, follow=True)
    page = answer.content.decode()
    assert "Lee Staff-Demo stands in for Skills on Wed, Mar 4." in page
    assert "Every group has its facilitator" in page
    assert Session.objects.get(pk=house.session.pk).lead == house.lee


def test_days_off_are_taken_back(house):
    house.off(last="2026-03-05")
    days = list(StaffAbsence.objects.values_list("public_id", flat=True))
    page = house.client.post(reverse("leave"), {"back": "yes", "day": days}, follow=True).content.decode()
    assert "2 days off taken back." in page
    assert "Every group has its facilitator" in page


def test_a_wrong_entry_is_named_at_its_field(house):
    page = house.off(last="2026-03-01")
    assert "The leave ends before it begins." in page
    assert 'value="2026-03-04"' in page
    assert not StaffAbsence.objects.exists()


@pytest.mark.parametrize("data", [{"person": "nobody"}, {"person": "", "chair": "lead"}, {"chair": "king"}])
def test_a_made_up_substitute_is_not_found(house, data):
    address = reverse("session_cover", args=[house.session.public_id])
    assert house.client.post(address, data).status_code == 404


def test_the_session_page_offers_the_qualified_first_and_keeps_a_leader_without_a_profile(house):
    page = house.client.get(reverse("session_change", args=[house.session.public_id])).content.decode()
    assert '<optgroup label="Qualified and free">' in page
    Session.objects.filter(pk=house.session.pk).update(lead=make_user("Gone Staff-Demo"))
    answer = house.client.post(reverse("session_change", args=[house.session.public_id]), {"lead": ""})
    assert answer.status_code == 302


def test_a_therapist_plans_nobody_s_days_off(house):
    house.client.force_login(house.lee)
    assert house.client.get(reverse("leave")).status_code in {403, 404}


def test_another_organisation_finds_nothing(house):
    other = make_organization()
    with tenant(other.pk):
        make_site(other)
        house.client.force_login(make_member(other, "director").user)
    address = reverse("session_cover", args=[house.session.public_id])
    assert house.client.post(address, {"person": house.lee.public_id, "chair": "lead"}).status_code == 404
    assert house.client.get(f"{reverse('leave')}?site={house.site.public_id}").status_code == 404

"""What waits on clients' paths, beside the day's groups; the reviewer's first screen."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from openiop.apps.core.tenancy import tenant
from tests.factories import (
    AT,
    make_assessment,
    make_client,
    make_consent,
    make_determination,
    make_episode,
    make_member,
    make_order,
    make_organization,
    make_referral,
    make_site,
    make_user,
)

pytestmark = pytest.mark.django_db
DAY = AT.date()


class House:
    """A site with people on their way; `page` is Today as a role sees it."""

    def __init__(self, browser) -> None:
        self.org = make_organization()
        self.browser = browser

    def on_the_way(self, name: str):
        client = make_client(self.org, name, site=self.site)
        make_referral(self.org, client=client, stage="contacted")
        make_consent(client, signed_at=AT, signed_by="C")
        return client

    def in_care(self, name: str, **columns):
        client = make_client(self.org, name, site=self.site)
        make_consent(client, signed_at=AT, signed_by="C")
        episode = make_episode(client, self.site, primary_clinician=columns.pop("clinician", None))
        return make_order(episode, signed_at=AT, **({"review_on": DAY + timedelta(days=20)} | columns))

    def page(self, role: str, **query: str) -> str:
        self.browser.force_login(make_member(self.org, role).user)
        return self.browser.get(reverse("today"), query).content.decode()


@pytest.fixture
def house(client):
    house = House(client)
    with time_machine.travel(AT, tick=False), tenant(house.org.pk):
        house.site = make_site(house.org)
        yield house


def test_a_therapist_finds_who_is_to_be_assessed_and_decided(house):
    new = house.on_the_way("New")
    judged = house.on_the_way("Judged")
    made = make_determination(make_assessment(judged, signed_at=AT, signed_name="T"))
    text = house.page("therapist")
    assert "To do for clients" in text
    assert reverse("level_of_care", args=[new.public_id]) in text
    assert reverse("determination_decide", args=[made.public_id]) in text


def test_a_prescriber_finds_the_orders_to_certify_and_nothing_of_others(house):
    house.on_the_way("New")
    order = house.in_care("Carla", certifying_physician="Prescriber Person-Demo")
    text = house.page("prescriber")
    assert reverse("order_certify", args=[order.episode.public_id]) in text
    assert "Assess the level of care" not in text


def test_reviews_are_their_clinicians_and_late_ones_come_first(house):
    other = make_user("Other Person-Demo")
    make_member(house.org, "therapist", user=other)
    house.in_care("Theirs", review_on=DAY + timedelta(days=2), clinician=other)
    late = house.in_care("Late", review_on=DAY - timedelta(days=1))
    soon = house.in_care("Soon", review_on=DAY + timedelta(days=3))
    text = house.page("therapist")
    first, second = (text.index(reverse("order", args=[row.episode.public_id])) for row in (late, soon))
    assert first < second
    assert "Theirs" not in text
    assert "Theirs" in house.page("therapist", who="all")


def test_another_day_lists_no_tasks(house):
    house.on_the_way("New")
    assert "To do for clients" not in house.page("therapist", day="2026-03-04")


def test_more_than_twelve_are_folded_away(house):
    for number in range(14):
        house.on_the_way(f"Person{number:02}")
    text = house.page("therapist")
    assert "2 more" in text
    assert text.count("Assess the level of care") == 14


def test_a_reviewer_begins_with_the_reviews_that_are_due(house):
    due = house.in_care("Due", review_on=DAY + timedelta(days=1))
    house.in_care("Later")
    house.browser.force_login(make_member(house.org, "reviewer").user)
    assert house.browser.get(reverse("home")).url == reverse("reviews")
    text = house.browser.get(reverse("reviews")).content.decode()
    assert reverse("episode", args=[due.episode.public_id]) in text
    assert reverse("level_of_care", args=[due.episode.client.public_id]) in text
    assert "Later" not in text


def test_the_pipeline_says_what_is_next_for_those_with_a_record(house):
    client = house.on_the_way("New")
    house.browser.force_login(make_member(house.org, "intake").user)
    text = house.browser.get(reverse("pipeline")).content.decode()
    assert (
        f'<a href="{reverse("level_of_care", args=[client.public_id])}">Assess the level of care</a>' in text
    )

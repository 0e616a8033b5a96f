"""What next: on the client page, on every page of the record, and where admission is signed."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from openiop.apps.admissions.models import Certification, Episode, Referral
from openiop.apps.core.tenancy import tenant
from tests.factories import (
    AT,
    make_assessment,
    make_client,
    make_consent,
    make_determination,
    make_episode,
    make_member,
    make_no_contact,
    make_order,
    make_organization,
    make_referral,
    make_site,
    make_staff_profile,
)

pytestmark = pytest.mark.django_db


class House:
    """A client whose referral is accepted, and people who sign in."""

    def __init__(self, browser) -> None:
        self.org = make_organization()
        self.browser = browser

    def open(self) -> House:
        self.site = make_site(self.org)
        self.person = make_client(self.org, site=self.site)
        self.referral = make_referral(self.org, client=self.person, stage="contacted", concern="depression")
        return self

    def enter(self, role: str) -> None:
        member = make_member(self.org, role)
        make_staff_profile(member.user, self.site)
        self.user = member.user
        self.browser.force_login(member.user)

    def decide(self, level: str = "iop"):
        signed = make_assessment(self.person, signed_at=AT, signed_name="T")
        return make_determination(signed, actual_level=level, signed_at=AT, signed_name="T")

    def page(self, name: str, *args: str) -> str:
        return self.browser.get(reverse(name, args=args)).content.decode()


@pytest.fixture
def house(client):
    house = House(client)
    with time_machine.travel(AT, tick=False), tenant(house.org.pk):
        yield house.open()


def order_typed(**fields):
    """What the admission form sends."""
    return {
        "program": "depression", "weekly_minutes": "9", "weekly_days": "3", "modality": "on_site",
        "starts_on": "2026-03-03", "review_on": "2026-03-16", "certifying_physician": "", "clinician": "",
    } | fields  # fmt: skip


def test_the_client_page_says_what_is_open_and_links_to_it(house):
    house.enter("intake")
    text = house.page("client", house.person.public_id)
    consents = reverse("client_consents", args=[house.person.public_id])
    assert re.search(rf'href="{consents}"[^>]*>To sign: Consent to treatment', text)
    assert "Assess the level of care" in text


def test_what_others_do_is_said_without_a_link(house):
    make_consent(house.person, signed_at=AT, signed_by="C")
    house.decide()
    house.enter("intake")
    text = house.page("client", house.person.public_id)
    assert "Admit and order the dose" in text
    assert "Therapist and facilitator" in text
    assert reverse("admit", args=[house.person.public_id]) not in text


def test_a_biller_learns_nothing_of_assessments(house):
    house.enter("biller")
    text = house.page("client", house.person.public_id)
    assert "Nothing is open" in text
    assert "Assess the level of care" not in text


@pytest.mark.parametrize(("role", "told"), [("therapist", True), ("biller", False)])
def test_only_readers_of_the_chart_learn_whom_somebody_is_kept_apart_from_and_why(house, role, told):
    other = make_client(house.org, "Bram", "Quorl-Demo", site=house.site)
    make_no_contact(house.person, other, reason="Protective order.")
    house.enter(role)
    text = house.page("client", house.person.public_id)
    assert ("Quorl-Demo" in text, "Protective order." in text) == (told, told)


def test_every_page_of_the_record_says_who_it_is_and_what_is_next(house):
    make_consent(house.person, signed_at=AT, signed_by="C")
    decided = house.decide()
    house.enter("therapist")
    pages = [
        ("client_past", house.person.public_id, "Past"),
        ("client_consents", house.person.public_id, "Consents"),
        ("level_of_care", house.person.public_id, "Level of care"),
        ("determination", decided.public_id, "Level of care"),
        ("client_history", house.person.public_id, "History"),
    ]
    admit = reverse("admit", args=[house.person.public_id])
    for name, public_id, tab in pages:
        text = house.page(name, public_id)
        assert text.count("<h1>") == 1
        assert f"<h1>{house.person.shown_name}</h1>" in text
        assert re.search(rf'Next:\s*<a class="strong" href="{admit}">Admit and order the dose', text), name
        assert re.search(rf'aria-current="page"[^>]*>{tab}', text), name


def test_an_order_has_its_tab_only_once_there_is_one(house):
    house.enter("therapist")
    assert "Order and week" not in house.page("client", house.person.public_id)
    make_order(make_episode(house.person, house.site), signed_at=AT)
    text = house.page("client", house.person.public_id)
    assert re.search(r"/episodes/[0-9a-z]{16}/[^>]*>Order and week", text)


def test_the_track_of_the_referral_is_taken_and_the_signer_is_the_clinician(house):
    house.decide()
    house.enter("therapist")
    text = house.page("admit", house.person.public_id)
    assert "Admit to Depression" in text
    assert f'<option value="{house.user.public_id}" selected>' in text
    assert "Not signed yet: Consent to treatment" in text


def test_without_a_track_asked_for_the_tracks_of_the_age_are_offered(house):
    Referral.objects.update(concern="adolescent")
    house.decide()
    house.enter("therapist")
    text = house.page("admit", house.person.public_id)
    assert 'href="?track=depression"' in text
    assert 'href="?track=adolescent"' not in text
    assert "not for this age" in text


def test_admission_links_the_referral_and_waits_for_the_certificate(house):
    house.decide()
    make_member(house.org, "prescriber")
    doctor = "Prescriber Person-Demo"
    house.enter("therapist")
    typed = order_typed(site=house.site.public_id, certifying_physician=doctor)
    answer = house.browser.post(reverse("admit", args=[house.person.public_id]), typed)
    episode = Episode.objects.get()
    assert answer.url == reverse("placement", args=[episode.public_id])
    assert episode.referral == house.referral
    assert Referral.objects.get().stage == "admitted"
    text = house.page("episode", episode.public_id)
    assert f"waits for {doctor}" in text
    assert reverse("order_certify", args=[episode.public_id]) not in text


def test_a_mistake_in_the_order_keeps_what_was_typed(house):
    house.decide()
    house.enter("therapist")
    typed = order_typed(site=house.site.public_id, weekly_minutes="5", certifying_physician="")
    answer = house.browser.post(reverse("admit", args=[house.person.public_id]), typed)
    text = answer.content.decode()
    assert answer.status_code == 422
    assert "9 hours a week" in text
    assert 'value="5"' in text
    assert "Admit to Depression" in text
    assert not Episode.objects.exists()


def test_another_level_than_ours_leads_to_referring_on(house):
    house.decide("residential")
    house.enter("director")
    text = house.page("admit", house.person.public_id)
    assert "Decided: Residential care" in text
    assert reverse("referral", args=[house.referral.public_id]) in text
    answer = house.browser.post(
        reverse("admit", args=[house.person.public_id]), order_typed(site=house.site.public_id)
    )
    assert answer.status_code == 200
    assert not Episode.objects.exists()


def test_an_assessment_that_is_too_old_is_named_with_its_day_and_nobody_is_admitted(house):
    decided = house.decide()
    house.enter("therapist")
    with time_machine.travel(AT + timedelta(days=31), tick=False):
        house.browser.force_login(house.user)
        text = house.page("admit", house.person.public_id)
        assert "Assess again: the last assessment is from Mar 2, 2026" in text
        assert "Ask the Columbia questions again: they were last asked on Mar 2, 2026" in text
        assert "to be confirmed by its clinical director" in text
        assert reverse("determination", args=[decided.public_id]) in text
        assert 'name="weekly_minutes"' not in text
        record = house.page("client_past", house.person.public_id)
        assert "Assess again: the last assessment is too old to admit on" in record
        typed = order_typed(site=house.site.public_id, starts_on="2026-04-03", review_on="2026-04-16")
        answer = house.browser.post(reverse("admit", args=[house.person.public_id]), typed)
        assert answer.status_code == 200
    assert not Episode.objects.exists()


def test_a_prescriber_signs_the_certificate_once(house):
    make_consent(house.person, signed_at=AT, signed_by="C")
    episode = make_episode(house.person, house.site)
    make_order(episode, signed_at=AT, signed_name="T", certifying_physician="Prescriber Person-Demo")
    house.enter("prescriber")
    address = reverse("order_certify", args=[episode.public_id])
    assert address in house.page("episode", episode.public_id)
    wrong = house.browser.post(address, {"signed_name": "Somebody", "confirm": "on"})
    assert wrong.status_code == 422
    assert not Certification.objects.exists()
    signed = {"signed_name": "Prescriber Person-Demo", "confirm": "on"}
    assert house.browser.post(address, signed).url == reverse("episode", args=[episode.public_id])
    assert Certification.objects.get().signed_name == "Prescriber Person-Demo"
    assert house.browser.get(address).status_code == 302


def test_a_therapist_may_not_certify(house):
    episode = make_episode(house.person, house.site)
    make_order(episode, signed_at=AT)
    house.enter("therapist")
    assert house.browser.get(reverse("order_certify", args=[episode.public_id])).status_code == 404

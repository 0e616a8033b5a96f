"""How long a sign-in lasts, what ends it, and that typed words outlive it."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.core.cache import cache
from django.test import Client as Browser

from openiop.apps.accounts.models import Membership
from openiop.apps.audit.models import Event
from openiop.apps.core.tenancy import tenant
from tests.factories import make_member, make_organization, make_site
from tests.factories.signing import PASSWORD, make_login, signed_in

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 2, 17, 0, tzinfo=UTC)
PAGE = "/staff/emergency/"
LOGIN = "/accounts/login/"


@pytest.fixture(autouse=True)
def frozen():
    cache.clear()
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def org():
    return make_organization()


@pytest.fixture
def therapist(org):
    return make_login(org, "therapist", username="robin", site=make_site(org))


def actions(org):
    with tenant(org.pk):
        rows = Event.objects.filter(organization_id=org.pk).order_by("sequence")
        return list(rows.values_list("action", flat=True))


def test_staff_are_signed_out_after_fifteen_minutes_without_activity(org, therapist, frozen):
    browser = signed_in(therapist, org, at=NOW)
    frozen.shift(timedelta(minutes=14, seconds=59))
    assert browser.get(PAGE).status_code == 200
    frozen.shift(timedelta(minutes=15))
    gone = browser.get(PAGE)
    assert gone["Location"] == f"{LOGIN}?ended=idle&next=%2Fstaff%2Femergency%2F"
    assert "_auth_user_id" not in browser.session
    assert "Sign in to go on where you were" in browser.get(gone["Location"]).content.decode()
    assert actions(org) == ["session.expired"]


def test_clients_have_thirty_minutes(org, frozen):
    browser = signed_in(make_login(org, "client"), org, at=NOW)
    frozen.shift(timedelta(minutes=29))
    assert browser.get("/accounts/security/").status_code == 200
    frozen.shift(timedelta(minutes=30))
    assert browser.get("/accounts/security/")["Location"].startswith(f"{LOGIN}?ended=idle")


def test_nobody_stays_longer_than_twelve_hours(org, therapist, frozen):
    browser = signed_in(therapist, org, at=NOW)
    for _ in range(71):
        frozen.shift(timedelta(minutes=10))
        assert browser.get(PAGE).status_code == 200
    frozen.shift(timedelta(minutes=10))
    assert browser.get(PAGE)["Location"].startswith(f"{LOGIN}?ended=long")


def test_a_name_behind_the_question_mark_does_not_travel(org, therapist, frozen):
    assert Browser().get(f"{PAGE}?q=Velora")["Location"] == f"{LOGIN}?next=%2Fstaff%2Femergency%2F"
    browser = signed_in(therapist, org, at=NOW)
    frozen.shift(timedelta(hours=1))
    assert "Velora" not in browser.get(f"{PAGE}?q=Velora")["Location"]


def test_a_fragment_leads_the_whole_page_to_the_door(therapist):
    answer = Browser().get(PAGE, headers={"HX-Request": "true"})
    assert answer.headers["HX-Redirect"] == f"{LOGIN}?next=%2Fstaff%2Femergency%2F"


def test_asking_how_long_it_lasts_neither_prolongs_nor_ends_it(org, therapist, frozen):
    browser = signed_in(therapist, org, at=NOW)
    frozen.shift(timedelta(minutes=14))
    assert browser.get("/accounts/time-left/").json() == {"seconds": 60}
    frozen.shift(timedelta(minutes=2))
    assert browser.get("/accounts/time-left/").json() == {"seconds": 0}
    assert "_auth_user_id" in browser.session
    assert Browser().get("/accounts/time-left/").json() == {"seconds": 0}


def test_staying_starts_the_time_anew(org, therapist, frozen):
    browser = signed_in(therapist, org, at=NOW)
    frozen.shift(timedelta(minutes=14))
    assert browser.post("/accounts/stay/").json() == {"seconds": 900}


class TestTypedWords:
    def send_late(self, org, user, frozen):
        browser = Browser(enforce_csrf_checks=True)
        browser.force_login(user, backend="openiop.apps.accounts.backends.PasswordBackend")
        token = token_on(browser.get(PAGE))
        frozen.shift(timedelta(minutes=16))
        words = {"csrfmiddlewaretoken": token, "reason": "A client of the Oakland site is in crisis"}
        return browser, browser.post(PAGE, words)

    def sign_in(self, browser, login):
        token = token_on(browser.get(f"{LOGIN}?next=/accounts/kept/"))
        return browser.post(
            LOGIN,
            {"csrfmiddlewaretoken": token, "login": login, "password": PASSWORD, "next": "/accounts/kept/"},
        )

    def test_wait_for_the_same_person_and_are_sent_by_one_click(self, org, therapist, frozen):
        browser, answer = self.send_late(org, therapist, frozen)
        assert answer["Location"] == f"{LOGIN}?ended=idle&next=%2Faccounts%2Fkept%2F"
        assert actions(org) == ["session.expired"]
        assert self.sign_in(browser, "robin")["Location"] == "/accounts/kept/"
        page = browser.get("/accounts/kept/")
        assert "A client of the Oakland site is in crisis" in page.content.decode()
        sent = browser.post(
            PAGE,
            {"csrfmiddlewaretoken": token_on(page), "reason": "A client of the Oakland site is in crisis"},
        )
        assert sent.status_code == 302
        assert actions(org) == ["session.expired", "session.opened", "glass.broken"]

    def test_are_shown_to_nobody_else(self, org, therapist, frozen):
        make_login(org, "nurse", username="alex")
        browser, _answer = self.send_late(org, therapist, frozen)
        self.sign_in(browser, "alex")
        assert browser.get("/accounts/kept/")["Location"] == "/"
        assert "Oakland" not in str(dict(browser.session))

    def test_are_not_kept_for_longer_than_half_an_hour(self, org, therapist, frozen):
        browser, _answer = self.send_late(org, therapist, frozen)
        frozen.shift(timedelta(minutes=31))
        self.sign_in(browser, "robin")
        assert browser.get("/accounts/kept/")["Location"] == "/"

    def test_are_not_kept_when_another_site_sent_them(self, org, therapist, frozen):
        browser = Browser(enforce_csrf_checks=True)
        browser.force_login(therapist, backend="openiop.apps.accounts.backends.PasswordBackend")
        browser.get(PAGE)
        frozen.shift(timedelta(minutes=16))
        browser.post(PAGE, {"reason": "Words of a stranger, many of them"})
        assert "kept" not in browser.session

    def test_can_be_let_go(self, org, therapist, frozen):
        browser, _answer = self.send_late(org, therapist, frozen)
        self.sign_in(browser, "robin")
        token = token_on(browser.get("/accounts/kept/"))
        browser.post("/accounts/kept/", {"csrfmiddlewaretoken": token})
        assert browser.get("/accounts/kept/")["Location"] == "/"


def token_on(page):
    return re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page.content.decode())[1]


class TestSigningOut:
    def test_is_a_post_and_is_written_down(self, org, therapist):
        browser = signed_in(therapist, org, at=NOW)
        assert browser.get("/accounts/logout/").status_code == 405
        browser.post("/accounts/logout/")
        assert browser.get(PAGE)["Location"].startswith(LOGIN)
        assert actions(org) == ["session.closed"]

    def test_everywhere_ends_every_session(self, org, therapist, frozen):
        here, there = signed_in(therapist, org, at=NOW), signed_in(therapist, org, at=NOW)
        frozen.shift(timedelta(seconds=1))
        assert here.post("/accounts/signed-out/")["Location"] == f"{LOGIN}?ended=everywhere"
        assert there.get(PAGE)["Location"].startswith(f"{LOGIN}?ended=everywhere")
        frozen.shift(timedelta(seconds=1))
        back = Browser()
        back.post(LOGIN, {"login": "robin", "password": PASSWORD})
        assert back.get(PAGE).status_code == 200
        assert actions(org) == ["session.closed_everywhere", "session.opened"]

    def test_the_end_of_a_role_is_felt_at_the_next_click(self, org, therapist):
        browser = signed_in(therapist, org, at=NOW)
        Membership.objects.filter(user=therapist).update(ended_at=NOW)
        assert browser.get(PAGE)["Location"] == f"{LOGIN}?ended=no-role&next=%2Fstaff%2Femergency%2F"


class TestMethods:
    @pytest.mark.parametrize("method", ["head", "options"])
    def test_that_pass_the_csrf_check_never_reach_a_view_that_changes_something(self, org, therapist, method):
        other = make_organization("Other Clinic")
        make_member(other, "therapist", user=therapist)
        browser = signed_in(therapist, org, at=NOW)
        answer = getattr(browser, method)("/organization/", {"organization": other.public_id})
        assert answer.status_code == {"head": 405, "options": 204}[method]
        assert browser.session["organization"] == org.pk

    def test_head_reads_a_page_that_can_be_read(self, org, therapist):
        assert signed_in(therapist, org, at=NOW).head(PAGE).status_code == 200


class TestSeveralOrganisations:
    def test_a_person_switches_between_their_own(self, org, therapist):
        other = make_organization("Other Clinic")
        make_member(other, "director", user=therapist)
        browser = signed_in(therapist, org, at=NOW)
        assert browser.get("/staff/emergency/reviews/").status_code == 404
        browser.post("/organization/", {"organization": other.public_id})
        assert browser.get("/staff/emergency/reviews/").status_code == 200

    @pytest.mark.parametrize("value", ["", "1", "x", None])
    def test_and_to_no_other(self, org, therapist, value):
        strange = make_organization("Strange Clinic")
        browser = signed_in(therapist, org, at=NOW)
        chosen = {"organization": strange.public_id if value is None else value}
        assert browser.post("/organization/", chosen).status_code == 404
        assert browser.session["organization"] == org.pk

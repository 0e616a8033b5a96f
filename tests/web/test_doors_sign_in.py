"""Coming in: name or address and password, second factor, and what a refusal tells."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.core import mail
from django.core.cache import cache
from django.test import Client as Browser

from openiop.apps.audit.models import Event
from openiop.apps.core.tenancy import tenant
from tests.factories import make_member, make_organization, make_user
from tests.factories.signing import PASSWORD, TOTP_SECRET, app_code, give_app, make_login, signed_in

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 2, 17, 0, 5, tzinfo=UTC)
LOGIN = "/accounts/login/"


@pytest.fixture(autouse=True)
def frozen():
    cache.clear()  # remembers used codes, and time stands still here
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def org():
    return make_organization()


def try_to(browser, login, password=PASSWORD, **more):
    return browser.post(LOGIN, {"login": login, "password": password} | more)


def is_in(browser):
    return "_auth_user_id" in browser.session


def words_of(response):
    """Return the page without the tokens that differ each time."""
    return re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"', "", response.content.decode())


def actions(org):
    with tenant(org.pk):
        return list(
            Event.objects.filter(organization_id=org.pk).order_by("sequence").values_list("action", flat=True)
        )


def test_a_person_signs_in_by_name_or_by_address_however_written(org):
    make_login(org, "therapist", username="robin", email="robin@example.org")
    for login in ("robin", "ROBIN", "robin@example.org", " Robin@Example.org "):
        browser = Browser()
        assert try_to(browser, login).status_code == 302
        assert is_in(browser)
    assert actions(org) == ["session.opened"] * 4


def test_the_way_back_is_kept_and_never_leads_elsewhere(org):
    make_login(org, "auditor", username="robin")
    assert try_to(Browser(), "robin", next="/staff/audit/")["Location"] == "/staff/audit/"
    assert try_to(Browser(), "robin", next="https://evil.example/")["Location"] == "/"
    assert try_to(Browser(), "robin", next="//evil.example/")["Location"] == "/"


def test_a_refusal_tells_nothing_about_who_has_an_account(org):
    make_login(org, "therapist", username="robin", email="robin@example.org")
    make_login(org, "nurse", username="closed", email="closed@example.org", is_active=False)
    make_user(username="open-by-click", email="click@example.org")
    bodies = set()
    for login in (
        "robin",
        "robin@example.org",
        "nobody",
        "nobody@example.org",
        "closed",
        "click@example.org",
    ):
        response = try_to(Browser(), login, "not the password")
        assert response.status_code == 200
        bodies.add(words_of(response).replace(login, ""))
    assert len(bodies) == 1
    assert "The name or the password is not right" in bodies.pop()


def test_a_refusal_is_written_into_the_trail_and_an_unknown_name_into_no_organisations(org):
    make_login(org, "therapist", username="robin")
    try_to(Browser(), "robin", "not the password")
    try_to(Browser(), "nobody", "not the password")
    assert actions(org) == ["session.refused"]
    with tenant(0):
        stranger = Event.objects.get(organization_id=0)
    assert (stranger.action, stranger.data, stranger.actor) == ("session.refused", {}, "")


def test_an_account_without_a_role_is_led_back_to_the_door(org):
    make_user(username="robin").memberships.all()
    user = make_login(make_organization(), "nurse", username="alex")
    user.memberships.update(ended_at=NOW)
    browser = Browser()
    try_to(browser, "alex")
    assert browser.get("/")["Location"] == "/accounts/login/?ended=no-role"
    assert not is_in(browser)


def test_the_session_gets_a_new_key_at_sign_in(org):
    make_login(org, "therapist", username="robin")
    browser = Browser()
    session = browser.session
    session["before"] = "yes"
    session.save()
    before = session.session_key
    browser.cookies["openiop"] = before
    try_to(browser, "robin")
    assert browser.session.session_key != before
    assert not browser.session.exists(before)


class TestLockOut:
    def test_five_wrong_tries_close_the_sign_in_for_fifteen_minutes(self, org, frozen):
        make_login(org, "therapist", username="robin", email="robin@example.org")
        tries = ["robin", "ROBIN", "robin@example.org", "robin", "robin@example.org"]
        codes = [try_to(Browser(), login, "wrong").status_code for login in tries]
        assert codes == [200, 200, 200, 200, 429]
        refused = try_to(Browser(), "robin")
        assert refused.status_code == 429
        assert "closed for 15 minutes" in refused.content.decode()
        frozen.shift(timedelta(minutes=14, seconds=59))
        assert try_to(Browser(), "robin").status_code == 429
        frozen.shift(timedelta(seconds=2))
        browser = Browser()
        assert try_to(browser, "robin").status_code == 302
        assert is_in(browser)
        assert actions(org) == [*["session.refused"] * 5, "session.locked", "session.opened"]

    def test_a_name_that_nobody_has_is_locked_in_the_same_way(self, org):
        make_login(org, "therapist", username="robin")
        pages = {}
        for login in ("robin", "nobody"):
            pages[login] = [try_to(Browser(), login, "wrong") for _ in range(7)]
        assert [page.status_code for page in pages["robin"]] == [page.status_code for page in pages["nobody"]]
        assert words_of(pages["robin"][-1]) == words_of(pages["nobody"][-1])

    def test_trying_on_does_not_keep_the_owner_out_for_longer(self, org, frozen):
        make_login(org, "therapist", username="robin")
        for _ in range(5):
            try_to(Browser(), "robin", "wrong")
        frozen.shift(timedelta(minutes=14))
        try_to(Browser(), "robin", "wrong")
        frozen.shift(timedelta(minutes=1, seconds=1))
        assert try_to(Browser(), "robin").status_code == 302

    def test_what_was_typed_is_not_kept_in_the_clear(self, org):
        from axes.models import AccessAttempt

        try_to(Browser(), "my secret password by mistake", "wrong")
        kept = AccessAttempt.objects.get()
        everything = f"{kept.username} {kept.post_data} {kept.get_data}"
        assert "secret" not in everything
        assert "wrong" not in everything

    def test_a_new_password_by_mail_opens_the_sign_in_again(self, org):
        make_login(org, "therapist", username="robin", email="robin@example.org")
        for _ in range(5):
            try_to(Browser(), "robin", "wrong")
        browser = Browser()
        browser.post("/accounts/password/reset/", {"email": "robin@example.org"})
        set_password(browser, link_in(mail.outbox[0].body), "a fresh start on monday")
        assert try_to(Browser(), "robin", "a fresh start on monday").status_code == 302


class TestSecondFactor:
    @pytest.fixture
    def strict(self):
        return make_organization("Strict Clinic", requires_mfa=True)

    def test_the_app_is_asked_for_after_the_password(self, org):
        user = make_login(org, "therapist", username="robin")
        give_app(user)
        browser = Browser()
        assert try_to(browser, "robin", next="/staff/audit/")["Location"] == "/accounts/code/"
        assert not is_in(browser)
        assert browser.get("/staff/people/")["Location"].startswith(LOGIN)
        done = browser.post("/accounts/code/", {"code": app_code(NOW)})
        assert (done.status_code, done["Location"]) == (302, "/staff/audit/")
        assert is_in(browser)
        with tenant(org.pk):
            assert Event.objects.get(action="session.opened").data == {"how": "password+totp"}

    def test_a_code_works_once(self, org):
        give_app(make_login(org, "therapist", username="robin"))
        for expected in (True, False):
            browser = Browser()
            try_to(browser, "robin")
            browser.post("/accounts/code/", {"code": app_code(NOW)})
            assert is_in(browser) is expected

    def test_a_recovery_code_works_once(self, org):
        user = make_login(org, "therapist", username="robin")
        give_app(user)
        code = user.authenticator_set.get(type="recovery_codes").wrap().get_unused_codes()[0]
        for expected in (True, False):
            browser = Browser()
            try_to(browser, "robin")
            browser.post("/accounts/code/", {"code": code})
            assert is_in(browser) is expected

    def test_wrong_codes_lock_the_sign_in_and_a_right_one_comes_too_late(self, org):
        give_app(make_login(org, "therapist", username="robin"))
        browser = Browser()
        try_to(browser, "robin")
        codes = [browser.post("/accounts/code/", {"code": "000000"}).status_code for _ in range(5)]
        assert codes == [200, 200, 200, 200, 429]
        assert browser.post("/accounts/code/", {"code": app_code(NOW)}).status_code == 429
        assert try_to(Browser(), "robin").status_code == 429
        assert not is_in(browser)
        assert actions(org) == [*["session.code_refused"] * 5, "session.locked"]

    def test_secrets_are_not_stored_in_the_clear(self, org):
        user = make_login(org, "therapist", username="robin")
        give_app(user)
        stored = str(list(user.authenticator_set.values_list("data", flat=True)))
        assert TOTP_SECRET not in stored

    def test_staff_without_a_factor_can_only_set_one_up(self, strict):
        make_login(strict, "therapist", username="robin")
        browser = Browser()
        try_to(browser, "robin")
        for path in ("/staff/emergency/", "/staff/audit/records/client/0123456789abcdef/"):
            assert browser.get(path).status_code in {302, 404}
        assert browser.get("/staff/emergency/")["Location"] == "/accounts/security/"
        assert browser.get("/accounts/security/").status_code == 200
        assert browser.get("/accounts/security/app/").status_code == 200

    def test_setting_up_the_app_opens_the_house_and_the_last_factor_stays(
        self, strict, django_capture_on_commit_callbacks
    ):
        user = make_login(strict, "therapist", username="robin", email="robin@example.org")
        browser = Browser()
        try_to(browser, "robin")
        browser.get("/accounts/security/app/")
        session = browser.session
        session["mfa.totp.secret"] = TOTP_SECRET
        session.save()
        with django_capture_on_commit_callbacks(execute=True):
            done = browser.post("/accounts/security/app/", {"code": app_code(NOW)})
        assert done["Location"] == "/accounts/security/codes/"
        assert browser.get("/accounts/security/codes/").status_code == 200
        assert browser.get("/staff/emergency/").status_code == 200
        kept = browser.post("/accounts/security/app/remove/")
        assert "Set up another one before" in kept.content.decode()
        assert user.authenticator_set.filter(type="totp").exists()
        assert [message.subject for message in mail.outbox] == ["Your sign-in was changed"]
        assert actions(strict) == ["session.opened", "factor.added", "factor.codes_made"]

    def test_clients_are_not_made_to_set_up_a_factor(self, strict):
        make_login(strict, "client", username="ana")
        browser = Browser()
        try_to(browser, "ana")
        assert browser.get("/")["Location"] != "/accounts/login/?ended=no-role"
        assert browser.get("/accounts/security/").status_code == 200

    def test_a_session_from_elsewhere_is_asked_too_in_an_organisation_that_wants_a_factor(self, org, strict):
        user = make_login(org, "therapist", username="robin")
        make_member(strict, "therapist", user=user)
        browser = signed_in(user, org, at=NOW)
        assert browser.get("/staff/emergency/").status_code == 200
        browser.post("/organization/", {"organization": strict.public_id})
        assert browser.get("/staff/emergency/")["Location"] == "/accounts/security/"


def link_in(body):
    return re.search(r"http://testserver(/\S+)", body)[1]


def set_password(browser, link, password):
    page = browser.get(link, follow=True)
    return browser.post(page.request["PATH_INFO"], {"password1": password, "password2": password})


class TestNewPassword:
    def test_the_mail_holds_a_link_that_works_once_and_no_serial_key(self, org):
        user = make_login(org, "therapist", username="robin", email="robin@example.org")
        old = signed_in(user, org, at=NOW)
        Browser().post("/accounts/password/reset/", {"email": "Robin@example.org"})
        message = mail.outbox[0]
        assert message.to == ["robin@example.org"]
        assert "Robin Reyes" not in message.body + message.subject
        link = link_in(message.body)
        assert link.startswith(f"/accounts/password/reset/{user.public_id}-")
        assert set_password(Browser(), link, "a fresh start on monday").status_code == 302
        assert "used up" in Browser().get(link, follow=True).content.decode()
        assert old.get("/staff/emergency/")["Location"].startswith(LOGIN)
        assert actions(org) == ["password.set"]

    def test_a_weak_password_is_refused_in_words(self, org):
        make_login(org, "therapist", username="robin", email="robin@example.org")
        Browser().post("/accounts/password/reset/", {"email": "robin@example.org"})
        page = set_password(Browser(), link_in(mail.outbox[0].body), "password")
        assert page.status_code == 200
        assert "at least 12 characters" in page.content.decode()
        assert actions(org) == []

    def test_nobody_learns_who_has_an_address(self, org):
        make_login(org, "therapist", username="robin", email="robin@example.org")
        answers = [
            Browser().post("/accounts/password/reset/", {"email": address})
            for address in ("robin@example.org", "nobody@example.org")
        ]
        assert [(answer.status_code, answer["Location"]) for answer in answers] == [
            (302, "/accounts/password/reset/sent/")
        ] * 2
        assert [message.to for message in mail.outbox] == [["robin@example.org"], ["nobody@example.org"]]
        assert "testserver" not in mail.outbox[1].body

    def test_a_link_dies_after_three_days(self, org, frozen):
        make_login(org, "therapist", username="robin", email="robin@example.org")
        Browser().post("/accounts/password/reset/", {"email": "robin@example.org"})
        link = link_in(mail.outbox[0].body)
        frozen.shift(timedelta(days=3, seconds=1))
        assert "used up" in Browser().get(link, follow=True).content.decode()


@pytest.mark.parametrize("method", ["get", "post"])
def test_there_is_no_sign_up(method):
    assert getattr(Browser(), method)("/accounts/signup/").status_code == 404

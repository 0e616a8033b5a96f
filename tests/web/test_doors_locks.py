"""Every door at which a password can be tried counts the tries towards the same lock."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
import time_machine
from django.test import Client as Browser
from django.urls import reverse

from openiop.apps.clients.services.invitations import invite
from openiop.apps.core.tenancy import tenant
from tests.factories import actor, make_client, make_organization
from tests.factories.signing import PASSWORD, give_app, make_login, signed_in

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 2, 17, 0, tzinfo=UTC)
WRONG, TRIES = "not this one at all", 5


@pytest.fixture
def org():
    with time_machine.travel(NOW, tick=False):
        yield make_organization()


@pytest.fixture
def robin(org):
    return make_login(org, "therapist", username="robin", email="robin@example.org")


def enter(login="robin"):
    """Try the right password at the front door."""
    return Browser().post(reverse("account_login"), {"login": login, "password": PASSWORD}).status_code


def test_asking_for_the_password_again_locks_the_sign_in(org, robin):
    assert enter() == 302
    browser = signed_in(robin, org, at=NOW)
    for _number in range(TRIES):
        browser.post(reverse("account_reauthenticate"), {"password": WRONG})
    assert enter() == 429


def test_asking_for_the_code_again_locks_the_sign_in(org, robin):
    give_app(robin)
    browser = signed_in(robin, org, at=NOW)
    for _number in range(TRIES):
        browser.post(reverse("mfa_reauthenticate"), {"code": "000000"})
    assert enter() == 429


def test_changing_the_password_with_a_wrong_one_is_refused_and_soon_stopped(org, robin):
    browser = signed_in(robin, org, at=NOW)
    new = {"password1": "quite another kind word", "password2": "quite another kind word"}
    answers = [
        browser.post(reverse("account_change_password"), {"oldpassword": WRONG, **new}).status_code
        for _number in range(TRIES + 1)
    ]
    robin.refresh_from_db()
    assert robin.check_password(PASSWORD)
    assert answers == [*[200] * TRIES, 429]


def test_connecting_an_invitation_with_a_wrong_password_locks_that_sign_in(org):
    other = make_organization()
    make_login(other, "therapist", username="sam", email="sam@example.org")
    with tenant(org.pk):
        client = make_client(org, email="sam@example.org")
        _row, key = invite(
            by=actor(org, "intake"), client=client, relation=None, email="sam@example.org", at=NOW
        )
    link = reverse("invitation", args=[key])
    answers = [Browser().post(link, {"password": WRONG}).status_code for _number in range(TRIES)]
    assert set(answers) <= {422, 429}
    assert enter("sam") == 429
    assert Browser().post(link, {"password": PASSWORD}).status_code in {422, 429}
    with tenant(org.pk):
        client.refresh_from_db()
    assert client.user is None

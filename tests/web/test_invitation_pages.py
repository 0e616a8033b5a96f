"""The way in by a link: from the staff's page to the person's own, with clear words where it leads nowhere."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
import time_machine
from django.core import mail
from django.test import Client as Browser
from django.test import override_settings
from django.urls import reverse

from openiop.apps.accounts.models import User
from openiop.apps.clients.models import Client, Invitation
from openiop.apps.clients.services.consents import Wish, prepare_consent
from openiop.apps.clients.services.signing import Signature, sign_consent
from openiop.apps.core.tenancy import tenant
from openiop.domain.consents import Expires, Purpose, Scope
from tests.factories import AT, actor, make_client, make_organization, make_relation
from tests.factories.signing import PASSWORD, app_code, give_app, make_login, signed_in

pytestmark = pytest.mark.django_db
EMAIL = "ana@example.org"
NEW = {"password": PASSWORD, "again": PASSWORD}


@pytest.fixture
def org():
    made = make_organization("Lantern Clinic")
    with time_machine.travel(AT, tick=False), tenant(made.pk):
        yield made


@pytest.fixture
def person(org):
    return make_client(org, part2=True, email=EMAIL)


@pytest.fixture
def staff(org):
    return signed_in(make_login(org, "intake"), org, at=AT)


def by_hand(staff, person, who="self", email=EMAIL):
    """Invite and read the link off the page."""
    url = reverse("client_portal_invite", args=[person.public_id, who])
    page = staff.post(url, {"email": email, "how": "hand"}).content.decode()
    found = re.search(r'value="http://testserver(/welcome/[\w-]+/)"', page)
    assert found
    return found[1]


def release(org, person, relation):
    by = actor(org, "intake")
    wish = Wish(
        "release", relation=relation, scopes=frozenset({Scope.SCHEDULE}), purpose=Purpose.SPECIFIC,
        purpose_words="To help me", expires_kind=Expires.DATE, expires_on=date(2026, 12, 31),
    )  # fmt: skip
    row = prepare_consent(by=by, client=person, wish=wish, at=AT)
    sign_consent(by=by, consent=row, signature=Signature("Ana Velora-Demo", agreed=True), at=AT)


def test_the_client_sets_a_password_and_is_in_their_own_place(staff, person):
    link = by_hand(staff, person)
    browser = Browser()
    page = browser.get(link).content.decode()
    assert "Velora" not in page
    assert "Lantern" not in page
    answer = browser.post(link, NEW)
    assert answer.url == reverse("portal_home")
    assert browser.get(answer.url).status_code == 200
    assert browser.get(reverse("clients")).status_code == 404
    fresh = Browser()
    assert fresh.post(reverse("account_login"), {"login": EMAIL, "password": PASSWORD}).status_code == 302


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"password": "short", "again": "short"}, "at least 12 characters"),
        ({"password": PASSWORD, "again": "another kind word"}, "not the same password"),
        ({"password": "", "again": ""}, "required"),
    ],
)
def test_a_password_that_will_not_do_lets_nobody_in(staff, person, given, words):
    link = by_hand(staff, person)
    answer = Browser().post(link, given)
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert Client.objects.get().user is None
    assert Browser().get(link).status_code == 200


def test_without_a_password_the_person_adds_a_passkey_next(staff, person):
    link = by_hand(staff, person)
    browser = Browser()
    answer = browser.post(link, {"passkey": "yes"})
    assert answer.url == reverse("mfa_add_webauthn")
    page = browser.get(answer.url)
    assert page.status_code == 200
    passwordless = page.context["form"]["passwordless"]
    assert (passwordless.initial, passwordless.field.disabled) == (True, True)
    assert not User.objects.get(email=EMAIL).has_usable_password()


def test_links_that_lead_nowhere_say_why(staff, person):
    link = by_hand(staff, person)
    wrong = Browser().get(link[:-2] + "x/")
    assert (wrong.status_code, "This link opens nothing" in wrong.content.decode()) == (404, True)
    with time_machine.travel(AT + timedelta(days=7), tick=False):
        late = Browser().get(link)
        assert (late.status_code, "has expired" in late.content.decode()) == (410, True)
    newer = by_hand(staff, person)
    former = Browser().get(link)
    assert (former.status_code, "works no more" in former.content.decode()) == (410, True)
    assert Browser().post(link, NEW).status_code == 410
    Browser().post(newer, NEW)
    used = Browser().get(newer)
    assert (used.status_code, "was used already" in used.content.decode()) == (410, True)
    assert Browser().post(newer, NEW).status_code == 410
    assert User.objects.filter(email=EMAIL).count() == 1


def test_looking_at_a_link_does_not_use_it_up(staff, person):
    link = by_hand(staff, person)
    for _ in range(3):
        assert Browser().get(link).status_code == 200
        assert Browser().head(link).status_code == 200
    assert Invitation.objects.get().accepted_at is None


def test_someone_with_a_sign_in_connects_it_by_their_password_and_second_factor(staff, org, person):
    other = make_organization("Other Clinic")
    pat = make_login(other, "therapist", email="pat@example.org")
    give_app(pat)
    sister = make_relation(person, "Pat Velora-Demo")
    release(org, person, sister)
    link = by_hand(staff, person, sister.public_id, "pat@example.org")
    browser = Browser()
    assert "There is a sign-in with pat@example.org already" in browser.get(link).content.decode()
    assert browser.post(link, {"password": "wrong words"}).status_code == 422
    sister.refresh_from_db()
    assert sister.user is None
    answer = browser.post(link, {"password": PASSWORD})
    assert answer.url == reverse("mfa_authenticate")
    sister.refresh_from_db()
    assert sister.user == pat
    assert browser.get(reverse("family_home")).url.startswith(reverse("account_login"))
    browser.post(answer.url, {"code": app_code(AT)})
    assert browser.get(reverse("family_home")).status_code == 200


def test_someone_who_is_signed_in_already_connects_in_one_click(staff, org, person):
    other = make_organization("Other Clinic")
    pat = make_login(other, "family", email="pat@example.org")
    sister = make_relation(person, "Pat Velora-Demo")
    release(org, person, sister)
    link = by_hand(staff, person, sister.public_id, "pat@example.org")
    browser = signed_in(pat, other, at=AT)
    assert "You are signed in as" in browser.get(link).content.decode()
    assert browser.post(link).url == reverse("family_home")
    page = browser.get(reverse("family_home")).content.decode()
    assert "Ana Velora-Demo" in page


def test_a_mail_says_nothing_about_care_and_speaks_the_persons_language(org, staff, person):
    person.language, person.email_message_ok = "es", True
    person.save()
    with override_settings(HAS_MAIL=True):
        url = reverse("client_portal_invite", args=[person.public_id, "self"])
        assert staff.post(url, {"email": EMAIL, "how": "mail"}).url == reverse(
            "client_portal", args=[person.public_id]
        )
    sent = mail.outbox[0]
    text = sent.subject + sent.body
    assert sent.to == [EMAIL]
    assert sent.subject == "Una página propia"
    assert "9 mar 2026" in text
    for word in ("Ana", "Velora", "Lantern", "clinic", "treatment", "terap", "consent", "programa"):
        assert word.casefold() not in text.casefold().replace("/welcome/", "")
    link = re.search(r"http://testserver(/welcome/\S+)", text)
    assert link
    assert Browser().get(link[1]).status_code == 200


def test_a_client_who_wants_no_mails_gets_none(org, staff, person):
    with override_settings(HAS_MAIL=True):
        url = reverse("client_portal_invite", args=[person.public_id, "self"])
        answer = staff.post(url, {"email": EMAIL, "how": "mail"})
    assert answer.status_code == 422
    assert mail.outbox == []
    assert Invitation.objects.count() == 0


def test_staff_see_the_state_resend_withdraw_and_close(org, staff, person):
    page = reverse("client_portal", args=[person.public_id])
    assert "Not invited" in staff.get(page).content.decode()
    first = by_hand(staff, person)
    assert "Invited, not used yet" in staff.get(page).content.decode()
    staff.post(reverse("client_portal_withdraw", args=[person.public_id, "self"]))
    assert "Invitation withdrawn" in staff.get(page).content.decode()
    assert Browser().get(first).status_code == 410
    browser = Browser()
    browser.post(by_hand(staff, person), NEW)
    assert "Has a way in" in staff.get(page).content.decode()
    assert (
        "/accounts/password/reset/"
        in staff.post(reverse("client_portal_link", args=[person.public_id, "self"])).content.decode()
    )
    staff.post(reverse("client_portal_close", args=[person.public_id, "self"]))
    assert "Closed" in staff.get(page).content.decode()
    with time_machine.travel(AT + timedelta(minutes=1), tick=False):
        assert browser.get(reverse("portal_home")).url.startswith(reverse("account_login"))


def test_a_contact_without_a_release_is_led_to_one(org, staff, person):
    sister = make_relation(person, "Pat Velora-Demo")
    page = staff.get(reverse("client_portal", args=[person.public_id])).content.decode()
    assert "May see nothing today. No consent names this recipient." in page
    assert reverse("consent_new", args=[person.public_id, "release"]) in page
    url = reverse("client_portal_invite", args=[person.public_id, sister.public_id])
    answer = staff.post(url, {"email": "pat@example.org", "how": "hand"})
    assert answer.status_code == 422
    assert "Prepare a release that names them first." in answer.content.decode()


def test_offices_and_strangers_have_no_door(org, staff, person):
    office = make_relation(person, "Dr. Chen-Demo", kind="provider")
    stranger = make_relation(make_client(org, "Ben"), "Someone-Demo")
    for who in (office, stranger):
        assert (
            staff.get(reverse("client_portal_invite", args=[person.public_id, who.public_id])).status_code
            == 404
        )
    nurse = signed_in(make_login(org, "nurse"), org, at=AT)
    assert nurse.get(reverse("client_portal", args=[person.public_id])).status_code == 404

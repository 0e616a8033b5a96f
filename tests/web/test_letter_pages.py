"""The way in by a letter: a code on paper for somebody without e-mail, as safe as the mailed link."""

from __future__ import annotations

import io
import re
from datetime import date, timedelta

import pytest
import time_machine
from django.test import Client as Browser
from django.urls import reverse

from openiop.apps.accounts.models import User
from openiop.apps.audit.models import Event
from openiop.apps.clients.models import Invitation
from openiop.apps.clients.services.consents import Wish, prepare_consent
from openiop.apps.clients.services.signing import Signature, sign_consent
from openiop.apps.core.actor import NOBODY
from openiop.apps.core.tenancy import tenant
from openiop.domain.consents import Expires, Purpose, Scope
from openiop.domain.invitations import LETTER_LASTS, code_as_typed
from tests.factories import AT, actor, make_client, make_organization, make_relation
from tests.factories.signing import PASSWORD, make_login, signed_in

pytestmark = pytest.mark.django_db
NEW = {"sign_in_name": "quiet.lake7", "password": PASSWORD, "again": PASSWORD}
CODE = re.compile(r'<b class="num">([0-9A-Z-]{19})</b>')


@pytest.fixture
def org():
    made = make_organization("Lantern Clinic")
    with time_machine.travel(AT, tick=False), tenant(made.pk):
        yield made


@pytest.fixture
def person(org):
    return make_client(org, part2=True, email="")


@pytest.fixture
def staff(org):
    return signed_in(make_login(org, "intake"), org, at=AT)


def make_letter(staff, person, who="self"):
    """Make a letter and return its page and the code as printed."""
    url = reverse("client_portal_invite", args=[person.public_id, who])
    page = staff.post(url, {"email": "", "how": "letter"}).content.decode()
    return page, CODE.search(page)[1]


def typed(code, browser=None):
    return (browser or Browser()).post(reverse("letter"), {"code": code})


def follow(code, data=None):
    """Type the code in a browser of its own and open what it leads to, or send that form."""
    browser = Browser()
    url = typed(code, browser).url
    return browser.post(url, data) if data else browser.get(url)


def test_no_secret_stands_in_an_address(staff, person, org):
    _page, code = make_letter(staff, person)
    answer = typed(code)
    assert answer.url == "/welcome/letter/"
    assert Browser().get(answer.url).status_code == 404


def test_a_client_without_an_address_comes_in_by_the_code_of_a_letter(staff, person):
    _page, code = make_letter(staff, person)
    browser = Browser()
    door = browser.get(reverse("letter")).content.decode()
    assert "Velora" not in door
    assert "Lantern" not in door
    answer = typed(code.lower().replace("-", " "), browser)
    page = browser.get(answer.url).content.decode()
    assert "Choose a name to sign in with" in page
    assert "Velora" not in page
    assert browser.post(answer.url, NEW).url == reverse("portal_home")
    assert browser.get(reverse("portal_home")).status_code == 200
    user = User.objects.get(username="quiet.lake7")
    assert user.email == ""
    person.refresh_from_db()
    assert person.user == user
    fresh = Browser()
    sent = {"login": "quiet.lake7", "password": PASSWORD}
    assert fresh.post(reverse("account_login"), sent).status_code == 302


def test_the_letter_names_the_person_and_no_clinic_on_screen_and_as_a_pdf(staff, person):
    pypdf = pytest.importorskip("pypdf", reason="pypdf reads the PDF back")
    page, code = make_letter(staff, person)
    sheet = page[page.index('<div class="stack measure"') :]
    assert "For Ana Velora-Demo" in sheet
    assert "Mar 16, 2026" in sheet
    assert "Lantern" not in sheet.split("</article>")[0].split("</section>")[0].split("<footer")[0]
    url = reverse("client_portal_letter", args=[person.public_id, "self"])
    answer = staff.post(url, {"code": code_as_typed(code)})
    assert answer["Content-Type"] == "application/pdf"
    assert "letter.pdf" in answer["Content-Disposition"]
    text = "".join(leaf.extract_text() for leaf in pypdf.PdfReader(io.BytesIO(answer.content)).pages)
    assert code in text
    assert "Ana Velora-Demo" in text
    assert "http://testserver/welcome/" in text
    assert "Lantern" not in text


def test_the_letter_speaks_the_persons_language(staff, org):
    page, _code = make_letter(staff, make_client(org, email="", language="es"))
    assert "Escriba este código:" in page
    assert 'lang="es"' in page


def test_family_without_an_address_is_let_in_by_letter_while_a_release_holds(staff, org, person):
    mother = make_relation(person)
    wish = Wish(
        "release", relation=mother, scopes=frozenset({Scope.SCHEDULE}), purpose=Purpose.SPECIFIC,
        purpose_words="To help me", expires_kind=Expires.DATE, expires_on=date(2026, 12, 31),
    )  # fmt: skip
    row = prepare_consent(by=actor(org, "intake"), client=person, wish=wish, at=AT)
    sign_consent(
        by=actor(org, "intake"), consent=row, signature=Signature("Ana Velora-Demo", agreed=True), at=AT
    )
    _page, code = make_letter(staff, person, mother.public_id)
    browser = Browser()
    assert browser.post(typed(code, browser).url, NEW).url == reverse("family_home")


def test_a_code_works_once(staff, person):
    _page, code = make_letter(staff, person)
    follow(code, NEW)
    again = follow(code, NEW | {"sign_in_name": "someone.else"})
    assert again.status_code == 410
    assert not User.objects.filter(username="someone.else").exists()


def test_a_code_is_kept_as_a_hash_and_lasts_fourteen_days(staff, person):
    _page, code = make_letter(staff, person)
    row = Invitation.objects.get()
    assert code_as_typed(code) not in row.key_sha256
    assert row.expires_at == AT + LETTER_LASTS
    with time_machine.travel(AT + timedelta(days=13, hours=23), tick=False):
        assert follow(code).status_code == 200
    with time_machine.travel(AT + LETTER_LASTS, tick=False):
        late = follow(code)
    assert late.status_code == 410
    assert "This link has expired" in late.content.decode()


def test_a_new_letter_stops_the_former_one(staff, person):
    _page, former = make_letter(staff, person)
    _page, code = make_letter(staff, person)
    assert follow(former).status_code == 410
    assert follow(code).status_code == 200
    url = reverse("client_portal_letter", args=[person.public_id, "self"])
    assert staff.post(url, {"code": code_as_typed(former)}).status_code == 302


def test_wrong_codes_lock_the_letter_and_are_written_down(staff, person):
    _page, code = make_letter(staff, person)
    right = code_as_typed(code)
    wrong = right[:-1] + ("0" if right[-1] != "0" else "1")
    answers = [typed(wrong).status_code for _number in range(5)]
    assert answers == [422, 422, 422, 422, 429]
    assert typed(right).status_code == 429
    with tenant(NOBODY):
        refused = Event.objects.filter(action="portal.code_refused")
        assert refused.count() == len(answers)
        assert right not in str(list(refused.values_list("data", "reason", "subject_id")))
    with time_machine.travel(AT + timedelta(minutes=16), tick=False):
        assert typed(right).status_code == 302


@pytest.mark.parametrize("code", ["", "ABCD", "ABCD-EFGH-JKMN-PQR!", "x" * 40, "uuuu-uuuu-uuuu-uuuu"])
def test_what_can_be_no_code_says_so_and_is_not_counted(org, code):
    answer = typed(code)
    assert answer.status_code == 422
    with tenant(NOBODY):
        assert not Event.objects.filter(action="portal.code_refused").exists()


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("a b c d", "without spaces"),
        ("abc", "4 to 60"),
        ("ana@example.org", "cannot be used"),
        ("TAKEN.name", "cannot be used"),
        ("", "required"),
    ],
)
def test_a_sign_in_name_that_will_not_do_lets_nobody_in(staff, org, person, name, words):
    make_login(org, "therapist", username="taken.name")
    _page, code = make_letter(staff, person)
    answer = follow(code, NEW | {"sign_in_name": name})
    assert answer.status_code == 422
    assert words in answer.content.decode()
    person.refresh_from_db()
    assert person.user is None
    assert follow(code).status_code == 200


def test_an_address_is_still_needed_for_a_link(staff, person):
    url = reverse("client_portal_invite", args=[person.public_id, "self"])
    answer = staff.post(url, {"email": "", "how": "hand"})
    assert answer.status_code == 422
    assert not Invitation.objects.exists()
    form = staff.get(url).content.decode()
    assert re.search(r'value="letter"[^>]*checked', form)

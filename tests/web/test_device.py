"""A device in a client's hand: nothing but the forms can be reached, by no address and no method."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.urls import NoReverseMatch, reverse

from openiop.apps.audit.models import Event
from openiop.apps.clients.models import Consent, Handover
from openiop.apps.core.routes import all_routes
from openiop.apps.core.tenancy import tenant
from openiop.web.handed import REACHABLE
from tests.factories import AT, make_client, make_episode, make_organization, make_site
from tests.factories.signing import PASSWORD, make_login, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def org():
    made = make_organization()
    with time_machine.travel(AT, tick=False), tenant(made.pk):
        yield made


@pytest.fixture
def person(org):
    site = make_site(org)
    made = make_client(org, site=site, part2=True)
    make_episode(made, site)
    return made


@pytest.fixture
def browser(org):
    return signed_in(make_login(org, "intake"), org, at=AT)


@pytest.fixture
def handed(browser, person):
    answer = browser.post(reverse("client_hand_over", args=[person.public_id]))
    assert answer.url == reverse("device")
    return browser


def form_url(template):
    return reverse("device_form", args=[Consent.objects.get(template_id=template).public_id])


def test_one_click_prepares_what_is_missing_and_hands_over(handed, person):
    assert sorted(Consent.objects.values_list("template_id", flat=True)) == ["part2-tpo", "treatment"]
    page = handed.get(reverse("device")).content.decode()
    assert "Consent to treatment" in page
    assert "Another role" not in page
    assert person.public_id not in page
    assert handed.session["handed"] == Handover.objects.get().public_id


def test_every_other_route_leads_back_to_the_forms(handed, person):
    tried = 0
    for route in all_routes():
        if route.name.startswith(REACHABLE):
            continue
        try:
            url = reverse(route.name, args=[person.public_id] * len(route.parameters))
        except NoReverseMatch:
            continue
        for method in ("get", "post"):
            answer = getattr(handed, method)(url)
            assert (answer.status_code, answer.get("Location")) == (302, reverse("device")), (
                route.name,
                method,
            )
            tried += 1
    assert tried > 100
    assert Handover.objects.get().returned_at is None


def test_the_narrowed_session_holds_no_other_permission(handed):
    answer = handed.get(reverse("device"))
    assert answer.wsgi_request.actor.permissions == frozenset({"device.sign"})
    assert answer.context["nav_first"] == []


def test_without_a_hand_over_the_device_pages_are_not_there(browser):
    for name in ("device", "device_back"):
        assert browser.get(reverse(name)).status_code == 404
    assert browser.post(reverse("device_end")).status_code == 404


def test_a_page_left_open_in_another_tab_goes_away(handed):
    assert handed.get(reverse("session_left")).json() == {"seconds": 0}


def test_the_client_signs_one_form_after_the_other_and_is_thanked(handed):
    first = handed.get(form_url("treatment"))
    page = first.content.decode()
    assert page.index("In short") < page.index("The whole text") < page.index("Your signature")
    assert handed.post(form_url("treatment"), {"name": "Someone", "agreed": "on"}).status_code == 422
    answer = handed.post(form_url("treatment"), {"name": "Ana Velora-Demo", "agreed": "on"})
    assert answer.url == form_url("part2-tpo")
    answer = handed.post(answer.url, {"decline": "yes", "words": "Not yet"})
    assert answer.url == reverse("device")
    assert "Please give the device back" in handed.get(answer.url).content.decode()
    treatment, tpo = (Consent.objects.get(template_id=one) for one in ("treatment", "part2-tpo"))
    assert (treatment.signed_by, treatment.signed_at) == ("Ana Velora-Demo", AT)
    assert (tpo.declined_at, tpo.revocation_words) == (AT, "Not yet")
    assert handed.get(form_url("treatment")).url == reverse("device")


def test_a_drawing_signs_without_a_typed_name(handed):
    strokes = "M10 90L40 60L80 120L120 70L160 110L200 80M220 60L221 61"
    handed.post(form_url("treatment"), {"name": "", "drawn": strokes, "agreed": "on"})
    assert Consent.objects.get(template_id="treatment").e_sig_method == "drawn"


def test_a_form_of_someone_else_is_not_on_the_device(handed, org):
    stranger = make_client(org, "Ben", "Arden-Demo")
    row = Consent.objects.create(
        organization=org, client=stranger, template_id="treatment", template_version=1, kind="treatment",
        language="en", purpose="TPO", expires_kind="none", body="I agree.", created_at=AT,
    )  # fmt: skip
    assert handed.get(reverse("device_form", args=[row.public_id])).status_code == 404
    answer = handed.post(
        reverse("device_form", args=[row.public_id]), {"name": "Ben Arden-Demo", "agreed": "on"}
    )
    assert answer.status_code == 404
    assert Consent.objects.get(pk=row.pk).signed_at is None


def test_taking_it_back_needs_the_password_of_whoever_gave_it(handed, person):
    back = reverse("device_back")
    before = handed.session.session_key
    answer = handed.post(back, {"password": "not this one"})
    assert answer.status_code == 422
    assert "The password is not right." in answer.content.decode()
    assert Event.objects.filter(action="device.refused").count() == 1
    assert handed.get(reverse("clients")).url == reverse("device")
    answer = handed.post(back, {"password": PASSWORD})
    assert answer.url == reverse("client_consents", args=[person.public_id])
    assert "handed" not in handed.session
    assert handed.session.session_key != before
    assert handed.get(reverse("clients")).status_code == 200
    assert Handover.objects.get().returned_how == "confirmed"
    assert Event.objects.order_by("-sequence").filter(action="device.returned").exists()


def test_wrong_passwords_lock_as_at_sign_in(handed):
    answers = [handed.post(reverse("device_back"), {"password": "no"}).status_code for _ in range(5)]
    assert answers == [422, 422, 422, 422, 429]
    assert handed.post(reverse("device_back"), {"password": PASSWORD}).status_code == 429
    assert Handover.objects.get().returned_at is None


def test_signing_out_instead_ends_the_session(handed):
    answer = handed.post(reverse("device_end"))
    assert answer.url == reverse("account_login")
    assert handed.get(reverse("clients")).url.startswith(reverse("account_login"))
    assert Handover.objects.get().returned_how == "signed_out"
    actions = list(Event.objects.order_by("sequence").values_list("action", flat=True))
    assert actions[-2:] == ["device.closed", "session.closed"]


def test_reading_may_take_longer_than_staff_may_be_idle_and_then_the_device_locks(handed):
    with time_machine.travel(AT + timedelta(minutes=29), tick=False):
        assert handed.get(reverse("device")).status_code == 200
    with time_machine.travel(AT + timedelta(minutes=60), tick=False):
        assert handed.get(reverse("device")).url.startswith(reverse("account_login"))
    assert Handover.objects.get().returned_how == "expired"


def test_the_device_speaks_the_clients_language_and_then_the_staffs_again(browser, person):
    person.language = "es"
    person.save()
    browser.post(reverse("client_hand_over", args=[person.public_id]))
    assert Consent.objects.first().language == "es"
    assert '<html lang="es"' in browser.get(reverse("device")).content.decode()
    browser.post(reverse("device_back"), {"password": PASSWORD})
    assert '<html lang="en"' in browser.get(reverse("clients")).content.decode()


def test_the_former_page_is_not_left_in_the_browsers_memory(browser, person):
    key = browser.session.session_key
    answer = browser.post(reverse("client_hand_over", args=[person.public_id]))
    assert answer["Clear-Site-Data"] == '"cache"'
    assert browser.session.session_key != key


def test_with_nothing_to_sign_the_device_stays_here(browser, person):
    person.birth_date = None
    person.save()
    answer = browser.post(reverse("client_hand_over", args=[person.public_id]), follow=True)
    assert "No form waits for a signature" in answer.content.decode()
    assert "handed" not in browser.session

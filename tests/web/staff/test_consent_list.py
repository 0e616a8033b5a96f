"""The staff's list of consents, the one action that prepares them, and the accounting taken out as files."""

from __future__ import annotations

import csv
import io
from datetime import date

import pytest
import time_machine
from django.urls import reverse
from pypdf import PdfReader

from openiop.apps.audit.models import Event
from openiop.apps.clients.models import Consent, Disclosure
from openiop.apps.core.tenancy import tenant
from tests.factories import (
    AT,
    make_client,
    make_consent,
    make_episode,
    make_organization,
    make_relation,
    make_site,
)
from tests.factories.signing import make_login, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def org():
    made = make_organization()
    with time_machine.travel(AT, tick=False), tenant(made.pk):
        yield made


@pytest.fixture
def site(org):
    return make_site(org, "North")


@pytest.fixture
def browser(org):
    return signed_in(make_login(org, "intake"), org, at=AT)


def in_care(org, site, first, **columns):
    person = make_client(org, first, "Velora-Demo", site=site, **columns)
    program = "substance-use" if columns.get("part2") else "depression"
    make_episode(person, site, program_id=program)
    return person


def sign(person, template="treatment", **columns):
    return make_consent(
        person,
        template_id=template,
        signed_at=AT,
        signed_by="Ana Velora-Demo",
        e_sig_method="typed",
        signature="Ana",
        **columns,
    )


def test_the_list_names_who_lacks_what_and_what_ends_soon(browser, org, site):
    in_care(org, site, "Ana", part2=True)
    sign(in_care(org, site, "Bo"))
    sign(in_care(org, site, "Cy"), expires_kind="date", expires_on=date(2026, 3, 20))
    page = browser.get(reverse("consents")).content.decode()
    assert "Ana Velora-Demo" in page
    assert page.count("Not prepared") == 2
    assert "Bo Velora-Demo" not in page
    assert "last day Mar 20, 2026" in page
    assert "Bo Velora-Demo" in browser.get(reverse("consents"), {"show": "all"}).content.decode()
    only = browser.get(reverse("consents"), {"track": "substance-use"}).content.decode()
    assert "Cy Velora-Demo" not in only
    assert Event.objects.filter(action="consents.read").count() == 3


def test_one_action_prepares_a_whole_track_and_says_who_must_be_asked(browser, org, site):
    in_care(org, site, "Ana", part2=True)
    in_care(org, site, "Bo", part2=True, language="es")
    in_care(org, site, "Teen", part2=True, birth_date=date(2011, 1, 1))
    in_care(org, site, "Cy")
    url = f"{reverse('consents_prepare')}?site={site.public_id}&track=substance-use"
    answer = browser.post(url, follow=True)
    words = answer.content.decode()
    assert "4 forms are ready to sign. For 1 person a few answers are needed first." in words
    made = Consent.objects.values_list("client__first_name", "template_id", "language")
    assert sorted(made) == [
        ("Ana", "part2-tpo", "en"),
        ("Ana", "treatment", "en"),
        ("Bo", "part2-tpo", "es"),
        ("Bo", "treatment", "es"),
    ]


def test_a_teenagers_forms_ask_who_signs_and_what_the_law_wants_confirmed(browser, org, site):
    teen = in_care(org, site, "Teen", birth_date=date(2011, 1, 1))
    url = reverse("client_consents_needed", args=[teen.public_id])
    assert browser.post(url, {"usual": "yes"}).status_code == 422
    page = browser.get(url).content.decode()
    assert "mature enough" in page
    answer = browser.post(url, {"language": "en", "basis": "minor_6924"})
    assert answer.status_code == 422
    assert "Confirm what the law asks" in answer.content.decode()
    assert Consent.objects.count() == 0
    answer = browser.post(url, {"language": "en", "basis": "minor_6924", "conditions": "on"})
    assert answer.status_code == 302
    assert Consent.objects.get().consent_basis == "minor_6924"


def test_a_site_one_does_not_work_at_is_not_there(org, site):
    elsewhere = make_site(org, "South")
    browser = signed_in(make_login(org, "therapist", site=site), org, at=AT)
    assert browser.get(reverse("consents"), {"site": elsewhere.public_id}).status_code == 404
    assert browser.post(f"{reverse('consents_prepare')}?site={elsewhere.public_id}").status_code == 404


def test_the_client_page_shows_what_is_missing_and_hands_over_in_one_click(browser, org, site):
    person = in_care(org, site, "Ana")
    page = browser.get(reverse("client", args=[person.public_id])).content.decode()
    assert reverse("client_hand_over", args=[person.public_id]) in page
    assert "Prepare and hand the device over" in page
    assert reverse("client_consents", args=[person.public_id]) in page


def test_paper_and_the_ending_event_are_written_down_on_pages(browser, org, site):
    person = in_care(org, site, "Ana")
    row = make_consent(person, expires_kind="event", expires_event="The end of treatment")
    paper = reverse("consent_paper", args=[row.public_id])
    assert browser.get(paper).status_code == 200
    answer = browser.post(
        paper, {"name": "Ana Velora-Demo", "signed_on": "2026-03-02", "kept_at": "Binder 3"}
    )
    assert answer.url == reverse("consent", args=[row.public_id])
    ended = reverse("consent_ended", args=[row.public_id])
    assert browser.get(ended).status_code == 200
    assert browser.post(ended, {"event_on": "2026-03-03"}).status_code == 422
    assert browser.post(ended, {"event_on": "2026-03-02"}).status_code == 302
    row.refresh_from_db()
    assert (row.signature, row.event_on) == ("Binder 3", date(2026, 3, 2))


# The accounting


@pytest.fixture
def disclosed(org, site):
    person = in_care(org, site, "Ana", part2=True)
    relation = make_relation(person, "=cmd Pat-Demo")
    consent = sign(person, "release", kind="release", recipient="=cmd Pat-Demo", recipient_relation=relation)
    Disclosure.objects.create(
        organization=org, client=person, consent=consent, disclosed_at=AT, recipient="=cmd Pat-Demo",
        purpose="specific", basis="consent", what="Attendance of February", scopes=["attendance"], part2=True,
        notice_version="part2-notice.1", notice="42 CFR Part 2 prohibits.", method="phone", created_at=AT,
    )  # fmt: skip
    return person


def test_the_accounting_is_a_table_for_machines_and_its_export_is_in_the_trail(disclosed, org):
    browser = just_signed_in(org)
    answer = browser.get(reverse("client_disclosures_csv", args=[disclosed.public_id]))
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert answer["Content-Disposition"] == 'attachment; filename="disclosures.csv"'
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert rows[0][:3] == ["When", "To whom", "What for"]
    assert rows[1] == [
        "2026-03-02 09:00", "'=cmd Pat-Demo", "The purpose named in a release", "Consent", "My attendance",
        "Attendance of February", "By phone or in person", "part2-notice.1", "",
    ]  # fmt: skip
    event = Event.objects.get(action="disclosure.exported")
    assert (event.client_id, event.data) == (disclosed.public_id, {"how": "csv", "rows": 1})


def test_the_accounting_and_the_cover_are_printed(disclosed, org):
    browser = just_signed_in(org)
    answer = browser.get(reverse("client_disclosures_pdf", args=[disclosed.public_id]))
    text = " ".join(" ".join(page.extract_text() for page in pages(answer)).split())
    assert "Accounting of disclosures" in text
    assert "Attendance of February" in text
    row = Disclosure.objects.get()
    cover = browser.get(reverse("disclosure_cover", args=[row.public_id]))
    assert "42 CFR Part 2 prohibits." in " ".join(page.extract_text() for page in pages(cover))


def test_an_export_asks_who_is_at_the_screen(browser, disclosed):
    for name in ("client_disclosures_csv", "client_disclosures_pdf"):
        answer = browser.get(reverse(name, args=[disclosed.public_id]))
        assert answer.url.startswith(reverse("account_reauthenticate"))
    assert not Event.objects.filter(action="disclosure.exported").exists()


def test_another_organizations_accounting_is_not_there(disclosed):
    browser = just_signed_in(make_organization())
    row = Disclosure.objects.get()
    for name in ("client_disclosures", "client_disclosures_csv", "client_disclosures_pdf"):
        assert browser.get(reverse(name, args=[disclosed.public_id])).status_code == 404
    assert browser.get(reverse("disclosure_cover", args=[row.public_id])).status_code == 404
    assert not Event.objects.filter(action="disclosure.exported").exists()


def pages(answer):
    assert answer["Content-Type"] == "application/pdf"
    return PdfReader(io.BytesIO(answer.content)).pages


def just_signed_in(org):
    """Return a browser whose person has just shown who they are."""
    browser = signed_in(make_login(org, "intake"), org, at=AT)
    session = browser.session
    session["demo"] = True
    session.save()
    org.is_demo = True
    org.save()
    return browser

"""The finder's pages: by GET and by the browser's own point, without a trace; a page for each place; reports."""

from __future__ import annotations

import random
import re
from datetime import date, timedelta
from decimal import Decimal

import pytest
import time_machine
from django.core import signing
from django.test import Client

from openiop import catalog
from openiop.apps.accounts.selectors import operator, system_actor
from openiop.apps.core.tenancy import tenant
from openiop.apps.directory.models import Facility, Report
from openiop.apps.directory.services.importing import Upload, import_facilities
from openiop.apps.directory.services.programs import Offer, publish_program
from openiop.domain.finder.geo import Point
from openiop.domain.finder.sources import Edition, Source
from openiop.formats.facilities import Entry, FacilityFile, Layout
from tests.factories import AT, make_organization, make_site

pytestmark = pytest.mark.django_db
STAMP = signing.dumps(0, salt="public form")


@pytest.fixture
def places() -> list[Facility]:
    entries = tuple(
        Entry(
            source=Source.SAMHSA_SU, row=number, name=f"House {number}", street=f"{number} Way", city="Larkmoor",
            state="CA", zip="94098", phone="415-555-0110", point=Point(37.8 + number / 100, -122.2),
            codes=("SA", "OP", "OIT", "MD", "TELE"),
        )
        for number in range(1, 26)
    )  # fmt: skip
    file = FacilityFile(Layout.PREPARED, entries)
    upload = Upload(file, "test", "test", Edition("2026", date(2026, 1, 1)))
    import_facilities(by=operator("test"), upload=upload, at=AT)
    return list(Facility.objects.order_by("id"))


def text_of(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_form_alone_asks_and_shows_where_help_is(client: Client) -> None:
    page = text_of(client, "/find/")
    assert "ZIP code, or city and state" in page
    assert "tel:988" in page
    assert "data-quick-exit" in page


def test_a_search_lists_places_with_their_reasons(client: Client, places: list[Facility]) -> None:
    page = text_of(client, "/find/?where=Larkmoor%2C+CA&level=iop&payment=medicaid")
    assert "25 places within 25 miles." in page
    # On a phone the list lies below the form: sending it leads to the list.
    assert 'action="/find/#results"' in page
    assert 'id="results"' in page
    assert page.count("Why this place:") == 20
    assert "tel:415-555-0110" in page
    assert "<svg viewBox" in page
    second = text_of(client, "/find/?where=Larkmoor%2C+CA&level=iop&payment=medicaid&page=2")
    assert second.count("Why this place:") == 5


def test_what_was_not_answered_is_marked(client: Client, places: list[Facility]) -> None:
    page = text_of(client, "/find/?where=94098&level=iop&language=spanish")
    assert "Spanish: not answered, ask when you call" in page


def test_nothing_that_fits_still_helps(client: Client, places: list[Facility]) -> None:
    page = text_of(client, "/find/?where=94098&payment=medicare&level=php")
    assert "No place in this directory fits" in page
    assert "tel:1-800-662-4357" in page


def test_a_place_that_is_none_is_said_at_the_field(client: Client, places: list[Facility]) -> None:
    assert "Write five digits of a ZIP code" in text_of(client, "/find/?where=nowhere&level=iop")
    assert "We do not know this place." in text_of(client, "/find/?where=10001")


def test_what_is_asked_is_sent_by_post_and_stands_in_no_address(
    client: Client, places: list[Facility]
) -> None:
    answer = client.post("/find/", {"lat": "37.81", "lon": "-122.21", "level": "iop"})
    page = answer.content.decode()
    assert "25 places within 25 miles." in page
    assert "lat=" not in page
    assert 'method="get"' not in page
    assert (
        answer.headers["Permissions-Policy"]
        == "camera=(), microphone=(), geolocation=(self), payment=(), usb=()"
    )
    assert set(answer.cookies) <= {"csrftoken"}


def test_a_place_has_a_page_with_source_and_date(client: Client, places: list[Facility]) -> None:
    page = text_of(client, f"/find/{places[0].public_id}/")
    assert "SAMHSA directory, substance use, 2026" in page
    assert "Not answered: ask when you call." in page
    assert 'href="tel:415-555-0110"' in page
    assert client.get("/find/nosuchplace/").status_code == 404


def test_a_list_that_leaves_the_street_out_leaves_no_comma(client: Client) -> None:
    place = Entry(
        source=Source.SAMHSA_SU,
        row=1,
        name="Harbor House",
        city="Larkmoor",
        state="CA",
        zip="94098",
        codes=("OIT",),
    )
    upload = Upload(FacilityFile(Layout.PREPARED, (place,)), "t", "t", Edition("2026", date(2026, 1, 1)))
    import_facilities(by=operator("test"), upload=upload, at=AT)
    address = f"/find/{Facility.objects.get().public_id}/"
    for page in (text_of(client, address), text_of(client, f"{address}call/")):
        assert re.search(r">\s*Larkmoor, CA 94098\s*<", page)


def test_a_talk_is_booked_at_the_site_of_the_place(client: Client) -> None:
    organization = make_organization()
    _first, second = make_site(organization, "Alder North"), make_site(organization, "Alder South")
    offer = Offer("depression", ["iop"], price=Decimal(340))
    with tenant(organization.pk):
        row = publish_program(by=system_actor(organization, "test"), site=second, offer=offer, at=AT)
    page = text_of(client, f"/find/{row.public_id}/")
    assert f'href="/at/{organization.slug}/talk/?site={second.public_id}"' in page


def test_a_price_that_is_no_longer_confirmed_is_shown_as_old(client: Client) -> None:
    organization = make_organization()
    site = make_site(organization, "Alder North")
    offer = Offer("depression", ["iop"], price=Decimal(340))
    with tenant(organization.pk):
        row = publish_program(by=system_actor(organization, "test"), site=site, offer=offer, at=AT)
    address = f"/find/{row.public_id}/"
    for days, is_old in ((90, False), (91, True)):
        with time_machine.travel(AT + timedelta(days=days), tick=False):
            sheet = text_of(client, f"{address}call/")
            assert ("$340.00 (old: is that still so?)" in sheet) is is_old
            for page in (
                text_of(client, address),
                client.post("/cost/questions/", {"way": "self", "go": "finish"}).content.decode(),
            ):
                told = page.split("$340.00")[1][:400]
                assert ("Old: ask when you call" in told) is is_old


def test_each_fact_bears_its_list_its_date_and_until_when_it_holds(
    client: Client, places: list[Facility]
) -> None:
    with time_machine.travel(AT, tick=False):
        page = text_of(client, f"/find/{places[0].public_id}/")
    since = "From: SAMHSA directory, substance use, 2026. Good until Jan 1, 2028."
    # Once for the address, once for each group of facts that is answered, once in the list of lists.
    assert page.count(since) > 5
    assert "Old: ask when you call" not in page
    with time_machine.travel(AT + timedelta(days=730), tick=False):
        old = text_of(client, f"/find/{places[0].public_id}/")
    assert old.count("Old: ask when you call") == old.count(since) == page.count(since)


def test_what_to_ask_fits_the_place_and_sends_nothing(client: Client, places: list[Facility]) -> None:
    with time_machine.travel(AT, tick=False):
        page = text_of(client, f"/find/{places[0].public_id}/call/")
    assert "Known: Alcohol or drugs" in page
    assert page.count('type="checkbox"') == 12
    assert "<form" not in page.split("<main")[1].split("</main>")[0]
    assert 'href="tel:415-555-0110"' in page
    assert client.get("/find/nosuchplace/call/").status_code == 404
    with time_machine.travel(AT + timedelta(days=730), tick=False):
        assert "(old: is that still so?)" in text_of(client, f"/find/{places[0].public_id}/call/")


def test_the_rule_is_printed_with_its_points(client: Client) -> None:
    page = text_of(client, "/find/how/")
    for part in catalog.finder().parts:
        assert part.about.en in page


def test_a_report_is_kept_with_nothing_about_who_sent_it(client: Client, places: list[Facility]) -> None:
    address = f"/find/{places[0].public_id}/report/"
    answer = client.post(address, {"what": "phone", "words": "It is 555-0199", "stamp": STAMP})
    assert answer.status_code == 302
    row = Report.objects.get()
    assert (row.facility, row.what, row.words) == (places[0], "phone", "It is 555-0199")
    assert {field.name for field in Report._meta.fields} == {
        "id", "public_id", "facility", "what", "words", "at", "closed_at", "closed_by", "outcome",
    }  # fmt: skip


@pytest.mark.parametrize("data", [{}, {"what": "nonsense", "stamp": STAMP}, {"what": "phone"}])
def test_a_report_that_cannot_be_right_is_not_kept(
    client: Client, places: list[Facility], data: dict[str, str]
) -> None:
    assert client.post(f"/find/{places[0].public_id}/report/", data).status_code == 422
    assert not Report.objects.exists()


def test_a_machine_learns_nothing_and_leaves_nothing(client: Client, places: list[Facility]) -> None:
    data = {"what": "phone", "website": "http://spam.example.org", "stamp": STAMP}
    assert client.post(f"/find/{places[0].public_id}/report/", data).status_code == 302
    assert not Report.objects.exists()


def test_generated_searches_and_reports_never_fail_and_leave_nothing(
    client: Client, places: list[Facility], long: bool
) -> None:
    chance = random.Random(11)
    pieces = [
        "94098",
        "x" * 500,
        "' OR 1=1",
        "\x00",
        "💥",
        "-1",
        "1e999",
        "nan",
        "iop",
        "Larkmoor, CA",
        "%00",
        "<b>",
    ]
    fields = [
        *"where radius level help payment age language mode times groups quality unanswered page lat lon".split()
    ]
    address = f"/find/{places[0].public_id}/report/"
    for _round in range(10_000 if long else 60):
        data = {name: chance.choice(pieces) for name in chance.sample(fields, chance.randint(0, 8))}
        assert client.get("/find/", data).status_code == 200
        assert client.post("/find/", data).status_code == 200
        wrong = {
            "what": chance.choice(["", "nonsense", "💥"]),
            "words": chance.choice(pieces),
            "stamp": STAMP,
        }
        assert client.post(address, wrong).status_code == 422
    assert not Report.objects.exists()

"""Claiming a listed place in the browser's words: found, claimed, told of, confirmed, let go of."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from urllib.parse import unquote

import pytest
import time_machine
from django.test import Client

from openiop.apps.accounts.models import Site
from openiop.apps.directory.models import Facility
from openiop.apps.directory.services.claims import claim_place
from openiop.cli import main
from tests.apps.directory.test_claims import opened
from tests.apps.directory.test_importing import take_in
from tests.factories import AT, make_member
from tests.formats.sheets import facility

pytestmark = pytest.mark.django_db
DUE = "1 listing in the public directory waits to be confirmed"


@pytest.fixture(autouse=True)
def _clock() -> Iterator[None]:
    with time_machine.travel(AT, tick=False):
        yield


@pytest.fixture
def place() -> Facility:
    take_in(facility(), facility(name1="Birch House", street1="9 Elm Way", phone="415-555-0999"))
    return Facility.objects.get(name="Alder House")


@pytest.fixture
def site() -> Site:
    return opened()[0]


def signed_in(client: Client, site: Site, role: str = "administrator") -> Client:
    site.organization.requires_mfa = False
    site.organization.save()
    user = make_member(site.organization, role).user
    client.force_login(user, "openiop.apps.accounts.backends.PasswordBackend")
    return client


def text_of(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_place_is_found_claimed_and_told_of(client: Client, site: Site, place: Facility) -> None:
    signed_in(client, site)
    assert "1 listed place has your telephone or street." in text_of(client, "/staff/listings/")
    assert "Alder House" in text_of(client, "/staff/listings/claim/")
    assert (
        "Another telephone and another street"
        in client.post("/staff/listings/claim/", {"words": "birch"}).content.decode()
    )
    client.post(f"/staff/listings/{place.public_id}/claim/", {"site": site.public_id})
    page = client.get(f"/staff/listings/{place.public_id}/").content.decode()
    assert 'value="415-555-0110"' in page
    said = {"phone": "415-555-0177", "level": ["iop"], "payment": ["medicaid"]}
    assert client.post(f"/staff/listings/{place.public_id}/", said).status_code == 302
    place.refresh_from_db()
    assert (place.owner_id, place.phone, place.confirmed_at) == (site.organization_id, "415-555-0177", AT)
    public = text_of(client, f"/find/{place.public_id}/")
    assert "From: the program itself, Mar 2, 2026." in public
    assert "What this list says" in public
    assert "Is this your program?" not in public


def test_a_place_that_shares_nothing_offers_no_claim(client: Client, site: Site, place: Facility) -> None:
    signed_in(client, site)
    birch = Facility.objects.get(name="Birch House")
    address = f"/staff/listings/{birch.public_id}/claim/"
    assert "It cannot be claimed from here" in text_of(client, address)
    assert client.post(address, {"site": site.public_id}).status_code == 422
    birch.refresh_from_db()
    assert birch.owner_id is None


def test_the_page_shows_the_code_that_the_command_takes_after_a_call(
    client: Client, site: Site, place: Facility, capsys: pytest.CaptureFixture[str]
) -> None:
    signed_in(client, site)
    birch = Facility.objects.get(name="Birch House")
    page = text_of(client, f"/staff/listings/{birch.public_id}/claim/")
    assert "Give this code to whoever answers 415-555-0999" in page
    code = re.search(r"nowrap\">([0-9A-Z-]{19})<", page)
    assert code
    words = ["directory", "claim", birch.public_id, "--site", site.name, "--reason", "Moved in May"]
    assert main([*words, "--code", code[1][:-1] + ("0" if code[1][-1] != "0" else "1")]) == 1
    birch.refresh_from_db()
    assert birch.owner_id is None
    assert main([*words, "--code", code[1].lower()]) == 0
    assert "Birch House is a place of Alder Clinic now" in capsys.readouterr().out
    assert "This place is yours already." in text_of(client, f"/staff/listings/{birch.public_id}/claim/")
    assert main(["directory", "claim", "nowhere", *words[3:], "--code", code[1]]) == 2


def test_the_command_takes_back_a_place_that_the_wrong_house_holds(
    client: Client, site: Site, place: Facility, capsys: pytest.CaptureFixture[str]
) -> None:
    signed_in(client, site)
    client.post(f"/staff/listings/{place.public_id}/claim/", {"site": site.public_id})
    client.post(f"/staff/listings/{place.public_id}/", {"phone": "415-555-0177", "level": ["iop"]})
    words = ["directory", "release", place.public_id, "--reason"]
    assert main([*words, " "]) == 2
    assert main([*words, "Another house lives there"]) == 0
    assert "Alder House is no longer a place of Alder Clinic." in capsys.readouterr().out
    assert client.get(f"/staff/listings/{place.public_id}/").status_code == 404
    assert "From: the program itself" not in text_of(client, f"/find/{place.public_id}/")
    assert main([*words, "Again"]) == 2
    assert main(["directory", "release", "nowhere", "--reason", "None"]) == 2


def test_a_month_later_the_first_page_reminds_and_two_clicks_confirm(
    client: Client, site: Site, place: Facility
) -> None:
    signed_in(client, site)
    client.post(f"/staff/listings/{place.public_id}/claim/", {"site": site.public_id})
    client.post(f"/staff/listings/{place.public_id}/", {"phone": "415-555-0177", "level": ["iop"]})
    assert DUE not in text_of(client, "/staff/people/")
    Facility.objects.filter(pk=place.pk).update(confirmed_at=AT - timedelta(days=31))
    assert DUE in text_of(client, "/staff/people/")
    assert "Everything is right" in text_of(client, "/staff/listings/")
    client.post(f"/staff/listings/{place.public_id}/confirm/")
    place.refresh_from_db()
    assert place.confirmed_at == AT
    assert DUE not in text_of(client, "/staff/people/")


def test_a_director_is_reminded_on_today(client: Client, site: Site, place: Facility) -> None:
    signed_in(client, site, "director")
    assert DUE not in text_of(client, "/staff/today/")
    client.post(f"/staff/listings/{place.public_id}/claim/", {"site": site.public_id})
    assert DUE in text_of(client, "/staff/today/")


def test_confirming_before_a_word_leads_to_the_form(client: Client, site: Site, place: Facility) -> None:
    signed_in(client, site)
    client.post(f"/staff/listings/{place.public_id}/claim/", {"site": site.public_id})
    answer = client.post(f"/staff/listings/{place.public_id}/confirm/")
    assert answer.headers["Location"] == f"/staff/listings/{place.public_id}/"
    place.refresh_from_db()
    assert place.confirmed_at is None


def test_letting_go_asks_once_and_frees_the_place(client: Client, site: Site, place: Facility) -> None:
    signed_in(client, site)
    client.post(f"/staff/listings/{place.public_id}/claim/", {"site": site.public_id})
    address = f"/staff/listings/{place.public_id}/release/"
    assert "another organization may claim it" in client.get(address).content.decode()
    assert client.post(address).status_code == 302
    place.refresh_from_db()
    assert (place.owner_id, place.site_id) == (None, None)


def test_a_place_held_by_another_organization_is_not_changed(
    client: Client, site: Site, place: Facility
) -> None:
    other, by = opened("Birch Clinic")
    claim_place(by=by, facility=place, site=other, at=AT)
    signed_in(client, site)
    assert "Claimed by another organization" in text_of(client, f"/staff/listings/{place.public_id}/claim/")
    for way in ("", "confirm/", "release/"):
        assert client.post(f"/staff/listings/{place.public_id}/{way}").status_code == 404
    client.post(f"/staff/listings/{place.public_id}/claim/", {"site": site.public_id})
    place.refresh_from_db()
    assert place.owner_id == other.organization_id


def test_the_public_page_leads_whoever_runs_the_place_to_the_door(client: Client, place: Facility) -> None:
    page = text_of(client, f"/find/{place.public_id}/")
    assert f'href="/staff/listings/{place.public_id}/claim/"' in page
    answer = client.get(f"/staff/listings/{place.public_id}/claim/")
    assert answer.status_code == 302
    assert unquote(answer.headers["Location"]).endswith(f"?next=/staff/listings/{place.public_id}/claim/")

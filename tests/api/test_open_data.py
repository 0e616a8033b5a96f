"""Open data: the same facts as the pages, cacheable, for any page, limited, valid FHIR R4."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.test import Client

from openiop.apps.accounts.selectors import operator, system_actor
from openiop.apps.core.tenancy import tenant
from openiop.apps.directory.models import Facility
from openiop.apps.directory.services.importing import Upload, import_facilities
from openiop.apps.directory.services.programs import Offer, confirm_program, publish_program
from openiop.apps.front.services import reading as limits
from openiop.domain.errors import InvalidInput
from openiop.domain.finder.geo import Point
from openiop.domain.finder.sources import Edition, Source
from openiop.domain.limits import READING
from openiop.formats.facilities import Entry, FacilityFile, Layout
from openiop.formats.fhir import programs as fhir
from tests.factories import AT, make_organization, make_site

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _fresh_buckets() -> None:
    limits.forget()


@pytest.fixture
def own() -> Facility:
    org = make_organization("Alder Clinic")
    site = make_site(org, "Alder North")
    offer = Offer("depression", ["iop", "medicaid", "mental-health"], Point(37.8, -122.2))
    with tenant(org.pk):
        return publish_program(by=system_actor(org, "test"), site=site, offer=offer, at=AT)


def put_listed(count: int) -> None:
    entries = tuple(
        Entry(
            source=Source.SAMHSA_SU,
            row=n,
            name=f"House {n}",
            state="CA",
            zip="94098",
            codes=("SA", "OIT", "MD"),
        )
        for n in range(count)
    )
    upload = Upload(FacilityFile(Layout.PREPARED, entries), "t", "t", Edition("2026", date(2026, 1, 1)))
    import_facilities(by=operator("test"), upload=upload, at=AT)


def test_pages_give_every_place_once(client: Client) -> None:
    put_listed(7)
    found, address = [], "/api/v1/programs?limit=3"
    while address:
        page = client.get(address).json()
        found += [one["id"] for one in page["programs"]]
        address = page["next"]
    assert found == sorted(Facility.objects.values_list("public_id", flat=True))


def test_a_place_says_its_three_states_and_its_sources(client: Client) -> None:
    put_listed(1)
    place = client.get(f"/api/v1/programs/{Facility.objects.get().public_id}").json()
    assert (place["options"]["iop"], place["options"]["medicare"], place["options"]["spanish"]) == (
        "listed", "not_listed", "not_answered",
    )  # fmt: skip
    assert place["sources"] == [
        {"source": "samhsa-su", "edition": "2026", "on": "2026-01-01", "expires": "2028-01-01"}
    ]
    assert place["live"] is None


def test_a_program_here_tells_its_published_price_and_of_what_day(client: Client, own: Facility) -> None:
    address = f"/api/v1/programs/{own.public_id}"
    assert client.get(address).json()["price"] is None
    by, offer = system_actor(own.owner, "test"), Offer("depression", ["iop"], price=Decimal("340.5"))
    with tenant(own.owner_id):
        publish_program(by=by, site=own.site, offer=offer, at=AT)
    told = {"amount": "340.50", "currency": "USD", "per": "day", "on": "2026-03-02", "expires": "2026-05-31"}
    assert client.get(address).json()["price"] == told
    put_listed(1)
    listed = Facility.objects.get(owner__isnull=True)
    assert client.get(f"/api/v1/programs/{listed.public_id}").json()["price"] is None


def test_the_same_again_is_not_sent_again_and_any_page_may_read_it(client: Client) -> None:
    put_listed(1)
    first = client.get("/api/v1/programs")
    again = client.get("/api/v1/programs", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert first.headers["Access-Control-Allow-Origin"] == "*"
    assert first.headers["Cache-Control"] == "public, max-age=60"
    assert not first.cookies


def test_who_asks_too_often_waits(client: Client) -> None:
    answers = [client.get("/api/fhir/Slot").status_code for _n in range(READING.most + 5)]
    assert answers[: READING.most] == [200] * READING.most
    assert 429 in answers[READING.most :]


def test_a_bucket_fills_again() -> None:
    assert all(limits.may_ask("a", at=AT) for _n in range(READING.most))
    assert not limits.may_ask("a", at=AT)
    assert limits.may_ask("b", at=AT)
    assert limits.may_ask("a", at=AT + timedelta(seconds=1))


def test_a_program_here_is_a_healthcare_service_and_a_listed_place_is_none(
    client: Client, own: Facility
) -> None:
    put_listed(1)
    bundle = client.get("/api/fhir/HealthcareService").json()
    assert [row["resource"]["id"] for row in bundle["entry"]] == [own.public_id]
    assert client.get(f"/api/fhir/HealthcareService/{own.public_id}").json()["active"] is True
    listed = Facility.objects.get(owner__isnull=True)
    assert client.get(f"/api/fhir/HealthcareService/{listed.public_id}").status_code == 404
    assert client.get(f"/api/fhir/Schedule/{own.public_id}").json()["actor"] == [
        {"reference": f"HealthcareService/{own.public_id}"}
    ]


def test_what_is_sent_is_valid_fhir(client: Client, own: Facility) -> None:
    from fhir.resources.R4B.bundle import Bundle
    from fhir.resources.R4B.slot import Slot

    for kind in ("HealthcareService", "Schedule", "Slot"):
        read = Bundle.model_validate_json(client.get(f"/api/fhir/{kind}").content)
        assert read.type == "searchset"
    start = datetime(2026, 11, 25, 17, tzinfo=UTC)
    row = fhir.slot(id="a", schedule_id="b", start=start, end=start + timedelta(hours=3), is_free=True)
    assert Slot.model_validate(row).status == "free"


def test_a_program_speaks_for_itself_and_confirms(own: Facility) -> None:
    assert own.confirmed_at == AT
    assert own.listed & 0b10
    later = AT + timedelta(days=30)
    confirmed = confirm_program(by=system_actor(own.owner, "test"), facility=own, at=later)
    assert (confirmed.confirmed_at, confirmed.told_on) == (later, later.date())
    assert confirmed.public_id == own.public_id


def test_an_option_that_is_none_is_refused(own: Facility) -> None:
    with tenant(own.owner_id), pytest.raises(InvalidInput, match="no option free-beer"):
        publish_program(
            by=system_actor(own.owner, "test"), site=own.site, offer=Offer("depression", ["free-beer"]), at=AT
        )

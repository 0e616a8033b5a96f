"""Programs in the directory: put in, confirmed in two clicks, reports closed."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.test import Client

from openiop.apps.accounts.models import Site
from openiop.apps.audit.models import Event
from openiop.apps.core.tenancy import tenant
from openiop.apps.directory.models import Facility, Report
from tests.factories import AT, make_member, make_organization, make_site
from tests.factories.care import make_series, make_slot

pytestmark = pytest.mark.django_db


@pytest.fixture
def site() -> Site:
    site = make_site(make_organization("Alder Clinic"), "Alder North")
    with tenant(site.organization_id):
        make_slot(make_series(site))
    return site


@pytest.fixture
def admin(site: Site, client: Client) -> Client:
    site.organization.requires_mfa = False
    site.organization.save()
    client.force_login(
        make_member(site.organization, "administrator").user, "openiop.apps.accounts.backends.PasswordBackend"
    )
    return client


def test_a_track_is_put_in_confirmed_a_month_later_and_found(site: Site, admin: Client) -> None:
    with time_machine.travel(AT, tick=False):
        page = admin.get("/staff/listings/").content.decode()
        assert "Not in the directory" in page
        address = f"/staff/listings/at/{site.public_id}/depression/"
        sent = {"level": ["iop"], "payment": ["medicaid"], "lat": "37.8", "lon": "-122.2"}
        assert admin.post(address, sent).status_code == 302
        place = Facility.objects.get()
        assert (place.owner_id, place.lat, place.confirmed_at) == (site.organization_id, 37.8, AT)
        assert "Current" in admin.get("/staff/listings/").content.decode()


def test_what_is_a_month_old_is_due_until_one_click(site: Site, admin: Client) -> None:
    with time_machine.travel(AT, tick=False):
        admin.post(f"/staff/listings/at/{site.public_id}/depression/", {"level": ["iop"]})
    place = Facility.objects.get()
    Facility.objects.update(confirmed_at=AT - timedelta(days=31))
    with time_machine.travel(AT, tick=False):
        assert "Due" in admin.get("/staff/listings/").content.decode()
        assert admin.post(f"/staff/listings/{place.public_id}/confirm/").status_code == 302
    place.refresh_from_db()
    assert place.confirmed_at == AT


def test_a_published_price_stands_on_the_public_pages_with_its_day_and_none_says_call(
    site: Site, admin: Client
) -> None:
    address = f"/staff/listings/at/{site.public_id}/depression/"
    question = {"way": "self", "go": "first"}
    site.phone = "415-555-0110"
    with tenant(site.organization_id):
        site.save()
    with time_machine.travel(AT, tick=False):
        admin.post(address, {"level": ["iop"]})
        place = f"/find/{Facility.objects.get().public_id}/"
        assert "No price is published: ask when you call." in admin.get(place).content.decode()
        assert 'Alder North: <a href="tel:' in admin.post("/cost/questions/", question).content.decode()
        assert admin.post(address, {"level": ["iop"], "price": "0"}).status_code == 422
        assert admin.post(address, {"level": ["iop"], "price": "1425.5"}).status_code == 302
        for page in (admin.get(place), admin.post("/cost/questions/", question)):
            assert "$1,425.50" in page.content.decode()
            assert "as of Monday, March 2, 2026" in page.content.decode()
        assert "One day without insurance: $1,425.50" in admin.get(f"{place}call/").content.decode()
        assert 'value="1425.50"' in admin.get(address).content.decode()
    with tenant(site.organization_id):
        told = Event.objects.filter(action="listing.published").order_by("sequence")
        assert [event.data["price"] for event in told] == ["", "1425.50"]


def test_groups_that_follow_one_another_are_one_time_and_an_evening_is_another(
    site: Site, admin: Client
) -> None:
    with tenant(site.organization_id):
        for start, minutes in ((810, 90), (1080, 60), (1140, 90)):
            make_slot(make_series(site), 2, start, minutes)
    with time_machine.travel(AT, tick=False):
        admin.post(f"/staff/listings/at/{site.public_id}/depression/", {"level": ["iop"]})
        page = admin.get(f"/find/{Facility.objects.get().public_id}/").content.decode()
    assert "Wednesday, 1:30–3:00\xa0pm, 6:00–8:30\xa0pm" in page


def test_a_program_without_a_level_is_not_put_in(site: Site, admin: Client) -> None:
    assert admin.post(f"/staff/listings/at/{site.public_id}/depression/", {}).status_code == 422
    assert not Facility.objects.exists()


def test_a_report_is_read_and_closed(site: Site, admin: Client) -> None:
    place = Facility.objects.create(public_id="a" * 16, identity="a", name="House", state="CA", created_at=AT)
    row = Report.objects.create(facility=place, what="phone", words="It is 555-0199", at=AT)
    assert "It is 555-0199" in admin.get("/staff/listings/").content.decode()
    assert admin.post(f"/staff/listings/reports/{row.public_id}/close/").status_code == 302
    assert "No open reports." in admin.get("/staff/listings/").content.decode()


def test_a_report_about_another_organizations_program_is_not_ours(site: Site, admin: Client) -> None:
    other = make_organization("Other")
    place = Facility.objects.create(
        public_id="a" * 16, identity="a", name="House", state="CA", owner=other, created_at=AT
    )
    row = Report.objects.create(facility=place, what="phone", words="Not ours", at=AT)
    assert "Not ours" not in admin.get("/staff/listings/").content.decode()
    assert admin.post(f"/staff/listings/reports/{row.public_id}/close/").status_code == 404
    assert admin.post(f"/staff/listings/{place.public_id}/confirm/").status_code == 404
    row.refresh_from_db()
    assert row.closed_at is None

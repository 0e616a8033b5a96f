"""Claiming a listed place: by what it shares with a site, held by one, kept through imports, let go of."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from django.conf import settings

from openiop.apps.accounts.models import Site
from openiop.apps.accounts.selectors import operator, system_actor
from openiop.apps.audit.models import Event
from openiop.apps.audit.presenters import sentence
from openiop.apps.core.actor import Actor
from openiop.apps.core.tenancy import tenant
from openiop.apps.directory.models import Facility, Listing
from openiop.apps.directory.selectors.claims import (
    access_claimable,
    call_code_of,
    listings_due,
    search_places,
    suggested_places,
)
from openiop.apps.directory.selectors.pages import page_of
from openiop.apps.directory.services.claims import (
    claim_by_call,
    claim_place,
    release_place,
    say_offer,
    take_back_place,
)
from openiop.apps.directory.services.programs import Offer, confirm_program
from openiop.apps.directory.services.zips import import_zips
from openiop.domain.errors import Conflict, InvalidInput, NotAllowed
from openiop.domain.finder.claims import Call
from openiop.domain.finder.geo import Point
from openiop.domain.finder.options import State
from openiop.domain.finder.sources import Edition
from tests.apps.directory.test_importing import OF_2024, take_in
from tests.factories import AT, make_organization, make_site
from tests.formats.sheets import facility

pytestmark = pytest.mark.django_db
SAID = Offer("", ["iop", "medicaid"], website="https://alder.example", phone="415-555-0177")


def opened(name: str = "Alder Clinic", phone: str = "(415) 555-0110") -> tuple[Site, Actor]:
    site = make_site(make_organization(name), f"{name} North", phone=phone)
    with tenant(site.organization_id):
        return site, system_actor(site.organization, "test")


def listed() -> Facility:
    take_in(facility())
    return Facility.objects.get()


def claimed() -> tuple[Facility, Site, Actor]:
    site, by = opened()
    place = claim_place(by=by, facility=listed(), site=site, at=AT)
    return say_offer(by=by, facility=place, offer=SAID, at=AT), site, by


def fact(place: Facility, key: str) -> tuple[State, str, date | None, date | None]:
    page = page_of(Facility.objects.get(pk=place.pk), at=AT)
    (one,) = [one for _group, facts in page.groups for one in facts if one.option.key == key]
    return one.state, str(one.source.source) if one.source else "", one.on, one.expires


def actions(by: Actor) -> list[str]:
    with tenant(by.organization_id):
        return list(Event.objects.order_by("id").values_list("action", flat=True))


def test_a_place_with_the_sites_telephone_is_offered_and_claimed() -> None:
    place = listed()
    site, by = opened()
    with tenant(site.organization_id):
        assert [(one.facility, one.sites) for one in suggested_places(by)] == [(place, (site,))]
    claim_place(by=by, facility=place, site=site, at=AT)
    place.refresh_from_db()
    assert (place.owner_id, place.site_id, place.track) == (site.organization_id, site.pk, "")
    assert actions(by) == ["listing.claimed"]
    with tenant(site.organization_id):
        assert suggested_places(by) == []
        assert listings_due(by, at=AT) == 1


def test_claiming_again_changes_nothing() -> None:
    place, site, by = claimed()
    claim_place(by=by, facility=place, site=site, at=AT)
    assert actions(by) == ["listing.claimed", "listing.stated"]


def test_a_place_that_shares_nothing_is_not_claimed() -> None:
    place = listed()
    site, by = opened(phone="415-555-0999")
    with pytest.raises(NotAllowed):
        claim_place(by=by, facility=place, site=site, at=AT)
    place.refresh_from_db()
    assert (place.owner_id, place.site_id, actions(by)) == (None, None, [])


def code_for(by: Actor, place: Facility, at: datetime = AT) -> str:
    with tenant(by.organization_id):
        return call_code_of(by, access_claimable(by, place.public_id), at=at)


def test_the_code_read_out_at_the_listed_telephone_claims_a_place_that_shares_nothing() -> None:
    place = listed()
    site, by = opened(phone="415-555-0999")
    code = code_for(by, place)
    claim_by_call(
        by=by, facility=place, site=site, code=code.lower(), reason="Moved in May", at=AT + timedelta(days=14)
    )
    place.refresh_from_db()
    assert (place.owner_id, place.site_id) == (site.organization_id, site.pk)
    with tenant(site.organization_id):
        event = Event.objects.get()
        assert (event.action, event.data["proof"], event.data["reason"]) == (
            "listing.claimed",
            "call",
            "Moved in May",
        )


@pytest.mark.parametrize("wrong", ["another's", "another place's", "old", "", "7K3M-9QXW-4TND-0000"])
def test_no_other_code_claims_it(wrong: str) -> None:
    take_in(facility(), facility(name1="Birch House", street1="9 Elm Way", phone="415-555-0998"))
    place, birch = Facility.objects.get(name="Alder House"), Facility.objects.get(name="Birch House")
    site, by = opened(phone="415-555-0999")
    _other, stranger = opened("Birch Clinic", phone="415-555-0997")
    codes = {
        "another's": code_for(stranger, place),
        "another place's": code_for(by, birch),
        "old": code_for(by, place, AT - timedelta(days=15)),
    }
    with pytest.raises(NotAllowed):
        claim_by_call(by=by, facility=place, site=site, code=codes.get(wrong, wrong), reason="Moved", at=AT)
    place.refresh_from_db()
    assert (place.owner_id, actions(by)) == (None, [])


def test_a_call_does_not_take_a_place_from_whoever_holds_it_and_says_why() -> None:
    place, site, _by = claimed()
    other, stranger = opened("Birch Clinic", phone="415-555-0999")
    code = Call(str(other.organization_id), place.public_id).code(settings.SECRET_KEY, AT.date())
    with pytest.raises(Conflict):
        claim_by_call(by=stranger, facility=place, site=other, code=code, reason="Ours", at=AT)
    with pytest.raises(InvalidInput):
        claim_by_call(by=stranger, facility=place, site=other, code=code, reason=" ", at=AT)
    place.refresh_from_db()
    assert (place.site_id, actions(stranger)) == (site.pk, [])


def test_a_code_is_shown_only_where_one_is_needed_and_can_be_asked_for() -> None:
    place, _site, by = claimed()
    assert code_for(by, place) == ""
    _other, stranger = opened("Birch Clinic", phone="415-555-0999")
    assert code_for(stranger, place) == ""
    take_in(facility(name1="Silent House", street1="9 Elm Way", phone=""), is_partial=True)
    assert code_for(stranger, Facility.objects.get(name="Silent House")) == ""


def test_a_place_that_another_organization_holds_is_not_claimed() -> None:
    place, site, _by = claimed()
    other, stranger = opened("Birch Clinic")
    with pytest.raises(Conflict):
        claim_place(by=stranger, facility=place, site=other, at=AT)
    place.refresh_from_db()
    assert (place.owner_id, place.site_id, actions(stranger)) == (site.organization_id, site.pk, [])
    with tenant(other.organization_id):
        (found,) = search_places(stranger, "415-555-0177")
    assert (found.is_held, found.is_ours) == (True, False)


def test_what_the_program_says_counts_and_what_the_list_says_stays() -> None:
    place, _site, _by = claimed()
    today = AT.date()
    assert fact(place, "medicaid") == (State.LISTED, "program", today, today + timedelta(days=90))
    assert fact(place, "telehealth")[:2] == (State.NOT_LISTED, "program")
    assert (place.phone, place.website, place.name) == (
        "415-555-0177",
        "https://alder.example",
        "Alder House",
    )
    told = page_of(place, at=AT).told
    assert sorted(one.listing.source for one in told) == ["program", "samhsa-su"]
    assert Listing.objects.get(source="samhsa-su").said["phone"] == "415-555-0110"


def test_an_option_that_does_not_exist_is_said_of_no_place() -> None:
    site, by = opened()
    place = claim_place(by=by, facility=listed(), site=site, at=AT)
    with pytest.raises(InvalidInput):
        say_offer(by=by, facility=place, offer=Offer("", ["yoga"]), at=AT)
    assert not Listing.objects.filter(source="program").exists()


def test_a_place_of_which_nothing_was_said_is_not_confirmed() -> None:
    site, by = opened()
    place = claim_place(by=by, facility=listed(), site=site, at=AT)
    with pytest.raises(Conflict):
        confirm_program(by=by, facility=place, at=AT)
    place.refresh_from_db()
    assert place.confirmed_at is None


def test_confirming_a_month_later_moves_the_day_and_ends_the_reminder() -> None:
    place, site, by = claimed()
    later = AT + timedelta(days=31)
    with tenant(site.organization_id):
        assert (listings_due(by, at=AT), listings_due(by, at=later)) == (0, 1)
    confirm_program(by=by, facility=place, at=later)
    with tenant(site.organization_id):
        assert listings_due(by, at=later) == 0
    assert fact(place, "medicaid")[2] == later.date()


def test_an_import_undoes_neither_the_claim_nor_the_programs_words() -> None:
    place, site, _by = claimed()
    again = take_in(facility())
    assert again.counts == {"same": 1}
    take_in(facility(phone="415-555-0188"), edition=OF_2024)
    place.refresh_from_db()
    assert (place.owner_id, place.site_id, place.phone) == (site.organization_id, site.pk, "415-555-0177")
    assert fact(place, "medicaid")[1] == "program"
    assert Listing.objects.get(source="samhsa-su").said["phone"] == "415-555-0188"


def test_a_claimed_place_gets_the_point_of_its_zip_area_like_any_other() -> None:
    place, _site, by = claimed()
    assert place.lat is None
    found = import_zips(by=operator("test"), points={place.zip: Point(37.9, -122.5)}, at=AT)
    assert found["placed"] == 1
    place.refresh_from_db()
    assert (place.lat, place.point_how, place.owner_id) == (37.9, "zip", by.organization_id)


def test_a_place_that_the_next_list_lacks_stays_while_it_is_claimed() -> None:
    take_in(facility(), facility(name1="Birch"))
    place = Facility.objects.get(name="Alder House")
    site, by = opened()
    claim_place(by=by, facility=place, site=site, at=AT)
    say_offer(by=by, facility=place, offer=SAID, at=AT)
    take_in(facility(name1="Birch"), edition=Edition("2025", date(2025, 1, 1)))
    place.refresh_from_db()
    assert (place.gone_on, place.owner_id) == (None, site.organization_id)
    released = release_place(by=by, facility=place, at=AT)
    assert released.gone_on is not None


def test_letting_go_leaves_the_lists_and_lets_another_claim() -> None:
    place, _site, by = claimed()
    release_place(by=by, facility=place, at=AT)
    place.refresh_from_db()
    assert (place.owner_id, place.site_id, place.confirmed_at, place.phone) == (
        None,
        None,
        None,
        "415-555-0110",
    )
    assert fact(place, "telehealth")[1] != "program"
    assert actions(by)[-1] == "listing.released"
    other, stranger = opened("Birch Clinic")
    claim_place(by=stranger, facility=place, site=other, at=AT)
    place.refresh_from_db()
    assert place.owner_id == other.organization_id


def test_a_place_is_taken_back_with_its_reason_and_the_right_house_claims_it() -> None:
    place, _site, by = claimed()
    other, right = opened("Birch Clinic")
    with pytest.raises(Conflict):
        take_back_place(by=right, facility=place, reason="Not theirs", at=AT)
    with pytest.raises(InvalidInput):
        take_back_place(by=by, facility=place, reason="  ", at=AT)
    place.refresh_from_db()
    assert (place.owner_id, actions(by)[-1]) == (by.organization_id, "listing.stated")
    take_back_place(by=by, facility=place, reason="Read out  to a stranger", at=AT)
    assert (place.owner_id, place.confirmed_at, place.phone) == (None, None, "415-555-0110")
    with tenant(by.organization_id):
        event = Event.objects.get(action="listing.released")
    assert event.data == {"reason": "Read out to a stranger"}
    told = "a claimed place of the public directory was taken back: Read out to a stranger"
    assert sentence(event.action, event.data) == told
    claim_place(by=right, facility=place, site=other, at=AT)
    place.refresh_from_db()
    assert place.owner_id == other.organization_id


def test_who_holds_a_place_no_longer_neither_speaks_for_it_nor_lets_go_of_it() -> None:
    place, _site, by = claimed()
    before = Facility.objects.get(pk=place.pk)
    release_place(by=by, facility=place, at=AT)
    site, right = opened("Birch Clinic")
    claim_place(by=right, facility=place, site=site, at=AT)
    with pytest.raises(Conflict):
        say_offer(by=by, facility=before, offer=SAID, at=AT)
    with pytest.raises(Conflict):
        release_place(by=by, facility=before, at=AT)
    place.refresh_from_db()
    assert (place.owner_id, place.confirmed_at, place.phone) == (site.organization_id, None, "415-555-0110")
    assert actions(by) == ["listing.claimed", "listing.stated", "listing.released"]

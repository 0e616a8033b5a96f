"""Taking lists in: exact counts, nothing twice, nothing lost by a kill, former values kept."""

from __future__ import annotations

from datetime import date

import pytest

from openiop.apps.accounts.selectors import operator
from openiop.apps.directory.models import Change, Facility, ImportRun, Listing, ZipPoint
from openiop.apps.directory.services import importing
from openiop.apps.directory.services.importing import Outcome, Upload, import_facilities, try_facilities
from openiop.apps.directory.services.zips import import_zips
from openiop.domain.errors import Conflict
from openiop.domain.finder.geo import Point
from openiop.domain.finder.sources import Edition
from openiop.formats.facilities import read_facilities
from tests.factories import AT
from tests.figures import Figures
from tests.formats.sheets import facility, official
from tests.shared_data import shared

pytestmark = pytest.mark.django_db
BY = operator("test")
OF_2023 = Edition("2023", date(2023, 1, 1))
OF_2024 = Edition("2024", date(2024, 1, 1))


def upload(raw: bytes, edition: Edition = OF_2023, name: str = "su.xlsx") -> Upload:
    return Upload.of(read_facilities(raw, name=name), raw, name=name, edition=edition)


def take_in(*rows: list[str | int], edition: Edition = OF_2023, **more: bool) -> Outcome:
    return import_facilities(by=BY, upload=upload(official(*rows), edition), at=AT, **more)


def rows_of_everything() -> list[object]:
    return [
        list(model.objects.order_by("pk").values_list()) for model in (Facility, Listing, Change, ZipPoint)
    ]


def test_a_place_gets_its_columns() -> None:
    outcome = take_in(facility())
    assert (outcome.counts, outcome.places) == ({"new": 1}, 1)
    place = Facility.objects.get()
    assert (place.name, place.city_key, place.told_on) == ("Alder House", "larkmoor", date(2023, 1, 1))
    assert place.listed & 0b11 == 0b11
    assert place.phone_key == "4155550110"


def test_the_same_file_again_changes_nothing() -> None:
    take_in(facility(), facility(), facility(name1="Birch"))
    before = rows_of_everything()
    again = take_in(facility(), facility(), facility(name1="Birch"))
    assert again.counts == {"same": 3}
    assert rows_of_everything() == before


def test_two_rows_of_one_place_are_two_listings_of_one_place() -> None:
    outcome = take_in(facility(), facility())
    assert (outcome.counts["new"], outcome.places) == (2, 1)
    assert Listing.objects.count() == 2


def test_a_new_edition_keeps_the_address_and_the_former_telephone() -> None:
    take_in(facility())
    address = Facility.objects.get().public_id
    outcome = take_in(facility(phone="415-555-0199"), edition=OF_2024)
    place = Facility.objects.get()
    assert (outcome.counts, place.phone, place.public_id) == ({"changed": 1}, "415-555-0199", address)
    change = Change.objects.get()
    assert (change.field, change.before, change.after) == ("phone", "415-555-0110", "415-555-0199")
    assert place.told_on == date(2024, 1, 1)


def test_an_older_edition_takes_nothing_back() -> None:
    take_in(facility(phone="415-555-0199"), edition=OF_2024)
    assert take_in(facility()).counts == {"older": 1}
    assert Facility.objects.get().phone == "415-555-0199"


def test_what_the_next_edition_lacks_is_gone_and_comes_back() -> None:
    take_in(facility(), facility(name1="Birch"), facility(name1="Cedar"))
    outcome = take_in(facility(), facility(name1="Cedar"), edition=OF_2024)
    assert outcome.counts == {"renewed": 2, "gone": 1}
    birch = Facility.objects.get(name="Birch")
    assert (birch.listed, birch.maybe, birch.gone_on) == (0, 0, date(2024, 1, 1))
    back = take_in(facility(), facility(name1="Birch"), facility(name1="Cedar"), edition=OF_2024)
    assert back.counts == {"same": 2, "changed": 1}
    birch.refresh_from_db()
    assert (birch.gone_on, birch.listed & 1) == (None, 1)


def test_a_list_without_most_of_what_was_known_is_refused_and_nothing_changes() -> None:
    take_in(facility(), facility(name1="Birch"), facility(name1="Cedar"))
    before = rows_of_everything()
    with pytest.raises(Conflict, match="lacks 2 of the 3 rows"):
        take_in(facility(), edition=OF_2024)
    assert rows_of_everything() == before
    assert take_in(facility(), edition=OF_2024, is_partial=True).counts == {"renewed": 1}


def test_a_dry_run_tells_and_writes_nothing() -> None:
    take_in(facility())
    before = rows_of_everything()
    outcome = try_facilities(upload=upload(official(facility(phone="1"), facility(name1="Birch"))))
    assert outcome.counts == {"changed": 1, "new": 1, "gone": 0}
    assert rows_of_everything() == before


def test_a_killed_run_goes_on_where_it_stood(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importing, "CHUNK", 2)
    raw = official(*(facility(name1=f"House {number}") for number in range(5)))

    def die(done: int, _whole: int) -> None:
        if done == 4:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        import_facilities(by=BY, upload=upload(raw), at=AT, tell=die)
    assert Listing.objects.count() == 4
    outcome = import_facilities(by=BY, upload=upload(raw), at=AT)
    assert (outcome.resumed_at, outcome.counts, outcome.places) == (4, {"new": 5}, 5)
    assert (ImportRun.objects.count(), Facility.objects.count()) == (1, 5)


def test_a_service_without_a_code_is_kept_and_told() -> None:
    outcome = take_in(facility(service_code_info="SA * OIT * QQ7"))
    assert outcome.to_data()["unknown_services"] == {"QQ7": 1}
    assert Listing.objects.get().unknown == ["QQ7"]


def test_places_without_a_point_stand_at_their_zip_area_once_it_is_known() -> None:
    take_in(facility(), facility(name1="Birch", zip="94097"), facility(name1="Far", zip="10001", state="NY"))
    points = {"94098": Point(37.9, -122.5)}
    assert import_zips(by=BY, points=points, at=AT) == {"zips": 1, "new": 1, "changed": 0, "placed": 2}
    found = dict(Facility.objects.values_list("name", "point_how"))
    assert found == {"Alder House": "zip", "Birch": "near", "Far": ""}
    assert import_zips(by=BY, points=points, at=AT)["placed"] == 0


def test_a_license_joins_the_place_at_its_address() -> None:
    take_in(facility())
    raw = (
        b"license_number,facility_name,address_line1,city,zip,phone,setting_code,offers_detox,is_licensed,"
        b"is_certified,license_expiration,target_population,adolescent_waiver,latitude,longitude\n"
        b"1AN,ALDER HSE LLC,12 FOXGLOVE LANE,LARKMOOR,94098,,NON,false,false,true,2027-10-31,,false,37.9,-122.5\n"
    )
    file = Upload.of(read_facilities(raw, name="ca"), raw, name="ca", edition=OF_2024)
    assert import_facilities(by=BY, upload=file, at=AT).places == 0
    place = Facility.objects.get()
    assert (place.name, place.lat, place.listings.count()) == ("Alder House", 37.9, 2)
    assert place.told_on == date(2023, 1, 1)


def test_the_samples_of_the_locator_come_in_whole() -> None:
    for name, rows in (("locator_api_sample_2019.json", 30), ("locator_wide_reconstructed_sample.csv", 200)):
        raw = shared("facilities", name).read_bytes()
        assert import_facilities(by=BY, upload=upload(raw, name=name), at=AT).counts == {"new": rows}
        assert import_facilities(by=BY, upload=upload(raw, name=name), at=AT).counts == {"same": rows}


@pytest.mark.long
def test_every_shared_list_comes_in_with_its_exact_count_and_a_second_time_changes_nothing(
    figures: Figures,
) -> None:
    for name, rows in (
        ("official_layout_su_2023_trimmed.xlsx", 11_853),
        ("official_layout_mh_2023_trimmed.xlsx", 8_027),
        ("ca_dhcs_2026-08-21.csv", 2_266),
    ):
        raw = shared("facilities", name).read_bytes()
        assert import_facilities(by=BY, upload=upload(raw, name=name), at=AT).counts == {"new": rows}
        before = rows_of_everything()
        assert import_facilities(by=BY, upload=upload(raw, name=name), at=AT).counts == {"same": rows}
        assert rows_of_everything() == before
        figures.note(
            "imports", name, rows=f"{rows:,}", second_time="0 new, 0 changed",
            asserts="every row of the file once; a second import changes no row",
        )  # fmt: skip

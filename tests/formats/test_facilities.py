"""Lists of facilities: every layout, exact counts of the shared files, mistakes at their place."""

from __future__ import annotations

import json
from collections import Counter
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openiop.domain.errors import InvalidInput
from openiop.domain.finder.geo import Point
from openiop.domain.finder.sources import Source
from openiop.formats.facilities import Layout, Licence, read_facilities, read_zips
from tests.formats.sheets import CODES, HEADS, facility, official, workbook
from tests.shared_data import shared

COUNTS = [
    ("official_layout_su_2023_trimmed.xlsx", Layout.WORKBOOK, {"samhsa-su": 11_853}, 224),
    ("official_layout_mh_2023_trimmed.xlsx", Layout.WORKBOOK, {"samhsa-mh": 8_027}, 176),
    ("facilities_2023.csv", Layout.PREPARED, {"samhsa-su": 11_853, "samhsa-mh": 8_027}, 0),
    ("iop_php_2023.csv", Layout.PREPARED, {"samhsa-su": 5_209, "samhsa-mh": 1_224}, 0),
    ("ca_dhcs_2026-08-21.csv", Layout.CALIFORNIA, {"dhcs": 2_266}, 0),
    ("locator_api_sample_2019.json", Layout.LOCATOR_JSON, {"locator-mh": 16, "locator-su": 14}, 0),
    ("locator_wide_reconstructed_sample.csv", Layout.LOCATOR_TABLE, {"locator-su": 153, "locator-mh": 47}, 0),
]


@pytest.mark.parametrize(("name", "layout", "rows", "codes"), COUNTS, ids=[one[0] for one in COUNTS])
def test_every_shared_file_is_read_whole(name: str, layout: Layout, rows: dict[str, int], codes: int) -> None:
    found = read_facilities(shared("facilities", name).read_bytes(), name=name)
    assert found.layout is layout
    assert Counter(str(entry.source) for entry in found.entries) == rows
    assert found.problems == ()
    assert len(found.sheet) == codes


def test_the_workbook_and_the_prepared_list_say_the_same_of_every_row() -> None:
    prepared = read_facilities(shared("facilities", "facilities_2023.csv").read_bytes(), name="prepared")
    books = [
        read_facilities(
            shared("facilities", f"official_layout_{kind}_2023_trimmed.xlsx").read_bytes(), name=kind
        )
        for kind in ("su", "mh")
    ]
    official_rows = [entry for book in books for entry in book.entries]
    for one, two in zip(official_rows, prepared.entries, strict=True):
        assert (one.name, one.program, one.street, one.zip, one.phone) == (
            two.name, two.program, two.street, two.zip, two.phone,
        )  # fmt: skip
        assert one.codes == two.codes
    iop = sum("OIT" in entry.codes for entry in books[0].entries)
    assert iop == 5_209
    assert sum("PHDT" in entry.codes for entry in books[1].entries) == 1_224


def test_the_zip_points_are_all_there() -> None:
    points = read_zips(shared("geo", "us_zcta_centroids.csv").read_bytes(), name="zips")
    assert len(points) == 33_791
    assert points["00601"] == Point(18.180555, -66.749961)


def test_a_row_of_the_workbook() -> None:
    raw = official(facility(name2="Evening", intake1="415-555-0111", intake2a="415-555-0112"))
    found = read_facilities(raw, name="su.xlsx")
    (entry,) = found.entries
    assert (entry.name, entry.program, entry.street) == ("Alder House", "Evening", "12 Foxglove Lane")
    assert entry.codes == ("SA", "OIT", "MD")
    assert entry.intakes == ("415-555-0111", "415-555-0112")
    assert (entry.source, entry.row, entry.point) == (Source.SAMHSA_SU, 2, None)
    assert found.sheet["OIT"] == ("SET", "Intensive outpatient treatment")


def test_heads_are_read_whatever_their_case_and_below_a_few_lines_of_words() -> None:
    small = workbook({
        "Facilities List": [["Facility listing"], ["as of today"], [head.lower() for head in HEADS], facility()],
        "Service Code Reference": CODES,
    })  # fmt: skip
    (entry,) = read_facilities(small, name="su.xlsx").entries
    assert (entry.name, entry.row) == ("Alder House", 4)


def test_zip_codes_get_their_leading_zeros_back() -> None:
    (entry,) = read_facilities(official(facility(zip=2139, state="MA")), name="su.xlsx").entries
    assert entry.zip == "02139"


@pytest.mark.parametrize(
    ("cells", "problem"),
    [
        ({"zip": "9x"}, "Facilities List, row 3, column zip: “9x” is no ZIP code"),
        ({"state": "Atlantis"}, "Facilities List, row 3, column state: “Atlantis” is no state"),
        ({"name1": " "}, "Facilities List, row 3, column name1: it is empty"),
    ],
)
def test_a_mistake_is_named_with_sheet_row_and_column_and_the_other_rows_are_read(
    cells: dict[str, str], problem: str
) -> None:
    found = read_facilities(official(facility(), facility(**cells), facility(name1="Birch")), name="su.xlsx")
    assert [str(one) for one in found.problems] == [problem]
    assert [entry.name for entry in found.entries] == ["Alder House", "Birch"]


def test_a_workbook_without_its_code_sheet_is_refused() -> None:
    raw = workbook({"Facilities List": [list(HEADS), facility()]})
    with pytest.raises(InvalidInput, match="the sheet with the service codes is missing"):
        read_facilities(raw, name="su.xlsx")


def test_a_workbook_that_may_be_either_directory_is_refused() -> None:
    with pytest.raises(InvalidInput, match="neither or both of OIT and PHDT"):
        read_facilities(official(facility(), codes=CODES[:2]), name="su.xlsx")


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (b"", "no row of column heads"),
        (b"PK\x03\x04 torn", "not a workbook that can be read"),
        (b"first,second,third\n1,2,3\n", "Its columns are first, second, third"),
        (b"{", "not JSON"),
        (b'{"page": 1}', "it has no list “rows”"),
        (b'first,"', "no row of column heads"),
    ],
)
def test_another_file_is_refused_by_name(raw: bytes, words: str) -> None:
    with pytest.raises(InvalidInput, match=words) as refused:
        read_facilities(raw, name="list.csv")
    assert str(refused.value).startswith("list.csv")


LOCATOR = "name1,name2,street1,city,state,zip,phone,website,latitude,longitude,type_facility,oit,md,sp\n"


def test_a_row_of_the_locator_table() -> None:
    raw = (
        LOCATOR + "Alder House,,1 Way,Larkmoor,CA,94098,415-555-0110,alder.example.org,37.9,-122.5,SU,1,,1\n"
    )
    (entry,) = read_facilities(raw.encode(), name="locator.csv").entries
    assert entry.codes == ("OIT", "SP")
    assert (entry.source, entry.point) == (Source.LOCATOR_SU, Point(37.9, -122.5))
    assert entry.website == "http://alder.example.org"


@pytest.mark.parametrize(
    ("tail", "problem"),
    [
        ("37.9,-122.5,SU,yes,,", "line 2, column oit: “yes” is neither 1 nor empty"),
        ("37.9,-222.5,SU,1,,", "line 2, column latitude: 37.9, -222.5 is no point on Earth"),
        ("north,-122.5,SU,1,,", "line 2, column latitude: “north” is no number of degrees"),
        ("37.9,-122.5,XX,1,,", "line 2, column type_facility: “XX” is none of SA, SU, BOTH, MH"),
    ],
)
def test_a_mistake_in_the_locator_table_is_named_with_line_and_column(tail: str, problem: str) -> None:
    raw = f"{LOCATOR}Alder House,,1 Way,Larkmoor,CA,94098,415-555-0110,,{tail}\n"
    assert [str(one) for one in read_facilities(raw.encode(), name="x.csv").problems] == [problem]


def test_a_website_that_would_run_a_script_is_left_out() -> None:
    raw = LOCATOR + 'A,,1 Way,Larkmoor,CA,94098,,"javascript:alert(1)",37.9,-122.5,SU,1,,\n'
    (entry,) = read_facilities(raw.encode(), name="x.csv").entries
    assert not entry.website.startswith("javascript")


def test_rows_of_the_locator_json() -> None:
    row = {
        "name1": "Alder House", "name2": None, "street1": "1 Way", "city": "Larkmoor", "state": "CA", "zip": "94098",
        "phone": "415-555-0110", "typeFacility": "SA", "latitude": "37.9", "longitude": "-122.5",
        "services": [{"f1": "Payment", "f2": "PAY", "f3": "Medicaid; Private health insurance"}],
    }  # fmt: skip
    wrong = [{**row, "zip": "?"}, {**row, "services": {}}, 7]
    found = read_facilities(json.dumps({"rows": [row, *wrong]}).encode(), name="x.json")
    (entry,) = found.entries
    assert entry.named == (("PAY", "Medicaid"), ("PAY", "Private health insurance"))
    assert [str(one) for one in found.problems] == [
        "rows[1].zip: “?” is no ZIP code",
        "rows[2].services: it is no list",
        "rows[3]: it is no object",
    ]


def test_a_row_of_the_california_list() -> None:
    raw = (
        "license_number,facility_name,address_line1,city,zip,phone,setting_code,offers_detox,is_licensed,"
        "is_certified,license_expiration,target_population,adolescent_waiver,latitude,longitude\n"
        "010001AN,ALDER,1 WAY,LARKMOOR,94098-1234,(415) 555-0110,NON,true,false,true,2027-10-31,CO-ED/YOUTH,"
        "false,37.9,-122.5\n"
        "010002AN,BIRCH,2 WAY,LARKMOOR,94098,,NON,false,maybe,true,2027-10-31,,false,37.9,-122.5\n"
    )
    found = read_facilities(raw.encode(), name="x.csv")
    (entry,) = found.entries
    assert entry.licence == Licence("010001AN", date(2027, 10, 31), licensed=False, certified=True)
    assert entry.codes == ("NON", "DETOX", "YOUTH")
    assert (entry.state, entry.zip, entry.city) == ("CA", "94098", "Larkmoor")
    assert [str(one) for one in found.problems] == [
        "line 3, column is_licensed: “maybe” is neither true nor false"
    ]


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("zcta5,lat,lon\n94601,37.7,-122.2\n94601,37.7,-122.2\n", "line 3, column zcta5: 94601 stands twice"),
        ("zcta5,lat,lon\n94601,,\n", "line 2, column lat: it is empty"),
        ("zcta5,lat,lon\nabc,1,1\n", "line 2, column zcta5: “abc” is no ZIP code"),
        ("zip,latitude,longitude\n94601,1,1\n", "it has no column zcta5, lat, lon"),
    ],
)
def test_zip_points_that_cannot_be_right_are_refused(body: str, words: str) -> None:
    with pytest.raises(InvalidInput, match=words):
        read_zips(body.encode(), name="zips.csv")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["rows", "name1", "zip", "services", "f3", "typeFacility", "state"]),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


def outcome(raw: bytes) -> str:
    """What became of the bytes: a number of rows, or the refusal."""
    try:
        found = read_facilities(raw, name="x")
    except InvalidInput as refused:
        return str(refused)
    return f"{len(found.entries) + len(found.problems)} rows"


@given(st.binary(max_size=300))
def test_no_bytes_bring_the_reader_down(raw: bytes) -> None:
    for start in (b"", b"PK\x03\x04", b'{"rows":[', LOCATOR.encode()):
        words = outcome(start + raw)
        assert words.endswith("rows") or words.startswith("x")


@given(JSON)
def test_no_json_brings_the_reader_down(data: object) -> None:
    rows = data if isinstance(data, list) else [data]
    assert outcome(json.dumps({"rows": rows}).encode()) == f"{len(rows)} rows"

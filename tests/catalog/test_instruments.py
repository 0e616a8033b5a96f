"""The measures that ship: words only where they may, codes that hold, examples that notice a slip."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from openiop import catalog
from openiop.domain.measures import Standing, read_instrument
from openiop.domain.measures.checking import check_instrument, loinc_holds

ENTRIES = list(catalog.load_all("instruments"))
IDS = [entry.id for entry in ENTRIES]


def plain(value: Any) -> Any:
    """A body as data that may be changed."""
    if hasattr(value, "items"):
        return {key: plain(item) for key, item in value.items()}
    return [plain(item) for item in value] if isinstance(value, tuple) else copy.copy(value)


def problems(body: dict[str, Any]) -> list[str]:
    return check_instrument(read_instrument(body), body)


def test_what_may_ship_does() -> None:
    words = {one.id for one in catalog.instruments() if one.standing in (Standing.SHIP, Standing.OWN)}
    assert words == {
        "asq", "audit", "audit-c", "bam", "bam-iop", "bam-r", "barc-10", "ciwa-ar", "core-10", "cows",
        "cssrs-screen", "cssrs-since-last", "dass-21", "eating-log", "gad-7", "mspss", "pc-ptsd-5", "pcl-5",
        "pcl-5-week", "phq-2", "phq-9", "phq-a", "rulers", "satisfaction-6", "selfharm-log", "session-pulse",
        "socrates-8a", "socrates-8d", "taps-1", "who-5",
    }  # fmt: skip


@pytest.mark.parametrize("entry", ENTRIES, ids=IDS)
def test_words_that_may_not_ship_are_not_there(entry: catalog.Entry) -> None:
    one = catalog.instrument(entry.id)
    if one.standing is Standing.SCORING_ONLY:
        assert all(item.text.en == f"Item {at}" for at, item in enumerate(one.items, start=1))
        assert all(option.text.en == str(option.value) for item in one.items for option in item.options)
    assert one.licence.tag in "VSU"
    assert one.standing is Standing.SCORING_ONLY or one.licence.tag in "VS"


@pytest.mark.parametrize("entry", ENTRIES, ids=IDS)
def test_a_file_has_enough_worked_examples_and_they_hold(entry: catalog.Entry) -> None:
    assert len(entry.body["examples"]) >= 5
    assert problems(plain(entry.body)) == []


@pytest.mark.parametrize("id_", ["phq-9", "gad-7", "audit", "core-10", "ciwa-ar", "cows", "dast-10", "isi"])
def test_a_cut_off_moved_by_one_is_noticed_by_the_file_itself(id_: str) -> None:
    body = plain(catalog.load("instruments", id_).body)
    bands = next(score for score in body["scores"] if score["key"] == "total")["bands"][-1]["rows"]
    for band in bands[1:]:
        for step in (-1, 1):
            band["from"] += step
            assert problems(body) != [], (band["key"], step)
            band["from"] -= step
    assert problems(body) == []


@pytest.mark.parametrize("id_", ["core-10", "dast-10"])
def test_an_item_no_longer_turned_is_noticed_by_the_file_itself(id_: str) -> None:
    body = plain(catalog.load("instruments", id_).body)
    del body["scores"][0]["turned"]
    assert [line for line in problems(body) if line.startswith("examples[")] != []


@pytest.mark.parametrize("id_", ["bam-iop", "pcl-5", "mspss", "dass-21", "socrates-8d", "ede-q", "urica"])
def test_an_item_moved_to_another_subscale_is_noticed(id_: str) -> None:
    body = plain(catalog.load("instruments", id_).body)
    first, second = [one for one in body["scores"] if one["key"] != "total" and "items" in one][:2]
    expanded = read_instrument(body)
    names = {one.key: [expanded.items[at].key for at in one.items] for one in expanded.scores}
    first["items"] = [names[second["key"]][0], *names[first["key"]][1:]]
    second["items"] = [names[first["key"]][0], *names[second["key"]][1:]]
    assert [line for line in problems(body) if line.startswith("examples[")] != []


@pytest.mark.parametrize(
    "code", ["77040-1", "77041-9", "89708-7", "95647-6", "90754-9", "70274-5", "89794-8"]
)
def test_codes_of_public_lists_that_fail_their_check_digit_are_refused(code: str) -> None:
    assert not loinc_holds(code)
    body = plain(catalog.load("instruments", "phq-9").body)
    body["items"][0]["loinc"] = code
    assert problems(body) == [f"{code}: the check digit of this LOINC code does not hold."]


def test_a_site_cannot_slip_words_into_a_form_that_ships_without() -> None:
    body = plain(catalog.load("instruments", "isi").body)
    body["items"] = [
        {"key": f"q{number}", "text": {"en": "Difficulty", "es": "Dificultad"}, "options": "answer"}
        for number in range(1, 8)
    ]
    assert len([line for line in problems(body) if "ships without words" in line]) == 7


def test_a_wrong_range_and_a_band_with_a_hole_are_named() -> None:
    body = plain(catalog.load("instruments", "gad-7").body)
    body["scores"][0]["range"] = [0, 20]
    body["scores"][0]["bands"][0]["rows"][0]["from"] = 1
    found = problems(body)
    assert "scores.total: the items reach from 0 to 21, the range says 0 to 20." in found
    assert "scores.total: the bands must begin at the lowest score and rise within the range." in found


def test_the_columbia_screener_is_the_one_the_public_page_asks() -> None:
    asked = {row["key"]: row["title"] for row in catalog.load("criteria", "open-screener").body["findings"]}
    for item in catalog.instrument("cssrs-screen").items[:6]:
        assert asked[f"cssrs_{item.key}"]["en"] == item.text.en
        assert asked[f"cssrs_{item.key}"]["es"] == item.text.es

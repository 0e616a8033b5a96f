"""Searching: the same answer as looking at every place, wider by itself, never an empty page without a word."""

from __future__ import annotations

import random
from datetime import date

import pytest
from django.db import connection

from openiop import catalog
from openiop.apps.directory.models import Facility, ZipPoint
from openiop.apps.directory.selectors.search import candidates, place_of, search
from openiop.domain.finder.geo import Point, boxes_around, miles_between
from openiop.domain.finder.options import SHOWN
from openiop.domain.finder.ranking import Wish
from openiop.domain.finder.where import read_where
from tests.factories import AT

pytestmark = pytest.mark.django_db
FINDER = catalog.finder()
CENTER = Point(37.8, -122.2)


def bit(*keys: str) -> int:
    options = [FINDER.option(key) for key in keys]
    return SHOWN | sum(option.mask for option in options if option)


def wish(*keys: str) -> Wish:
    return Wish(tuple(option for key in keys if (option := FINDER.option(key))))


def put(number: int, lat: float, lon: float, listed: int, maybe: int = 0, **more: object) -> Facility:
    return Facility.objects.create(
        public_id=f"{number:016d}", identity=str(number), name=f"House {number}", state="CA", lat=lat, lon=lon,
        listed=listed, maybe=listed | maybe, told_on=date(2023, 1, 1), created_at=AT, **more,
    )  # fmt: skip


def names(*keys: str, radius: int = 25) -> list[str]:
    return [hit.facility.name for hit in search(point=CENTER, wish=wish(*keys), radius=radius, at=AT).hits]


def test_only_what_has_everything_asked_for_is_shown_nearest_first() -> None:
    for number in range(12):
        put(number, 37.8 + number / 100, -122.2, bit("iop", "medicaid"))
    put(50, 37.8, -122.2, bit("iop"))
    put(51, 37.8, -122.2, bit("medicaid"))
    put(52, 37.8, -122.2, 0)
    assert names("iop", "medicaid") == [f"House {number}" for number in range(12)]


def test_every_option_of_the_catalogue_can_be_asked_for() -> None:
    """Bits beyond 31 too: a plain integer of PostgreSQL has no room for them."""
    options = [option for group in FINDER.groups for option in group.options]
    for number, option in enumerate(options):
        put(number, 37.8, -122.2, SHOWN | option.mask)
    for number, option in enumerate(options):
        assert f"House {number}" in names(option.key), option.key


def test_it_widens_by_itself_and_says_so() -> None:
    for number in range(10):
        put(number, 38.4, -122.2, bit("iop"))
    found = search(point=CENTER, wish=wish("iop"), radius=25, at=AT)
    assert (found.total, found.radius, found.is_wider, found.with_unanswered) == (10, 50, True, False)


def test_where_too_few_are_listed_those_that_did_not_answer_are_shown_too() -> None:
    put(1, 37.8, -122.2, bit("iop"))
    put(2, 37.81, -122.2, bit(), bit("iop"))
    put(3, 37.82, -122.2, bit())
    found = search(point=CENTER, wish=wish("iop"), radius=25, at=AT)
    assert found.with_unanswered
    assert [hit.facility.name for hit in found.hits] == ["House 1", "House 2"]


def test_the_same_places_are_found_as_by_looking_at_every_one() -> None:
    chance = random.Random(7)
    for number in range(400):
        put(
            number,
            chance.uniform(36.5, 39),
            chance.uniform(-124, -120),
            bit(*chance.sample(["iop", "medicaid", "spanish"], 2)),
        )
    mask = bit("iop", "medicaid")
    for radius in (5, 10, 25, 50, 100):
        near = {
            row.pk
            for row in Facility.objects.all()
            if row.listed & mask == mask
            and miles_between(CENTER, Point(row.lat or 0, row.lon or 0)) <= radius
        }
        boxed = {
            pk
            for box in boxes_around(CENTER, radius)
            for pk, lat, lon, _listed, _maybe in candidates(box, mask, "listed")
            if miles_between(CENTER, Point(lat, lon)) <= radius
        }
        assert boxed == near, radius
    found = search(point=CENTER, wish=wish("iop", "medicaid"), radius=50, at=AT, count=200)
    exact = sorted(
        miles_between(CENTER, Point(row.lat or 0, row.lon or 0))
        for row in Facility.objects.all()
        if row.listed & mask == mask
    )
    assert sorted(hit.ranked.candidate.miles for hit in found.hits) == exact[: found.total]


@pytest.mark.sqlite
def test_a_search_walks_the_index_alone() -> None:
    (box,) = boxes_around(CENTER, 25)
    sql, params = candidates(box, bit("iop"), "listed").query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN QUERY PLAN {sql}", params)
        plan = [row[3] for row in cursor.fetchall()]
    assert len(plan) == 1
    assert "USING COVERING INDEX directory_point (lat>? AND lat<?)" in plan[0]


def test_a_zip_is_its_area_else_a_near_one_else_the_middle_of_known_places() -> None:
    ZipPoint.objects.create(zip="94601", lat=37.77, lon=-122.22)
    put(1, 40.0, -100.0, bit(), zip="67001")

    def where(text: str) -> tuple[float, float, bool] | None:
        asked = read_where(text)
        found = place_of(asked) if asked else None
        return (found.point.lat, found.point.lon, found.is_near) if found else None

    assert where("94601") == (37.77, -122.22, False)
    assert where("94604") == (37.77, -122.22, True)
    assert where("67001") == (40.0, -100.0, True)
    assert where("67099") == (40.0, -100.0, True)
    assert where("10001") is None


def test_a_city_is_the_middle_of_its_places() -> None:
    put(1, 37.8, -122.2, bit(), city="Larkmoor", city_key="larkmoor")
    put(2, 37.9, -122.4, bit(), city="Larkmoor", city_key="larkmoor")
    asked = read_where("LARKMOOR, California")
    assert asked is not None
    found = place_of(asked)
    assert found is not None
    assert (round(found.point.lat, 3), round(found.point.lon, 3), found.is_near) == (37.85, -122.3, False)


def test_pages_follow_one_another_without_a_place_twice() -> None:
    for number in range(45):
        put(number, 37.8 + number / 1000, -122.2, bit("iop"))
    pages = [
        [
            hit.facility.pk
            for hit in search(point=CENTER, wish=wish("iop"), radius=25, at=AT, first=first).hits
        ]
        for first in (0, 20, 40)
    ]
    assert [len(page) for page in pages] == [20, 20, 5]
    assert len({pk for page in pages for pk in page}) == 45

"""Finding places: a box in the index, the exact distance, one rule for the order.

Plain columns and a B-tree, the same on SQLite and PostgreSQL; no map extension.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from heapq import nsmallest
from typing import Any

from django.db.models import Avg, BigIntegerField, Count, ExpressionWrapper, F, Q, QuerySet

from openiop import catalog
from openiop.apps.directory.models import Facility, ZipPoint
from openiop.apps.directory.selectors.live import Live, live_of
from openiop.domain.finder.geo import Box, Point, boxes_around, miles_between, nearest_zip
from openiop.domain.finder.options import SHOWN, Bits
from openiop.domain.finder.ranking import Candidate, Ranked, Seats, Wish, rank
from openiop.domain.finder.where import Where


@dataclass(frozen=True, slots=True)
class Place:
    """Where somebody looks from. `is_near`: not the very place, an approximate area."""

    point: Point
    is_near: bool = False


@dataclass(frozen=True, slots=True)
class Hit:
    """A place in the list."""

    facility: Facility
    ranked: Ranked
    live: Live | None


@dataclass(frozen=True, slots=True)
class Found:
    """What a search found. `radius` may be wider than what was asked for; `with_unanswered`: so may the answers."""

    hits: tuple[Hit, ...]
    total: int
    radius: int
    asked_radius: int
    with_unanswered: bool
    is_capped: bool

    @property
    def is_wider(self) -> bool:
        """Tell whether the search had to look farther than was asked."""
        return self.radius > self.asked_radius


@dataclass(frozen=True, slots=True)
class Near:
    """A row of the index within the radius."""

    miles: float
    pk: int
    bits: Bits


def place_of(where: Where) -> Place | None:
    """Return the point of what was typed, or None where the directory knows no such place."""
    if where.zip:
        return _zip_place(where.zip)
    rows = Facility.objects.filter(state=where.state, city_key=where.city, lat__isnull=False)
    return _middle(rows, is_near=False)


def search(
    *,
    point: Point,
    wish: Wish,
    radius: int,
    at: datetime,
    with_unanswered: bool = False,
    first: int = 0,
    count: int = 20,
) -> Found:
    """Return a page of the places, in the order of the rule.

    Where fewer than enough are within the radius it widens by the catalogue's steps; where even the widest
    has fewer, places that did not answer are shown too, told apart.
    """
    finder = catalog.finder()
    mask = SHOWN
    for option in wish.options:
        mask |= option.mask
    steps = [radius, *(step for step in finder.radii if step > radius)]
    near: list[Near] = []
    reached = radius
    for column in ("maybe",) if with_unanswered else ("listed", "maybe"):
        for reached in steps:
            near = _within(point, reached, mask, column)
            if len(near) >= finder.enough:
                break
        with_unanswered = column == "maybe"
        if len(near) >= finder.enough:
            break
    ranked = _ranked(near, wish, reached, at)
    shown = ranked[first : first + count]
    rows = Facility.objects.in_bulk([pk for pk, _one, _live in shown])
    hits = tuple(Hit(rows[pk], one, live) for pk, one, live in shown)
    return Found(hits, len(ranked), reached, radius, with_unanswered, len(near) >= finder.nearest)


def _within(point: Point, radius: int, mask: int, column: str) -> list[Near]:
    """Return the nearest that fit, no more than the rule ranks. Rings grow, so that a city is not read whole."""
    finder = catalog.finder()
    rings = [ring for ring in finder.radii if ring < radius] + [radius]
    found: list[Near] = []
    for ring in rings:
        found = [
            Near(miles, pk, Bits(listed, maybe))
            for box in boxes_around(point, ring)
            for pk, lat, lon, listed, maybe in candidates(box, mask, column)
            if (miles := miles_between(point, Point(lat, lon))) <= ring
        ]
        if len(found) >= finder.nearest:
            break
    return nsmallest(finder.nearest, found, key=lambda one: (one.miles, one.pk))


def candidates(box: Box, mask: int, column: str) -> QuerySet[Any, tuple[int, float, float, int, int]]:
    """Return id, point and both columns of what fits in a box: all of it stands in one index."""
    rows = Facility.objects.filter(
        lat__gte=box.south, lat__lte=box.north, lon__gte=box.west, lon__lte=box.east
    )
    # Told to be big: PostgreSQL's plain integers end at bit 30, and Django finds nothing beyond their range.
    has = ExpressionWrapper(F(column).bitand(mask), output_field=BigIntegerField())
    fits = rows.annotate(fits=has).filter(fits=mask)
    columns: QuerySet[Any, Any] = fits.values_list("pk", "lat", "lon", "listed", "maybe")
    return columns


def _ranked(
    near: Sequence[Near], wish: Wish, radius: int, at: datetime
) -> list[tuple[int, Ranked, Live | None]]:
    """Return the key, the points and the live facts of each place, in order. Few columns: there may be 200."""
    rows = {
        row[0]: row[1:]
        for row in Facility.objects.filter(pk__in=[one.pk for one in near]).values_list(
            "pk", "public_id", "name", "told_on", "confirmed_at", "owner_id"
        )
    }
    owned = [pk for pk, row in rows.items() if row[-1] is not None]
    live = live_of(Facility.objects.filter(pk__in=owned), at=at) if owned else {}
    places = []
    for one in near:
        public_id, name, told_on, confirmed_at, _owner = rows[one.pk]
        now = live.get(one.pk)
        places.append(
            Candidate(
                id=public_id,
                name=name,
                miles=one.miles,
                bits=one.bits,
                told_on=confirmed_at.date() if confirmed_at else told_on,
                times=now.times if now else None,
                seats=now.seats if now else Seats.UNKNOWN,
                is_virtual=bool(now and now.is_by_video and not now.is_on_site),
            )
        )
    keys = {row[0]: pk for pk, row in rows.items()}
    ranked = rank(catalog.finder().rule, places, wish, radius=radius, on=at.date())
    return [(keys[one.candidate.id], one, live.get(keys[one.candidate.id])) for one in ranked]


def _zip_place(zip_: str) -> Place | None:
    """The point of the ZIP area, else the middle of the places there, else those of the same first digits."""
    known = ZipPoint.objects.filter(pk=zip_).first()
    if known is not None:
        return Place(Point(known.lat, known.lon))
    numbers = list(
        ZipPoint.objects.filter(pk__startswith=zip_[:3]).order_by("zip").values_list("zip", flat=True)
    )
    near = ZipPoint.objects.filter(pk=nearest_zip(zip_, numbers)).first()
    if near is not None:
        return Place(Point(near.lat, near.lon), is_near=True)
    rows = Facility.objects.filter(lat__isnull=False)
    return _middle(rows.filter(zip=zip_), is_near=True) or _middle(
        rows.filter(Q(zip__startswith=zip_[:3])), is_near=True
    )


def _middle(rows: QuerySet[Facility], *, is_near: bool) -> Place | None:
    found = rows.aggregate(lat=Avg("lat"), lon=Avg("lon"), count=Count("id"))
    return Place(Point(found["lat"], found["lon"]), is_near) if found["count"] else None

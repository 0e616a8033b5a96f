"""Fills a directory and measures searches in it: `python -m tests.bench.finder_run ROWS ROUNDS`, JSON out.

Runs in a process of its own on the database that the environment names. Made places are scattered around
points of real ones where the shared list is there, around a few cities where it is not.
"""

from __future__ import annotations

import json
import os
import random
import sys
import time
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "openiop.settings")
CITIES = [(40.7, -74.0), (34.05, -118.24), (41.88, -87.63), (29.76, -95.37), (37.8, -122.2), (39.95, -75.16)]
SAMPLE = 10


def main(rows: int, rounds: int) -> dict[str, Any]:
    """Fill, look, tell."""
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection

    call_command("migrate", verbosity=0)
    chance = random.Random(7)
    centers = real_points() or CITIES
    fill(rows, centers, chance)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    origins = [jitter(chance.choice(centers), chance, 0.3) for _n in range(rounds)]
    found = {"rows": rows, "kind": connection.vendor}
    found |= {f"search_{key}": value for key, value in measure(search_at, origins).items()}
    found |= {f"scan_{key}": value for key, value in measure(scan_at, origins[:SAMPLE]).items()}
    pairs = [(nearest(origin), scan_at(origin)) for origin in origins[:SAMPLE]]
    # Far from everything a search ends at 100 miles and the scan does not.
    found["least"] = min(len(scanned) for _near, scanned in pairs)
    found["differ"] = sum(near != scanned[: len(near)] for near, scanned in pairs)
    return found


def real_points() -> list[tuple[float, float]]:
    """The points of the shared list, where it lies beside the checkout."""
    from openiop.formats.facilities import read_facilities
    from tests.shared_data import folder

    base = folder()
    if base is None:
        return []
    raw = (base / "facilities" / "iop_php_2023.csv").read_bytes()
    entries = read_facilities(raw, name="shared").entries
    return [(one.point.lat, one.point.lon) for one in entries if one.point]


def fill(rows: int, centers: list[tuple[float, float]], chance: random.Random) -> None:
    """Make places: a quarter have an IOP, three quarters of all take Medicaid, four fifths do telehealth."""
    from openiop.apps.core import clock
    from openiop.apps.directory.models import Facility

    at, told = clock.now(), date(2026, 1, 1)
    iop, medicaid, video = masks()
    batch = []
    for number in range(rows):
        lat, lon = jitter(chance.choice(centers), chance, 0.05)
        listed = 1 | (iop if chance.random() < 0.26 else 0)
        listed |= (medicaid if chance.random() < 0.75 else 0) | (video if chance.random() < 0.84 else 0)
        key = f"{number:016d}"
        batch.append(
            Facility(
                public_id=key, identity=key, place_key=key, name=f"House {number}", state="CA", zip="00000",
                lat=lat, lon=lon, listed=listed, maybe=listed, told_on=told, created_at=at,
            )
        )  # fmt: skip
        if len(batch) == 20_000 or number == rows - 1:
            Facility.objects.bulk_create(batch, batch_size=2_000)
            batch = []


def masks() -> tuple[int, int, int]:
    """The bits of the three filters."""
    from openiop import catalog

    options = [catalog.finder().option(key) for key in ("iop", "medicaid", "telehealth")]
    first, second, third = (option.mask for option in options if option)
    return first, second, third


def wish() -> Any:
    """The three filters."""
    from openiop import catalog
    from openiop.domain.finder.ranking import Wish

    options = [catalog.finder().option(key) for key in ("iop", "medicaid", "telehealth")]
    return Wish(tuple(option for option in options if option))


def search_at(origin: tuple[float, float], count: int = 20) -> list[int]:
    """Search as the page does; return the keys of the first page."""
    from openiop.apps.core import clock
    from openiop.apps.directory.selectors.search import search
    from openiop.domain.finder.geo import Point

    found = search(point=Point(*origin), wish=wish(), radius=25, at=clock.now(), count=count)
    return [hit.facility.pk for hit in found.hits]


def nearest(origin: tuple[float, float]) -> list[int]:
    """The keys of the nearest twenty that a search ranks."""
    from openiop.apps.core import clock
    from openiop.apps.directory.selectors.search import search
    from openiop.domain.finder.geo import Point

    found = search(point=Point(*origin), wish=wish(), radius=100, at=clock.now(), count=200)
    near = sorted(found.hits, key=lambda hit: (hit.ranked.candidate.miles, hit.facility.pk))
    return [hit.facility.pk for hit in near[:20]]


def scan_at(origin: tuple[float, float]) -> list[int]:
    """The nearest twenty by looking at every place: the distance in SQL, no box, no index."""
    from django.db.models import BigIntegerField, ExpressionWrapper, F, FloatField, Value
    from django.db.models.functions import ASin, Cos, Power, Radians, Sin, Sqrt

    from openiop.apps.directory.models import Facility

    mask = sum(masks()) | 1
    has = ExpressionWrapper(F("listed").bitand(mask), output_field=BigIntegerField())
    lat, lon = Value(origin[0], FloatField()), Value(origin[1], FloatField())
    half = Power(Sin(Radians(F("lat") - lat) / 2), 2) + Cos(Radians(lat)) * Cos(Radians(F("lat"))) * Power(
        Sin(Radians(F("lon") - lon) / 2), 2
    )
    rows = Facility.objects.annotate(fits=has, far=ASin(Sqrt(half))).filter(fits=mask)
    return list(rows.order_by("far", "pk").values_list("pk", flat=True)[:20])


def measure(
    ask: Callable[[tuple[float, float]], Any], origins: list[tuple[float, float]]
) -> dict[str, float]:
    """Milliseconds of the clock (half and nineteen in twenty below), and of this process's CPU on average."""
    ask(origins[0])
    before, taken = time.process_time(), list(_times(ask, origins))
    cpu = (time.process_time() - before) * 1000 / len(taken)
    taken.sort()
    return {
        "p50": round(taken[len(taken) // 2], 2),
        "p95": round(taken[int(len(taken) * 0.95)], 2),
        "cpu": round(cpu, 2),
        "sum": round(sum(taken) / len(taken), 2),
    }


def _times(ask: Callable[[tuple[float, float]], Any], origins: list[tuple[float, float]]) -> Iterator[float]:
    for origin in origins:
        began = time.perf_counter()
        ask(origin)
        yield (time.perf_counter() - began) * 1000


def jitter(center: tuple[float, float], chance: random.Random, reach: float) -> tuple[float, float]:
    """A point near another."""
    return center[0] + chance.gauss(0, reach), center[1] + chance.gauss(0, reach)


if __name__ == "__main__":
    print(json.dumps(main(int(sys.argv[1]), int(sys.argv[2]))))

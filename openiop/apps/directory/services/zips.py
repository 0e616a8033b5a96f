"""The points of ZIP areas, and placing what had none."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from django.db import transaction

from openiop.apps.audit.services import recording
from openiop.apps.core.actor import Actor
from openiop.apps.core.tenancy import tenant
from openiop.apps.directory.models import Facility, ZipPoint
from openiop.apps.directory.services.importing import CHUNK, known_zips
from openiop.apps.directory.services.writing import refresh
from openiop.domain.finder.geo import Point


def import_zips(
    *,
    by: Actor,
    points: Mapping[str, Point],
    at: datetime,
    tell: Callable[[int, int], None] = lambda _a, _b: None,
) -> dict[str, int]:
    """Keep the points, and place what has no exact point of its own. The same points again change nothing."""
    numbers = sorted(points)
    counts = {"zips": len(numbers), "new": 0, "changed": 0, "placed": 0}
    for start in range(0, len(numbers), CHUNK):
        batch = numbers[start : start + CHUNK]
        with transaction.atomic():
            _keep(batch, points, counts)
        tell(start + len(batch), len(numbers))
    if counts["new"] or counts["changed"]:
        counts["placed"] = _place()
    with tenant(by.organization_id), recording(by=by, at=at) as record:
        record("directory.zips", data=counts)
    return counts


def _keep(batch: list[str], points: Mapping[str, Point], counts: dict[str, int]) -> None:
    known = {row.zip: row for row in ZipPoint.objects.filter(pk__in=batch)}
    fresh = [
        ZipPoint(zip=zip_, lat=points[zip_].lat, lon=points[zip_].lon) for zip_ in batch if zip_ not in known
    ]
    ZipPoint.objects.bulk_create(fresh)
    moved = [
        row for row in known.values() if (row.lat, row.lon) != (points[row.zip].lat, points[row.zip].lon)
    ]
    for row in moved:
        row.lat, row.lon = points[row.zip].lat, points[row.zip].lon
    ZipPoint.objects.bulk_update(moved, ["lat", "lon"])
    counts["new"] += len(fresh)
    counts["changed"] += len(moved)


def _place() -> int:
    """Sum up again what stands at the point of a ZIP area or nowhere; return how many have a point now."""
    loose = Facility.objects.exclude(point_how="exact").filter(track="").order_by("id")
    ids, zips = list(loose.values_list("pk", flat=True)), known_zips()
    for start in range(0, len(ids), CHUNK):
        with transaction.atomic():
            refresh(ids[start : start + CHUNK], zips)
    return Facility.objects.filter(pk__in=loose.values("pk"), lat__isnull=False).count()

"""The Census points of ZIP areas: a CSV with zcta5, lat and lon."""

from __future__ import annotations

from openiop.domain.errors import InvalidInput
from openiop.domain.finder.geo import Point
from openiop.formats.facilities.cells import Unreadable, read_point, read_zip
from openiop.formats.facilities.tables import read_sheets

HEADS = ("zcta5", "lat", "lon")


def read_zips(raw: bytes, *, name: str) -> dict[str, Point]:
    """Each ZIP code with its point. What cannot be read refuses the file, naming the line and the column."""
    table = read_sheets(raw, name=name)[0]
    missing = [head for head in HEADS if head not in table.heads]
    if missing:
        raise InvalidInput(f"{name}: it has no column {', '.join(missing)}.", field="file")
    found: dict[str, Point] = {}
    for row in table.rows:
        try:
            number = read_zip(row["zcta5"], "zcta5")
            point = read_point(row["lat"], row["lon"], ("lat", "lon"))
        except Unreadable as error:
            raise InvalidInput(f"{name}, {row.at(error.column)}: {error.what}.", field=error.column) from None
        if point is None:
            raise InvalidInput(f"{name}, {row.at('lat')}: it is empty.", field="lat")
        if number in found:
            raise InvalidInput(f"{name}, {row.at('zcta5')}: {number} stands twice.", field="zcta5")
        found[number] = point
    return found

"""The directory as open data: public facts by page, and the coming sessions of programs here as free or not."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from openiop import catalog
from openiop.apps.core.tenancy import tenant
from openiop.apps.directory.models import Facility, Listing
from openiop.apps.directory.selectors.live import Live, live_of
from openiop.apps.directory.selectors.pages import expires_on, price_of
from openiop.apps.schedule.models import Session
from openiop.domain.finder.options import Bits, state_in
from openiop.domain.finder.sources import Source

AHEAD = timedelta(days=14)
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@dataclass(frozen=True, slots=True)
class Coming:
    """A dated session of a program: when, and whether its group has a free place. The id says nothing."""

    id: str
    facility_id: str
    starts_at: datetime
    ends_at: datetime
    is_free: bool


def open_page(
    *, at: datetime, after: str = "", count: int = 50, only_live: bool = False
) -> tuple[list[tuple[Facility, Live | None, list[Listing]]], str]:
    """Return places with their live facts and listings in the order of their ids, and where the next page begins."""
    rows = Facility.objects.filter(public_id__gt=after, gone_on__isnull=True).order_by("public_id")
    if only_live:
        rows = rows.exclude(track="")
    found = list(rows[: count + 1])
    shown = found[:count]
    listings: dict[int, list[Listing]] = {row.pk: [] for row in shown}
    for listing in Listing.objects.filter(facility__in=shown, gone_on__isnull=True).order_by("source"):
        listings[listing.facility_id].append(listing)
    live = live_of(shown, at=at)
    next_ = shown[-1].public_id if len(found) > count else ""
    return [(row, live.get(row.pk), listings[row.pk]) for row in shown], next_


def plain(row: Facility, live: Live | None, listings: Sequence[Listing]) -> dict[str, Any]:
    """A place as plain data; docs/reference/open-data.md tells the fields."""
    bits = Bits(row.listed, row.maybe)
    return {
        "id": row.public_id,
        "name": row.name,
        "program": row.program,
        "address": {
            "street": row.street,
            "street2": row.street2,
            "city": row.city,
            "state": row.state,
            "zip": row.zip,
        },
        "phone": row.phone,
        "website": row.website,
        "point": {"lat": row.lat, "lon": row.lon, "how": row.point_how} if row.lat is not None else None,
        "options": {
            option.key: str(state_in(bits, option))
            for group in catalog.finder().groups
            for option in group.options
        },
        "sources": [_source(one) for one in listings],
        "confirmed_at": row.confirmed_at.isoformat() if row.confirmed_at else None,
        "price": _price(row, listings),
        "live": _live(live) if live else None,
    }


def coming_of(rows: Sequence[Facility], *, at: datetime) -> list[Coming]:
    """Return the sessions of the next two weeks of programs here, by time."""
    found: list[Coming] = []
    for owner_id in sorted({row.owner_id for row in rows if row.owner_id is not None}):
        own = [row for row in rows if row.owner_id == owner_id]
        with tenant(owner_id):
            sessions = Session.objects.filter(
                site_id__in={row.site_id for row in own},
                state="planned",
                starts_at__gt=at,
                starts_at__lt=at + AHEAD,
            ).select_related("slot", "series")
            for session in sessions:
                found += [
                    _coming(session, row)
                    for row in own
                    if row.site_id == session.site_id and row.track in session.series.programs[:1]
                ]
    return sorted(found, key=lambda one: (one.starts_at, one.id))


def _coming(session: Session, row: Facility) -> Coming:
    digest = hashlib.sha256(f"{row.public_id} {session.public_id}".encode()).hexdigest()[:32]
    is_free = session.slot.seats_taken < session.slot.seats
    return Coming(digest, row.public_id, session.starts_at, session.ends_at, is_free)


def _source(one: Listing) -> dict[str, Any]:
    return {
        "source": one.source,
        "edition": one.edition,
        "on": one.edition_on.isoformat(),
        "expires": expires_on(one).isoformat(),
    }


def _price(row: Facility, listings: Sequence[Listing]) -> dict[str, str] | None:
    """What a program here asks for one day of who pays it without insurance; None where it publishes none."""
    own = next((one for one in listings if row.track and one.source == Source.PROGRAM), None)
    amount = price_of(own) if own else None
    if own is None or amount is None:
        return None
    return {
        "amount": f"{amount:.2f}",
        "currency": "USD",
        "per": "day",
        "on": own.edition_on.isoformat(),
        "expires": expires_on(own).isoformat(),
    }


def _live(live: Live) -> dict[str, Any]:
    modes = [
        name for name, holds in (("in-person", live.is_on_site), ("telehealth", live.is_by_video)) if holds
    ]
    return {
        "seats": str(live.seats),
        "next_start": live.starts_on.isoformat() if live.starts_on else None,
        "modes": modes,
        "meetings": [
            {"day": DAYS[one.weekday], "start": _clock(one.start), "end": _clock(one.end)}
            for one in live.meetings
        ],
    }


def _clock(minute: int) -> str:
    return f"{minute // 60 % 24:02d}:{minute % 60:02d}"

"""The place whose clock and calendar a page shows."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from openiop.apps.accounts.selectors import sites_of
from openiop.apps.core import clock
from openiop.apps.core.actor import Actor

if TYPE_CHECKING:
    from openiop.apps.accounts.models import Site

FALLBACK_ZONE = "America/Los_Angeles"


def place_of(by: Actor, site: Site | None = None) -> Site | None:
    """Return the site of a record, else the first site the actor works at."""
    return site or next(iter(sites_of(by)), None)


def today_at(place: Site | None) -> date:
    """Return the calendar day it is now at a place."""
    return clock.today(place.time_zone if place else FALLBACK_ZONE)

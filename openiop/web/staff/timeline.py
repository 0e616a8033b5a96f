"""The time line of a client: what happened, from every app, the latest first.

Each area brings one function `(by, client, limit) -> [Moment]` and adds it to SOURCES under the kind by which the
chart is narrowed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from openiop.apps.admissions.selectors.moments import admission_moments, referral_moments
from openiop.apps.clients.selectors.moments import Moment, consent_moments, record_moments
from openiop.apps.core.actor import Actor
from openiop.apps.files.selectors.moments import file_moments
from openiop.apps.record.selectors.moments import note_moments
from openiop.apps.treatment.selectors.moments import plan_moments

if TYPE_CHECKING:
    from openiop.apps.clients.models import Client

SHOWN = 25


@dataclass(frozen=True, slots=True)
class Source:
    """One area of the time line: its key in the address, its words, who brings its moments."""

    kind: str
    words: str | Promise
    moments: Callable[[Actor, Client, int | None], list[Moment]]


SOURCES: tuple[Source, ...] = (
    Source("note", _("Notes"), note_moments),
    Source("plan", _("Treatment plan"), plan_moments),
    Source("care", _("Level of care and orders"), admission_moments),
    Source("consent", _("Consents"), consent_moments),
    Source("referral", _("Referrals"), referral_moments),
    Source("file", _("Documents"), file_moments),
    Source("record", _("The record itself"), record_moments),
)


@dataclass(frozen=True, slots=True)
class Narrowing:
    """What the time line is narrowed to; empty: nothing. Days count from first to last, in the time zone."""

    zone: ZoneInfo
    kind: str = ""
    person: str = ""
    first: date | None = None
    last: date | None = None

    def lets(self, moment: Moment) -> bool:
        """Tell whether a moment belongs to it."""
        day = moment.at.astimezone(self.zone).date()
        return (
            self.kind in ("", moment.kind)
            and (not self.person or (moment.who is not None and moment.who.key == self.person))
            and (self.first is None or day >= self.first)
            and (self.last is None or day <= self.last)
        )


def moments_of(by: Actor, client: Client, *, limit: int | None = SHOWN) -> list[Moment]:
    """Return what happened to a client, the latest first; only what the actor may see."""
    found = [
        replace(moment, kind=source.kind)
        for source in SOURCES
        for moment in source.moments(by, client, limit)
    ]
    return sorted(found, key=lambda moment: moment.at, reverse=True)[:limit]

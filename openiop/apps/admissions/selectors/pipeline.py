"""The pipeline: who waits, how long, and how the first contact stands against its clock."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import cache

from django.db.models import Count, Q, QuerySet

from openiop import catalog
from openiop.apps.accounts.models import Site
from openiop.apps.admissions.models import Referral
from openiop.apps.admissions.policies import visible_referrals
from openiop.apps.audit.services import note_read
from openiop.apps.core.actor import Actor
from openiop.domain.businesstime import BusinessHours
from openiop.domain.clocks import Clocks, read_clocks
from openiop.domain.enquiry import Source
from openiop.domain.pipeline import (
    CLOSED,
    OPEN,
    ContactClock,
    ContactState,
    Stage,
    contact_clock,
    waited_minutes,
)

PAGE = 25
UNHEARD = 100
WEB_AN_HOUR = 60
ClosedDays = Mapping[int, frozenset[date]]
"""Site id -> the whole days on which it is closed; the pages take them from the schedule."""


@dataclass(frozen=True, slots=True)
class Filter:
    """What the list shows. stage: one stage, "open" or "closed"; owner: a user's public id, "none" or all."""

    stage: str = "open"
    owner: str = ""


@dataclass(frozen=True, slots=True)
class PipelineRow:
    """One line: the referral, how long the person waits (minutes), and the first contact."""

    referral: Referral
    waited: int
    in_stage: int
    contact: ContactClock

    @property
    def name(self) -> str:
        """Return what the person is called, as far as it is known."""
        return f"{self.referral.first_name} {self.referral.last_name}".strip()


@dataclass(frozen=True, slots=True)
class PipelinePage:
    """One page of the list with the counts of every stage; `after` and `before` turn the page."""

    rows: tuple[PipelineRow, ...]
    counts: Mapping[str, int]
    before: str
    after: str


def pipeline_page(
    by: Actor,
    *,
    shown: Filter,
    at: datetime,
    after: str = "",
    before: str = "",
    closed_days: ClosedDays | None = None,
) -> PipelinePage:
    """Return a page of the pipeline: open ones longest waiting first, closed ones latest first."""
    note_read(by=by, action="pipeline.read")
    rows = _filtered(visible_referrals(by), shown).select_related("site", "owner", "client")
    rows = rows.defer("understood", "note")
    latest_first = shown.stage in {*CLOSED, "closed"}
    page, has_before, has_after = _turn(by, rows, latest_first=latest_first, after=after, before=before)
    hours = _hours(by, closed_days or {})
    return PipelinePage(
        rows=tuple(_row(referral, at=at, hours=hours) for referral in page),
        counts=_counts(by, shown.owner),
        before=page[0].public_id if page and has_before else "",
        after=page[-1].public_id if page and has_after else "",
    )


def overdue_contacts(by: Actor, *, at: datetime, closed_days: ClosedDays | None = None) -> list[PipelineRow]:
    """Return the people nobody has reached although it is time, urgent ones first, then the longest wait."""
    rows = visible_referrals(by).filter(stage__in=OPEN, first_contact_at__isnull=True)
    waiting = (
        rows.select_related("site").defer("understood", "note").order_by("-is_urgent", "received_at", "id")
    )
    hours = _hours(by, closed_days or {})
    found = (_row(referral, at=at, hours=hours) for referral in waiting[:UNHEARD])
    return [row for row in found if row.contact.state is ContactState.OVERDUE]


def too_many_from_the_web(by: Actor, *, at: datetime) -> bool:
    """Tell whether so many web enquiries came within the hour that a program must be writing them."""
    rows = Referral.objects.filter(organization_id=by.organization_id, source=Source.WEB)
    return rows.filter(received_at__gt=at - timedelta(hours=1)).count() >= WEB_AN_HOUR


def contact_of(
    by: Actor, referral: Referral, *, at: datetime, closed_days: ClosedDays | None = None
) -> ContactClock:
    """Return how the first contact of one referral stands, by the same hours as in the list."""
    return _contact(referral, at=at, hours=_hours(by, closed_days or {})[referral.site_id])


@cache
def intake_clocks() -> Clocks:
    """Return the intake clocks in force."""
    return read_clocks(catalog.load("clocks", "intake").body)


def _filtered(rows: QuerySet[Referral], shown: Filter) -> QuerySet[Referral]:
    if shown.stage in {"open", "closed"}:
        rows = rows.filter(stage__in=OPEN if shown.stage == "open" else CLOSED)
    elif shown.stage in set(Stage):
        rows = rows.filter(stage=shown.stage)
    return _owned(rows, shown.owner)


def _owned(rows: QuerySet[Referral], owner: str) -> QuerySet[Referral]:
    if owner == "none":
        return rows.filter(owner__isnull=True)
    return rows.filter(owner__public_id=owner) if owner else rows


def _turn(
    by: Actor, rows: QuerySet[Referral], *, latest_first: bool, after: str, before: str
) -> tuple[list[Referral], bool, bool]:
    """Take the page by the key of the row at its edge: (received_at, id)."""
    edge = before or after
    marks = visible_referrals(by).filter(public_id=edge).values_list("received_at", "id")
    mark = marks.first() if edge else None
    forward = not before or mark is None
    ascending = forward != latest_first
    if mark is not None:
        rows = rows.filter(_beyond(mark, ascending=ascending))
    found = list(
        rows.order_by(*(("received_at", "id") if ascending else ("-received_at", "-id")))[: PAGE + 1]
    )
    more, page = len(found) > PAGE, found[:PAGE]
    if forward:
        return page, mark is not None, more
    return list(reversed(page)), more, True


def _beyond(mark: tuple[datetime, int], *, ascending: bool) -> Q:
    sign = "gt" if ascending else "lt"
    later = Q(**{f"received_at__{sign}": mark[0]})
    return later | Q(**{"received_at": mark[0], f"id__{sign}": mark[1]})


def _counts(by: Actor, owner: str) -> dict[str, int]:
    found = _owned(visible_referrals(by), owner).values_list("stage").annotate(number=Count("id")).order_by()
    counts = dict.fromkeys((str(stage) for stage in Stage), 0) | dict(found)
    counts["open"] = sum(counts[stage] for stage in OPEN)
    counts["closed"] = sum(counts[stage] for stage in CLOSED)
    return counts


def _hours(by: Actor, closed_days: ClosedDays) -> dict[int | None, BusinessHours]:
    """The opening hours by site. What has no site yet counts by the first site's hours."""
    sites = list(Site.objects.filter(organization_id=by.organization_id).order_by("id"))
    hours: dict[int | None, BusinessHours] = {
        site.pk: _hours_of(site, closed_days.get(site.pk, frozenset())) for site in sites
    }
    hours[None] = hours[sites[0].pk] if sites else _hours_of(None, frozenset())
    return hours


def _hours_of(site: Site | None, closed: frozenset[date]) -> BusinessHours:
    if site is None:
        return BusinessHours.of("America/Los_Angeles", [])
    return BusinessHours.of(site.time_zone, site.opening_hours, closed)


def _row(referral: Referral, *, at: datetime, hours: Mapping[int | None, BusinessHours]) -> PipelineRow:
    ended = referral.stage_since if referral.stage in CLOSED else None
    return PipelineRow(
        referral=referral,
        waited=waited_minutes(received=referral.received_at, closed=ended, now=at),
        in_stage=waited_minutes(received=referral.stage_since, closed=None, now=at),
        contact=_contact(referral, at=at, hours=hours[referral.site_id]),
    )


def _contact(referral: Referral, *, at: datetime, hours: BusinessHours) -> ContactClock:
    key = "first-contact-urgent" if referral.is_urgent else "first-contact"
    ended = referral.stage_since if referral.stage in CLOSED else None
    clock = contact_clock(
        received=referral.received_at,
        contacted=referral.first_contact_at,
        now=ended or at,
        target=intake_clocks()[key].target,
        hours=hours,
    )
    ended_unheard = ended is not None and referral.first_contact_at is None
    return replace(clock, state=ContactState.NONE) if ended_unheard else clock

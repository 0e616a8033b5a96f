"""The list of clients narrowed down: where they stand, which track and site, whose they are, what they need.

Whoever is in care or on the way in are few and are found by their episodes and referrals; then their names.
Whoever was discharged are many: the list walks by name and leaves out the others.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from django.db.models import Exists, OuterRef, Q, QuerySet

from openiop.apps.accounts.models import Site
from openiop.apps.accounts.permissions import Permission
from openiop.apps.accounts.selectors import sites_of
from openiop.apps.admissions.models import Episode, Referral
from openiop.apps.clients.selectors.lists import ClientPage, client_page
from openiop.apps.core.actor import Actor
from openiop.apps.groups.selectors.hours import read_site_hours, week_at
from openiop.apps.schedule.models import Enrollment
from openiop.domain.outlook import Outlook
from openiop.domain.pipeline import OPEN


class Status(StrEnum):
    """Where somebody stands: in care, on the way in, or in care once and no longer."""

    CARE = "care"
    WAITING = "waiting"
    DISCHARGED = "discharged"


class Requirement(StrEnum):
    """What somebody needs from us to take part."""

    INTERPRETER = "interpreter"
    ACCESS = "access"


@dataclass(frozen=True, slots=True)
class Caseload:
    """What the list is narrowed to; what is empty narrows nothing. `clinician` is a user's public id.

    `site`: the record's site. `below_floor`: the running week cannot reach the program's floor.
    """

    status: Status | None = None
    site: Site | None = None
    program: str = ""
    clinician: str = ""
    requirement: Requirement | None = None
    below_floor: bool = False


def caseload_page(
    by: Actor, only: Caseload, *, at: datetime, words: str = "", after: str = "", before: str = ""
) -> ClientPage:
    """Return a page of clients by name. The number of queries depends on what is asked and not on how many fit."""
    also = Q(site=only.site) if only.site else Q()
    if only.requirement is Requirement.INTERPRETER:
        also &= Q(interpreter_needed=True)
    elif only.requirement is Requirement.ACCESS:
        also &= Q(accessibility_needs__gt="")
    few = _few(by, only, at)
    if few is not None:
        also &= Q(pk__in=few)
    if only.status is Status.DISCHARGED:
        also &= _discharged(only)
    return client_page(by, words=words, after=after, before=before, also=also)


def _few(by: Actor, only: Caseload, at: datetime) -> set[int] | None:
    """Return the clients that episodes, seats, referrals and hours leave, or None where nothing of it was asked."""
    found: list[set[int]] = []
    if only.status is Status.WAITING:
        found.append(_waiting(by, only.program))
    elif only.status is None and only.program:
        found.append(_in_care(by, only.program) | _waiting(by, only.program))
    elif only.status is Status.CARE:
        found.append(_in_care(by, only.program))
    if only.clinician and only.status is not Status.DISCHARGED:
        found.append(_cared_for(by, only.clinician))
    if only.below_floor and by.may(Permission.HOURS_VIEW):
        found.append(_below_floor(by, only.site, at))
    return set.intersection(*found) if found else None


def _in_care(by: Actor, program: str) -> set[int]:
    rows = _named(Episode.objects.filter(organization_id=by.organization_id), program)
    return set(rows.filter(discharged_at__isnull=True).values_list("client_id", flat=True))


def _waiting(by: Actor, program: str) -> set[int]:
    """Return who has an open referral; those in care already wait for nothing."""
    in_care = Episode.objects.filter(client=OuterRef("client"), discharged_at__isnull=True)
    rows = Referral.objects.filter(
        ~Exists(in_care), organization_id=by.organization_id, stage__in=OPEN, client__isnull=False
    )
    rows = rows.filter(concern=program) if program else rows
    return set(rows.values_list("client_id", flat=True))


def _discharged(only: Caseload) -> Q:
    """Return the condition that somebody was in care, is no longer, and is not on the way in again."""
    own = Episode.objects.filter(client=OuterRef("pk"))
    ended = _named(own.filter(discharged_at__isnull=False), only.program)
    if only.clinician:
        ended = ended.filter(primary_clinician__public_id=only.clinician)
    again = Referral.objects.filter(client=OuterRef("pk"), stage__in=OPEN)
    is_open = own.filter(discharged_at__isnull=True)
    return Q(Exists(ended)) & ~Q(Exists(is_open)) & ~Q(Exists(again))


def _cared_for(by: Actor, clinician: str) -> set[int]:
    """Return who is in care with this clinician, or has a seat in a group that they lead."""
    own = Episode.objects.filter(
        organization_id=by.organization_id,
        discharged_at__isnull=True,
        primary_clinician__public_id=clinician,
    )
    led = Q(slot__series__lead__public_id=clinician) | Q(slot__series__co_lead__public_id=clinician)
    seats = Enrollment.objects.filter(led, organization_id=by.organization_id, state="held")
    return {*own.values_list("client_id", flat=True), *seats.values_list("client_id", flat=True)}


def _below_floor(by: Actor, site: Site | None, at: datetime) -> set[int]:
    """Return whose running week cannot reach the floor, at the site or at each of the actor's."""
    return {
        row.episode.client_id
        for place in ([site] if site else sites_of(by))
        for row in read_site_hours(
            by, place, week_at(place, at.astimezone(ZoneInfo(place.time_zone)).date()), at=at
        )
        if row.outlook is Outlook.BELOW_FLOOR
    }


def _named(rows: QuerySet[Episode], program: str) -> QuerySet[Episode]:
    return rows.filter(program_id=program) if program else rows

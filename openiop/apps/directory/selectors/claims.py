"""Listed places that an organization has claimed, and those it could claim."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db.models import Q, QuerySet
from django.http import Http404

from openiop import catalog
from openiop.apps.accounts.models import Organization, Site
from openiop.apps.accounts.selectors import sites_of
from openiop.apps.core.actor import Actor
from openiop.apps.directory.keys import phone_key_of
from openiop.apps.directory.models import Facility
from openiop.apps.directory.selectors.own import at_sites
from openiop.apps.directory.summary import marks_of, marks_of_site
from openiop.domain.errors import InvalidInput
from openiop.domain.finder.claims import Call, proofs_of
from openiop.domain.finder.geo import plain_zip
from openiop.domain.finder.sources import Source
from openiop.domain.invitations import code_as_printed

MOST_FOUND = 20
FEWEST_LETTERS = 3


@dataclass(frozen=True, slots=True)
class Claimed:
    """A listed place that is ours: whether the program has said anything yet, and whether it should confirm."""

    facility: Facility
    is_said: bool
    is_due: bool


@dataclass(frozen=True, slots=True)
class Claimable:
    """A listed place as somebody finds it who looks for theirs: the sites it may be claimed for, who holds it."""

    facility: Facility
    sites: tuple[Site, ...]
    is_ours: bool
    is_held: bool


def claimed_listings(by: Actor, *, at: datetime) -> list[Claimed]:
    """Return the listed places that the actor's organization claimed for sites the actor works at, by name."""
    rows = at_sites(by, Facility.objects.filter(owner_id=by.organization_id, site__isnull=False, track=""))
    spoken = set(
        rows.filter(listings__source=Source.PROGRAM, listings__gone_on__isnull=True).values_list(
            "pk", flat=True
        )
    )
    return [
        Claimed(row, row.pk in spoken, catalog.claim_rules().is_due(row.confirmed_at, at=at))
        for row in rows.select_related("site").order_by("name", "pk")
    ]


def listings_due(by: Actor, *, at: datetime) -> int:
    """Return how many listings in the directory should be confirmed; those that are not there yet do not count."""
    rows = at_sites(by, Facility.objects.filter(owner_id=by.organization_id, site__isnull=False))
    return rows.filter(
        Q(confirmed_at__isnull=True) | Q(confirmed_at__lt=at - catalog.claim_rules().confirm_every)
    ).count()


def suggested_places(by: Actor) -> list[Claimable]:
    """Return the listed places that share a telephone or a street with the actor's sites and that nobody holds."""
    marks = [marks_of_site(site) for site in sites_of(by)]
    rows = Facility.objects.filter(owner__isnull=True, track="", gone_on__isnull=True)
    shared = Q(phone_key__in={phone for one in marks for phone in one.phones}) | Q(
        place_key__in={street for one in marks for street in one.streets}
    )
    return _claimable(by, rows.filter(shared).order_by("name", "pk"))


def search_places(by: Actor, words: str) -> list[Claimable]:
    """Return listed places by telephone, ZIP code or a part of the name. Two letters say nothing."""
    words = " ".join(words.split())
    rows = Facility.objects.filter(track="", gone_on__isnull=True)
    if phone := phone_key_of(words):
        rows = rows.filter(phone_key=phone)
    elif zip_ := plain_zip(words):
        rows = rows.filter(zip=zip_)
    elif len(words) >= FEWEST_LETTERS:
        rows = rows.filter(name__icontains=words)
    else:
        return []
    return _claimable(by, rows.order_by("name", "pk"))


def access_claimable(by: Actor, public_id: str) -> Claimable:
    """Return a place of the public lists, or 404. It is public, whoever holds it; a program here is none."""
    found = _claimable(by, Facility.objects.filter(public_id=public_id, track=""))
    if not found:
        raise Http404
    return found[0]


def named_place(public_id: str) -> Facility:
    """Return a place of the public lists for a command. Raises InvalidInput where there is none."""
    row = Facility.objects.filter(public_id=public_id.casefold(), track="").first()
    if row is None:
        raise InvalidInput(f"There is no listed place “{public_id}”.", field="place")
    return row


def claimed_place(public_id: str) -> tuple[Facility, Organization]:
    """Return a listed place with the organization that holds it, for a command. Raises InvalidInput where none does."""
    row = named_place(public_id)
    if row.owner is None:
        raise InvalidInput(f"Nobody has claimed {row.name}.", field="place")
    return row, row.owner


def call_code_of(by: Actor, one: Claimable, *, at: datetime) -> str:
    """Return the code that proves the claim when it is read out at the listed telephone, as it is printed.

    Nothing where no code is needed or the lists name no telephone to call.
    """
    if one.sites or one.is_held or one.is_ours or not marks_of(one.facility).phones:
        return ""
    call = Call(str(by.organization_id), one.facility.public_id)
    return code_as_printed(call.code(settings.SECRET_KEY, at.date()))


def access_claimed(by: Actor, public_id: str) -> tuple[Facility, frozenset[str]]:
    """Return a place that the actor's organization claimed, with the options to begin the form with, or 404.

    They are the program's own; before it has said any, those that the lists name.
    """
    rows = Facility.objects.filter(owner_id=by.organization_id, track="", public_id=public_id)
    row = at_sites(by, rows).select_related("site").first()
    if row is None:
        raise Http404
    said = row.listings.filter(source=Source.PROGRAM, gone_on__isnull=True).first()
    if said is not None:
        return row, frozenset(said.codes.split())
    options = (option for group in catalog.finder().groups for option in group.options)
    return row, frozenset(option.key for option in options if row.listed & option.mask)


def _claimable(by: Actor, rows: QuerySet[Facility]) -> list[Claimable]:
    sites = [(site, marks_of_site(site)) for site in sites_of(by)]
    return [
        Claimable(
            row,
            tuple(site for site, marks in sites if proofs_of(marks_of(row), marks)),
            is_ours=row.owner_id == by.organization_id,
            is_held=row.owner_id not in (None, by.organization_id),
        )
        for row in rows.prefetch_related("listings")[:MOST_FOUND]
    ]

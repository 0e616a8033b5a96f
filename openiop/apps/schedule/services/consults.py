"""Hold a time for a first talk, book it, take it back. Two who choose the same time: one gets it, one is told."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from openiop.apps.accounts.models import Site
from openiop.apps.admissions.models import Referral
from openiop.apps.audit.services import recording
from openiop.apps.clients.services.invitations import hash_of
from openiop.apps.core.actor import Actor
from openiop.apps.core.clock import local
from openiop.apps.schedule.models import Consult
from openiop.apps.schedule.selectors.consults import consult_offers
from openiop.domain.consults import HELD, MINUTES
from openiop.domain.errors import Conflict

MOST_HELD = 20
"""So many times may wait for a name at once in one organisation; more is no crowd but a program."""


def hold_time(*, by: Actor, site: Site, starts_at: datetime, at: datetime) -> tuple[Consult, str]:
    """Hold a free time for minutes and return it with the key of its private link.

    Conflict where it is taken meanwhile, or too many times are held at the moment.
    """
    with recording(by=by, at=at) as record:
        _lapse(by, at)
        if Consult.objects.filter(organization_id=by.organization_id, state="held").count() >= MOST_HELD:
            raise Conflict(_("Many people are booking right now. Please call us instead."), code="busy")
        day = local(starts_at, site.time_zone).date()
        offered = consult_offers(by, site=site, at=at).get(day, [])
        offer = next((one for one in offered if one.starts_at == starts_at), None)
        if offer is None:
            raise Conflict(_("This time was just taken. Please choose another one."), code="taken")
        key = f"{site.organization.public_id}{secrets.token_urlsafe(32)}"
        made: Consult = Consult.objects.create(
            organization_id=by.organization_id, site=site, staff_id=offer.holder, day=day, starts_at=starts_at,
            ends_at=starts_at + timedelta(minutes=MINUTES), held_until=at + HELD, key_sha256=hash_of(key),
            created_at=at,
        )  # fmt: skip
        record("consult.held", subject=made, data={"day": day})
    return made, key


def book_consult(*, by: Actor, consult: Consult, referral: Referral, at: datetime) -> Consult:
    """Give the held time to somebody. Conflict where the hold has run out and the time is gone."""
    with recording(by=by, at=at) as record:
        held = Consult.objects.filter(pk=consult.pk, state="held", held_until__gt=at)
        if held.update(state="booked", referral=referral) != 1:
            raise Conflict(
                _("We could hold this time for 15 minutes only. Please choose again."), code="lapsed"
            )
        record("consult.booked", subject=consult, data={"day": consult.day})
    consult.refresh_from_db()
    return consult


def cancel_consult(*, by: Actor, consult: Consult, at: datetime) -> Consult:
    """Take a booked talk back; the time is free again at once. Conflict where it is over or taken back."""
    with recording(by=by, at=at) as record:
        booked = Consult.objects.filter(pk=consult.pk, state="booked", starts_at__gt=at)
        if booked.update(state="cancelled") != 1:
            raise Conflict(_("This talk was cancelled already, or its time has come."), code="over")
        record("consult.cancelled", subject=consult, data={"day": consult.day})
    consult.refresh_from_db()
    return consult


def _lapse(by: Actor, at: datetime) -> None:
    """Let go of the times that nobody confirmed."""
    Consult.objects.filter(organization_id=by.organization_id, state="held", held_until__lte=at).update(
        state="lapsed"
    )

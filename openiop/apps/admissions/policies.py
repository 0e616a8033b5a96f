"""Which referrals an actor may reach."""

from __future__ import annotations

from django.db.models import QuerySet

from openiop.apps.admissions.models import Referral
from openiop.apps.clients.policies import at_sites
from openiop.apps.core.actor import Actor


def visible_referrals(by: Actor) -> QuerySet[Referral]:
    """Return the referrals of the actor's organisation and sites; those of no site yet belong to every site."""
    rows: QuerySet[Referral] = Referral.objects.filter(organization_id=by.organization_id)
    return rows.filter(at_sites(by))

"""What can be found of the referrals of a client: what was said of them, and what was said on the telephone."""

from __future__ import annotations

from typing import Any

from openiop.apps.accounts.permissions import Permission
from openiop.apps.admissions.models import ContactAttempt, Referral
from openiop.apps.audit.services import Recorder
from openiop.apps.chart.services import Entry, Searchable, index_records
from openiop.apps.clients.models import Client
from openiop.apps.core.clock import local

KIND, NEEDS, FALLBACK_ZONE = "referral", Permission.REFERRAL_VIEW, "UTC"


def index_referral(record: Recorder, referral: Referral) -> None:
    """Bring the index to what a referral says now; one without a client belongs to no chart."""
    if referral.client_id is not None:
        index_records(record, searchable_referrals(Referral.objects.filter(pk=referral.pk)))


def all_referrals() -> list[Searchable]:
    """Return what can be found of every referral of the organization that has a client."""
    return searchable_referrals(Referral.objects.filter(client__isnull=False))


def searchable_referrals(referrals: Any) -> list[Searchable]:
    """Return what can be found of referrals that have a client. Two queries."""
    rows = list(referrals.select_related("client__site").defer("understood"))
    contacts: dict[int, list[ContactAttempt]] = {}
    for one in ContactAttempt.objects.filter(referral__in=[row.pk for row in rows]).exclude(words=""):
        contacts.setdefault(one.referral_id, []).append(one)
    return [
        Searchable(KIND, row.public_id, row.client.pk, _entries(row, row.client, contacts.get(row.pk, [])))
        for row in rows
        if row.client is not None
    ]


def _entries(row: Referral, client: Client, contacts: list[ContactAttempt]) -> tuple[Entry, ...]:
    zone = client.site.time_zone if client.site else FALLBACK_ZONE
    said = (row.referrer_name, row.referrer_organization, row.note, row.risk_note, row.closed_words)
    own = Entry(
        words="\n".join(filter(None, (*said, row.referred_to))),
        day=local(row.received_at, zone).date(),
        needs=NEEDS,
        author_id=row.owner_id,
        part2=client.part2,
    )
    calls = [
        Entry(
            words=one.words,
            day=local(one.attempted_at, zone).date(),
            needs=NEEDS,
            part=f"contact {one.public_id}",
            author_id=one.attempted_by_id,
            part2=client.part2,
        )
        for one in contacts
    ]
    return (own, *calls)

"""The family's page: what a release (or standing in the client's place) lets someone see, accounted for."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from openiop.apps.accounts.permissions import Permission
from openiop.apps.audit.services import note_read, recording
from openiop.apps.clients.consent_values import minor_rules, value_of, zone_of
from openiop.apps.clients.models import Client, Consent, Disclosure, Relation
from openiop.apps.clients.services.disclosures import Handing, decide, disclosure_row, said_of
from openiop.apps.core.actor import Actor
from openiop.apps.core.clock import local
from openiop.domain import consents as rules
from openiop.domain.disclosures import Decision, Reason, RecipientKind
from openiop.domain.errors import NotAllowed
from openiop.domain.representatives import Standing, may_represent

FAMILY_SCOPES = (
    rules.Scope.ENROLLED,
    rules.Scope.SCHEDULE,
    rules.Scope.ATTENDANCE,
    rules.Scope.PLAN,
)
"""What the family's page can show, each by itself."""


@dataclass(frozen=True, slots=True)
class Shared:
    """What someone may see today, by which consents, and why not the rest.

    `in_their_place`: they stand in the client's place, so no release is needed.
    """

    relation: Relation
    scopes: frozenset[rules.Scope]
    consents: tuple[rules.Consent, ...]
    refused: dict[rules.Scope, Decision]
    in_their_place: bool
    part2: bool


def family_view(relation: Relation, *, at: datetime) -> dict[rules.Scope, Decision]:
    """Return for each part of the family's page whether it may be shown today, and why or why not."""
    client = relation.client
    rows = Consent.objects.filter(client=client).select_related("recipient_relation").defer("pdf")
    consents = [value_of(row, client) for row in rows]
    stand_in = _represents(relation, consents, at)
    found = {}
    for scope in FAMILY_SCOPES:
        decision = decide(client, _portal(relation, {scope}), at=at, consents=consents)
        found[scope] = stand_in if stand_in.allowed and not decision.allowed else decision
    return found


def share_with_family(*, by: Actor, relation: Relation, at: datetime) -> Shared:
    """Find what this signed-in person may see of the client, and account for it once a day and consent."""
    if not by.may(Permission.FAMILY) or by.user_id is None or relation.user_id != by.user_id:
        raise NotAllowed(_("This page is for the person it was released to."))
    client = relation.client
    decisions = family_view(relation, at=at)
    allowed = {scope: decision for scope, decision in decisions.items() if decision.allowed}
    _account(by, relation, allowed, at)
    if allowed:
        note_read(by=by, action="family.read", subject=relation, client=client)
    used = {decision.consent.id: decision.consent for decision in allowed.values() if decision.consent}
    return Shared(
        relation=relation,
        scopes=frozenset(allowed),
        consents=tuple(used.values()),
        refused={scope: decision for scope, decision in decisions.items() if not decision.allowed},
        in_their_place=any(decision.basis == "representative" for decision in allowed.values()),
        part2=client.part2 and bool(used),
    )


def _represents(relation: Relation, consents: Iterable[rules.Consent], at: datetime) -> Decision:
    client = relation.client
    who = Standing(relation.name, relation.is_guardian, client.birth_date, client.part2)
    return may_represent(who, consents, local(at, zone_of(client)).date(), minors=minor_rules())


def _portal(relation: Relation, scopes: set[rules.Scope], purpose: Reason = Reason.SPECIFIC) -> Handing:
    return Handing(
        recipient_kind=RecipientKind.PERSON,
        purpose=purpose,
        scopes=frozenset(scopes),
        relation=relation,
        what="Shown in the family's own page",
        method="portal",
    )


def _account(by: Actor, relation: Relation, allowed: dict[rules.Scope, Decision], at: datetime) -> None:
    """Write one disclosure a day and right; a page opened twice is one."""
    groups: dict[str, set[rules.Scope]] = {}
    for scope, decision in allowed.items():
        groups.setdefault(_right(decision), set()).add(scope)
    today = _of_today(relation.client, by, at)
    fresh = {right: scopes for right, scopes in groups.items() if not _is_accounted(today, right, scopes)}
    if not fresh:
        return
    with recording(by=by, at=at) as record:
        # Asked once more inside the transaction: a consent may have been taken back since.
        current = family_view(relation, at=at)
        for right, scopes in fresh.items():
            if _is_accounted(today, right, scopes):
                continue
            decision = current[min(scopes)]
            if not decision.allowed or _right(decision) != right:
                continue
            purpose = Reason.SPECIFIC if decision.consent else Reason.SELF
            handing = _portal(relation, scopes, purpose)
            row = disclosure_row(relation.client, handing, decision, by_user_id=by.user_id, at=at)
            row.save(force_insert=True)
            data = said_of(relation.client, handing) | {
                "basis": decision.basis,
                "notice": row.notice_version,
            }
            record("disclosure.made", subject=row, client=relation.client, data=data)


def _right(decision: Decision) -> str:
    """Return by what right something is shown: the consent's id, or standing in the client's place."""
    return decision.consent.id if decision.consent else decision.basis


def _of_today(client: Client, by: Actor, at: datetime) -> QuerySet[Disclosure]:
    day = local(at, zone_of(client)).replace(hour=0, minute=0, second=0, microsecond=0)
    return Disclosure.objects.filter(
        client=client,
        method="portal",
        disclosed_by_id=by.user_id,
        disclosed_at__gte=day,
        disclosed_at__lt=day + timedelta(days=1),
    ).select_related("consent")


def _is_accounted(today: QuerySet[Disclosure], right: str, scopes: set[rules.Scope]) -> bool:
    return any(
        scopes <= set(row.scopes) and right == (row.consent.public_id if row.consent else row.basis)
        for row in today.all()
    )

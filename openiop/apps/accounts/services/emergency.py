"""Break-glass: open the organisation's records in an emergency, close again, and look at it afterwards."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from openiop.apps.accounts.models import EmergencyAccess, Membership, User
from openiop.apps.accounts.permissions import Permission
from openiop.apps.accounts.policies import EMERGENCY, REASON_LENGTH, REVIEW_WITHIN
from openiop.apps.accounts.roles import BY_KEY
from openiop.apps.accounts.selectors import is_open, open_emergency
from openiop.apps.audit.services import recording
from openiop.apps.core.actor import Actor
from openiop.domain.errors import Conflict, InvalidInput, NotAllowed

Alert = Callable[[list[str]], None]
"""Told the addresses of the reviewers once the access is committed. Says that it happened, nothing more."""


def open_emergency_access(*, by: Actor, reason: str, at: datetime, alert: Alert) -> EmergencyAccess:
    """Open every record of the organisation to the actor for an hour; the directors are told at once.

    45 CFR 164.312(a)(2)(ii). It never crosses the organisation and adds no permission.
    """
    reason = " ".join(reason.split())
    if not by.may(Permission.BREAK_GLASS) or by.user_id is None:
        raise NotAllowed(_("Your role has no emergency access."))
    if len(reason) < REASON_LENGTH:
        raise InvalidInput(
            _("Say in at least %(length)s characters why you need it: a director will read this.")
            % {"length": REASON_LENGTH},
            field="reason",
        )
    with recording(by=by, at=at) as record:
        if open_emergency(by, at=at):
            raise Conflict(_("Your emergency access is already open."))
        glass = EmergencyAccess.objects.create(
            organization_id=by.organization_id,
            user_id=by.user_id,
            reason=reason[:500],
            opened_at=at,
            expires_at=at + EMERGENCY,
            review_due_at=at + REVIEW_WITHIN,
            created_at=at,
        )
        record("glass.broken", subject=glass, data={"reason": glass.reason, "until": glass.expires_at})
        addresses = reviewers_of(by.organization_id, but=by.user_id, at=at)
        transaction.on_commit(lambda: alert(addresses))
    return glass


def close_emergency_access(*, by: Actor, at: datetime) -> None:
    """End the actor's emergency access before its time; closing what is closed changes nothing."""
    with recording(by=by, at=at) as record:
        glass = open_emergency(by, at=at)
        if glass is None:
            return
        glass.closed_at = at
        glass.save(update_fields=["closed_at"])
        record("glass.closed", subject=glass)


def review_emergency_access(
    *, by: Actor, glass: EmergencyAccess, outcome: str, at: datetime
) -> EmergencyAccess:
    """Write down what a director found when looking at what was opened; said once, it stands.

    Only once the access is over: nothing may be opened after it was looked at.
    """
    outcome = " ".join(outcome.split())
    if glass.user_id == by.user_id:
        raise NotAllowed(_("Another director must look at your own emergency access."))
    if is_open(EmergencyAccess.objects.get(pk=glass.pk), at=at):
        raise Conflict(_("This access is still open. Review it when it has ended."), code="still-open")
    if len(outcome) < REASON_LENGTH:
        raise InvalidInput(
            _("Say in at least %(length)s characters what you found and what follows from it.")
            % {"length": REASON_LENGTH},
            field="outcome",
        )
    with recording(by=by, at=at) as record:
        changed = EmergencyAccess.objects.filter(pk=glass.pk, reviewed_at__isnull=True).update(
            reviewed_at=at, reviewed_by_id=by.user_id, review_outcome=outcome[:500]
        )
        if changed != 1:
            raise Conflict(_("Somebody else has reviewed this access in the meantime."))
        glass.refresh_from_db()
        record("glass.reviewed", subject=glass, data={"outcome": glass.review_outcome})
    return glass


def reviewers_of(organization_id: int, *, but: int, at: datetime) -> list[str]:
    """Return the addresses of everyone who may review emergency access, the person themselves excepted."""
    roles = [key for key, role in BY_KEY.items() if Permission.REVIEW_GLASS in role.permissions]
    open_rows = Membership.objects.filter(
        organization_id=organization_id, role__in=roles, starts_at__lte=at, ended_at__isnull=True
    ).exclude(user_id=but)
    people = User.objects.filter(memberships__in=open_rows, is_active=True).exclude(email="")
    return sorted(people.values_list("email", flat=True).distinct())

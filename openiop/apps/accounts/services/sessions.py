"""Sign-in, sign-out and refusals in the trail; ending every session of a person."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from openiop.apps.accounts.models import User
from openiop.apps.accounts.selectors import memberships_of, visit_of
from openiop.apps.audit.services import recording
from openiop.apps.core.actor import NOBODY, Actor
from openiop.apps.core.tenancy import tenant

CODES = "recovery_codes"

SOMEBODY = "—"
"""Who tried to sign in is not known: that is what a refusal means."""


def note_sign_in(*, user: User, organization_id: int | None, how: str, at: datetime) -> None:
    """Write that the person signed in, into the trail of the organisation they entered."""
    visit = visit_of(user, organization_id, at=at)
    if visit is not None:
        _write(visit.actor, "session.opened", user, {"how": how}, at)


def note_sign_out(*, by: Actor, user: User, action: str, at: datetime) -> None:
    """Write that a session ended: `session.closed` by the person, `session.expired` by the clock."""
    _write(by, action, user, {}, at)


def note_refusal(*, user: User | None, actions: Iterable[str], at: datetime) -> None:
    """Write that somebody was refused, into the trail of each organisation the name belongs to.

    A name that nobody has costs the same work and leaves its event in the chain of no organisation:
    from the time an answer takes nobody shall learn who has an account (OWASP ASVS V6).
    """
    places = {row.organization_id for row in memberships_of(user, at=at)} if user else set()
    data = {"person": user.shown_name} if user else {}
    for place in places or {NOBODY}:
        stranger = Actor(organization_id=place, name=SOMEBODY)
        for action in actions:
            _write(stranger, action, user, data, at)


def note_change(*, user: User, action: str, data: Mapping[str, Any], at: datetime) -> None:
    """Write that a person changed their own way in, into the trail of each organisation they belong to."""
    for place in sorted({row.organization_id for row in memberships_of(user, at=at)}):
        visit = visit_of(user, place, at=at)
        if visit is not None:
            _write(visit.actor, action, user, data, at)


def note_factors(*, user: User, before: Mapping[int, str], after: Mapping[int, str], at: datetime) -> None:
    """Write which factors came and went; recovery codes come with the first and go with the last one."""
    for key in sorted(set(after) - set(before)):
        action = "factor.codes_made" if after[key] == CODES else "factor.added"
        note_change(user=user, action=action, data={"kind": after[key]}, at=at)
    for key in sorted(set(before) - set(after)):
        if before[key] != CODES:
            note_change(user=user, action="factor.removed", data={"kind": before[key]}, at=at)


def end_all_sessions(*, by: Actor, user: User, at: datetime) -> None:
    """Sign the person out everywhere, on every device."""
    with recording(by=by, at=at) as record:
        user.signed_out_at = at
        user.save(update_fields=["signed_out_at"])
        record("session.closed_everywhere", subject=user, data={"person": user.shown_name})


def _write(by: Actor, action: str, user: User | None, data: Mapping[str, Any], at: datetime) -> None:
    with tenant(by.organization_id), recording(by=by, at=at) as record:
        record(action, subject=user, data=data)

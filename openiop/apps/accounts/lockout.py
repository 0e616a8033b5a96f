"""Under which name failed sign-ins are counted: the person's id, however they were named at the door."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.http import HttpRequest
from django.utils.crypto import salted_hmac

from openiop.apps.accounts.models import User


def find_person(login: str) -> User | None:
    """Return the user of a sign-in name or e-mail address, however it is written."""
    login = login.strip()
    if not login or "\x00" in login:
        return None
    rows = User.objects.filter(Q(username__iexact=login) | (Q(email__iexact=login) & ~Q(email="")))
    # Two rows only if somebody's name is another's address; the name wins, always the same one.
    return min(rows, key=lambda user: user.username.casefold() != login.casefold(), default=None)


def name_of(user: User) -> str:
    """Return the name under which a known person's failures are counted."""
    return f"user {user.public_id}"


def counted_name(_request: HttpRequest, credentials: dict[str, Any] | None) -> str | None:
    """Return the name under which a try is counted (AXES_USERNAME_CALLABLE).

    Sign-in name and address of one person count together. A name that nobody has is kept as a keyed
    hash: people type passwords into the wrong field.
    """
    login = str((credentials or {}).get("username") or (credentials or {}).get("email") or "")
    if not login:
        return None
    user = find_person(login)
    if user is not None:
        return name_of(user)
    return f"nobody {salted_hmac('openiop.lockout', login.strip().casefold()).hexdigest()[:24]}"

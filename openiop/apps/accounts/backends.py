"""Who signs in with a password: one look-up, one comparison, whoever it is."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.http import HttpRequest

from openiop.apps.accounts.lockout import find_person
from openiop.apps.accounts.models import User


class PasswordBackend(ModelBackend):
    """Accepts the sign-in name or the e-mail address.

    The password is hashed exactly once also where nobody has the name or the sign-in is closed, so
    that the time an answer takes tells nothing.
    """

    def authenticate(
        self,
        request: HttpRequest | None,
        username: str | None = None,
        password: str | None = None,
        **more: Any,
    ) -> User | None:
        """Return the user whose password this is."""
        login = username or str(more.get("email") or "")
        if not login or not password:
            return None
        if request is not None:
            request.password_was_tried = True  # type: ignore[attr-defined]
        user = find_person(login)
        if user is None or not user.has_usable_password():
            User().set_password(password)
            return None
        return user if user.check_password(password) and user.is_active else None

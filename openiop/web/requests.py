"""The request as our views see it."""

from __future__ import annotations

from django.http import HttpRequest

from openiop.apps.accounts.selectors import Visit
from openiop.apps.core.actor import Actor


class ActorRequest(HttpRequest):
    """A request whose actor is known; the middleware gave it the organisation's scope."""

    actor: Actor
    visit: Visit

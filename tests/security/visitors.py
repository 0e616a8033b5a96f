"""Who knocks at the doors: one browser for each actor of the matrix, the same before every request."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.core.cache import cache
from django.http import HttpResponseBase
from django.test import Client as Browser

from tests.factories.house import House
from tests.factories.people import AT
from tests.factories.signing import signed_in

ACTORS = (
    "anonymous", "client", "other_client", "family", "intake", "therapist", "prescriber", "nurse", "reviewer",
    "biller", "director", "administrator", "auditor", "elsewhere", "other_admin",
)  # fmt: skip
"""The columns of matrix.csv: `elsewhere` directs another site, `other_admin` administers another organisation."""


@dataclass
class Visitor:
    """A browser whose cookies are put back before each request: what one request does, the next never sees."""

    browser: Browser
    cookies: dict[str, str] = field(default_factory=dict)

    def send(
        self, method: str, url: str, data: Mapping[str, Any] | None = None, **headers: str
    ) -> HttpResponseBase:
        """Send one request as a browser does and return the answer, redirects not followed."""
        cache.clear()
        self.browser.cookies.clear()
        self.browser.cookies.load(self.cookies)
        sent: Any = getattr(self.browser, method.lower())
        return sent(url, data or {}, headers=headers)


def visitor_of(house: House, who: str) -> Visitor:
    """Return a member who has just shown their password, so that their own security pages open too."""
    user = house.users[who]
    browser = signed_in(user, house.org, at=AT)
    session = browser.session
    session["account_authentication_methods"] = [
        {"method": "password", "at": AT.timestamp(), "reauthenticated": True}
    ]
    session["account_authentication_methods_user"] = str(user.pk)
    session.save()
    browser.raise_request_exception = False
    return Visitor(browser, {name: morsel.value for name, morsel in browser.cookies.items()})


def visitors_of(here: House, there: House) -> dict[str, Visitor]:
    """Return everyone in the matrix: the members of a house, a stranger, and another house's administrator."""
    stranger = Browser(raise_request_exception=False)
    known = {who: visitor_of(here, who) for who in ACTORS if who in here.users}
    return {
        "anonymous": Visitor(stranger),
        **known,
        "other_admin": visitor_of(there, "administrator"),
    }

"""Who is acting: the first argument of every service."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

NOBODY = 0
"""In place of an organisation's id: what concerns none, such as a try at the door with a name nobody has."""


class Via(StrEnum):
    """The door through which the actor came."""

    WEB = "web"
    CLI = "cli"
    API = "api"


@dataclass(frozen=True, slots=True)
class PendingRead:
    """A read of a client record that will be written to the audit trail before anyone sees the page."""

    action: str
    subject_type: str
    subject_id: str
    client_id: str


@dataclass(frozen=True, slots=True)
class Actor:
    """A person or the system, within one organisation.

    `site_ids` is None where the actor works at every site. `reads` collects what was opened; the
    request's end writes it (`openiop.apps.audit.services.flush_reads`).
    """

    organization_id: int
    name: str
    user_id: int | None = None
    user_public_id: str = ""
    roles: tuple[str, ...] = ()
    permissions: frozenset[str] = frozenset()
    site_ids: frozenset[int] | None = None
    via: Via = Via.WEB
    reason: str = ""
    reads: dict[PendingRead, None] = field(default_factory=dict, compare=False)

    def may(self, permission: str) -> bool:
        """Tell whether the actor holds the permission."""
        return permission in self.permissions

    def may_at(self, permission: str, site_id: int | None) -> bool:
        """Tell whether the actor holds the permission at the site (None: a row of no site yet)."""
        at_site = self.site_ids is None or site_id is None or site_id in self.site_ids
        return at_site and self.may(permission)

"""What roles mean together, how long emergency access lasts, and who may look after whose sign-in."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from openiop.apps.accounts.models import Membership, User
from openiop.apps.accounts.roles import BY_KEY
from openiop.apps.core.tenancy import before_tenant

EMERGENCY = timedelta(minutes=60)
"""How long emergency access lasts (45 CFR 164.312(a)(2)(ii) asks for the procedure, the length is ours)."""

REVIEW_WITHIN = timedelta(hours=24)
"""Until when a director has looked at what was opened."""

REASON_LENGTH = 20
"""A reason shorter than this says nothing to the person who reviews it."""


@dataclass(frozen=True, slots=True)
class Reach:
    """What a set of memberships lets a person do, and where (`site_ids` None: at every site)."""

    roles: tuple[str, ...]
    permissions: frozenset[str]
    site_ids: frozenset[int] | None


def reach_of(memberships: Iterable[Membership]) -> Reach:
    """Return what the memberships of one person in one organisation allow together.

    Roles without sites (administrator, auditor, client, family) hold always and never widen where
    clients' records may be opened. The others hold at their sites; where somebody holds different ones
    at different sites, only what they hold at all of these sites counts, so that a role at one site
    never opens a record of another.
    """
    rows = list(memberships)
    roles = tuple(dict.fromkeys(row.role for row in rows))
    care = [row for row in rows if BY_KEY[row.role].has_sites]
    always = _permissions(row for row in rows if not BY_KEY[row.role].has_sites)
    if not care:
        return Reach(roles, always, None)
    anywhere = [row for row in care if row.site_id is None]
    sites = {row.site_id for row in care if row.site_id is not None}
    at_each = [_permissions([*anywhere, *(row for row in care if row.site_id == site)]) for site in sites]
    if anywhere:
        at_each.append(_permissions(anywhere))
    common = frozenset.intersection(*at_each)
    return Reach(roles, always | common, None if anywhere else frozenset(sites))


def looks_after_own_sign_in(user: User, organization_id: int) -> bool:
    """Tell whether the person also belongs elsewhere.

    An administrator of one organisation must not be able to take over a sign-in that opens another
    one, so for such a person password and second factor are theirs alone.
    """
    with before_tenant():
        return user.memberships.exclude(organization_id=organization_id).exists()


def _permissions(rows: Iterable[Membership]) -> frozenset[str]:
    return frozenset(str(word) for row in rows for word in BY_KEY[row.role].permissions)

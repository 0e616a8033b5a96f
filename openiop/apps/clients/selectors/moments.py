"""Moments of a client record for the time line: made, merged, consents signed and revoked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from openiop.apps.accounts.permissions import Permission
from openiop.apps.clients.consent_values import form
from openiop.apps.clients.models import Client, Consent, Merge
from openiop.apps.core.actor import Actor
from openiop.catalog import NotInCatalog

if TYPE_CHECKING:
    from openiop.apps.accounts.models import User


@dataclass(frozen=True, slots=True)
class Doer:
    """Who did what happened: their public id and name."""

    key: str
    name: str


@dataclass(frozen=True, slots=True)
class Moment:
    """Something that happened: when, what in words, a line beside it, its tone, and the route to more.

    route: a route's name and its one argument; tone: "", ok, warn, bad or info; who: of the staff, where it
    is known; kind: the area, which the time line adds.
    """

    at: datetime
    title: str
    note: str = ""
    tone: str = ""
    route: tuple[str, str] | None = None
    who: Doer | None = None
    kind: str = ""


def doer_named(user: User | None) -> Doer | None:
    """Return the person as the time line names them."""
    return Doer(user.public_id, user.shown_name) if user is not None else None


def record_moments(by: Actor, client: Client, limit: int | None) -> list[Moment]:
    """When the record was made and what was merged into it."""
    made = Moment(client.created_at, _("Record made"))
    rows = Merge.objects.filter(kept=client, undone_at__isnull=True).select_related("merged_by")
    return [
        made,
        *(
            Moment(
                row.merged_at,
                _("Two records became one"),
                note=row.reason,
                who=doer_named(row.merged_by),
            )
            for row in rows.order_by("-merged_at")[:limit]
        ),
    ]


def consent_moments(by: Actor, client: Client, limit: int | None) -> list[Moment]:
    """Consents signed and revoked."""
    if not by.may(Permission.CONSENT_VIEW):
        return []
    rows = (
        Consent.objects.filter(client=client, signed_at__isnull=False)
        .defer("body", "pdf", "signature")
        .select_related("prepared_by")
    )
    found = []
    for row in rows.order_by("-signed_at")[:limit]:
        what = _form_name(row) + (f": {row.recipient}" if row.recipient else "")
        route, who = ("consent", row.public_id), doer_named(row.prepared_by)
        if row.signed_at:
            found.append(
                Moment(row.signed_at, _("Consent signed"), note=what, tone="ok", route=route, who=who)
            )
        if row.revoked_at:
            found.append(Moment(row.revoked_at, _("Consent revoked"), note=what, tone="bad", route=route))
    return found


def _form_name(row: Consent) -> str:
    """Return the form's name in the reader's language; its id where its file is not here any more."""
    try:
        title = form(row.template_id, row.template_version).title
    except NotInCatalog:
        return row.template_id
    return title.in_language(get_language() or "en")

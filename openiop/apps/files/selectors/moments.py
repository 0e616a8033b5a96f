"""Documents on a client's time line."""

from __future__ import annotations

from django.utils.translation import gettext as _

from openiop.apps.accounts.permissions import Permission
from openiop.apps.clients.models import Client
from openiop.apps.clients.selectors.moments import Moment, doer_named
from openiop.apps.core.actor import Actor
from openiop.apps.files.models import File
from openiop.apps.files.words import kind_words


def file_moments(by: Actor, client: Client, limit: int | None) -> list[Moment]:
    """Return what was kept and what was withdrawn. The title of what is withdrawn may name another person."""
    if not by.may(Permission.FILE_VIEW):
        return []
    rows = File.objects.filter(client=client).select_related("received_by").defer("content")
    rows = rows.prefetch_related("marks__given_by")
    found = []
    for row in rows.order_by("-created_at", "-id")[:limit]:
        gone = next((mark for mark in row.marks.all() if mark.mark == "withdrawn"), None)
        route = ("file", row.public_id)
        words = kind_words(row.kind) if gone else f"{kind_words(row.kind)} · {row.title}"
        who = doer_named(row.received_by)
        found.append(Moment(row.created_at, _("Document added"), note=words, route=route, who=who))
        if gone is not None:
            note = f"{kind_words(row.kind)} · {gone.name}"
            title, who = _("Document withdrawn"), doer_named(gone.given_by)
            found.append(Moment(gone.created_at, title, note=note, tone="bad", route=route, who=who))
    return found

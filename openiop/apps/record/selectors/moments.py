"""Notes on a client's time line."""

from __future__ import annotations

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from openiop.apps.accounts.permissions import Permission
from openiop.apps.clients.models import Client
from openiop.apps.clients.selectors.moments import Moment
from openiop.apps.core.actor import Actor
from openiop.apps.record.models import NoteVersion
from openiop.apps.record.reading import template_of
from openiop.apps.record.selectors.notes import readable_through


def note_moments(by: Actor, client: Client, limit: int | None) -> list[Moment]:
    """Return the signed versions the actor may read."""
    if not by.may(Permission.NOTE_VIEW):
        return []
    rows = NoteVersion.objects.filter(
        readable_through(by, "note__"), note__client=client, signed_at__isnull=False
    ).select_related("note")
    language, found = get_language() or "en", []
    for row in rows.order_by("-signed_at")[:limit]:
        kind = template_of(row.note).title.in_language(language)
        title = _("Note signed") if row.number == 1 else _("Note amended")
        note = f"{kind} · {row.signed_name}"
        tone = "warn" if row.is_late else "ok"
        found.append(Moment(row.signed_at, title, note=note, tone=tone, route=("note", row.note.public_id)))
    return found

"""Notes on a client's time line: what was signed, and what was put on it."""

from __future__ import annotations

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from openiop.apps.accounts.permissions import Permission
from openiop.apps.clients.models import Client
from openiop.apps.clients.selectors.moments import Moment, doer_named
from openiop.apps.core.actor import Actor
from openiop.apps.record.models import Note, NoteMark, NoteVersion
from openiop.apps.record.reading import template_of
from openiop.apps.record.selectors.notes import readable_through
from openiop.apps.record.words import MARKS
from openiop.domain.notes.standing import Mark

_TONES = {Mark.COSIGNED: "ok", Mark.SENT_BACK: "warn", Mark.RETRACTED: "bad"}


def note_moments(by: Actor, client: Client, limit: int | None) -> list[Moment]:
    """Return the signed versions the actor may read, and the marks on them. Two queries."""
    if not by.may(Permission.NOTE_VIEW):
        return []
    return [*_signed(by, client, limit), *_marked(by, client, limit)]


def _signed(by: Actor, client: Client, limit: int | None) -> list[Moment]:
    rows = NoteVersion.objects.filter(
        readable_through(by, "note__"), note__client=client, signed_at__isnull=False
    )
    rows = rows.select_related("note", "signed_by").defer("facts", "values", "frozen")
    return [
        Moment(
            row.signed_at,
            _("Note signed") if row.number == 1 else _("Note amended"),
            note=f"{_kind(row.note)} · {row.signed_name}",
            tone="warn" if row.is_late else "ok",
            route=("note", row.note.public_id),
            who=doer_named(row.signed_by),
        )
        for row in rows.order_by("-signed_at")[:limit]
    ]


def _marked(by: Actor, client: Client, limit: int | None) -> list[Moment]:
    """Say that a mark was put on, and by whom; its words stand on the note."""
    rows = NoteMark.objects.filter(readable_through(by, "note__"), note__client=client)
    rows = rows.select_related("note", "given_by").defer("words")
    return [
        Moment(
            row.given_at,
            _("Note: %(what)s") % {"what": MARKS[Mark(row.mark)]},
            note=f"{_kind(row.note)} · {row.name}",
            tone=_TONES.get(Mark(row.mark), ""),
            route=("note", row.note.public_id),
            who=doer_named(row.given_by),
        )
        for row in rows.order_by("-given_at")[:limit]
    ]


def _kind(note: Note) -> str:
    return template_of(note).title.in_language(get_language() or "en")

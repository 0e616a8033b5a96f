"""Notes on a client's time line: what was signed, and what was put on it."""

from __future__ import annotations

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from openiop import catalog
from openiop.apps.accounts.models import User
from openiop.apps.accounts.permissions import Permission
from openiop.apps.clients.models import Client
from openiop.apps.clients.selectors.moments import Moment, doer_named
from openiop.apps.core.actor import Actor
from openiop.apps.record.models import NoteMark, NoteVersion
from openiop.apps.record.selectors.notes import readable_through
from openiop.apps.record.words import MARKS
from openiop.domain.notes.standing import Mark

_TONES = {Mark.COSIGNED: "ok", Mark.SENT_BACK: "warn", Mark.RETRACTED: "bad"}


def note_moments(by: Actor, client: Client, limit: int | None) -> list[Moment]:
    """Return the signed versions the actor may read, and the marks on them. Three queries."""
    if not by.may(Permission.NOTE_VIEW):
        return []
    return [*_signed(by, client, limit), *_marked(by, client, limit)]


def _signed(by: Actor, client: Client, limit: int | None) -> list[Moment]:
    """Return the signed versions: columns and not rows, for a chart has hundreds of them."""
    rows = NoteVersion.objects.filter(
        readable_through(by, "note__"), note__client=client, signed_at__isnull=False
    )
    columns = ("signed_at", "number", "signed_name", "is_late", "signed_by")
    of_note = ("note__template_id", "note__template_version", "note__public_id")
    signed = list(rows.order_by("-signed_at").values_list(*columns, *of_note)[:limit])
    people = {key: doer_named(user) for key, user in User.objects.in_bulk({row[4] for row in signed}).items()}
    return [
        Moment(
            at,
            _("Note signed") if number == 1 else _("Note amended"),
            note=f"{_kind(template, version)} · {name}",
            tone="warn" if is_late else "ok",
            route=("note", public_id),
            who=people.get(who),
        )
        for at, number, name, is_late, who, template, version, public_id in signed
    ]


def _marked(by: Actor, client: Client, limit: int | None) -> list[Moment]:
    """Say that a mark was put on, and by whom; its words stand on the note."""
    rows = NoteMark.objects.filter(readable_through(by, "note__"), note__client=client)
    rows = rows.select_related("note", "given_by").defer("words")
    return [
        Moment(
            row.given_at,
            _("Note: %(what)s") % {"what": MARKS[Mark(row.mark)]},
            note=f"{_kind(row.note.template_id, row.note.template_version)} · {row.name}",
            tone=_TONES.get(Mark(row.mark), ""),
            route=("note", row.note.public_id),
            who=doer_named(row.given_by),
        )
        for row in rows.order_by("-given_at")[:limit]
    ]


def _kind(template: str, version: int) -> str:
    return catalog.note_template(template, version).title.in_language(get_language() or "en")

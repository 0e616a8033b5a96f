"""A note on paper: from rows to the data of `catalog/letters/note.typ`."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import override

from openiop.apps.clients.letters import LETTERS, Letter, day_words
from openiop.apps.clients.services.signing import signing_name
from openiop.apps.record.reading import zone_of
from openiop.apps.record.selectors.notes import Read
from openiop.apps.record.shown import fact_rows, value_rows
from openiop.apps.record.words import MARKS, STANDINGS
from openiop.domain.notes.standing import Mark
from openiop.engines.pdf_typst import ENGINE


def note_letter(read: Read, *, at: datetime, language: str) -> Letter:
    """Return the version in force as tagged PDF with everything that was put on it; blind values stay out."""
    with override(language):
        data = _frame(read) | note_data(read, language)
    pdf = ENGINE.render(LETTERS / "note.typ", data, lang=language, at=at)
    return Letter(pdf, hashlib.sha256(pdf).hexdigest())


def _frame(read: Read) -> dict[str, Any]:
    name = read.note.organization.name
    return {
        "organization": name,
        "footer": _("%(organization)s · note %(id)s") % {"organization": name, "id": read.note.public_id},
        "page_word": _("Page") + " ",
        "signatures_word": _("Signatures"),
    }


def note_data(read: Read, language: str) -> dict[str, Any]:
    """Return what a note says on paper, in the active language: facts, answers, signatures and what was added."""
    note, version = read.note, read.shown
    facts = [(_("Client"), signing_name(note.client)), *fact_rows(version)]
    facts += [(_("Version"), str(version.number)), (_("State"), str(STANDINGS[read.standing]))]
    if version.reason:
        facts.append((_("Why there is a new version"), version.reason))
    return {
        "title": read.template.title.in_language(language),
        "facts": [list(row) for row in facts],
        "parts": [list(row) for row in value_rows(read.template, version, language, with_blind=False)],
        "signatures": _signatures(read),
        "notice": _("42 CFR part 2 prohibits unauthorized use or disclosure of these records.")
        if note.part2
        else "",
    }


def _signatures(read: Read) -> list[dict[str, str]]:
    zone = zone_of(read.note.client, read.note.session)
    rows = [
        {
            "who": _("Version %(n)s: %(name)s") % {"n": version.number, "name": version.signed_name},
            "said": day_words(version.signed_at, zone),
        }
        for version in read.versions
        if version.signed_at is not None
    ]
    for mark in read.marks:
        day = day_words(mark.given_at, zone)
        rows.append(
            {
                "who": f"{MARKS[Mark(mark.mark)]}: {mark.name}",
                "said": f"{day}. {mark.words}" if mark.words else day,
            }
        )
    return rows

"""Handouts on paper: from a curriculum's unit to the data of `catalog/letters/handout.typ`."""

from __future__ import annotations

import hashlib
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import override

from openiop.apps.clients.letters import LETTERS, Letter
from openiop.domain.curricula import Curriculum, Unit
from openiop.domain.documents import BlockKind, blocks
from openiop.engines.pdf_typst import ENGINE


def handout(curriculum: Curriculum, unit: Unit, *, organization: str, language: str, at: datetime) -> Letter:
    """Return a unit's handout as tagged PDF in a language. It names nobody."""
    words = blocks(unit.handout.in_language(language))
    with override(language):
        data = {
            "title": unit.title.in_language(language),
            "organization": organization,
            "footer": f"{curriculum.title.in_language(language)} · {curriculum.id}.{curriculum.version}",
            "page_word": _("Page") + " ",
            # The first heading is the title, which stands above already.
            "blocks": [
                {"kind": str(one.kind), "text": one.text, "items": list(one.items)}
                for number, one in enumerate(words)
                if not (number == 0 and one.kind is BlockKind.HEADING)
            ],
            "homework_word": _("Until next time"),
            "homework": unit.homework.in_language(language),
        }
    pdf = ENGINE.render(LETTERS / "handout.typ", data, lang=language, at=at)
    return Letter(pdf, hashlib.sha256(pdf).hexdigest())

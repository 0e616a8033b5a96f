"""The invitation on paper: the same words on the page to print and in the PDF, in the person's language.

It names the person it is for, so that two letters are not mixed up, and nothing else: no clinic, no care.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from openiop import catalog
from openiop.apps.clients.consent_values import zone_of
from openiop.apps.clients.services.invitations import language_of
from openiop.domain.invitations import code_as_printed
from openiop.engines.pdf_typst import ENGINE
from openiop.web.requests import ActorRequest
from openiop.web.templatetags.openiop import local_date

if TYPE_CHECKING:
    from datetime import datetime

    from openiop.apps.clients.models import Invitation

TEMPLATE = Path(catalog.__file__).parent / "letters" / "invitation.typ"


def letter_words(request: ActorRequest, row: Invitation, name: str, code: str) -> dict[str, Any]:
    """Return everything the letter says."""
    with override(language_of(row)):
        return {
            "lang": language_of(row),
            "title": _("A page of your own"),
            "organization": "",
            "footer": "",
            "page_word": _("Page") + " ",
            "whom": _("For %(name)s") % {"name": name},
            "intro": _(
                "Somebody who knows you has set up a private page for you. With this letter you open it."
                " You need no e-mail address."
            ),
            "open_words": _("On a telephone or a computer, open this address:"),
            "address": request.build_absolute_uri(reverse("letter")),
            "type_words": _("Type this code:"),
            "code": code_as_printed(code),
            "choose_words": _(
                "Choose a name to sign in with and a password that only you know. Write down neither on this"
                " letter."
            ),
            "once": _("The code works once, until %(until)s. Keep this letter to yourself until then.")
            % {"until": local_date(row.expires_at, zone_of(row.client))},
            "lost": _(
                "If the letter is lost or the code opens nothing, ask the person who gave it to you for a new"
                " one. The old code then stops working."
            ),
            "stranger": _("If you were not told about it, do nothing: without you nobody can use the code."),
        }


def letter_pdf(words: dict[str, Any], *, at: datetime) -> HttpResponse:
    """Return the letter as a PDF; its file name says nothing about anybody."""
    response = HttpResponse(
        ENGINE.render(TEMPLATE, words, lang=str(words["lang"]), at=at), content_type="application/pdf"
    )
    response["Content-Disposition"] = 'attachment; filename="letter.pdf"'
    return response

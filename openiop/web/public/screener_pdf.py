"""What the answers point to, as a PDF to keep or to hand to a therapist. Made on the fly, kept nowhere."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from openiop.web.public import printing
from openiop.web.public.screener import result_context, visit_of


def download(request: HttpRequest) -> HttpResponse:
    """Hand the result over; the answers come with the form."""
    if request.method != "POST":
        return redirect("screener")
    page = result_context(visit_of(request.POST))
    return printing.pdf(page["found"]["title"], blocks(page), name="my-answers")


def blocks(page: dict[str, Any]) -> list[printing.Block]:
    """Return the result as the blocks of a letter."""
    found = page["found"]
    kept = [printing.paragraph(found["lead"]), printing.heading(_("What to do next"))]
    kept += [printing.items((step["title"] for step in found["next_steps"]), numbered=True)]
    if found["reasons"]:
        kept += [printing.heading(_("Why, in your own answers"))]
        kept += [printing.items(reason["text"] for reason in found["reasons"])]
    if page["skipped"]:
        kept += [printing.heading(_("Not answered")), printing.items(row["title"] for row in page["skipped"])]
    if page["answers"]:
        rows = [(row["question"], row["answer"]) for row in page["answers"]]
        kept += [
            printing.heading(_("Your answers")),
            printing.table((_("Question"), _("Answer")), rows),
        ]
    lines = [f"{line['title']}: {line['how']}" for line in found["crisis"]]
    return [
        *kept,
        printing.heading(_("Lines that help")),
        printing.items(lines),
        printing.paragraph(found["notice"]),
    ]

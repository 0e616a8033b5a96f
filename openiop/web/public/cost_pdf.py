"""The estimate, or whom to ask, on paper."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from openiop.apps.core import clock
from openiop.web.public import printing
from openiop.web.public.cost import context_of
from openiop.web.public.cost_words import day


def download(request: HttpRequest) -> HttpResponse:
    """Hand the result over as a PDF; the answers come with the form and are kept nowhere."""
    if request.method != "POST":
        return redirect("cost")
    posted = {name: str(value) for name, value in request.POST.items()}
    found = context_of(posted, clock.now().date())
    title = found["headline"] or _("What to ask before you start")
    return printing.pdf(title, _blocks(found), name="estimate")


def _blocks(found: dict[str, Any]) -> list[printing.Block]:
    blocks = [printing.paragraph(_("This is not a bill and not a promise. Your plan decides what it pays."))]
    if found["public_note"]:
        blocks.append(printing.paragraph(found["public_note"]))
    if found["courses"]:
        head = (_("Course"), _("Days"), _("You would pay"))
        blocks += [printing.table(head, found["courses"]), printing.heading(_("Step by step"))]
        blocks += [printing.items(found["steps"], numbered=True)]
    if found["case"].way == "self":
        blocks += _rights(found)
    if found["ask_plan"]:
        blocks += [printing.heading(_("Ask your plan")), printing.items(found["ask_plan"])]
        blocks += [printing.items(f"{code}: {words}" for code, words in found["codes"])]
        blocks += [printing.table((_("Write down"), ""), [(word, "") for word in written_down()])]
    if found["ask_program"]:
        blocks += [printing.heading(_("Ask the program")), printing.items(found["ask_program"])]
    if found["prices"]:
        lines = [_price_line(one) for one in found["prices"]]
        blocks += [printing.heading(_("What a day costs without insurance")), printing.items(lines)]
    return [*blocks, printing.paragraph(found["parity"])]


def _price_line(one: dict[str, Any]) -> str:
    """Say what a program publishes of its price, and since when; or whom to ask."""
    if one["amount"]:
        told = f"{one['amount']} ({_('as of %(day)s') % {'day': day(one['on'])}})"
        told += f". {_('Old: ask when you call')}." if one["is_old"] else ""
    else:
        told = _("Call %(phone)s") % {"phone": one["phone"]} if one["phone"] else _("Ask the program")
    return f"{one['program']}, {one['place']}: {told}"


def _rights(found: dict[str, Any]) -> list[printing.Block]:
    """Return the rights of who pays it all, as the page tells them."""
    asked = {"day": found["due_asked"], "days": found["request_days"]}
    dispute = {"amount": found["dispute_above"], "days": found["dispute_days"]}
    lines = [
        _("Ask for a good-faith estimate in writing. It is your right, and it is free."),
        _("If you ask today, it is due within %(days)s business days: by %(day)s.") % asked,
        _("One estimate may cover visits that repeat, for up to %(months)s months.")
        % {"months": found["most_months"]},
        _("If the bill is %(amount)s or more above the estimate, you may dispute it within %(days)s days.")
        % dispute,
    ]
    if found["due_booked"]:
        booked = _("If you book your first day today, it is due by %(day)s.") % {"day": found["due_booked"]}
        lines.insert(2, booked)
    return [printing.heading(_("Your rights when you pay yourself")), printing.items(lines)]


def written_down() -> list[str]:
    """Return what to note on the telephone."""
    return [
        _("Name of the person you spoke with"),
        _("Day and time"),
        _("Reference number of the call"),
        _("What they said"),
    ]

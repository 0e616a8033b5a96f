"""The accounting of a client's disclosures: read, print, take out as a table; disclose, or be told why not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from openiop.apps.accounts.permissions import Permission
from openiop.apps.clients.accounting import HEAD, AccountingLine, accounting_lines
from openiop.apps.clients.letters import accounting_letter, disclosure_letter
from openiop.apps.clients.selectors import access_client
from openiop.apps.clients.selectors.consents import access_disclosure, disclosures_of
from openiop.apps.clients.services.disclosures import disclose, note_export
from openiop.apps.core import clock
from openiop.domain.errors import DomainError
from openiop.formats.csvs import write_csv
from openiop.web.forms import show_error
from openiop.web.public.security import confirmed
from openiop.web.requests import ActorRequest
from openiop.web.staff.consent_forms import DiscloseForm
from openiop.web.staff.consents import pdf_answer

if TYPE_CHECKING:
    from openiop.apps.clients.models import Client

VIEW = Permission.CONSENT_VIEW


def disclosures(request: ActorRequest, client_id: str) -> HttpResponse:
    """Show the accounting; disclose to someone, or be told why not."""
    making = request.method == "POST"
    client = access_client(request.actor, client_id, permission=Permission.DISCLOSE if making else VIEW)
    form = DiscloseForm(client, request.POST or None)
    if making and form.is_valid():
        try:
            row = disclose(by=request.actor, client=client, handing=form.handing(), at=clock.now())
        except DomainError as error:
            show_error(form, error)
        else:
            words = _("Written to the accounting.")
            if row.notice:
                words = (
                    f"{words} {_('Give the cover sheet along: it carries the notice that the law asks for.')}"
                )
            messages.success(request, words)
            return redirect("client_disclosures", client_id=client.public_id)
    context = {
        "client": client,
        "lines": accounting_lines(disclosures_of(client)),
        "form": form,
        "may_disclose": request.actor.may(Permission.DISCLOSE),
    }
    return render(request, "staff/consents/disclosures.html", context, status=422 if form.errors else 200)


@confirmed
def disclosures_csv(request: ActorRequest, client_id: str) -> HttpResponse:
    """Give the accounting as a table for a spreadsheet. That it left is in the trail."""
    client = access_client(request.actor, client_id, permission=VIEW)
    lines = _taken_out(request, client, "csv")
    text = write_csv([str(word) for word in HEAD], (line.cells for line in lines))
    return HttpResponse(
        text,
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="disclosures.csv"'},
    )


@confirmed
def disclosures_pdf(request: ActorRequest, client_id: str) -> HttpResponse:
    """Give the accounting to print, as the client may ask for it (45 CFR 164.528)."""
    client = access_client(request.actor, client_id, permission=VIEW)
    lines = _taken_out(request, client, "pdf")
    return pdf_answer(accounting_letter(client, lines, at=clock.now()).pdf, "disclosures.pdf")


def cover(request: ActorRequest, disclosure_id: str) -> HttpResponse:
    """Give the sheet that goes with disclosed records: the notice, and the scope of the consent."""
    row = access_disclosure(request.actor, disclosure_id, permission=Permission.DISCLOSE)
    return pdf_answer(disclosure_letter(row, at=clock.now()).pdf, "cover.pdf")


def _taken_out(request: ActorRequest, client: Client, how: str) -> list[AccountingLine]:
    lines = accounting_lines(disclosures_of(client))
    note_export(by=request.actor, client=client, how=how, rows=len(lines), at=clock.now())
    return lines

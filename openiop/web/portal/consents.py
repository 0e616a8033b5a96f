"""The client's own forms: read, sign, say no, take back, keep a copy; and who received or looked at what."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from openiop.apps.audit.selectors import PAGE, own_history
from openiop.apps.clients.accounting import accounting_lines
from openiop.apps.clients.key_points import key_points
from openiop.apps.clients.letters import accounting_letter, consent_letter
from openiop.apps.clients.selectors import absorbed_ids
from openiop.apps.clients.selectors.consents import disclosures_of, standing
from openiop.apps.clients.selectors.own import access_own_client, access_own_consent, own_consents
from openiop.apps.clients.services.consents import give_copy, may_act_for, revoke_consent
from openiop.apps.clients.services.disclosures import note_export
from openiop.apps.clients.services.signing import decline_consent, sign_consent, signing_name
from openiop.apps.core import clock
from openiop.domain.consents import State
from openiop.domain.errors import DomainError
from openiop.web.forms import show_error
from openiop.web.requests import ActorRequest
from openiop.web.staff.consent_forms import SignForm
from openiop.web.staff.consents import pdf_answer

MOST_DIGITS = 18
"""Of the number of an event in an address."""


def portal_consents(request: ActorRequest) -> HttpResponse:
    """Show the client's forms: what waits, what holds, what is over."""
    found = own_consents(access_own_client(request.actor), at=clock.now())
    context = {
        "waiting": [(one, key_points(one)) for one in found if one.state is State.PREPARED],
        "holding": [(one, key_points(one)) for one in found if one.holds],
        "over": [
            (one, key_points(one)) for one in found if not one.holds and one.state is not State.PREPARED
        ],
    }
    return render(request, "portal/consents.html", context)


def portal_consent(request: ActorRequest, consent_id: str) -> HttpResponse:
    """Show one form, the key points first; sign it or say no."""
    row = access_own_consent(request.actor, consent_id)
    at = clock.now()
    one = standing(row, at=at)
    declines = request.method == "POST" and "decline" in request.POST
    form = SignForm(one, None if declines else request.POST or None)
    if declines or (request.method == "POST" and form.is_valid()):
        try:
            if declines:
                words = request.POST.get("words", "")
                decline_consent(by=request.actor, consent=row, words=words, at=at)
                messages.success(request, _("Noted. Your team will talk with you about what it means."))
            else:
                sign_consent(by=request.actor, consent=row, signature=form.signature(), at=at)
                messages.success(request, _("Signed. A copy is ready."))
        except DomainError as error:
            show_error(form, error) if form.is_bound else messages.error(request, str(error.message))
        else:
            return redirect("portal_consents")
    own = may_act_for(request.actor, row)
    context = {
        "row": row,
        "standing": one,
        "short": key_points(one),
        "form": form,
        "may_sign": own and one.state is State.PREPARED,
        "may_revoke": own and one.holds,
        "has_copy": row.signed_at is not None,
    }
    return render(request, "portal/consent.html", context, status=422 if form.errors else 200)


def portal_revoke(request: ActorRequest, consent_id: str) -> HttpResponse:
    """Take a consent back; the page says first what that means."""
    row = access_own_consent(request.actor, consent_id)
    one = standing(row, at=clock.now())
    if not (may_act_for(request.actor, row) and one.holds):
        raise Http404
    if request.method == "POST":
        try:
            revoke_consent(
                by=request.actor,
                consent=row,
                revoked_by=signing_name(row.client),
                words=request.POST.get("words", ""),
                at=clock.now(),
            )
        except DomainError as error:
            messages.error(request, str(error.message))
        else:
            messages.success(request, _("Taken back. From now on nothing more is shared under it."))
        return redirect("portal_consents")
    return render(request, "portal/revoke.html", {"row": row, "standing": one, "short": key_points(one)})


def portal_consent_pdf(request: ActorRequest, consent_id: str) -> HttpResponse:
    """Give the client their copy as a file."""
    row = access_own_consent(request.actor, consent_id)
    if row.signed_at is None:
        raise Http404
    at = clock.now()
    if may_act_for(request.actor, row):
        give_copy(by=request.actor, consent=row, how="portal", at=at)
    return pdf_answer(bytes(row.pdf) if row.pdf else consent_letter(row, at=at).pdf, "copy.pdf")


def portal_disclosures(request: ActorRequest) -> HttpResponse:
    """Show who received something from the client's record."""
    client = access_own_client(request.actor)
    context = {"client": client, "lines": accounting_lines(disclosures_of(client))}
    return render(request, "portal/disclosures.html", context)


def portal_disclosures_pdf(request: ActorRequest) -> HttpResponse:
    """Give the list to keep or print."""
    client = access_own_client(request.actor)
    lines, at = accounting_lines(disclosures_of(client)), clock.now()
    note_export(by=request.actor, client=client, how="portal", rows=len(lines), at=at)
    return pdf_answer(accounting_letter(client, lines, at=at).pdf, "list.pdf")


def portal_history(request: ActorRequest) -> HttpResponse:
    """Show who looked at the client's record or changed something in it; their own visits aside."""
    by = request.actor
    client = access_own_client(by)
    before = request.GET.get("before", "")
    lines = own_history(
        by,
        client.public_id,
        before=int(before) if before.isdecimal() and len(before) < MOST_DIGITS else None,
        merged=absorbed_ids(by, client),
    )
    older = f"before={lines[-1].sequence}" if len(lines) == PAGE else ""
    return render(request, "portal/history.html", {"client": client, "lines": lines, "older": older})

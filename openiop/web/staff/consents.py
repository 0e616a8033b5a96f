"""A client's consents and the accounting of disclosures."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from openiop.apps.accounts.permissions import Permission
from openiop.apps.clients.consent_values import form as consent_form
from openiop.apps.clients.consent_values import forms as consent_templates
from openiop.apps.clients.consent_values import zone_of
from openiop.apps.clients.consent_words import BASES, REASONS, WAYS
from openiop.apps.clients.letters import consent_letter
from openiop.apps.clients.selectors import read_client
from openiop.apps.clients.selectors.consents import (
    access_consent,
    consent_picture,
    disclosures_of,
    disclosures_under,
    standing,
)
from openiop.apps.clients.services.consents import give_copy, prepare_consent, revoke_consent
from openiop.apps.clients.services.disclosures import disclose
from openiop.apps.clients.services.signing import sign_consent
from openiop.apps.core import clock
from openiop.catalog import NotInCatalog
from openiop.domain.disclosures import Reason
from openiop.domain.errors import DomainError
from openiop.web.forms import show_error
from openiop.web.requests import ActorRequest
from openiop.web.staff.consent_forms import DiscloseForm, PrepareForm, RevokeForm, SignForm


def consents(request: ActorRequest, public_id: str) -> HttpResponse:
    """Show what is missing, what stands and what is over."""
    client = read_client(request.actor, public_id, permission=Permission.CONSENT_VIEW)
    context = {
        "client": client,
        "picture": consent_picture(client, at=clock.now()),
        "templates": consent_templates(),
        "may_edit": request.actor.may(Permission.CONSENT_EDIT),
        "may_disclose": request.actor.may(Permission.DISCLOSE),
    }
    return render(request, "staff/consents/list.html", context)


def prepare(request: ActorRequest, public_id: str, template_id: str) -> HttpResponse:
    """Ask what the form needs, and prepare it for signature."""
    client = read_client(request.actor, public_id, permission=Permission.CONSENT_EDIT)
    try:
        template = consent_form(template_id)
    except NotInCatalog:
        raise Http404 from None
    at = clock.now()
    form = PrepareForm(client, template, clock.local(at, zone_of(client)).date(), request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            row = prepare_consent(by=request.actor, client=client, wish=form.wish(), at=at)
        except DomainError as error:
            show_error(form, error)
        else:
            return redirect("consent", public_id=row.public_id)
    context = {"client": client, "template": template, "form": form}
    return render(request, "staff/consents/prepare.html", context, status=422 if form.errors else 200)


def consent(request: ActorRequest, public_id: str) -> HttpResponse:
    """Show the exact words and where they stand; sign on this screen."""
    edit = request.method == "POST"
    wanted = Permission.CONSENT_EDIT if edit else Permission.CONSENT_VIEW
    row = access_consent(request.actor, public_id, permission=wanted)
    at = clock.now()
    form = SignForm(request.POST or None)
    if edit and form.is_valid():
        try:
            sign_consent(by=request.actor, consent=row, signature=form.signature(), at=at)
        except DomainError as error:
            show_error(form, error)
        else:
            messages.success(request, _("Signed. A copy is ready."))
            return redirect("consent", public_id=row.public_id)
    context = {
        "row": row,
        "client": row.client,
        "standing": standing(row, at=at),
        "form": form,
        "disclosures": disclosures_under(row),
        "may_edit": request.actor.may(Permission.CONSENT_EDIT),
    }
    return render(request, "staff/consents/detail.html", context, status=422 if form.errors else 200)


def revoke(request: ActorRequest, public_id: str) -> HttpResponse:
    """Write down that a consent is taken back."""
    row = access_consent(request.actor, public_id, permission=Permission.CONSENT_EDIT)
    form = RevokeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            revoke_consent(by=request.actor, consent=row, at=clock.now(), **form.cleaned_data)
        except DomainError as error:
            show_error(form, error)
        else:
            messages.success(request, _("Taken back. Nothing more goes out under it."))
            return redirect("consents", public_id=row.client.public_id)
    context = {"row": row, "client": row.client, "form": form}
    return render(request, "staff/consents/revoke.html", context, status=422 if form.errors else 200)


def consent_pdf(request: ActorRequest, public_id: str) -> HttpResponse:
    """Give the signed copy as a file, and write down that it was given."""
    row = access_consent(request.actor, public_id, permission=Permission.CONSENT_EDIT)
    if row.signed_at is None:
        raise Http404
    at = clock.now()
    give_copy(by=request.actor, consent=row, how="pdf", at=at)
    return pdf_answer(bytes(row.pdf) if row.pdf else consent_letter(row, at=at).pdf, "consent.pdf")


def pdf_answer(pdf: bytes, name: str) -> HttpResponse:
    """Return the file as an attachment that no browser opens in the page's place."""
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "X-Content-Type-Options": "nosniff"}
    return HttpResponse(pdf, content_type="application/pdf", headers=headers)


def disclosures(request: ActorRequest, public_id: str) -> HttpResponse:
    """Show the accounting; disclose to someone, or be told why not."""
    making = request.method == "POST"
    wanted = Permission.DISCLOSE if making else Permission.CONSENT_VIEW
    client = read_client(request.actor, public_id, permission=wanted)
    form = DiscloseForm(client, request.POST or None)
    if making and form.is_valid():
        try:
            disclose(by=request.actor, client=client, handing=form.handing(), at=clock.now())
        except DomainError as error:
            show_error(form, error)
        else:
            messages.success(request, _("Written to the accounting. The notice goes with it."))
            return redirect("disclosures", public_id=client.public_id)
    rows = [
        (one, REASONS[Reason(one.purpose)], BASES.get(one.basis, one.basis), WAYS.get(one.method, one.method))
        for one in disclosures_of(client)
    ]
    context = {
        "client": client,
        "rows": rows,
        "form": form,
        "may_disclose": request.actor.may(Permission.DISCLOSE),
    }
    return render(request, "staff/consents/disclosures.html", context, status=422 if form.errors else 200)

"""A client's consents: what is missing, prepare, sign beside staff or on paper, copy, take back."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from openiop.apps.accounts.permissions import Permission
from openiop.apps.admissions.selectors.consents import is_seen_by_video
from openiop.apps.clients.consent_values import form as consent_form
from openiop.apps.clients.consent_values import forms as consent_templates
from openiop.apps.clients.consent_values import zone_of
from openiop.apps.clients.key_points import key_points
from openiop.apps.clients.letters import consent_letter
from openiop.apps.clients.selectors import access_client
from openiop.apps.clients.selectors.consents import (
    ConsentPicture,
    access_consent,
    consent_picture,
    disclosures_under,
    standing,
)
from openiop.apps.clients.services.consents import end_by_event, give_copy, prepare_consent, revoke_consent
from openiop.apps.clients.services.handing import hand_over
from openiop.apps.clients.services.needed import asks_nothing, missing_forms, prepare_needed, ways_for_all
from openiop.apps.clients.services.signing import record_paper_consent, sign_consent
from openiop.apps.core import clock
from openiop.catalog import NotInCatalog
from openiop.domain.consents import Basis, Expires, State
from openiop.domain.errors import DomainError
from openiop.web import handed
from openiop.web.forms import show_error
from openiop.web.requests import ActorRequest
from openiop.web.staff.consent_forms import (
    EndForm,
    NeededForm,
    PaperForm,
    PrepareForm,
    RevokeForm,
    SignForm,
    form_language,
    usual_who,
)
from openiop.web.templatetags.openiop import told

if TYPE_CHECKING:
    from openiop.apps.clients.models import Client, Consent

VIEW, EDIT = Permission.CONSENT_VIEW, Permission.CONSENT_EDIT


def consents(request: ActorRequest, client_id: str) -> HttpResponse:
    """Show what is missing, what stands and what is over."""
    client = access_client(request.actor, client_id, permission=VIEW)
    picture = consent_picture(client, at=clock.now(), telehealth=is_seen_by_video(client))
    context = consents_at_hand(client, picture) | {
        "picture": picture,
        "templates": consent_templates(),
        "may_edit": request.actor.may(EDIT),
    }
    return render(request, "staff/consents/list.html", context)


def consents_at_hand(client: Client, picture: ConsentPicture) -> dict[str, Any]:
    """Return what the buttons beside a client's consents need: what can be signed, what one click prepares."""
    lacking = picture.to_prepare
    return {
        "client": client,
        "on_screen": [row for row in picture.to_sign if row.consent_basis != Basis.PARENT_AND_MINOR],
        "lacking": lacking,
        "one_click": bool(lacking) and asks_nothing(ways_for_all(client, lacking, _today(client))),
    }


def needed(request: ActorRequest, client_id: str) -> HttpResponse:
    """Prepare everything that is missing, together: one click for an adult, a few answers for others."""
    client = access_client(request.actor, client_id, permission=EDIT)
    at, telehealth = clock.now(), is_seen_by_video(client)
    lacking = missing_forms(client, at=at, telehealth=telehealth)
    ways = ways_for_all(client, lacking, _today(client))
    plain = request.method == "POST" and "usual" in request.POST and asks_nothing(ways)
    form = NeededForm(client, ways, None if plain else request.POST or None)
    if plain or (request.method == "POST" and form.is_valid()):
        who = usual_who(client, ways[0].basis) if plain else form.who()
        try:
            made = prepare_needed(by=request.actor, client=client, who=who, telehealth=telehealth, at=at)
        except DomainError as error:
            messages.error(request, str(error.message)) if plain else show_error(form, error)
        else:
            words = _("Prepared and ready to sign: %(titles)s.")
            messages.success(request, words % {"titles": _titles(made)})
        if plain or not form.errors:
            return redirect("client_consents", client_id=client.public_id)
    context = {"client": client, "form": form, "ways": ways, "lacking": lacking}
    return render(request, "staff/consents/needed.html", context, status=422 if form.errors else 200)


def hand_over_device(request: ActorRequest, client_id: str) -> HttpResponse:
    """Prepare what one click can prepare, and give the device to the client for signing."""
    client = access_client(request.actor, client_id, permission=EDIT)
    at, by, telehealth = clock.now(), request.actor, is_seen_by_video(client)
    lacking = missing_forms(client, at=at, telehealth=telehealth)
    ways = ways_for_all(client, lacking, _today(client))
    try:
        if asks_nothing(ways):
            who = usual_who(client, ways[0].basis)
            prepare_needed(by=by, client=client, who=who, telehealth=telehealth, at=at)
        handover = hand_over(by=by, client=client, at=at)
    except DomainError as error:
        messages.error(request, str(error.message))
        return redirect("client_consents", client_id=client.public_id)
    return handed.begin(request, redirect("device"), handover.public_id, form_language(client))


def prepare(request: ActorRequest, client_id: str, template_id: str) -> HttpResponse:
    """Ask what the form needs, and prepare it for signature."""
    client = access_client(request.actor, client_id, permission=EDIT)
    try:
        template = consent_form(template_id)
    except NotInCatalog:
        raise Http404 from None
    form = PrepareForm(client, template, _today(client), request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            row = prepare_consent(by=request.actor, client=client, wish=form.wish(), at=clock.now())
        except DomainError as error:
            show_error(form, error)
        else:
            return redirect("consent", consent_id=row.public_id)
    context = {"client": client, "template": template, "form": form}
    return render(request, "staff/consents/prepare.html", context, status=422 if form.errors else 200)


def consent(request: ActorRequest, consent_id: str) -> HttpResponse:
    """Show the exact words and where they stand; sign on this screen."""
    edit = request.method == "POST"
    row = access_consent(request.actor, consent_id, permission=EDIT if edit else VIEW)
    at = clock.now()
    one = standing(row, at=at)
    form = SignForm(one, request.POST or None)
    if edit and form.is_valid():
        try:
            sign_consent(by=request.actor, consent=row, signature=form.signature(), at=at)
        except DomainError as error:
            show_error(form, error)
        else:
            messages.success(request, _("Signed. A copy is ready."))
            return redirect("consent", consent_id=row.public_id)
    context = {
        "row": row,
        "client": row.client,
        "standing": one,
        "short": key_points(one),
        "form": form,
        "disclosures": disclosures_under(row),
        "may_edit": request.actor.may(EDIT),
        "is_open": one.state is State.PREPARED,
        "on_paper_only": one.value.basis is Basis.PARENT_AND_MINOR,
        "may_end": one.holds and row.expires_kind == Expires.EVENT,
    }
    return render(request, "staff/consents/detail.html", context, status=422 if form.errors else 200)


def paper(request: ActorRequest, consent_id: str) -> HttpResponse:
    """Write down that the form was signed on paper."""
    row = access_consent(request.actor, consent_id, permission=EDIT)
    form = PaperForm(request.POST or None, initial={"signed_on": _today(row.client)})
    if request.method == "POST" and form.is_valid():
        try:
            record_paper_consent(by=request.actor, consent=row, paper=form.paper(), at=clock.now())
        except DomainError as error:
            show_error(form, error)
        else:
            messages.success(request, _("Recorded. Keep the paper where you said it is."))
            return redirect("consent", consent_id=row.public_id)
    return _small(request, "staff/consents/paper.html", row, form)


def ended(request: ActorRequest, consent_id: str) -> HttpResponse:
    """Write down that the event happened at which the consent ends."""
    row = access_consent(request.actor, consent_id, permission=EDIT)
    form = EndForm(request.POST or None, initial={"event_on": _today(row.client)})
    if request.method == "POST" and form.is_valid():
        try:
            end_by_event(by=request.actor, consent=row, at=clock.now(), **form.cleaned_data)
        except DomainError as error:
            show_error(form, error)
        else:
            messages.success(request, _("The consent has ended. Nothing more goes out under it."))
            return redirect("consent", consent_id=row.public_id)
    return _small(request, "staff/consents/ended.html", row, form)


def revoke(request: ActorRequest, consent_id: str) -> HttpResponse:
    """Write down that a consent is taken back."""
    row = access_consent(request.actor, consent_id, permission=EDIT)
    form = RevokeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            revoke_consent(by=request.actor, consent=row, at=clock.now(), **form.cleaned_data)
        except DomainError as error:
            show_error(form, error)
        else:
            messages.success(request, _("Taken back. Nothing more goes out under it."))
            return redirect("client_consents", client_id=row.client.public_id)
    return _small(request, "staff/consents/revoke.html", row, form)


def consent_pdf(request: ActorRequest, consent_id: str) -> HttpResponse:
    """Give the signed copy as a file, and write down that it was given."""
    row = access_consent(request.actor, consent_id, permission=EDIT)
    if row.signed_at is None:
        raise Http404
    at = clock.now()
    give_copy(by=request.actor, consent=row, how="pdf", at=at)
    return pdf_answer(bytes(row.pdf) if row.pdf else consent_letter(row, at=at).pdf, "consent.pdf")


def pdf_answer(pdf: bytes, name: str) -> HttpResponse:
    """Return the file as an attachment that no browser opens in the page's place."""
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "X-Content-Type-Options": "nosniff"}
    return HttpResponse(pdf, content_type="application/pdf", headers=headers)


def _small(request: ActorRequest, template: str, row: Consent, form: Any) -> HttpResponse:
    context = {"row": row, "client": row.client, "form": form, "standing": standing(row, at=clock.now())}
    return render(request, template, context, status=422 if form.errors else 200)


def _titles(rows: list[Consent]) -> str:
    return ", ".join(told(consent_form(row.template_id, row.template_version).title) for row in rows)


def _today(client: Client) -> date:
    return clock.local(clock.now(), zone_of(client)).date()

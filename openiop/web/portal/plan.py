"""The treatment plan as the client and those it was released to read it, answer it and sign."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from openiop.apps.audit.services import note_read
from openiop.apps.clients.consent_values import notice
from openiop.apps.clients.selectors.own import access_own_client, own_relations
from openiop.apps.clients.services.family import share_with_family
from openiop.apps.clients.services.signing import signing_name
from openiop.apps.core import clock
from openiop.apps.treatment.letters import plan_letter
from openiop.apps.treatment.reading import plan_of, zone_of
from openiop.apps.treatment.selectors.plans import answers_of, progress_of, signed_plan_of
from openiop.apps.treatment.services.answers import answer_as_client, answer_as_family
from openiop.apps.treatment.shown import answer_rows, shown_plan
from openiop.domain.consent_templates import NoticeForm
from openiop.domain.consents import Scope
from openiop.domain.errors import DomainError
from openiop.web.forms import show_error
from openiop.web.requests import ActorRequest
from openiop.web.staff.consents import pdf_answer
from openiop.web.staff.treatment_answers import AnswerForm

if TYPE_CHECKING:
    from openiop.apps.clients.models import Relation
    from openiop.apps.treatment.models import TreatmentPlan


def portal_plan(request: ActorRequest) -> HttpResponse:
    """Show the client their plan in plain words; they agree, or say what they do not agree with, and sign."""
    client = access_own_client(request.actor)
    row = signed_plan_of(client)
    if row is None:
        if request.method == "POST":
            raise Http404
        return render(request, "portal/plan.html", {"client": client, "row": None})
    form = AnswerForm(signing_name(client), request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            answer_as_client(by=request.actor, plan=row, said=form.said(), at=clock.now())
        except DomainError as error:
            show_error(form, error)
        else:
            messages.success(request, _("Thank you. Your answer is kept with the plan; your team reads it."))
            return redirect("portal_plan")
    context = _shown(row, "client", None) | {"client": client, "form": form}
    return render(request, "portal/plan.html", context, status=422 if form.is_bound else 200)


def portal_plan_pdf(request: ActorRequest) -> HttpResponse:
    """Give the client their plan as a file."""
    client = access_own_client(request.actor)
    row = signed_plan_of(client)
    if row is None:
        raise Http404
    note_read(by=request.actor, action="treatment.printed", subject=row, client=client)
    language = (get_language() or "en").split("-")[0]
    letter = plan_letter(row, at=clock.now(), language=language, for_client=True)
    return pdf_answer(letter.pdf, "plan.pdf")


def family_plan(request: ActorRequest, relation_id: str) -> HttpResponse:
    """Show the plan to somebody it was released to, today; they may answer it as the client does."""
    by, at = request.actor, clock.now()
    relation = next((one for one in own_relations(by) if one.public_id == relation_id), None)
    if relation is None:
        raise Http404
    shared = share_with_family(by=by, relation=relation, at=at)
    if Scope.PLAN not in shared.scopes:
        raise Http404
    row = signed_plan_of(relation.client)
    if row is None:
        raise Http404
    form = AnswerForm(relation.name, request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            answer_as_family(by=by, plan=row, relation=relation, said=form.said(), at=at)
        except DomainError as error:
            show_error(form, error)
        else:
            messages.success(request, _("Thank you. Your answer is kept with the plan; the team reads it."))
            return redirect("family_plan", relation.public_id)
    context = _shown(row, "family", relation) | {
        "client": relation.client,
        "relation": relation,
        "form": form,
        "notice": notice(NoticeForm.LONG) if shared.part2 else None,
    }
    return render(request, "portal/family_plan.html", context, status=422 if form.is_bound else 200)


def _shown(row: TreatmentPlan, party: str, relation: Relation | None) -> dict[str, Any]:
    """Return the plan as read, with the reader's own last answer to this version."""
    given = [
        one
        for one in answers_of(row)
        if one.party == party and (relation is None or one.relation_id == relation.pk)
    ]
    return {
        "row": row,
        "shown": shown_plan(plan_of(row), progress_of(row)),
        "own": answer_rows(given[-1:], zone_of(row)),
    }

"""Level of care: the overview, the assessment as a form, its signature and amendment."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from openiop.apps.accounts.permissions import Permission
from openiop.apps.admissions.selectors.levelofcare import (
    access_assessment,
    determination_of,
    level_of_care_of,
)
from openiop.apps.admissions.services.assessments import (
    StaleAssessment,
    amend_assessment,
    save_assessment,
    sign_assessment,
    start_assessment,
)
from openiop.apps.admissions.weighing import answers_of, context_of, criteria_of, local_day
from openiop.apps.clients.selectors import access_client
from openiop.apps.core import clock
from openiop.domain.columbia import QUESTIONS, Risk, Triage, triage
from openiop.domain.errors import DomainError
from openiop.domain.levelofcare import determine, to_data
from openiop.domain.levelofcare.weighing import Weighed, weigh
from openiop.web.forms import show_error
from openiop.web.requests import ActorRequest
from openiop.web.signing import SignForm
from openiop.web.staff.levelofcare_form import AssessmentForm
from openiop.web.staff.levelofcare_words import RISK, level_words, result_context, status_words, tone_of

if TYPE_CHECKING:
    from openiop.apps.admissions.models import Assessment


@dataclass(frozen=True, slots=True)
class SoFar:
    """What the draft says at this moment: the result as data, the screener's triage, what applies."""

    weighed: Weighed
    data: dict[str, Any]
    columbia: Triage
    known: dict[str, Any]


class AmendForm(forms.Form):
    """Why a signed assessment is amended."""

    reason = forms.CharField(label=gettext_lazy("Why is it amended?"), max_length=300)


def overview(request: ActorRequest, client_id: str) -> HttpResponse:
    """Show a client's level of care: what stands, what was before, outside results."""
    client = access_client(
        request.actor, client_id, permission=Permission.ASSESSMENT_VIEW, action="levelofcare.read"
    )
    found = level_of_care_of(client)
    rows = [
        {
            "row": row,
            "status": status_words(row.status),
            "tone": tone_of(row.status),
            "recommended": level_words(row.recommended_level),
            "actual": level_words(row.actual_level),
        }
        for row in found.determinations
    ]
    context = {
        "client": client,
        "found": found,
        "rows": rows,
        "may_edit": request.actor.may(Permission.ASSESSMENT_EDIT),
        "may_sign": request.actor.may(Permission.DETERMINATION_SIGN),
        "may_admit": request.actor.may(Permission.ORDER_EDIT),
    }
    return render(request, "staff/levelofcare/overview.html", context)


def start(request: ActorRequest, client_id: str) -> HttpResponse:
    """Begin an assessment, or go on with the one that is open."""
    client = access_client(request.actor, client_id, permission=Permission.ASSESSMENT_EDIT)
    draft = start_assessment(by=request.actor, client=client, at=clock.now())
    return redirect("assessment", draft.public_id)


def assessment(request: ActorRequest, public_id: str) -> HttpResponse:
    """Show the form and save it as far as it goes; a signed assessment leads to its determination."""
    wanted = Permission.ASSESSMENT_EDIT if request.method == "POST" else Permission.ASSESSMENT_VIEW
    row = access_assessment(request.actor, public_id, permission=wanted)
    if row.signed_at is not None:
        return _to_determination(row)
    if request.method != "POST":
        return _form_page(request, row, _form_of(row))
    form = _form_of(row, request.POST)
    is_good = form.is_valid()
    try:
        row = _save(request, row, form)
    except DomainError as error:
        show_error(form, error)
        return _form_page(request, row, form, status=409 if isinstance(error, StaleAssessment) else 422)
    if not is_good:
        return _form_page(request, row, form, status=422)
    if request.POST.get("next") == "sign":
        return redirect("assessment_sign", row.public_id)
    messages.success(request, _("Assessment saved."))
    return redirect("assessment", row.public_id)


def so_far(request: ActorRequest, public_id: str) -> HttpResponse:
    """Save what can be read while the form is being filled in, and answer with what it says so far."""
    row = access_assessment(request.actor, public_id, permission=Permission.ASSESSMENT_EDIT)
    if row.signed_at is not None:
        return render(request, "staff/levelofcare/so_far.html", {"closed": True, "row": row})
    form = _form_of(row, request.POST)
    form.is_valid()
    error = ""
    try:
        row = _save(request, row, form)
    except DomainError as refusal:
        error = refusal.message
    context = {**_panel(row), "error": error, "unread": len(form.errors), "is_fragment": True}
    return render(request, "staff/levelofcare/so_far.html", context)


def sign(request: ActorRequest, public_id: str) -> HttpResponse:
    """Read the whole result once more and sign the assessment."""
    row = access_assessment(request.actor, public_id, permission=Permission.ASSESSMENT_EDIT)
    if row.signed_at is not None:
        return _to_determination(row)
    form = SignForm(request, request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = sign_assessment(
                by=request.actor,
                assessment=row,
                signed_name=form.cleaned_data["signed_name"],
                version=_version(request),
                at=clock.now(),
            )
        except DomainError as error:
            show_error(form, error)
        else:
            messages.success(request, _("Assessment signed. The determination is made."))
            return redirect("determination", made.public_id)
    panel = _panel(row)
    context = {**panel, **result_context(panel["data"]), "form": form, "client": row.client}
    status = 422 if form.is_bound else 200
    return render(request, "staff/levelofcare/sign.html", context, status=status)


def amend(request: ActorRequest, public_id: str) -> HttpResponse:
    """Begin a new version of a signed assessment, with the reason."""
    row = access_assessment(request.actor, public_id, permission=Permission.ASSESSMENT_EDIT)
    form = AmendForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            draft = amend_assessment(
                by=request.actor, assessment=row, reason=form.cleaned_data["reason"], at=clock.now()
            )
        except DomainError as error:
            show_error(form, error)
        else:
            return redirect("assessment", draft.public_id)
    context = {"row": row, "client": row.client, "form": form}
    return render(request, "staff/levelofcare/amend.html", context, status=422 if form.is_bound else 200)


def _to_determination(row: Assessment) -> HttpResponse:
    made = determination_of(row)
    if made is None:
        return redirect("level_of_care", row.client.public_id)
    return redirect("determination", made.public_id)


def _form_of(row: Assessment, data: Any = None) -> AssessmentForm:
    criteria, today = criteria_of(row), local_day(row.client, clock.now())
    context = context_of(row.client, criteria, today)
    return AssessmentForm(
        criteria,
        data,
        stored=row.findings,
        note=row.note,
        known={"age": 1} if "age" in context else {},
        today=today,
    )


def _save(request: ActorRequest, row: Assessment, form: AssessmentForm) -> Assessment:
    return save_assessment(
        by=request.actor,
        assessment=row,
        findings=form.answers(),
        note=form.cleaned_data.get("note", row.note),
        version=_version(request),
        at=clock.now(),
    )


def _version(request: ActorRequest) -> int:
    value = request.POST.get("version", "")
    return int(value) if value.isdecimal() and len(value) < 9 else 0


def _measure(row: Assessment) -> SoFar:
    """Weigh the draft as it is saved, with what the record tells today."""
    criteria = criteria_of(row)
    row.assessed_on = local_day(row.client, clock.now())
    context = context_of(row.client, criteria, row.assessed_on)
    answers = answers_of(row, criteria, context)
    return SoFar(
        weighed=weigh(criteria, answers, on=row.assessed_on),
        data=to_data(determine(criteria, answers, on=row.assessed_on), criteria, get_language() or "en"),
        columbia=triage({key: answers.get(key) for key in QUESTIONS}),  # type: ignore[misc]
        known=context,
    )


def _panel(row: Assessment) -> dict[str, Any]:
    """What the panel beside the form shows."""
    found = _measure(row)
    words, tone = RISK[found.columbia.risk]
    is_said = found.columbia.is_complete or found.columbia.risk is not Risk.NONE
    return {
        "row": row,
        "data": found.data,
        "tone": tone_of(found.data["status"]),
        "columbia": found.columbia,
        "columbia_words": words if is_said else "",
        "columbia_tone": tone,
        "is_emergency": found.data["urgency_established"] == "now",
        "missing_safety": [item for item in found.data["missing"] if item["safety"]],
        "missing_other": [item for item in found.data["missing"] if not item["safety"]],
        "age": found.known.get("age"),
        "external": found.known["external_results"],
        "saved_at": row.updated_at,
    }


def _form_page(
    request: ActorRequest, row: Assessment, form: AssessmentForm, *, status: int = 200
) -> HttpResponse:
    measured = _measure(row)
    context = {
        **_panel(row),
        "client": row.client,
        "form": form,
        "sections": form.sections(measured.weighed.facts, measured.weighed.open_questions),
        "may_edit": request.actor.may(Permission.ASSESSMENT_EDIT),
    }
    return render(request, "staff/levelofcare/assessment.html", context, status=status)

"""The treatment plan: the overview, the editor, signing and amending."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from openiop import catalog
from openiop.apps.accounts.permissions import Permission
from openiop.apps.admissions.selectors.episodes import latest_episode_of, open_episode_of
from openiop.apps.clients.selectors import access_client
from openiop.apps.core import clock
from openiop.apps.treatment.errors import IncompletePlan, StalePlan
from openiop.apps.treatment.reading import (
    day_of,
    met_of,
    new_keys,
    ordered_services,
    plan_of,
    program_of,
    standing_order,
    zone_of,
)
from openiop.apps.treatment.selectors.codes import known_codes
from openiop.apps.treatment.selectors.plans import access_plan, plans_of
from openiop.apps.treatment.services.plans import amend_plan, save_plan, sign_plan, start_plan
from openiop.apps.treatment.shown import shown_plan
from openiop.apps.treatment.words import change_rows, gap_words, part_titles
from openiop.domain.errors import DomainError
from openiop.domain.treatment import Goal, Intervention, Objective, Plan, Problem
from openiop.domain.treatment.comparing import changes
from openiop.domain.treatment.editing import add_goal, add_objectives, add_problem, add_step, without
from openiop.domain.treatment.gaps import gaps_of, may_be_signed
from openiop.web.forms import show_error, with_version
from openiop.web.requests import ActorRequest
from openiop.web.signing import SignForm
from openiop.web.staff.treatment_form import PlanForm
from openiop.web.staff.treatment_shown import overview_context

if TYPE_CHECKING:
    from openiop.apps.treatment.models import TreatmentPlan
    from openiop.domain.treatment.gaps import Gap

EDIT, VIEW = Permission.TREATMENT_EDIT, Permission.TREATMENT_VIEW
MOST_DIGITS = 9


class AmendForm(forms.Form):
    """Why a signed plan is amended."""

    reason = forms.CharField(label=gettext_lazy("Why is it amended?"), max_length=300)


def overview(request: ActorRequest, client_id: str) -> HttpResponse:
    """Show what holds, what is due, what moved, and every version."""
    client = access_client(request.actor, client_id, permission=VIEW, action="treatments.read")
    found = plans_of(client, at=clock.now())
    context = overview_context(found) | {
        "client": client,
        "may_edit": request.actor.may(EDIT),
        "may_start": request.actor.may(EDIT) and open_episode_of(client) is not None,
    }
    return render(request, "staff/treatment/overview.html", context)


def start(request: ActorRequest, client_id: str) -> HttpResponse:
    """Begin the first plan, or go on with the open draft."""
    client = access_client(request.actor, client_id, permission=EDIT)
    episode = latest_episode_of(client)
    if episode is None:
        raise Http404
    try:
        draft = start_plan(by=request.actor, episode=episode, at=clock.now())
    except DomainError as error:
        messages.error(request, error.message)
        return redirect("treatment", client.public_id)
    return redirect("treatment_edit", draft.public_id)


def edit(request: ActorRequest, public_id: str) -> HttpResponse:
    """Show the editor; save it, add a part, take one out, take objectives from the library."""
    row = access_plan(request.actor, public_id, permission=EDIT)
    if request.method != "POST":
        if row.signed_at is not None:
            return redirect("treatment_plan", row.public_id)
        return _editor(request, row, _form_of(row))
    form = _form_of(row, request.POST)
    is_good = form.is_valid()
    act, _sep, about = request.POST.get("do", "save").partition(":")
    # Parts added now would be missing from the page that comes back, and its next saving would empty them.
    content, place = _acted(row, form, act, about) if is_good else (form.value(), "")
    try:
        row = _save(request, row, form, content)
    except DomainError as error:
        return _refused(request, row, form, error)
    if not is_good:
        with_version(form, row.version)
        return _editor(request, row, form, status=422)
    if act == "sign":
        return redirect("treatment_sign", row.public_id)
    if act == "save":
        messages.success(request, _("Plan saved."))
    return redirect(reverse("treatment_edit", args=[row.public_id]) + place)


def save(request: ActorRequest, public_id: str) -> HttpResponse:
    """Save while it is being written, and answer with what is still missing."""
    row = access_plan(request.actor, public_id, permission=EDIT)
    if row.signed_at is not None:
        return render(request, "staff/treatment/state.html", {"closed": True, "row": row})
    form, error = _form_of(row, request.POST), ""
    form.is_valid()
    try:
        row = _save(request, row, form, form.value())
    except DomainError as refusal:
        error = refusal.message
    context = _state(row) | {"error": error, "unread": len(form.errors), "is_fragment": True}
    return render(request, "staff/treatment/state.html", context)


def sign(request: ActorRequest, public_id: str) -> HttpResponse:
    """Read the whole plan once more and sign it."""
    row = access_plan(request.actor, public_id, permission=EDIT)
    if row.signed_at is not None:
        return redirect("treatment_plan", row.public_id)
    form = SignForm(request, request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            signed = sign_plan(
                by=request.actor,
                plan=row,
                signed_name=form.cleaned_data["signed_name"],
                version=_version(request),
                at=clock.now(),
            )
        except IncompletePlan as error:
            form.add_error(None, [error.message, *(gap_words(gap) for gap in error.gaps if gap.blocks)])
        except DomainError as error:
            show_error(form, error)
        else:
            words = _("Plan signed. A licensed colleague signs beside you.")
            messages.success(request, words if signed.needs_cosign else _("Plan signed."))
            return redirect("treatment_plan", signed.public_id)
    context = _state(row) | {"client": row.client, "shown": shown_plan(plan_of(row)), "form": form}
    return render(request, "staff/treatment/sign.html", context, status=422 if form.is_bound else 200)


def amend(request: ActorRequest, public_id: str) -> HttpResponse:
    """Begin the next version, with the reason."""
    row = access_plan(request.actor, public_id, permission=EDIT)
    form = AmendForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            draft = amend_plan(by=request.actor, plan=row, reason=form.cleaned_data["reason"], at=clock.now())
        except DomainError as error:
            show_error(form, error)
        else:
            return redirect("treatment_edit", draft.public_id)
    context = {"row": row, "client": row.client, "form": form}
    return render(request, "staff/treatment/amend.html", context, status=422 if form.is_bound else 200)


def _form_of(row: TreatmentPlan, data: Any = None) -> PlanForm:
    library = catalog.objectives(program_of(row.episode).id)
    return PlanForm(
        plan_of(row), library, data, codes=known_codes(), payer=row.payer, plan_language=row.language
    )


def _save(request: ActorRequest, row: TreatmentPlan, form: PlanForm, content: Plan) -> TreatmentPlan:
    return save_plan(
        by=request.actor,
        plan=row,
        content=content,
        payer=form.cleaned_data.get("payer"),
        version=_version(request),
        at=clock.now(),
    )


def _acted(row: TreatmentPlan, form: PlanForm, act: str, about: str) -> tuple[Plan, str]:
    """Return the plan as typed, with what the pressed button adds or takes out, and where the page then stands."""
    content, keys = form.value(), new_keys()
    key = next(keys)
    place = f"#part-{key}"
    match act:
        case "add-problem":
            content = add_problem(content, Problem(key))
        case "add-goal":
            first = content.problems[0].key if len(content.problems) == 1 else ""
            content = add_goal(content, Goal(key, problem=first))
        case "add-objective":
            content = add_objectives(content, about, [Objective(key)])
        case "add-step":
            content = add_step(content, about, Intervention(key))
        case "take":
            content, place = _taken(row, form, content, about), f"#part-{about}"
        case "remove":
            content, place = without(content, about), ""
        case _:
            place = ""
    return content, place


def _taken(row: TreatmentPlan, form: PlanForm, content: Plan, goal_key: str) -> Plan:
    """Add the ticked objectives of the library in the plan's language; those who treat do what is done."""
    who = row.episode.primary_clinician.shown_name if row.episode.primary_clinician else ""
    keys, today = new_keys(), day_of(clock.now(), zone_of(row))
    offers = [offer for key in form.taken(goal_key) if (offer := form.library.offer(key))]
    objectives = [offer.taken(keys=keys, language=row.language, today=today, who=who) for offer in offers]
    return add_objectives(content, goal_key, objectives)


def _refused(request: ActorRequest, row: TreatmentPlan, form: PlanForm, error: DomainError) -> HttpResponse:
    """Show the refusal; where somebody else saved meanwhile, also what they wrote beside what was typed."""
    show_error(form, error)
    if not isinstance(error, StalePlan):
        return _editor(request, row, form, status=422)
    mine, theirs = form.value(), plan_of(row)
    with_version(form, row.version)
    differing = (*changes(theirs, mine), *form.left_over())
    context = {"conflict": change_rows(differing, theirs, mine)}
    return _editor(request, row, form, status=409, **context)


def _state(row: TreatmentPlan) -> dict[str, Any]:
    """What the panel beside the editor shows: what is missing."""
    gaps, titles = _gaps(row), part_titles(plan_of(row))
    return {
        "row": row,
        "blocking": [_told(gap, titles) for gap in gaps if gap.blocks],
        "hints": [_told(gap, titles) for gap in gaps if not gap.blocks],
        "may_be_signed": may_be_signed(gaps),
        "saved_at": row.updated_at,
    }


def _told(gap: Gap, titles: Mapping[str, str]) -> tuple[str, str]:
    """Return where something is missing (the part's key, empty for the plan) and what, with the part's name."""
    title = titles.get(gap.key, "")
    return gap.key, f"{title}: {gap_words(gap)}" if title else gap_words(gap)


def _gaps(row: TreatmentPlan) -> tuple[Gap, ...]:
    today = day_of(clock.now(), zone_of(row))
    ordered = ordered_services(standing_order(row.episode))
    return gaps_of(plan_of(row), today=today, ordered=ordered, met=met_of(row))


def _editor(
    request: ActorRequest, row: TreatmentPlan, form: PlanForm, *, status: int = 200, **more: Any
) -> HttpResponse:
    gaps = _gaps(row)
    language = get_language() or "en"
    context = _state(row) | {
        "client": row.client,
        "form": form,
        "version": form.data.get("version", row.version) if form.is_bound else row.version,
        "problems": form.problem_parts(gaps),
        "goals": form.goal_parts(gaps),
        "codes": [(code, text.in_language(language)) for code, text in form.codes.items()],
        **more,
    }
    return render(request, "staff/treatment/edit.html", context, status=status)


def _version(request: ActorRequest) -> int:
    value = request.POST.get("version", "")
    return int(value) if value.isdecimal() and len(value) < MOST_DIGITS else 0

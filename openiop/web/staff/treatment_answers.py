"""Reading a version of a plan, and what follows it: answers, the second signature, reviews, comparing, paper."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from openiop.apps.accounts.permissions import Permission
from openiop.apps.audit.services import note_read
from openiop.apps.clients.selectors.record import relations_of
from openiop.apps.clients.services.signing import signing_name
from openiop.apps.core import clock
from openiop.apps.treatment.letters import plan_letter
from openiop.apps.treatment.reading import given_of, plan_of, zone_of
from openiop.apps.treatment.selectors.dues import due_for, site_dues
from openiop.apps.treatment.selectors.plans import access_plan, answers_of, progress_of, versions_of
from openiop.apps.treatment.services.answers import Said, answer_as_client, answer_as_family, cosign_plan
from openiop.apps.treatment.services.reviews import review_plan
from openiop.apps.treatment.shown import answer_rows, shown_plan
from openiop.apps.treatment.words import OUTCOMES, RATINGS, change_rows
from openiop.domain.errors import DomainError
from openiop.domain.treatment.comparing import changes
from openiop.domain.treatment.signing import Answer, Standing, standing_of
from openiop.web.forms import set_choices, show_error
from openiop.web.requests import ActorRequest
from openiop.web.signing import SignForm
from openiop.web.staff.chosen import chosen_site
from openiop.web.staff.consents import pdf_answer
from openiop.web.staff.treatment_shown import due_context, moved_context

if TYPE_CHECKING:
    from openiop.apps.treatment.models import TreatmentPlan

EDIT, VIEW = Permission.TREATMENT_EDIT, Permission.TREATMENT_VIEW
AREA = {"rows": 3}


class AnswerForm(forms.Form):
    """Agree, or disagree with words, and sign."""

    answer = forms.ChoiceField(
        label=gettext_lazy("What do you say to this plan?"),
        widget=forms.RadioSelect,
        choices=[
            (str(Answer.AGREES), gettext_lazy("I agree with this plan")),
            (str(Answer.DISAGREES), gettext_lazy("I do not agree, and say why")),
        ],
    )
    words = forms.CharField(
        label=gettext_lazy("In my words"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(AREA),
        help_text=gettext_lazy("Needed where you do not agree. Care goes on either way."),
    )
    name = forms.CharField(
        label=gettext_lazy("Type your name to sign"),
        max_length=120,
        widget=forms.TextInput({"autocomplete": "name"}),
    )

    def __init__(self, name: str, *args: Any, **options: Any) -> None:
        """Say which name signs."""
        super().__init__(*args, **options)
        self.fields["name"].help_text = _("As it is written here: %(name)s.") % {"name": name}

    def said(self) -> Said:
        """Return the answer."""
        data = self.cleaned_data
        strokes = str(self.data.get("drawn", ""))
        return Said(Answer(data["answer"]), data["words"], data["name"], strokes)


class InPersonForm(AnswerForm):
    """The same beside staff: whose answer it is."""

    who = forms.ChoiceField(label=gettext_lazy("Whose answer is it?"))
    field_order = ("who", "answer", "words", "name")


class CosignForm(SignForm):
    """Sign beside the author, or send back with words."""

    answer = forms.ChoiceField(
        label=gettext_lazy("Your decision"),
        widget=forms.RadioSelect,
        choices=[
            (str(Answer.COSIGNED), gettext_lazy("Sign beside the author")),
            (str(Answer.SENT_BACK), gettext_lazy("Send back to the author")),
        ],
    )
    words = forms.CharField(
        label=gettext_lazy("Words to the author"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(AREA),
    )
    field_order = ("answer", "words", "signed_name")


class ReviewForm(SignForm):
    """A rating for each objective, what follows, the signature."""

    outcome = forms.ChoiceField(
        label=gettext_lazy("What follows"), widget=forms.RadioSelect, choices=list(OUTCOMES.items())
    )
    words = forms.CharField(
        label=gettext_lazy("What the team and the client say to it"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(AREA),
    )

    def __init__(self, row: TreatmentPlan, request: ActorRequest, *args: Any, **options: Any) -> None:
        """Ask for each objective where it stands."""
        super().__init__(request, *args, **options)
        choices = [(int(key), f"{int(key)}: {words}") for key, words in RATINGS.items()]
        self.rated = [f"rating-{one.key}" for one in plan_of(row).objectives]
        for one in plan_of(row).objectives:
            self.fields[f"rating-{one.key}"] = forms.TypedChoiceField(
                label=one.words,
                help_text=_("Target: %(target)s") % {"target": one.target},
                choices=choices,
                coerce=int,
                widget=forms.RadioSelect,
            )
        self.order_fields([*self.rated, "words", "outcome"])

    def ratings(self) -> dict[str, int]:
        """Return the rating of each objective by its key."""
        return {name.removeprefix("rating-"): self.cleaned_data[name] for name in self.rated}


def plan(request: ActorRequest, public_id: str) -> HttpResponse:
    """Show one version."""
    row = access_plan(request.actor, public_id, permission=VIEW)
    by = request.actor
    versions = versions_of(row)
    newest = max((one.number for one in versions if one.signed_at), default=0)
    is_open = any(one.signed_at is None for one in versions)
    shown = _shown(row)
    given = given_of(one["row"] for one in shown["answers"])
    context = shown | {
        "may_edit": by.may(EDIT),
        "is_newest": row.number == newest,
        "may_amend": by.may(EDIT) and row.number == newest and not is_open,
        "newer": next((one for one in versions if one.number == newest and newest > row.number), None),
        "may_cosign": by.may(Permission.TREATMENT_COSIGN)
        and row.signed_by_id != by.user_id
        and standing_of(given, needs_cosign=row.needs_cosign) is not Standing.COMPLETE,
    }
    return render(request, "staff/treatment/plan.html", context)


def plan_pdf(request: ActorRequest, public_id: str) -> HttpResponse:
    """Give a version as a file; that it was printed is in the trail."""
    row = access_plan(request.actor, public_id, permission=VIEW)
    note_read(by=request.actor, action="treatment.printed", subject=row, client=row.client)
    return pdf_answer(plan_letter(row, at=clock.now(), language=_language()).pdf, "plan.pdf")


def compare(request: ActorRequest, public_id: str) -> HttpResponse:
    """Show what a version says otherwise than an earlier one: the one before, unless another is chosen."""
    row = access_plan(request.actor, public_id, permission=VIEW)
    earlier = [one for one in versions_of(row) if one.number < row.number]
    wanted = request.GET.get("with", "")
    other = next((one for one in earlier if str(one.number) == wanted), earlier[-1] if earlier else None)
    rows = []
    if other is not None:
        before, after = plan_of(other), plan_of(row)
        rows = change_rows(changes(before, after), before, after)
    context = {"row": row, "client": row.client, "other": other, "earlier": earlier, "rows": rows}
    return render(request, "staff/treatment/compare.html", context)


def answer(request: ActorRequest, public_id: str) -> HttpResponse:
    """Take the answer of the client or of somebody of the family beside staff."""
    row = access_plan(request.actor, public_id, permission=EDIT)
    relations = [one for one in relations_of(row.client) if one.ended_at is None]
    form = InPersonForm(_("the name in the record"), request.POST or None)
    people = [("client", signing_name(row.client)), *((one.public_id, one.name) for one in relations)]
    set_choices(form, "who", people)
    if request.method == "POST" and form.is_valid():
        who = form.cleaned_data["who"]
        relation = next((one for one in relations if one.public_id == who), None)
        try:
            if relation is None:
                answer_as_client(by=request.actor, plan=row, said=form.said(), at=clock.now())
            else:
                answer_as_family(
                    by=request.actor, plan=row, relation=relation, said=form.said(), at=clock.now()
                )
        except DomainError as error:
            show_error(form, error)
        else:
            messages.success(request, _("The answer is kept with the plan."))
            return redirect("treatment_plan", row.public_id)
    context = _shown(row) | {"form": form}
    return render(request, "staff/treatment/answer.html", context, status=422 if form.is_bound else 200)


def cosign(request: ActorRequest, public_id: str) -> HttpResponse:
    """Sign beside the author, or send back."""
    row = access_plan(request.actor, public_id, permission=Permission.TREATMENT_COSIGN)
    form = CosignForm(request, request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        said = Said(Answer(data["answer"]), data["words"], data["signed_name"])
        try:
            cosign_plan(by=request.actor, plan=row, said=said, at=clock.now())
        except DomainError as error:
            show_error(form, error)
        else:
            done = said.answer is Answer.COSIGNED
            messages.success(
                request, _("Signed beside the author.") if done else _("Sent back to the author.")
            )
            return redirect("treatment_plan", row.public_id)
    context = _shown(row) | {"form": form}
    return render(request, "staff/treatment/cosign.html", context, status=422 if form.is_bound else 200)


def review(request: ActorRequest, public_id: str) -> HttpResponse:
    """Rate every objective, say what follows, sign."""
    row = access_plan(request.actor, public_id, permission=EDIT)
    form = ReviewForm(row, request, request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            made = review_plan(
                by=request.actor,
                plan=row,
                ratings=form.ratings(),
                outcome=data["outcome"],
                words=data["words"],
                signed_name=data["signed_name"],
                at=clock.now(),
            )
        except DomainError as error:
            show_error(form, error)
        else:
            messages.success(request, _("Review signed."))
            if made.outcome == "amend":
                return redirect("treatment_amend", row.public_id)
            return redirect("treatment", row.client.public_id)
    due = due_context(due_for(row.episode, at=clock.now()))
    context = _shown(row) | {"form": form, "due": due, "chart": None}
    return render(request, "staff/treatment/review.html", context, status=422 if form.is_bound else 200)


def dues(request: ActorRequest) -> HttpResponse:
    """Show the site's plans that are due, overdue or await a signature, the latest first."""
    site, sites = chosen_site(request)
    note_read(by=request.actor, action="treatments.read", subject=site)
    found = site_dues(site, at=clock.now())
    context = {
        "site": site,
        "sites": sites,
        "rows": [due_context(one) for one in found],
        "may_load": request.actor.may(Permission.CODES_EDIT),
    }
    return render(request, "staff/treatment/dues.html", context)


def _shown(row: TreatmentPlan) -> dict[str, Any]:
    reviews = progress_of(row)
    content = plan_of(row)
    return {
        "row": row,
        "client": row.client,
        "shown": shown_plan(content, reviews),
        "answers": answer_rows(answers_of(row), zone_of(row)),
        **moved_context(content, reviews),
    }


def _language() -> str:
    return (get_language() or "en").split("-")[0]

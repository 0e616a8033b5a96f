"""The determination with its reasons on both sides, the clinician's decision, results of other instruments."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from openiop import catalog
from openiop.apps.accounts.permissions import Permission
from openiop.apps.admissions.selectors.levelofcare import access_determination
from openiop.apps.admissions.services.determinations import decide_level, record_external_result
from openiop.apps.clients.selectors import access_client
from openiop.apps.core import clock
from openiop.domain.errors import DomainError
from openiop.domain.levelofcare import Level
from openiop.domain.levelofcare.decision import Recommendation
from openiop.web.forms import date_input, set_choices, show_error
from openiop.web.requests import ActorRequest
from openiop.web.signing import SignForm
from openiop.web.staff.levelofcare_words import (
    INSTRUMENTS,
    level_words,
    result_context,
    said,
    status_words,
    tone_of,
)

if TYPE_CHECKING:
    from openiop.apps.admissions.models import Determination

RATINGS = ("risk_of_harm", "functional_status", "co_morbidity")


class DecisionForm(SignForm):
    """The level the person is to have, the reason where it differs, the signature."""

    actual_level = forms.ChoiceField(
        label=gettext_lazy("The level of care I decide for"), widget=forms.RadioSelect, choices=()
    )
    discrepancy_code = forms.ChoiceField(
        label=gettext_lazy("Why it differs from the recommendation"),
        required=False,
        help_text=gettext_lazy("Needed where the level differs, or where something holds the level."),
    )
    discrepancy_words = forms.CharField(
        label=gettext_lazy("In your words"),
        required=False,
        max_length=2000,
        widget=forms.Textarea({"rows": 3}),
        help_text=gettext_lazy("At least 20 letters where it differs: what makes this right for the person?"),
    )
    decision_words = forms.CharField(
        label=gettext_lazy("Notes on the decision"),
        required=False,
        max_length=2000,
        widget=forms.Textarea({"rows": 2}),
    )
    field_order = ("actual_level", "discrepancy_code", "discrepancy_words", "decision_words", "signed_name")

    def __init__(self, request: ActorRequest, row: Determination, *args: Any, **options: Any) -> None:
        """Offer every level, the recommended one marked."""
        super().__init__(request, *args, **options)
        criteria = catalog.criteria(row.criteria_id, row.criteria_version)
        levels = [
            (str(level), _("%(level)s (recommended)") % {"level": level_words(level)})
            if level == row.recommended_level
            else (str(level), level_words(level))
            for level in Level
        ]
        set_choices(self, "actual_level", levels)
        reasons = [(reason.key, said(reason.title)) for reason in criteria.discrepancies]
        set_choices(self, "discrepancy_code", [("", _("It does not differ")), *reasons])
        self.initial.setdefault("actual_level", row.recommended_level)


class ExternalForm(forms.Form):
    """A result of another instrument, as a licensed user found it."""

    instrument = forms.ChoiceField(label=gettext_lazy("Instrument"), choices=list(INSTRUMENTS.items()))
    edition = forms.CharField(label=gettext_lazy("Edition or version"), max_length=20)
    level = forms.CharField(
        label=gettext_lazy("Level"),
        max_length=40,
        help_text=gettext_lazy("As the instrument writes it: 2.1, 3."),
    )
    score = forms.CharField(label=gettext_lazy("Score, if it has one"), max_length=20, required=False)
    risk_of_harm = forms.IntegerField(
        label=gettext_lazy("Risk of harm"), min_value=1, max_value=5, required=False
    )
    functional_status = forms.IntegerField(
        label=gettext_lazy("Functional status"), min_value=1, max_value=5, required=False
    )
    co_morbidity = forms.IntegerField(
        label=gettext_lazy("Co-morbidity"), min_value=1, max_value=5, required=False
    )
    rater = forms.CharField(label=gettext_lazy("Rated by (name and license)"), max_length=120)
    rated_on = forms.DateField(label=gettext_lazy("Rated on"), widget=date_input())
    note = forms.CharField(label=gettext_lazy("Note"), max_length=300, required=False)


def determination(request: ActorRequest, public_id: str) -> HttpResponse:
    """Show what the rules recommend, with every reason, and what the clinician decided."""
    row = access_determination(request.actor, public_id, permission=Permission.ASSESSMENT_VIEW)
    is_open = row.signed_at is None and row.superseded_by_id is None
    context = {
        **_shown(row),
        "may_decide": is_open and request.actor.may(Permission.DETERMINATION_SIGN),
        "may_amend": row.superseded_by_id is None and request.actor.may(Permission.ASSESSMENT_EDIT),
        "may_admit": request.actor.may(Permission.ORDER_EDIT)
        and row.signed_at is not None
        and row.superseded_by_id is None
        and row.actual_level in {Level.IOP, Level.OUTPATIENT},
    }
    return render(request, "staff/levelofcare/determination.html", context)


def decide(request: ActorRequest, public_id: str) -> HttpResponse:
    """Take the decision and sign it."""
    row = access_determination(request.actor, public_id, permission=Permission.DETERMINATION_SIGN)
    if row.signed_at is not None or row.superseded_by_id is not None:
        return redirect("determination", row.public_id)
    form = DecisionForm(request, row, request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            decide_level(
                by=request.actor,
                determination=row,
                actual_level=data["actual_level"],
                code=data["discrepancy_code"],
                words=data["discrepancy_words"],
                note=data["decision_words"],
                signed_name=data["signed_name"],
                at=clock.now(),
            )
        except DomainError as error:
            show_error(form, error)
        else:
            messages.success(request, _("Decision signed."))
            return redirect("determination", row.public_id)
    context = {**_shown(row), "form": form}
    return render(request, "staff/levelofcare/decide.html", context, status=422 if form.is_bound else 200)


def external_result(request: ActorRequest, client_id: str) -> HttpResponse:
    """Record a result of ASAM, LOCUS or CALOCUS."""
    client = access_client(request.actor, client_id, permission=Permission.DETERMINATION_SIGN)
    form = ExternalForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = dict(form.cleaned_data)
        ratings = {key: value for key in RATINGS if (value := data.pop(key)) is not None}
        try:
            record_external_result(by=request.actor, client=client, ratings=ratings, at=clock.now(), **data)
        except DomainError as error:
            show_error(form, error)
        else:
            messages.success(request, _("Result recorded. The next assessment takes it into account."))
            return redirect("level_of_care", client.public_id)
    context = {"client": client, "form": form}
    return render(request, "staff/levelofcare/external.html", context, status=422 if form.is_bound else 200)


def _shown(row: Determination) -> dict[str, Any]:
    """The stored answer in the reader's language, and the decision in words."""
    language = (get_language() or "en").split("-")[0]
    data = row.result.get(language) or row.result.get("en") or {}
    criteria = catalog.criteria(row.criteria_id, row.criteria_version)
    reasons = {reason.key: said(reason.title) for reason in criteria.discrepancies}
    titles = {rule.id: said(rule.title) for rule in criteria.rules}
    return {
        "row": row,
        "client": row.client,
        "data": data,
        "status": status_words(row.status),
        "tone": tone_of(row.status),
        "is_emergency": data.get("urgency_established") == "now",
        "actual": level_words(row.actual_level),
        "recommended": level_words(row.recommended_level),
        "differs": bool(row.overrides)
        or (row.signed_at is not None and row.actual_level != row.recommended_level),
        "reason": reasons.get(row.discrepancy_code, row.discrepancy_code),
        "overridden": [{**way, "title": titles.get(way["rule"], "")} for way in row.overrides],
        "guarded": _guarded(row),
        **(result_context(data) if data else {}),
    }


def _guarded(row: Determination) -> list[dict[str, Any]]:
    """Rules that only some may go against, for the person about to decide."""
    if not row.result:
        return []
    reasons = Recommendation.of(row.result["en"]).reasons
    return [dict(reason) for reason in reasons if reason["may_override"] != "licensed_clinician"]

"""Measures of a client: the list with its pictures, filling one in, what it says, correcting it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from openiop.apps.accounts.permissions import Permission
from openiop.apps.admissions.selectors.episodes import latest_episode_of
from openiop.apps.clients.selectors import access_client
from openiop.apps.core import clock
from openiop.apps.measures.reading import How, instrument_of, offered, risks_of, today_of
from openiop.apps.measures.selectors import access_measure, corrected_of, dues_of, measures_of, rows_of
from openiop.apps.measures.services import (
    correct_measure,
    finish_measure,
    save_measure,
    start_measures,
    withdraw_measure,
)
from openiop.domain.errors import DomainError
from openiop.web.forms import show_error, with_version
from openiop.web.requests import ActorRequest
from openiop.web.staff.measure_form import DayForm, MeasureForm, ReasonForm, in_shown_order, said_answer
from openiop.web.staff.measure_shown import HOWS, due_rows, figures_of, shown_row
from openiop.web.words import said

if TYPE_CHECKING:
    from openiop.apps.measures.models import Measure

VIEW, EDIT = Permission.MEASURE_VIEW, Permission.MEASURE_EDIT


def measures(request: ActorRequest, client_id: str) -> HttpResponse:
    """Show what is open, how each figure moved, and every form that was filled in."""
    client = access_client(request.actor, client_id, permission=VIEW, action="measures.read")
    at = clock.now()
    waiting, finished = measures_of(client)
    course = latest_episode_of(client)
    rows = rows_of(finished, course, at=at)
    dues = dues_of([course], at=at)[course.pk] if course is not None else ()
    context = {
        "client": client,
        "open": [(row, instrument_of(row), HOWS[row.how], risks_of(row)) for row in waiting],
        "rows": [shown_row(row) for row in rows],
        "finished": [
            (row, instrument_of(row), HOWS[row.how], figures_of(row), risks_of(row)) for row in finished
        ],
        "dues": due_rows(dues, today_of(client, at), {row.instrument for row in waiting}),
        "offered": offered(),
        "may_edit": request.actor.may(EDIT),
    }
    return render(request, "staff/measures/list.html", context)


def measure_start(request: ActorRequest, client_id: str) -> HttpResponse:
    """Give forms: one to fill in now, or one or several to be asked in the portal."""
    by, at = request.actor, clock.now()
    client = access_client(by, client_id, permission=EDIT)
    how = request.POST.get("how", How.TOGETHER)
    forms = request.POST.getlist("instrument") or [""]
    try:
        given = start_measures(by=by, client=client, forms=forms, how=how, at=at)
    except DomainError as error:
        messages.error(request, said(error))
        return redirect("measures", client.public_id)
    row = given[0]
    if how == How.PORTAL:
        told = ngettext(
            "The form waits for the client in the portal.",
            "The forms wait for the client in the portal.",
            len(given),
        )
        messages.success(request, told)
        return redirect("measures", client.public_id)
    return redirect("measure_fill", row.public_id)


def measure_fill(request: ActorRequest, public_id: str) -> HttpResponse:
    """Fill a form in with the client, on one screen; half-filled it is kept and gone on with later."""
    by, at = request.actor, clock.now()
    row = access_measure(by, public_id, permission=EDIT)
    if row.finished_at is not None:
        return redirect("measure", row.public_id)
    language = _language(request, row)
    act = request.POST.get("act", "save")
    form = MeasureForm(row, request.POST or None, language=language)
    days = DayForm(today_of(row.client, at), request.POST or None)
    if request.method == "POST" and act == "withdraw":
        return _withdrawn(request, row)
    if request.method == "POST" and form.is_valid() and (act == "save" or days.is_valid()):
        try:
            if act == "save":
                save_measure(by=by, row=row, filled=form.filled(), version=form.version(), at=at)
                messages.success(request, _("Kept. It can be gone on with at any time."))
                return redirect("measure_fill", row.public_id)
            finish_measure(
                by=by, row=row, filled=form.filled(), version=form.version(), at=at,
                day=days.cleaned_data["day"],
            )  # fmt: skip
        except DomainError as error:
            _refused(form, days, error, row)
        else:
            return redirect("measure", row.public_id)
    context = _asked(row, form, language) | {"days": days, "risks": risks_of(row)}
    return render(request, "staff/measures/fill.html", context, status=422 if form.is_bound else 200)


def measure(request: ActorRequest, public_id: str) -> HttpResponse:
    """Show what a form says and how each item was answered."""
    row = access_measure(request.actor, public_id, permission=VIEW)
    instrument, language = instrument_of(row), get_language() or "en"
    answers = dict(zip((item.key for item in instrument.items), row.answers, strict=True))
    context = {
        "client": row.client,
        "row": row,
        "instrument": instrument,
        "how": HOWS[row.how],
        "figures": figures_of(row),
        "flags": [one for one in instrument.flags if one.key in row.result.get("flags", ())],
        "risks": risks_of(row),
        "answers": [
            (item.text.in_language(language), said_answer(item, answers[item.key], row.declined, language))
            for item in in_shown_order(instrument)
        ],
        "newer": corrected_of(row),
        "may_edit": request.actor.may(EDIT),
    }
    return render(request, "staff/measures/one.html", context)


def measure_correct(request: ActorRequest, public_id: str) -> HttpResponse:
    """Put a corrected form in the place of a finished one."""
    by, at = request.actor, clock.now()
    row = access_measure(by, public_id, permission=EDIT)
    language = _language(request, row)
    form = MeasureForm(row, request.POST or None, language=language)
    reason = ReasonForm(row.day, request.POST or None)
    if request.method == "POST" and form.is_valid() and reason.is_valid():
        try:
            newer = correct_measure(
                by=by, row=row, filled=form.filled(), reason=reason.cleaned_data["reason"],
                day=reason.cleaned_data["day"], at=at,
            )  # fmt: skip
        except DomainError as error:
            _refused(form, reason, error, row)
        else:
            messages.success(request, _("Corrected. The form as it was stays readable."))
            return redirect("measure", newer.public_id)
    context = _asked(row, form, language) | {"days": reason, "correcting": True}
    return render(request, "staff/measures/fill.html", context, status=422 if form.is_bound else 200)


def _withdrawn(request: ActorRequest, row: Measure) -> HttpResponse:
    client_id = row.client.public_id
    try:
        withdraw_measure(by=request.actor, row=row, at=clock.now())
    except DomainError as error:
        messages.error(request, said(error))
        return redirect("measure_fill", row.public_id)
    messages.success(request, _("Taken back."))
    return redirect("measures", client_id)


def _refused(form: MeasureForm, days: DayForm, error: DomainError, row: Measure) -> None:
    """Show a refusal where it belongs; after somebody else's saving the page may save over it."""
    show_error(days if error.field in days.fields else form, error)
    if error.code == "changed":
        row.refresh_from_db()
        with_version(form, row.version)


def _asked(row: Measure, form: MeasureForm, language: str) -> dict[str, Any]:
    """What a page needs to draw the form."""
    return {
        "client": row.client,
        "row": row,
        "instrument": form.instrument,
        "stem": form.instrument.stem.in_language(language),
        "form": form,
        "language": language if language in form.instrument.languages else "en",
        "only_english": form.instrument.languages == ("en",),
    }


def _language(request: ActorRequest, row: Measure) -> str:
    """The language of the form's words: as chosen on the page, else the reader's."""
    wanted = request.GET.get("lang") or (get_language() or "en").split("-")[0]
    return wanted if wanted in instrument_of(row).languages else "en"

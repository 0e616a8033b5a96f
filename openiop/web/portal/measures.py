"""Forms that the client is asked: one screen each, kept half-filled, with crisis help at once."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from openiop.apps.clients.selectors.own import access_own_client
from openiop.apps.core import clock
from openiop.apps.measures.reading import instrument_of, risks_of
from openiop.apps.measures.selectors import access_own_measure, own_measures
from openiop.apps.measures.services import finish_measure, save_measure
from openiop.domain.errors import DomainError
from openiop.web.forms import show_error, with_version
from openiop.web.requests import ActorRequest
from openiop.web.staff.measure_form import MeasureForm


def portal_measures(request: ActorRequest) -> HttpResponse:
    """Show which forms wait, and which the client has filled in."""
    client = access_own_client(request.actor)
    waiting, done = own_measures(client)
    context = {
        "client": client,
        "waiting": [(row, instrument_of(row)) for row in waiting],
        "done": [(row, instrument_of(row)) for row in done],
    }
    return render(request, "portal/measures.html", context)


def portal_measure(request: ActorRequest, measure_id: str) -> HttpResponse:
    """Ask one form; finished, say thanks and where help is, and show no score."""
    by, at = request.actor, clock.now()
    row = access_own_measure(by, measure_id)
    if row.finished_at is not None:
        context = {"row": row, "instrument": instrument_of(row), "risk": bool(risks_of(row))}
        return render(request, "portal/measure_done.html", context)
    instrument = instrument_of(row)
    reader = (get_language() or "en").split("-")[0]
    language = reader if reader in instrument.languages else "en"
    form = MeasureForm(row, request.POST or None, language=language)
    if request.method == "POST" and form.is_valid():
        keep = save_measure if request.POST.get("act") == "save" else finish_measure
        try:
            kept = keep(by=by, row=row, filled=form.filled(), version=form.version(), at=at)
        except DomainError as error:
            show_error(form, error)
            if error.code == "changed":
                row.refresh_from_db()
                with_version(form, row.version)
        else:
            if kept.finished_at is None:
                messages.success(request, _("Kept. You can go on at any time."))
            return redirect("portal_measure", row.public_id)
    context = {
        "row": row,
        "instrument": instrument,
        "stem": instrument.stem.in_language(language),
        "form": form,
        "language": language,
        "translated": language == reader,
        "risk": bool(risks_of(row)),
    }
    return render(request, "portal/measure.html", context, status=422 if form.is_bound else 200)

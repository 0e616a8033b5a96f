"""Curricula: what there is, which unit a session taught, and what a client was taught and practised."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from openiop import catalog
from openiop.apps.accounts.permissions import Permission
from openiop.apps.audit.services import note_read
from openiop.apps.clients.selectors import access_client
from openiop.apps.core import clock
from openiop.apps.schedule.selectors import access_session
from openiop.apps.treatment.handouts import handout
from openiop.apps.treatment.selectors.curricula import (
    ClientCoverage,
    coverage_of,
    curricula_for,
    taught_in,
)
from openiop.apps.treatment.services.curricula import note_practised, note_taught
from openiop.domain.curricula import Curriculum, Practised, Unit
from openiop.domain.errors import DomainError
from openiop.domain.text import Text
from openiop.engines.charts import Chart, bar_chart
from openiop.engines.markdown import to_html
from openiop.web.forms import show_error
from openiop.web.requests import ActorRequest
from openiop.web.staff.consents import pdf_answer

if TYPE_CHECKING:
    from openiop.apps.schedule.models import Session

VIEW, EDIT = Permission.TREATMENT_VIEW, Permission.ATTENDANCE_EDIT
STATES = {
    "": "–",
    str(Practised.NOT_YET): gettext_lazy("Not yet"),
    str(Practised.PARTLY): gettext_lazy("Partly"),
    str(Practised.DONE): gettext_lazy("Done"),
}


class TaughtForm(forms.Form):
    """The units of the group's curricula, each to tick."""

    def __init__(self, found: Sequence[Curriculum], *args: Any, **options: Any) -> None:
        """Make one group of boxes for each curriculum."""
        super().__init__(*args, **options)
        self.curricula = found
        for one in found:
            self.fields[one.id] = forms.MultipleChoiceField(
                label=told(one.title),
                choices=[(unit.key, told(unit.title)) for unit in one.units],
                required=False,
                widget=forms.CheckboxSelectMultiple,
            )

    def units(self) -> frozenset[tuple[str, str]]:
        """Return what was ticked."""
        return frozenset((one.id, unit) for one in self.curricula for unit in self.cleaned_data[one.id])

    def before(self) -> frozenset[tuple[str, str]]:
        """Return what was ticked when the page was drawn."""
        pairs = (value.partition(".") for value in self.data.getlist("before"))  # type: ignore[attr-defined]
        return frozenset((one, unit) for one, _sep, unit in pairs)


class PractisedForm(forms.Form):
    """What came of the homework of each unit that was taught."""

    def __init__(self, found: Sequence[ClientCoverage], *args: Any, **options: Any) -> None:
        """Make one field for each unit that was taught."""
        super().__init__(*args, **options)
        for one in found:
            for standing in (unit for module in one.modules for unit in module.units):
                if standing.taught_on is not None:
                    name = f"{one.curriculum.id}.{standing.unit.key}"
                    self.fields[name] = forms.ChoiceField(
                        label=told(standing.unit.title), choices=list(STATES.items()), required=False
                    )
                    self.initial[name] = str(standing.practised or "")

    def states(self) -> dict[tuple[str, str], str]:
        """Return what was chosen, by curriculum and unit; what the page was drawn with is not chosen anew."""
        pairs = {name: name.split(".", maxsplit=1) for name in self.fields}
        return {
            (one, unit): self.cleaned_data[name]
            for name, (one, unit) in pairs.items()
            if self.cleaned_data[name] and self.cleaned_data[name] != self.data.get(f"was-{name}")
        }


def told(text: Text) -> str:
    """Return a catalogue text in the reader's language."""
    return text.in_language(get_language() or "en")


def curricula(request: ActorRequest) -> HttpResponse:
    """Show the curricula there are."""
    return render(request, "staff/curricula/list.html", {"curricula": catalog.curricula()})


def curriculum(request: ActorRequest, curriculum_key: str) -> HttpResponse:
    """Show the units of one curriculum, module by module."""
    found = one_curriculum(curriculum_key)
    modules = [
        {"title": module, "units": [unit for unit in found.units if unit.module == module]}
        for module in found.modules
    ]
    return render(request, "staff/curricula/curriculum.html", {"curriculum": found, "modules": modules})


def unit(request: ActorRequest, curriculum_key: str, unit_key: str) -> HttpResponse:
    """Show one unit as the facilitator needs it: aim, outline, skills, handout, homework."""
    found, one = one_unit(curriculum_key, unit_key)
    context = {"curriculum": found, "unit": one, "handout": to_html(told(one.handout))}
    return render(request, "staff/curricula/unit.html", context)


def unit_handout(request: ActorRequest, curriculum_key: str, unit_key: str) -> HttpResponse:
    """Give the handout as a file, in English or Spanish."""
    return handout_answer(request, *one_unit(curriculum_key, unit_key))


def handout_answer(request: ActorRequest, found: Curriculum, one: Unit) -> HttpResponse:
    """Return the file in the language that the address asks for, else in the reader's."""
    wanted = request.GET.get("lang", get_language() or "en").split("-")[0]
    language = wanted if wanted in {"en", "es"} else "en"
    name = request.visit.organization.name if request.visit.organization else ""
    letter = handout(found, one, organization=name, language=language, at=clock.now())
    return pdf_answer(letter.pdf, f"{one.key}.{language}.pdf")


def session_taught(request: ActorRequest, session_id: str) -> HttpResponse:
    """Say which units a session taught."""
    session = access_session(request.actor, session_id, permission=EDIT)
    note_read(by=request.actor, action="skills.read", subject=session)
    form = TaughtForm(curricula_for(session), request.POST or None, initial=_ticked(session))
    if request.method == "POST" and form.is_valid():
        try:
            note_taught(
                by=request.actor, session=session, units=form.units(), before=form.before(), at=clock.now()
            )
        except DomainError as error:
            show_error(form, error)
        else:
            messages.success(request, _("Kept. Everyone who took part has it among their skills."))
            return redirect("session_taught", session.public_id)
    ticked = form.data.getlist("before") if form.is_bound else _pairs(session)  # type: ignore[attr-defined]
    context = {"session": session, "site": session.site, "form": form, "ticked": ticked}
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "staff/curricula/taught.html", context, status=status)


def skills(request: ActorRequest, client_id: str) -> HttpResponse:
    """Show what a client was taught and practised; note what came of the homework."""
    wanted = EDIT if request.method == "POST" else VIEW
    client = access_client(request.actor, client_id, permission=wanted, action="skills.read")
    found = coverage_of(client)
    form = PractisedForm(found, request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            note_practised(by=request.actor, client=client, states=form.states(), at=clock.now())
        except DomainError as error:
            show_error(form, error)
        else:
            messages.success(request, _("Kept."))
            return redirect("treatment_skills", client.public_id)
    context = {
        "client": client,
        "found": [_drawn(one) for one in found],
        "chart": skills_chart(found) if any(one.taught for one in found) else None,
        "form": form,
        "may_edit": request.actor.may(EDIT) and bool(form.fields),
    }
    return render(request, "staff/curricula/skills.html", context, status=422 if form.errors else 200)


def skills_chart(found: Sequence[ClientCoverage]) -> Chart:
    """Return how many units of each module the client was taught."""
    bars = tuple(
        (f"{told(module.module)} ({module.taught}/{len(module.units)})", module.taught)
        for one in found
        for module in one.modules
    )
    sums = (
        sum(one.taught for one in found),
        sum(one.practised for one in found),
        sum(len(one.curriculum.units) for one in found),
    )
    return _chart(bars, sums, get_language() or "en")


@lru_cache(maxsize=256)
def _chart(bars: tuple[tuple[str, int], ...], sums: tuple[int, int, int], language: str) -> Chart:
    """Draw it once for the same figures: the library takes a while."""
    taught, practised, of = sums
    return bar_chart(
        title=_("Units taught, by module"),
        description=ngettext(
            "%(taught)s of %(of)s unit taught, %(practised)s practised.",
            "%(taught)s of %(of)s units taught, %(practised)s practised.",
            of,
        )
        % {"taught": taught, "of": of, "practised": practised},
        label_title=_("Module"),
        value_title=_("Units taught"),
        bars=[(label, float(value)) for label, value in bars],
        language=language,
    )


def one_curriculum(key: str) -> Curriculum:
    """Return the newest version of a curriculum, or 404."""
    if not catalog.versions("curricula", key):
        raise Http404
    return catalog.curriculum(key)


def one_unit(curriculum_key: str, unit_key: str) -> tuple[Curriculum, Unit]:
    """Return a unit with its curriculum, or 404."""
    found = one_curriculum(curriculum_key)
    one = found.unit(unit_key)
    if one is None:
        raise Http404
    return found, one


def _pairs(session: Session) -> list[str]:
    return [f"{row.curriculum_id}.{row.unit}" for row in taught_in(session)]


def _ticked(session: Session) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for row in taught_in(session):
        found.setdefault(row.curriculum_id, []).append(row.unit)
    return found


def _drawn(one: ClientCoverage) -> dict[str, Any]:
    """Return a curriculum with its modules as the page's table draws them."""
    return {
        "coverage": one,
        "of": len(one.curriculum.units),
        "rows": [
            {
                "module": module.module,
                "unit": standing.unit,
                "taught_on": standing.taught_on,
                "practised": STATES[str(standing.practised or "")],
            }
            for module in one.modules
            for standing in module.units
        ],
    }

"""What the chart is narrowed to, as its address says it: kinds, days and ids, never a word of the record."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from openiop import catalog
from openiop.apps.accounts.permissions import Permission
from openiop.apps.admissions.selectors.episodes import phases_lived
from openiop.apps.core.actor import Actor
from openiop.apps.core.words import date_pattern, day_words
from openiop.web.forms import set_choices
from openiop.web.staff.timeline import SOURCES, Narrowing

if TYPE_CHECKING:
    from openiop.apps.admissions.models import Phase
    from openiop.apps.clients.models import Client
    from openiop.apps.clients.selectors.moments import Moment


class ChartForm(forms.Form):
    """Narrow the chart: kind, person, phase, days. A phase and days together are what lies in both."""

    kind = forms.ChoiceField(label=_("Kind"), required=False)
    person = forms.ChoiceField(label=_("Person"), required=False)
    phase = forms.ChoiceField(label=_("Phase"), required=False)
    since = forms.DateField(label=_("From"), required=False, widget=forms.DateInput({"type": "date"}))
    until = forms.DateField(label=_("To"), required=False, widget=forms.DateInput({"type": "date"}))

    def __init__(self, data: Any, *, moments: Iterable[Moment], phases: list[Phase], zone: str) -> None:
        """Fill the choices from what stands in the chart."""
        super().__init__(data or None)
        self.zone, self.phases = ZoneInfo(zone), {phase.public_id: phase for phase in phases}
        there = {moment.kind for moment in moments}
        people = {moment.who.key: moment.who.name for moment in moments if moment.who is not None}
        named = sorted(people.items(), key=lambda pair: pair[1])
        kinds = [(source.kind, source.words) for source in SOURCES if source.kind in there]
        set_choices(self, "kind", [("", _("Everything")), *kinds])
        set_choices(self, "person", [("", _("Everyone")), *named])
        words = [(key, phase_words(phase)) for key, phase in self.phases.items()]
        set_choices(self, "phase", [("", _("The whole time")), *words])

    def clean(self) -> dict[str, Any]:
        """Refuse days that end before they begin."""
        data: dict[str, Any] = super().clean() or {}
        since, until = data.get("since"), data.get("until")
        if since and until and until < since:
            self.add_error("until", gettext("This day is before the first one."))
        return data

    def narrowed(self) -> Narrowing:
        """Return the narrowing; an unusable field narrows nothing and shows its error."""
        if not self.is_bound:
            return Narrowing(zone=self.zone)
        self.is_valid()
        data = self.cleaned_data
        first, last = data.get("since"), data.get("until")
        phase = self.phases.get(data.get("phase", ""))
        if phase is not None:
            first = max(filter(None, (first, phase.starts_on)))
            last = min(filter(None, (last, phase.ends_on)), default=None)
        return Narrowing(
            kind=data.get("kind", ""),
            person=data.get("person", ""),
            first=first,
            last=last,
            zone=self.zone,
        )


def phases_for(by: Actor, client: Client) -> list[Phase]:
    """Return the phases to choose from, for whoever may see orders."""
    return phases_lived(client) if by.may(Permission.ORDER_VIEW) else []


def phase_words(phase: Phase) -> str:
    """Return a phase by its title and first day; by its key where its program's file is not here any more."""
    pattern = date_pattern()
    day = day_words(phase.starts_on, pattern)
    try:
        program = catalog.program(phase.episode.program_id, phase.episode.program_version)
        title = program.phase(phase.key).title.in_language(get_language() or "en")
    except (catalog.NotInCatalog, StopIteration):
        title = phase.key
    return f"{title} · {day}"

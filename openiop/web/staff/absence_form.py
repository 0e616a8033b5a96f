"""The form of a planned absence: from, to, reason, barrier; whole days unless times are given."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy

from openiop.apps.core.clock import local
from openiop.apps.groups.presenters import said
from openiop.apps.schedule.lists import attendance_lists
from openiop.apps.schedule.services.absences import AbsencePlan
from openiop.domain.schedule.series import on_the_clock
from openiop.web.forms import date_input, set_choices, time_input

if TYPE_CHECKING:
    from openiop.apps.schedule.models import Absence

MIDNIGHT = time()
WHOLE_DAY = 1440


class AbsenceForm(forms.Form):
    """Away from, to, and why."""

    first = forms.DateField(label=gettext_lazy("From"), widget=date_input())
    last = forms.DateField(
        label=gettext_lazy("To"),
        required=False,
        widget=date_input(),
        help_text=gettext_lazy("The last day away. Empty: that day only."),
    )
    start = forms.TimeField(
        label=gettext_lazy("Time of leaving"),
        required=False,
        widget=time_input(),
        help_text=gettext_lazy("Empty: the whole day."),
    )
    end = forms.TimeField(
        label=gettext_lazy("Back at"),
        required=False,
        widget=time_input(),
        help_text=gettext_lazy("Empty: the whole day."),
    )
    reason = forms.ChoiceField(label=gettext_lazy("Reason"))
    barrier = forms.ChoiceField(
        label=gettext_lazy("What stands in the way"),
        required=False,
        help_text=gettext_lazy("If there is something the team could help with."),
    )
    words = forms.CharField(label=gettext_lazy("Note"), required=False, max_length=300)

    def __init__(self, *args: Any, zone: str, **options: Any) -> None:
        """Fill in the catalogue's reasons and barriers."""
        super().__init__(*args, **options)
        self.zone = zone
        lists = attendance_lists()
        set_choices(self, "reason", [("", "—"), *((row.key, said(row.title)) for row in lists.reasons)])
        set_choices(self, "barrier", [("", "—"), *((row.key, said(row.title)) for row in lists.barriers)])

    def plan(self) -> AbsencePlan:
        """Return what was entered as instants; a time that is left out means the edge of its day."""
        data = self.cleaned_data
        start, end = data["start"], data["end"]
        return AbsencePlan(
            starts_at=on_the_clock(data["first"], _minute(start) if start else 0, self.zone),
            ends_at=on_the_clock(data["last"] or data["first"], _minute(end) or WHOLE_DAY, self.zone),
            reason=data["reason"],
            barrier=data["barrier"],
            words=data["words"],
        )


class ChangeForm(AbsenceForm):
    """The same for one that is recorded: a change says why."""

    why = forms.CharField(
        label=gettext_lazy("Why it changes"),
        max_length=300,
        help_text=gettext_lazy("The former value is kept."),
    )
    version = forms.IntegerField(widget=forms.HiddenInput)


class CancelForm(forms.Form):
    """Taking an absence back."""

    why = forms.CharField(label=gettext_lazy("Why it is taken back"), max_length=300)
    version = forms.IntegerField(widget=forms.HiddenInput)

    prefix = "cancel"


def initial_of(absence: Absence, zone: str) -> dict[str, Any]:
    """Return an absence as the form has it."""
    starts, ends = local(absence.starts_at, zone), local(absence.ends_at, zone)
    whole_end = ends.time() == MIDNIGHT
    return {
        "first": starts.date(),
        "last": _last_day(ends) if whole_end else ends.date(),
        "start": None if starts.time() == MIDNIGHT else starts.time(),
        "end": None if whole_end else ends.time(),
        "reason": absence.reason,
        "barrier": absence.barrier,
        "words": absence.words,
        "version": absence.version,
    }


def _last_day(ends: datetime) -> Any:
    return (ends - timedelta(days=1)).date()


def _minute(value: time | None) -> int:
    return value.hour * 60 + value.minute if value else 0

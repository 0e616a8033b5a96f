"""A measure as a form: one field for each item, in the words of the form and nobody else's."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from openiop.apps.measures.reading import instrument_of
from openiop.apps.measures.services import Filled
from openiop.domain.measures import Instrument, Item
from openiop.domain.measures.model import Kind
from openiop.web.forms import date_input

if TYPE_CHECKING:
    from openiop.apps.measures.models import Measure

DECLINED = "-"
"""In place of an answer: the client would rather not say."""


class MeasureForm(forms.Form):
    """The items in the order in which the form shows them, and the version the page was drawn from."""

    use_required_attribute = False

    def __init__(self, row: Measure, data: Any = None, *, language: str, **options: Any) -> None:
        """Make the fields; what was answered so far stands in them."""
        super().__init__(data, **options)
        self.row, self.instrument, self.language = row, instrument_of(row), language
        self.fields["version"] = forms.IntegerField(widget=forms.HiddenInput, initial=row.version)
        answered = dict(zip((item.key for item in self.instrument.items), row.answers, strict=True))
        numbers = {item.key: at for at, item in enumerate(self.instrument.items, start=1)}
        for item in in_shown_order(self.instrument):
            field = _field(item, language, numbers[item.key])
            field.required = not item.optional
            field.initial = DECLINED if item.key in row.declined else answered[item.key]
            self.fields[item.key] = field

    def clean(self) -> dict[str, Any]:
        """Let open items through: only the whole of the answers tells which a rule of the form leaves out."""
        for name, errors in list(self.errors.items()):
            if name != "version" and all(error.code == "required" for error in errors.as_data()):
                del self.errors[name]
        return self.cleaned_data

    def items(self) -> list[tuple[forms.BoundField, str]]:
        """Return each item's field with the words that lead to it."""
        return [
            (self[item.key], item.lead.in_language(self.language) if item.lead else "")
            for item in in_shown_order(self.instrument)
        ]

    def filled(self) -> Filled:
        """Return what was answered, by key."""
        given: dict[str, Any] = {}
        declined = set()
        for item in self.instrument.items:
            value = self.cleaned_data.get(item.key)
            if value == DECLINED:
                declined.add(item.key)
            elif value not in ("", None):
                given[item.key] = value if item.kind is Kind.WORDS else int(value)
        return Filled(given, frozenset(declined))

    def version(self) -> int:
        """Return the version the page was drawn from."""
        return int(self.cleaned_data["version"])


class DayForm(forms.Form):
    """On which day a form on paper was filled in."""

    day = forms.DateField(label=_("Answered on"), widget=date_input())

    def __init__(self, today: date, data: Any = None) -> None:
        """Begin with today."""
        super().__init__(data, initial={"day": today})


class ReasonForm(DayForm):
    """Why a finished form is corrected."""

    reason = forms.CharField(label=_("What was wrong"), max_length=300)


def in_shown_order(instrument: Instrument) -> Sequence[Item]:
    """Return the items as the form shows them: some stand behind another than the one before."""
    shown = [item for item in instrument.items if not item.after]
    for item in instrument.items:
        if item.after:
            place = next(at for at, one in enumerate(shown) if one.key == item.after)
            shown.insert(place + 1, item)
    return shown


def said_answer(item: Item, value: Any, declined: Sequence[str], language: str) -> str:
    """Return an answer in words."""
    if value is None:
        return str(_("Rather not say")) if item.key in declined else "–"
    words: Mapping[int, str] = {one.value: one.text.in_language(language) for one in item.options}
    return words.get(value, str(value)) if not isinstance(value, str) else value


def _field(item: Item, language: str, number: int) -> forms.Field:
    label = item.text.in_language(language)
    label = f"{number}. {label}" if not item.after else label
    if item.kind is Kind.WORDS:
        return forms.CharField(label=label, max_length=2000, widget=forms.Textarea({"rows": 2}))
    if item.kind is Kind.NUMBER:
        low, high = item.values[0], item.values[-1]
        return forms.IntegerField(
            label=label,
            min_value=low,
            max_value=high,
            help_text=_("%(low)s to %(high)s") % {"low": low, "high": high},
        )
    choices = [(str(one.value), one.text.in_language(language)) for one in item.options]
    return forms.ChoiceField(
        label=label, choices=[*choices, (DECLINED, _("Rather not say"))], widget=forms.RadioSelect
    )

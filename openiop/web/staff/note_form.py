"""A note as a form: one field for each question of its kind.

What signing needs stands without "(optional)". A draft is saved as it is: nothing here refuses it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.forms import BoundField
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from openiop.apps.record.shown import said
from openiop.domain.notes import Ask, Field
from openiop.domain.notes.facts import TYPED
from openiop.domain.notes.group import Mention
from openiop.web.forms import date_input, time_input

AREA = {"rows": 3}
AIMS = ("objective", "no_objective")
PICK = ("", "–")


@dataclass(frozen=True, slots=True)
class Asked:
    """A field as the page draws it, with the phrases to put in."""

    field: BoundField
    phrases: tuple[str, ...]


class NoteForm(forms.Form):
    """The answers of some questions, each named `<prefix><key>`; facts are named as they are."""

    use_required_attribute = False

    def __init__(
        self,
        questions: tuple[Field, ...],
        values: Mapping[str, str],
        data: Mapping[str, Any] | None = None,
        *,
        mark: str = "f-",
        facts: Mapping[str, Any] | None = None,
        asks: tuple[str, ...] = (),
        objectives: list[tuple[str, str]] | None = None,
    ) -> None:
        """Make a field for each question, and for each of the facts that are asked."""
        self.questions, self.mark, self.asks = questions, mark, asks
        initial = {f"{mark}{key}": value for key, value in values.items()}
        initial |= {self.fact_name(key): (facts or {}).get(key, "") for key in asks}
        super().__init__(data, initial=initial)
        language = get_language() or "en"
        for key in asks:
            self.fields[self.fact_name(key)] = _fact_field(key, objectives or [])
        for question in questions:
            self.fields[f"{mark}{question.key}"] = _field(question, language)

    def fact_name(self, key: str) -> str:
        """Return the name of a fact's field."""
        return key if self.mark == "f-" else f"{self.mark}{key}"

    def values(self) -> dict[str, str]:
        """Return the answers exactly as they were typed."""
        return {one.key: str(self.data.get(f"{self.mark}{one.key}", "")) for one in self.questions}

    def facts(self) -> dict[str, str]:
        """Return the facts exactly as they were typed, those that the page asked for."""
        return {
            key: str(self.data[self.fact_name(key)]) for key in self.asks if self.fact_name(key) in self.data
        }

    def differences(self) -> list[tuple[str, str, str]]:
        """What stands and what was typed here, both in words, of each field that was sent and differs."""
        rows = []
        for name, field in self.fields.items():
            standing, typed = str(self.initial.get(name, "")), str(self.data.get(name, "")).strip()
            if name in self.data and standing != typed:
                words: Any = dict(getattr(field, "choices", []))
                rows.append((str(field.label), words.get(standing, standing), words.get(typed, typed)))
        return rows

    def fact_rows(self) -> list[BoundField]:
        """The fields of the facts."""
        return [self[self.fact_name(key)] for key in self.asks]

    def said(self) -> list[tuple[str, str]]:
        """The answers in words, with the objective or why there is none."""
        language = get_language() or "en"
        known = {one.key: one for one in self.questions}
        values = {key: str(self.initial.get(f"{self.mark}{key}", "")) for key in known}
        rows = [
            (one.label.in_language(language), said(one, values[key], language)) for key, one in known.items()
        ]
        for key in self.asks:
            value = str(self.initial.get(self.fact_name(key), ""))
            choices: Any = getattr(self.fields[self.fact_name(key)], "choices", [])
            rows.append((str(self.fields[self.fact_name(key)].label), str(dict(choices).get(value, value))))
        return [(label, words) for label, words in rows if words and words != PICK[1]]

    def rows(self) -> list[Asked]:
        """The fields of the questions in their order."""
        language = get_language() or "en"
        return [
            Asked(self[f"{self.mark}{one.key}"], tuple(text.in_language(language) for text in one.phrases))
            for one in self.questions
        ]


class OnlyWordsForm(forms.Form):
    """Of each word that looks like a member's name: why it is only a word here.

    A field is named after the place and the word, so that a reason never reaches a word that was typed since.
    """

    def __init__(self, places: Mapping[Mention, str], data: Mapping[str, Any] | None = None) -> None:
        """Make a field for each; `places` says in words where it stands."""
        super().__init__(data)
        self.found = {f"only-{one.person}-{one.field}-{one.name}": one for one in places}
        for name, one in self.found.items():
            label = _("Is “%(name)s” only a word here? Say why.") % {"name": one.name}
            self.fields[name] = forms.CharField(
                label=label, required=False, max_length=300, help_text=places[one]
            )

    def reasons(self) -> dict[Mention, str]:
        """Return the reasons that were given."""
        typed = {one: str(self.data.get(name, "")).strip()[:300] for name, one in self.found.items()}
        return {one: reason for one, reason in typed.items() if reason}


def typed_facts(*, is_given: bool, asks_objective: bool) -> tuple[str, ...]:
    """Return the facts that the author types: the times only where no roster says them."""
    times = () if is_given else tuple(key for key in TYPED if key not in AIMS)
    return (*times, *(AIMS if asks_objective else ()))


def _field(question: Field, language: str) -> forms.Field:
    label = question.label.in_language(language)
    label = f"{label} ({question.unit})" if question.unit else label
    options: dict[str, Any] = {"label": label, "required": question.required}
    hint = question.hint.in_language(language)
    if hint:
        options["help_text"] = hint
    if question.ask is Ask.TEXT:
        return forms.CharField(widget=forms.Textarea(AREA), **options)
    if question.ask is Ask.NUMBER:
        return forms.CharField(widget=forms.TextInput({"inputmode": "decimal"}), **options)
    return forms.ChoiceField(choices=[PICK, *_choices(question, language)], **options)


def _choices(question: Field, language: str) -> list[tuple[str, str]]:
    if question.ask is Ask.YES_NO:
        return [("yes", _("Yes")), ("no", _("No"))]
    if question.ask is Ask.SCALE:
        return [(str(n), str(n)) for n in range(int(question.low or 0), int(question.high or 0) + 1)]
    return [(one.key, one.label.in_language(language)) for one in question.options]


def _fact_field(key: str, objectives: list[tuple[str, str]]) -> forms.Field:
    match key:
        case "day":
            return forms.CharField(label=_("Day"), widget=date_input())
        case "start":
            return forms.CharField(label=_("Began at"), widget=time_input())
        case "minutes":
            widget = forms.TextInput({"inputmode": "numeric"})
            return forms.CharField(label=_("Minutes"), widget=widget)
        case "modality":
            choices = [PICK, ("on_site", _("On site")), ("telehealth", _("By video"))]
            return forms.ChoiceField(label=_("How"), required=False, choices=choices)
        case "objective":
            return forms.ChoiceField(label=_("Objective of the plan"), choices=[PICK, *objectives])
        case _:
            return forms.CharField(label=_("Or why none"), required=False, max_length=300)

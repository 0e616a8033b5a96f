"""The assessment as a form: one field for each question of the criteria set, in its groups."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.forms import BoundField
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from openiop.domain.findings import Facts, Finding, Kind, Value
from openiop.domain.levelofcare import CriteriaSet
from openiop.domain.rules import AllOf, AnyOf, Condition, Test, Truth
from openiop.web.forms import date_input

YES_NO = (("yes", gettext_lazy("Yes")), ("no", gettext_lazy("No")), ("", gettext_lazy("Not known")))
FEW = 4
"""So many short answers stand side by side; more stand below each other."""
SHORT = 40


@dataclass(frozen=True, slots=True)
class Question:
    """One question as the page draws it. `asked`: yes, no, or only if another answer calls for it."""

    finding: Finding
    field: BoundField
    title: str
    help: str
    layout: str
    asked: Truth
    asked_when: str
    asked_words: str


@dataclass(frozen=True, slots=True)
class Section:
    """One group of questions."""

    key: str
    title: str
    help: str
    questions: tuple[Question, ...]
    open_safety: int

    @property
    def is_asked(self) -> bool:
        """Whether any of its questions applies or is answered."""
        return any(q.asked is not Truth.FALSE or q.field.value() not in (None, "") for q in self.questions)


class AssessmentForm(forms.Form):
    """Answers by finding. Nothing is required: a draft is saved as far as it goes."""

    note = forms.CharField(
        label=gettext_lazy("Notes"),
        required=False,
        max_length=4000,
        widget=forms.Textarea({"rows": 3}),
        help_text=gettext_lazy("What the questions do not say. Kept with the assessment."),
    )

    def __init__(
        self,
        criteria: CriteriaSet,
        data: Mapping[str, Any] | None = None,
        *,
        stored: Mapping[str, Any],
        note: str,
        known: Mapping[str, Any],
        today: date,
    ) -> None:
        """Make the fields; `known` is what the record tells, which is not asked."""
        super().__init__(data, initial={**_shown(criteria, stored), "note": note})
        self.criteria = criteria
        self.asked = [
            finding
            for finding in criteria.findings.values()
            if not finding.from_context and finding.key not in known
        ]
        for finding in self.asked:
            self.fields[finding.key] = _field_of(finding, today)
        self.order_fields([finding.key for finding in self.asked])

    def answers(self) -> dict[str, Any]:
        """Return the readable answers as plain values; None where nothing was chosen."""
        found: dict[str, Any] = {}
        for finding in self.asked:
            if finding.key not in self.errors:
                found[finding.key] = _plain(finding, self.cleaned_data.get(finding.key))
        return found

    def sections(self, facts: Facts, open_questions: tuple[str, ...]) -> list[Section]:
        """Return the groups with their questions, in the order of the criteria set."""
        found = []
        for group in self.criteria.groups:
            questions = tuple(self._question(f, facts) for f in self.asked if f.group == group.key)
            still = sum(q.finding.key in open_questions and q.finding.safety for q in questions)
            if questions:
                found.append(Section(group.key, _say(group.title), _say(group.help), questions, still))
        return found

    def _question(self, finding: Finding, facts: Facts) -> Question:
        condition = self.criteria.applies.get(finding.key)
        choices = list(getattr(self.fields[finding.key], "choices", ()))
        longest = max((len(str(words)) for _key, words in choices), default=0)
        side_by_side = choices and len(choices) <= FEW + 1 and longest <= SHORT
        return Question(
            finding=finding,
            field=self[finding.key],
            title=_say(finding.title),
            help=_say(finding.help),
            layout="input" if not choices else "row" if side_by_side else "list",
            asked=condition.weigh(facts).truth if condition else Truth.TRUE,
            asked_when=json.dumps(_gates(condition)) if condition else "",
            asked_words=_gate_words(condition, self.criteria) if condition else "",
        )


def _field_of(finding: Finding, today: date) -> forms.Field:
    """The form field of one question."""
    label = _say(finding.title)
    if finding.kind is Kind.BOOL:
        return forms.ChoiceField(label=label, choices=YES_NO, required=False, widget=forms.RadioSelect)
    if finding.options:
        numbered = finding.kind is Kind.INT
        choices = [
            (option.key, f"{option.key}: {_say(option.text)}" if numbered else _upper(_say(option.text)))
            for option in finding.options
        ]
        return forms.ChoiceField(
            label=label,
            choices=[*choices, ("", _("Not known"))],
            required=False,
            widget=forms.RadioSelect,
        )
    if finding.kind is Kind.DATE:
        return forms.DateField(
            label=label, required=False, widget=date_input(), validators=[_not_after(today)]
        )
    options: dict[str, Any] = {
        "label": label,
        "required": False,
        "min_value": finding.low,
        "max_value": finding.high,
        "widget": forms.NumberInput({"step": finding.step, "inputmode": "decimal"}),
    }
    return forms.IntegerField(**options) if finding.kind is Kind.INT else forms.FloatField(**options)


def _not_after(today: date) -> Any:
    def check(value: date) -> None:
        if value > today:
            raise forms.ValidationError(_("This day is in the future."))

    return check


def _plain(finding: Finding, value: Any) -> Any:
    """The answer as it is stored."""
    if value in (None, ""):
        return None
    if finding.kind is Kind.BOOL:
        return value == "yes"
    if finding.kind is Kind.INT:
        return int(value)
    return value.isoformat() if isinstance(value, date) else value


def _shown(criteria: CriteriaSet, stored: Mapping[str, Any]) -> dict[str, Any]:
    """Stored answers as the form's fields show them."""
    shown: dict[str, Any] = {}
    for key, value in stored.items():
        finding = criteria.findings[key]
        if finding.kind is Kind.BOOL:
            shown[key] = "yes" if value else "no"
        elif finding.kind is Kind.DATE:
            shown[key] = date.fromisoformat(value)
        else:
            shown[key] = str(value) if finding.options else value
    return shown


def _gates(condition: Condition) -> list[list[Any]]:
    """The answers of which any one calls for the question, for the page's script: [[finding, [answers]], ...]."""
    return [[test.key, _answers(test)] for test in _tests(condition)]


def _gate_words(condition: Condition, criteria: CriteriaSet) -> str:
    """The same in words, for pages without a script."""
    parts = []
    for test in _tests(condition):
        finding = criteria.findings[test.key]
        values: list[Value] = sorted(test.target, key=str) if test.name == "in" else [test.target]
        answers = _(" or ").join(_say(finding.words(value)) for value in values)
        parts.append(f"{_say(finding.title)}: {answers}")
    return _("Asked if: %(what)s") % {"what": "; ".join(parts)}


def _answers(test: Test) -> list[str]:
    if test.name == "in":
        return sorted(str(value) for value in test.target)
    return ["yes" if test.target is True else "no" if test.target is False else str(test.target)]


def _tests(condition: Condition) -> list[Test]:
    match condition:
        case AnyOf(parts=parts) | AllOf(parts=parts):
            return [test for part in parts for test in _tests(part)]
        case Test():
            return [condition]
        case _:
            return []


def _say(text: Any) -> str:
    return str(text.in_language(get_language() or "en"))


def _upper(text: str) -> str:
    return text[:1].upper() + text[1:]

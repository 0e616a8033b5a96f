"""One question of the screener as a form, and the answers that travel with the page."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from openiop.domain.errors import InvalidInput
from openiop.domain.findings import Finding, Kind, Value
from openiop.domain.levelofcare import CriteriaSet
from openiop.domain.screening import Asker, Screener
from openiop.domain.text import Text

PREFIX = "a-"
YES_NO = (("yes", gettext_lazy("Yes")), ("no", gettext_lazy("No")))


class QuestionForm(forms.Form):
    """The question at hand. Every question may be skipped; the button for it says so, not the label."""

    use_required_attribute = False

    def __init__(
        self, finding: Finding, words: tuple[str, str], *, data: Any = None, value: Value | None = None
    ) -> None:
        """Make the one field, with what was answered before; `words` are the question and its hint."""
        super().__init__(data, initial={finding.key: _typed(value)})
        self.finding = finding
        self.fields[finding.key] = _field(finding, *words)

    @property
    def question(self) -> forms.BoundField:
        """The field."""
        return self[self.finding.key]


def words_of(screener: Screener, criteria: CriteriaSet, key: str, asker: Asker) -> tuple[str, str]:
    """The question in this person's words and language, and its hint."""
    finding = criteria.findings[key]
    return spoken(screener.question(criteria, key, asker)), spoken(finding.help)


def spoken(text: Text) -> str:
    """A catalogue text in the page's language."""
    return text.in_language((get_language() or "en")[:2])


def read_answers(criteria: CriteriaSet, posted: Mapping[str, str], *, on: date) -> dict[str, Value]:
    """The answers that came with the page; what no page of ours could have sent is left out."""
    found: dict[str, Value] = {}
    for key, finding in criteria.findings.items():
        raw = posted.get(f"{PREFIX}{key}", "")
        try:
            value = finding.read(_plain(finding, raw), path=key, on=on) if raw else None
        except InvalidInput:
            value = None
        if value is not None and not finding.from_context:
            found[key] = value
    return found


def carried(answers: Mapping[str, Value]) -> list[tuple[str, str]]:
    """The answers as hidden fields: nothing is kept anywhere else."""
    return [(f"{PREFIX}{key}", str(_typed(value))) for key, value in answers.items()]


def read_one(finding: Finding, raw: str, *, on: date) -> Value | None:
    """What was answered just now; InvalidInput says in the reader's words what cannot be."""
    if not raw.strip():
        return None
    try:
        return finding.read(_plain(finding, raw.strip()), path=finding.key, on=on)
    except InvalidInput as error:
        if finding.kind is Kind.INT:
            words = _("Write a whole number from %(low)s to %(high)s, or skip the question.")
            bounds = {"low": finding.low, "high": finding.high}
            raise InvalidInput(words % bounds, field=finding.key) from error
        raise InvalidInput(
            _("Choose one of the answers, or skip the question."), field=finding.key
        ) from error


def _field(finding: Finding, label: str, hint: str) -> forms.Field:
    if finding.kind is Kind.BOOL:
        choices: list[tuple[Any, Any]] = list(YES_NO)
    elif finding.options:
        choices = [(option.key, spoken(option.text)) for option in finding.options]
    else:
        attributes = {"inputmode": "numeric", "autocomplete": "off", "size": "4"}
        return forms.CharField(label=label, help_text=hint, max_length=6, widget=forms.TextInput(attributes))
    return forms.ChoiceField(label=label, help_text=hint, choices=choices, widget=forms.RadioSelect)


def _plain(finding: Finding, raw: str) -> Any:
    """What a form sends as JSON would hold it."""
    if finding.kind is Kind.BOOL:
        return {"yes": True, "no": False}.get(raw, raw)
    if finding.kind in (Kind.INT, Kind.NUMBER):
        return int(raw) if raw.isascii() and raw.isdigit() and len(raw) < 6 else raw
    return raw


def _typed(value: Value | None) -> Any:
    """An answer as a form sends it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else value

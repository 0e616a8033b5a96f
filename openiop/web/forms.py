"""What our forms share: a service's refusal shown at its field, and times as people type them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import time
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from openiop.domain.errors import DomainError
from openiop.web.words import said


def show_error(form: forms.Form, error: DomainError) -> None:
    """Put a refusal at the field it names, or on top where it names none of this form."""
    form.add_error(error.field if error.field in form.fields else None, said(error))


def set_choices(form: forms.Form, name: str, choices: Iterable[tuple[Any, Any]]) -> None:
    """Give a choice field what there is to choose from, which only the request knows."""
    field = form.fields[name]
    if isinstance(field, forms.ChoiceField):
        field.choices = list(choices)


def with_version(form: forms.Form, version: int) -> None:
    """Let what was typed be saved over a newer version, once the person has seen what changed."""
    data: Any = form.data.copy()  # type: ignore[attr-defined]
    data["version"] = version
    form.data = data


NO_VALUES = frozenset({"version", "confirmed"})
"""Fields that say something of the saving, not of what is saved."""
Differs = tuple[str, str, str]
"""A field's label, what stands now, what was typed."""


def differences(form: forms.Form, now: Mapping[str, Any]) -> list[Differs]:
    """Return what stands now beside what was typed, in words, for each field that differs."""
    found = []
    for name, field in form.fields.items():
        theirs, mine = now.get(name), form.cleaned_data.get(name)
        if name not in NO_VALUES and field.label and _as_sent(theirs) != _as_sent(mine):
            found.append((str(field.label), _in_words(field, theirs), _in_words(field, mine)))
    return found


def _as_sent(value: Any) -> Any:
    """Return a value so that an empty one is equal to another, and a list to itself in another order."""
    if isinstance(value, list | tuple):
        return sorted(map(str, value)) or None
    if isinstance(value, time):
        return f"{value:%H:%M}"
    return value if isinstance(value, bool) else str(value or "") or None


def _in_words(field: forms.Field, value: Any) -> str:
    """Return a value as the form says it."""
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(field, forms.ChoiceField):
        choices: Any = field.choices
        names = {str(key): str(words) for key, words in choices if not isinstance(words, list | tuple)}
        chosen = value if isinstance(value, list | tuple) else [value]
        return ", ".join(names.get(str(key), str(key)) for key in chosen if key not in {None, ""}) or "–"
    shown = field.prepare_value(value)
    return f"{shown:%H:%M}" if isinstance(shown, time) else str(shown or "–")


def date_input() -> forms.DateInput:
    """Return the browser's own date field, in the one format it understands."""
    return forms.DateInput({"type": "date"}, format="%Y-%m-%d")


def time_input() -> forms.TimeInput:
    """Return the browser's own time field."""
    return forms.TimeInput({"type": "time"}, format="%H:%M")


class MinutesAsHours(forms.DecimalField):
    """Hours typed with up to two decimals, kept as whole minutes."""

    def __init__(self, **options: Any) -> None:
        """Accept a quarter of an hour up to a week."""
        super().__init__(min_value=0, max_value=168, decimal_places=2, **options)

    def prepare_value(self, value: Any) -> Any:
        """Show minutes as hours; leave what was typed as it was typed."""
        return f"{value / 60:g}" if isinstance(value, int) else value

    def clean(self, value: Any) -> int | None:
        """Return whole minutes, or None where nothing was typed."""
        hours = super().clean(value)
        return None if hours is None else round(hours * 60)

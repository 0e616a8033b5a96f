"""What our forms share: a service's refusal shown at its field, and times as people type them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms

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

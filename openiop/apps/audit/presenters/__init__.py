"""An event in words.

Each area brings a module with `SENTENCES`: action -> template over the event's data, or a function of the
data where a template cannot say it (former and new values).
"""

from __future__ import annotations

import re
import string
from collections.abc import Callable, Mapping
from datetime import date
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from openiop.apps.core.words import date_pattern, day_words

Sentence = str | Promise | Callable[[Mapping[str, Any]], str]


def _collect() -> dict[str, Sentence]:
    found: dict[str, Sentence] = {}
    for module in iter_modules(__path__):
        found.update(import_module(f"{__name__}.{module.name}").SENTENCES)
    return found


_SENTENCES: dict[str, Sentence] = {}


DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
"""How a day is kept in an event's data."""


def _readable(data: Mapping[str, Any]) -> dict[str, Any]:
    """Return the data with its days as people write them."""
    return {name: _day(value) for name, value in data.items()}


def _day(value: Any) -> Any:
    if not isinstance(value, str) or not DAY.fullmatch(value):
        return value
    try:
        return day_words(date.fromisoformat(value), date_pattern())
    except ValueError:
        return value


class _Forgiving(string.Formatter):
    """Leaves a hole visible instead of failing: history must show even where an old event lacks a value."""

    def get_value(self, key: int | str, args: Any, kwargs: Mapping[str, Any]) -> Any:
        return kwargs.get(str(key), "…")


def sentence(action: str, data: Mapping[str, Any]) -> str:
    """Return what happened, in the reader's language. Unknown actions show their name, never nothing."""
    if not _SENTENCES:
        _SENTENCES.update(_collect())
    template = _SENTENCES.get(action)
    if template is None:
        return _("did “%(action)s”") % {"action": action}
    if callable(template):
        return template(_readable(data))
    return _Forgiving().vformat(str(template), (), _readable(data))


def known_actions() -> frozenset[str]:
    """Return every action that has words; a test compares it with what the services write."""
    if not _SENTENCES:
        _SENTENCES.update(_collect())
    return frozenset(_SENTENCES)

"""An event in words. Each area brings a module with `SENTENCES`: action -> template over the event's data."""

from __future__ import annotations

import string
from collections.abc import Mapping
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _


def _collect() -> dict[str, str | Promise]:
    found: dict[str, str | Promise] = {}
    for module in iter_modules(__path__):
        found.update(import_module(f"{__name__}.{module.name}").SENTENCES)
    return found


_SENTENCES: dict[str, str | Promise] = {}


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
    return _Forgiving().vformat(str(template), (), data)


def known_actions() -> frozenset[str]:
    """Return every action that has words; a test compares it with what the services write."""
    if not _SENTENCES:
        _SENTENCES.update(_collect())
    return frozenset(_SENTENCES)

"""Refusals and codes as people read them, in their language.

The pure rooms mark their words and know no language: here they are translated. A refusal that carries
templates (`says`, `mend`) is translated before its figures are filled in.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from openiop.domain.errors import DomainError

# BCP 47 codes of the languages that people here ask for first (California's threshold languages).
LANGUAGES: dict[str, str] = {
    "en": _("English"),
    "es": _("Spanish"),
    "ase": _("American Sign Language"),
    "ar": _("Arabic"),
    "hy": _("Armenian"),
    "km": _("Cambodian"),
    "zh": _("Chinese"),
    "fa": _("Farsi"),
    "hi": _("Hindi"),
    "hmn": _("Hmong"),
    "ja": _("Japanese"),
    "ko": _("Korean"),
    "lo": _("Lao"),
    "pt": _("Portuguese"),
    "pa": _("Punjabi"),
    "ru": _("Russian"),
    "tl": _("Tagalog"),
    "th": _("Thai"),
    "uk": _("Ukrainian"),
    "vi": _("Vietnamese"),
}


def said(error: DomainError) -> str:
    """The words of a refusal in the reader's language."""
    says, mend = getattr(error, "says", ""), getattr(error, "mend", "")
    if not says:
        return translated(error.message)
    params = {name: _word(value) for name, value in getattr(error, "params", {}).items()}
    return f"{gettext(says)} {gettext(mend)}" % params


def translated(words: str) -> str:
    """Words that were marked elsewhere, in the reader's language; an empty text stays empty."""
    return gettext(words) if words else ""


def said_of(code: str, table: Mapping[str, str]) -> str:
    """The words of a code, or the code itself where it has none."""
    return translated(table[code]) if code in table else code


def language_name(code: str) -> str:
    """A language's name by its code; an unknown code shows as it is."""
    return said_of(code.split("-", maxsplit=1)[0].lower(), LANGUAGES) if code else ""


def choices(table: Mapping[str, str], *, empty: str | None = None) -> list[tuple[str, str]]:
    """A table of codes as the choices of a field."""
    first = [("", empty)] if empty is not None else []
    return first + [(str(code), translated(words)) for code, words in table.items()]


def language_choices(current: str = "") -> list[tuple[str, str]]:
    """The languages to choose from; a record's own code is among them even where it is rare."""
    rest = sorted(
        choices({c: w for c, w in LANGUAGES.items() if c not in {"en", "es"}}), key=lambda pair: pair[1]
    )
    found = choices({c: LANGUAGES[c] for c in ("en", "es")}) + rest
    return found if not current or current in LANGUAGES else [*found, (current, current)]


def show_problems(form: forms.Form, problems: Mapping[str, str]) -> None:
    """Put each problem at its field, or on top where the form has no such field."""
    for name, words in problems.items():
        if name not in form.errors:
            form.add_error(name if name in form.fields else None, translated(words))


def _word(value: Any) -> Any:
    return translated(value) if isinstance(value, str) else value

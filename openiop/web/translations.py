"""Messages in other languages: one file per area, merged and compiled without any system program.

`openiop/web/locale/<language>/<area>.po` holds the translations. They are merged into one catalogue
and compiled by Babel into the folder that Django reads (`LOCALE_PATHS`); compiled files are never
committed. What the code and the templates say is found by the same extractor that Django uses for
templates, so a text without a translation can be named, plural forms included.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from django.utils.translation.template import templatize

WEB = Path(__file__).resolve().parent
PACKAGE = WEB.parent
SOURCES = WEB / "locale"
KEYWORDS: dict[str, Any] = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
STAMP = "sources.sha256"

Text = str | tuple[str, ...]
Key = tuple[str, Text]


class ConflictingTranslation(Exception):
    """Two areas translate the same text differently: the readers would get one of them by chance."""


def languages() -> list[str]:
    """Return the languages that have translations here."""
    return sorted(path.name for path in SOURCES.iterdir() if path.is_dir()) if SOURCES.is_dir() else []


def area_files(language: str) -> list[Path]:
    """Return the translation files of a language, one per area."""
    return sorted((SOURCES / language).glob("*.po"))


def merged(language: str) -> Catalog:
    """Return one catalogue out of all areas' files."""
    whole = Catalog(locale=language, domain="django", charset="utf-8")
    origin: dict[Key, Path] = {}
    for path in area_files(language):
        with path.open("rb") as file:
            area = read_po(file, locale=language)
        for message in area:
            if not message.id:
                continue
            key = (message.context or "", plain(message.id))
            known = whole.get(message.id, message.context)
            if known is not None and known.string != message.string:
                raise ConflictingTranslation(
                    f"{path.name} and {origin[key].name} translate {key[1]!r} differently: "
                    f"{message.string!r} and {known.string!r}. Make them one."
                )
            origin[key] = path
            whole.add(message.id, message.string, context=message.context, flags=message.flags)
    return whole


def compile_messages(target: Path) -> bool:
    """Compile all languages below `target`; tell whether anything had changed since the last time."""
    stamp, wanted = target / STAMP, checksum()
    if stamp.is_file() and stamp.read_text(encoding="ascii") == wanted:
        return False
    for language in languages():
        folder = target / language / "LC_MESSAGES"
        folder.mkdir(parents=True, exist_ok=True)
        fresh = folder / "django.mo.new"
        with fresh.open("wb") as file:
            write_mo(file, merged(language))
        fresh.replace(folder / "django.mo")
    target.mkdir(parents=True, exist_ok=True)
    stamp.write_text(wanted, encoding="ascii")
    return True


def checksum() -> str:
    """Return a checksum over all translation files, names included."""
    digest = hashlib.sha256()
    for language in languages():
        for path in area_files(language):
            digest.update(f"{language}/{path.name}".encode() + path.read_bytes())
    return digest.hexdigest()


def used_texts() -> dict[Key, str]:
    """Return each text that code or templates show, with one place where it stands."""
    found: dict[Key, str] = {}
    for path, text in readable_sources():
        where = str(path.relative_to(PACKAGE.parent))
        for line, message, _comments, context in extract("python", BytesIO(text.encode()), keywords=KEYWORDS):
            if message:
                found.setdefault((context or "", plain(message)), f"{where}:{line}")
    return found


def readable_sources() -> Iterator[tuple[Path, str]]:
    """Yield our Python files, and our templates turned into what the Python extractor reads."""
    for path in sorted(PACKAGE.rglob("*.py")):
        if "migrations" not in path.parts:
            yield path, path.read_text(encoding="utf-8")
    for path in sorted(WEB.rglob("*.html")):
        yield path, templatize(path.read_text(encoding="utf-8"), origin=str(path))


def untranslated(language: str) -> list[str]:
    """Return `place: text` for each text that has no translation, or lacks a plural form."""
    catalogue = merged(language)
    forms = catalogue.num_plurals
    missing = []
    for (context, text), where in used_texts().items():
        message = catalogue.get(text, context or None)
        given = message.string if message is not None and not message.fuzzy else ""
        parts = list(given) if isinstance(given, tuple | list) else [given]
        if not all(parts) or (isinstance(text, tuple) and len(parts) < forms):
            missing.append(f"{where}: {text!r}")
    return sorted(missing)


def plain(message: Any) -> Text:
    """Return a message id as a text, or a pair of texts where it has a plural."""
    return message if isinstance(message, str) else tuple(message)

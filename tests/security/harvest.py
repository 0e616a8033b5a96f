"""What a page offers: its links, and its forms with what a browser would send."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import parse_qsl, urljoin, urlsplit

from openiop.apps.core.ids import ALPHABET, LENGTH

LINKS = (
    "href",
    "src",
    "hx-get",
    "hx-post",
    "hx-put",
    "hx-patch",
    "hx-delete",
    "formaction",
    "poster",
    "data",
)
ID = re.compile(rf"[{ALPHABET}]{{{LENGTH}}}")
"""A public id, wherever it stands."""

TYPED = frozenset({"text", "email", "tel", "date", "time", "number", "search", "url", "password", "file"})
"""Inputs into which people type: an id in them is a text like any other."""


@dataclass
class Form:
    """One form: where it goes, and each field with the values a browser could send."""

    action: str
    method: str
    fields: dict[str, list[str]] = field(default_factory=dict)
    chosen: dict[str, list[str]] = field(default_factory=dict)

    def sent(self) -> dict[str, list[str]]:
        """Return what a browser sends if nobody touches anything."""
        return {name: list(values) for name, values in self.chosen.items() if values}

    def id_fields(self) -> list[str]:
        """Return the fields that can carry an id."""
        return [name for name, values in self.fields.items() if any(ID.search(value) for value in values)]


class Page(HTMLParser):
    """Reads a page served at `path`."""

    def __init__(self, path: str, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.path = path
        self.links: list[str] = []
        self.forms: list[Form] = []
        self._form: Form | None = None
        self._select = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.links += [urljoin(self.path, given[name]) for name in LINKS if given.get(name)]
        if tag == "form":
            self._form = Form(urljoin(self.path, given.get("action", "")), given.get("method", "get").upper())
            self.forms.append(self._form)
        elif self._form is not None:
            self._field(tag, given)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = None
        elif tag == "select":
            self._select = ""

    def _field(self, tag: str, given: dict[str, str]) -> None:
        kind, name, value = given.get("type", "text"), given.get("name", ""), given.get("value", "")
        if tag == "select":
            self._select = name
            self._offer(name, "", chosen=False)
        elif tag == "option" and self._select:
            self._offer(self._select, value, chosen="selected" in given)
        elif tag in ("input", "button") and name and name != "csrfmiddlewaretoken":
            if tag == "input" and kind in TYPED:
                self._offer(name, "", chosen=True)
                return
            ticked = kind not in ("checkbox", "radio") or "checked" in given
            self._offer(name, value or "on", chosen=ticked and tag == "input")

    def _offer(self, name: str, value: str, *, chosen: bool) -> None:
        assert self._form is not None
        self._form.fields.setdefault(name, []).append(value)
        if chosen:
            self._form.chosen.setdefault(name, []).append(value)


def split(url: str) -> tuple[str, dict[str, str]]:
    """Return the path of an address and what stands behind its question mark."""
    parts = urlsplit(url)
    return parts.path, dict(parse_qsl(parts.query, keep_blank_values=True))

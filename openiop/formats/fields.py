"""A value out of JSON that knows its path, so whatever is wrong with it is said at its place."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from enum import StrEnum
from typing import Any, NoReturn, TypeVar

from openiop.domain.errors import InvalidInput

Choice = TypeVar("Choice", bound=StrEnum)


class Field:
    """One value and where it stands, such as `clients[3].dose.min`. What is wrong raises InvalidInput."""

    __slots__ = ("path", "value")

    def __init__(self, value: Any, path: str = "") -> None:
        self.value = value
        self.path = path

    def wrong(self, what: str) -> NoReturn:
        """Refuse the value, naming its path."""
        where = self.path or "the document"
        raise InvalidInput(f"{where}: {what}.", code="unreadable", field=self.path or None)

    def __getitem__(self, name: str) -> Field:
        """The member of that name, which must be there."""
        members = self._members()
        path = f"{self.path}.{name}" if self.path else name
        if name not in members:
            Field(None, path).wrong("it is missing")
        return Field(members[name], path)

    def has(self, name: str) -> bool:
        """Whether the member is there and is not null."""
        return self._members().get(name) is not None

    def _members(self) -> dict[str, Any]:
        if not isinstance(self.value, dict):
            self.wrong(f"it must be an object, not {_shown(self.value)}")
        members: dict[str, Any] = self.value
        return members

    def members(self) -> Iterator[tuple[str, Field]]:
        """Every member with its name."""
        for name in self._members():
            yield name, self[name]

    def rows(self) -> list[Field]:
        """The items of a list."""
        if not isinstance(self.value, list):
            self.wrong(f"it must be a list, not {_shown(self.value)}")
        return [Field(item, f"{self.path}[{place}]") for place, item in enumerate(self.value)]

    def whole(self, least: int = 0, most: int = 1_000_000) -> int:
        """A whole number in that range."""
        if isinstance(self.value, bool) or not isinstance(self.value, int):
            self.wrong(f"it must be a whole number, not {_shown(self.value)}")
        if not least <= self.value <= most:
            self.wrong(f"it must lie between {least} and {most}, not {self.value}")
        return self.value

    def text(self) -> str:
        """A text that is not empty."""
        if not isinstance(self.value, str) or not self.value:
            self.wrong(f"it must be a text, not {_shown(self.value)}")
        return self.value

    def texts(self) -> tuple[str, ...]:
        """A list of texts."""
        return tuple(row.text() for row in self.rows())

    def flag(self) -> bool:
        """True or false."""
        if not isinstance(self.value, bool):
            self.wrong(f"it must be true or false, not {_shown(self.value)}")
        return self.value

    def choice(self, kinds: type[Choice]) -> Choice:
        """One of the names of an enumeration."""
        try:
            return kinds(self.value)
        except ValueError:
            self.wrong(f"it must be one of {', '.join(kinds)}, not {_shown(self.value)}")

    def one_of(self, known: Iterable[str], noun: str) -> str:
        """A text that names something known."""
        name = self.text()
        if name not in known:
            self.wrong(f"there is no {noun} {name}")
        return name


def _shown(value: Any) -> str:
    """A short picture of a wrong value."""
    if isinstance(value, list):
        return "a list"
    if isinstance(value, dict):
        return "an object"
    text = repr(value)
    return text if len(text) <= 40 else f"{text[:40]}..."

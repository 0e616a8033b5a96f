"""The style sheet as it is served: the source without its comments and spaces, under a hashed name.

The source stays for people, with comments and room; what travels is what the limit in docs/design.md counts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Protocol

from django.core.files.base import ContentFile, File
from whitenoise.storage import CompressedManifestStaticFilesStorage

COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
STRING = re.compile(r'("[^"]*")')
AROUND = re.compile(r" ?([{};,]) ?")


def squeeze(sheet: str) -> str:
    """Return the sheet with the same rules in fewer bytes.

    Only spaces that no grammar of CSS reads are taken: never one before a colon, where it separates
    `a :hover` from `a:hover`, nor one beside `+`, `-` or `>`. Strings stay as they are.
    """
    parts = STRING.split(COMMENT.sub("", sheet))
    for place in range(0, len(parts), 2):
        parts[place] = AROUND.sub(r"\1", re.sub(r"\s+", " ", parts[place])).replace(": ", ":")
    return "".join(parts).replace(";}", "}").strip()


class Opens(Protocol):
    """What the base storage asks of where a source lies."""

    def open(self, name: str, /) -> File[Any]:
        """Open a source."""


class Squeezing:
    """A place of sources that opens style sheets squeezed."""

    def __init__(self, inner: Opens) -> None:
        """Take the place where the sources lie."""
        self.inner = inner

    def open(self, name: str) -> File[Any]:
        """Open a source; the base storage then turns its addresses into hashed ones."""
        with self.inner.open(name) as source:
            return ContentFile(squeeze(source.read().decode()).encode(), name=name)


class SheetStorage(CompressedManifestStaticFilesStorage):
    """Hashed names and compressed copies, and style sheets squeezed before both."""

    def post_process(self, paths: dict[str, tuple[Any, str]], **options: Any) -> Iterator[Any]:
        """Have the base read every style sheet through `Squeezing`."""
        squeezed = {
            name: (Squeezing(place), path) if name.endswith(".css") else (place, path)
            for name, (place, path) in paths.items()
        }
        yield from super().post_process(squeezed, **options)

"""Read a JSON file or standard input for a command; a mistake is named with its place."""

from __future__ import annotations

import json
import sys
from decimal import Decimal
from pathlib import Path
from typing import Any

from openiop.domain.errors import InvalidInput

MAX_BYTES = 1_000_000
MOST_DIGITS = 10
"""Of a version: no file was ever changed this often."""


def read_json(name: str, *, most: int = MAX_BYTES, exact: bool = False) -> Any:
    """Parse `name` (- is standard input). Keys may stand once; NaN is no number.

    `exact` reads 12.10 as a Decimal, which money needs. Raises InvalidInput with file, line and column.
    """
    raw = read_bytes(name, most=most)
    if len(raw) > most:
        raise InvalidInput(f"{name}: larger than {most // 1000} kB.", field="file")
    try:
        return json.loads(
            raw.decode("utf-8"),
            object_pairs_hook=_once,
            parse_constant=_no_number,
            parse_float=Decimal if exact else None,
        )
    except InvalidInput as error:
        error.message = f"{name}: {error.message}"
        raise
    except UnicodeDecodeError:
        raise InvalidInput(f"{name}: not UTF-8 text.", field="file") from None
    except json.JSONDecodeError as error:
        raise InvalidInput(
            f"{name}, line {error.lineno}, column {error.colno}: not JSON: {error.msg}.", field="file"
        ) from None
    except RecursionError:
        raise InvalidInput(f"{name}: nested too deeply.", field="file") from None
    except ValueError:
        # Python refuses to read a whole number of thousands of digits.
        raise InvalidInput(f"{name}: a number with too many digits.", field="file") from None


def read_bytes(name: str, *, most: int) -> bytes:
    """Return the bytes of a file or of standard input (-), at most one more than may be: a file may never end."""
    try:
        if name == "-":
            return sys.stdin.buffer.read(most + 1)
        with Path(name).open("rb") as file:
            return file.read(most + 1)
    except OSError as error:
        raise InvalidInput(f"{name}: {error.strerror or error}.", code="unreadable", field="file") from None


def id_and_version(name: str) -> tuple[str, int | None]:
    """Split `open-loc.2`; what is no version belongs to the id, which the catalogue then does not have."""
    id_, _, version = name.partition(".")
    if version.isascii() and version.isdecimal() and len(version) < MOST_DIGITS:
        return id_, int(version)
    return name, None


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise InvalidInput(f"{key}: the key stands twice.", field=key)
        found[key] = value
    return found


def _no_number(text: str) -> Any:
    raise InvalidInput(f"{text} is not a number; where a value is not known, write null.", field=text)

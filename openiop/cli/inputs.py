"""Read a JSON file or standard input for a command; a mistake is named with its place."""

from __future__ import annotations

import json
import sys
from decimal import Decimal
from pathlib import Path
from typing import Any

from openiop.domain.errors import InvalidInput

MAX_BYTES = 1_000_000


def read_json(name: str, *, most: int = MAX_BYTES, exact: bool = False) -> Any:
    """Parse `name` (- is standard input). Keys may stand once; NaN is no number.

    `exact` reads 12.10 as a Decimal, which money needs. Raises InvalidInput with file, line and column.
    """
    try:
        raw = sys.stdin.buffer.read(most + 1) if name == "-" else _read_file(name, most)
    except OSError as error:
        raise InvalidInput(f"{name}: {error.strerror or error}.", field="file") from None
    if len(raw) > most:
        raise InvalidInput(f"{name}: larger than {most // 1000} kB.", field="file")
    try:
        return json.loads(
            raw.decode("utf-8"),
            object_pairs_hook=_once,
            parse_constant=_no_number,
            parse_float=Decimal if exact else None,
        )
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


def _read_file(name: str, most: int) -> bytes:
    with Path(name).open("rb") as file:
        return file.read(most + 1)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise InvalidInput(f"{key}: the key stands twice.", field=key)
        found[key] = value
    return found


def _no_number(text: str) -> Any:
    raise InvalidInput(f"{text} is not a number.", field=text)

"""Log lines made of an allow-list of fields: what may name a person has no way in (ADR 0015).

Our own lines are constant words with ids beside them. Lines of libraries keep their template and lose what
was filled into it; an error keeps its type and the places it went through, never its message.
"""

from __future__ import annotations

import logging
import sys
import traceback
from collections.abc import Iterator, MutableMapping
from pathlib import Path
from typing import Any

import structlog
from structlog.stdlib import ProcessorFormatter

Line = MutableMapping[str, Any]

FIELDS = (
    "at", "level", "logger", "event", "request", "actor", "organization", "route", "method", "status", "ms",
    "error", "where",
)  # fmt: skip
"""Everything that a line may hold, in this order."""

WITHHELD = "(words withheld: a library said them in one piece)"
LONGEST = 200
PLACES = 8
PACKAGE = Path(__file__).resolve().parents[2]

_SHARED = (
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
)


def set_up() -> None:
    """Let our own loggers write through the same lines as everybody else's."""
    structlog.configure(
        processors=[*_SHARED, ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )


def formatter() -> logging.Formatter:
    """Return what turns a record into one line of JSON."""
    return ProcessorFormatter(
        foreign_pre_chain=[*_SHARED, _template_alone],
        processors=[
            structlog.processors.TimeStamper(fmt="iso", utc=True, key="at"),
            _error_without_words,
            _allowed_fields,
            structlog.processors.JSONRenderer(),
        ],
        use_get_message=False,
        pass_foreign_args=True,
    )


def _template_alone(_logger: Any, _name: str, line: Line) -> Line:
    """Keep a library's template; where it filled the words in itself, keep none of them."""
    if not line.pop("positional_args", None):
        line["event"] = WITHHELD
    return line


def _error_without_words(_logger: Any, _name: str, line: Line) -> Line:
    """Name an error's type, its causes' types and the last places it went through.

    Its message stays out: a database names the values it refuses.
    """
    info = line.pop("exc_info", None)
    info = sys.exc_info() if info is True else info
    error = info[1] if isinstance(info, tuple) else info
    if isinstance(error, BaseException):
        line["error"] = " from ".join(type(each).__name__ for each in _causes(error))
        places = [_place(frame) for frame in traceback.extract_tb(error.__traceback__)]
        line["where"] = " > ".join(places[-PLACES:])
    return line


def _allowed_fields(_logger: Any, _name: str, line: Line) -> Line:
    """Drop every field that is not on the list, and cut what is longer than a log needs."""
    return {name: _short(line[name], name) for name in FIELDS if line.get(name) not in (None, "")}


def _short(value: Any, name: str) -> Any:
    if isinstance(value, int):
        return value
    return str(value)[: PLACES * LONGEST if name == "where" else LONGEST]


def _causes(error: BaseException) -> Iterator[BaseException]:
    """Yield the error and what it came from, once each."""
    seen: set[int] = set()
    current: BaseException | None = error
    while current is not None and id(current) not in seen:
        seen.add(id(current))
        yield current
        current = current.__cause__ or current.__context__


def _place(frame: traceback.FrameSummary) -> str:
    """Name a place in the code: from the package's root for ours, the file alone for a library's."""
    path = Path(frame.filename)
    shown = path.relative_to(PACKAGE.parent) if path.is_relative_to(PACKAGE) else path.name
    return f"{shown}:{frame.lineno} {frame.name}"

"""Log lines hold an allow-list of fields, and nobody's words."""

from __future__ import annotations

import io
import json
import logging

import pytest
import structlog

from openiop.apps.core.logs import FIELDS, WITHHELD, formatter

NAME = "Zarquon"


@pytest.fixture
def lines():
    """Return what was written, line by line, through the formatter that the settings name."""
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(formatter())
    root, level = logging.getLogger(), logging.getLogger().level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield lambda: [json.loads(line) for line in written.getvalue().splitlines()]
    root.removeHandler(handler)
    root.setLevel(level)


def refuse(name):
    try:
        raise LookupError(name)
    except LookupError as error:
        raise ValueError(f"{name} is not here") from error


def test_our_own_line_keeps_what_is_on_the_list_and_drops_the_rest(lines):
    log = structlog.get_logger("openiop.test")
    log.info("request", route="client", status=200, ms=3, name=NAME, path=f"/{NAME}", actor="")
    (line,) = lines()
    assert line.pop("at").endswith("Z")
    assert line == {
        "level": "info", "logger": "openiop.test", "event": "request", "route": "client", "status": 200, "ms": 3,
    }  # fmt: skip


def test_what_was_bound_for_the_request_is_on_every_line(lines):
    with structlog.contextvars.bound_contextvars(request="q1", client=NAME):
        structlog.get_logger("openiop.test").warning("ours")
        logging.getLogger("library").warning("theirs %s", "x")
    assert [(line["request"], line["event"]) for line in lines()] == [("q1", "ours"), ("q1", "theirs %s")]
    assert NAME not in json.dumps(lines())


def test_a_library_s_template_stays_without_what_was_filled_in(lines):
    logging.getLogger("library").error("No such person: %s, %(x)s", {"x": NAME})
    logging.getLogger("library").error("No such person: %s", NAME, extra={"request": NAME, "event": NAME})
    assert [line["event"] for line in lines()] == ["No such person: %s, %(x)s", "No such person: %s"]
    assert NAME not in json.dumps(lines())


def test_words_that_a_library_put_together_itself_are_withheld(lines):
    words = f"No such person: {NAME}"
    logging.getLogger("library").error(words)
    assert [line["event"] for line in lines()] == [WITHHELD]


@pytest.mark.parametrize("ours", [True, False])
def test_an_error_keeps_its_kind_and_its_places_and_loses_its_message(lines, ours):
    log = structlog.get_logger("openiop.test") if ours else logging.getLogger("library")
    try:
        refuse(NAME)
    except ValueError:
        log.exception("it failed at %s", "x")
    (line,) = lines()
    assert line["error"] == "ValueError from LookupError"
    assert "test_logs.py" in line["where"]
    assert line["where"].endswith(" refuse")
    assert NAME not in json.dumps(line)


def test_an_error_that_was_only_passed_on_keeps_no_traceback_either(lines):
    logging.getLogger("library").error("gone", exc_info=ValueError(NAME), stack_info=True)
    (line,) = lines()
    assert line["error"] == "ValueError"
    assert set(line) <= set(FIELDS)


def test_a_line_stays_one_short_line(lines):
    structlog.get_logger("openiop.test").info("a\nb" * 400, route="r" * 1000)
    (line,) = lines()
    assert len(line["event"]) == len(line["route"]) == 200

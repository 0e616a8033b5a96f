"""The frame of the command line: help, exit codes, errors, lazy imports."""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from pathlib import Path

import pytest

from openiop import cli
from openiop.domain.errors import Conflict, InvalidInput

ROOT = Path(cli.__file__).parent


def _parser_that_runs(run: object) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser()
    parser.add_argument("--json", action="store_true")
    parser.set_defaults(run=run)
    return parser


def test_every_command_module_is_listed_once() -> None:
    found = {
        path.stem
        for path in ROOT.glob("*.py")
        if "def add_parser(" in path.read_text(encoding="utf-8") and path.stem != "__init__"
    }
    assert sorted(cli.COMMANDS) == sorted(found)


def test_help_starts_neither_django_nor_yaml() -> None:
    code = (
        "import sys\nfrom openiop.cli import build_parser\nbuild_parser().format_help()\n"
        "print([m for m in ('django', 'yaml', 'jsonschema', 'typst') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_every_command_has_a_help_line() -> None:
    text = cli.build_parser().format_help()
    for name in cli.COMMANDS:
        assert name in text


def test_no_command_is_wrong_use(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as raised:
        cli.main([])
    assert raised.value.code == 2
    assert "COMMAND" in capsys.readouterr().err


def test_invalid_input_ends_with_two_and_its_words(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def run(args: argparse.Namespace) -> int:
        raise InvalidInput("Give a whole number from 0 to 4.", field="findings.x")

    monkeypatch.setattr(cli, "build_parser", lambda: _parser_that_runs(run))
    assert cli.main([]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err == "openiop: Give a whole number from 0 to 4.\n"


def test_a_refusal_ends_with_one_and_is_json_when_asked(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def run(args: argparse.Namespace) -> int:
        raise Conflict("That seat is taken.", code="seat-taken")

    monkeypatch.setattr(cli, "build_parser", lambda: _parser_that_runs(run))
    assert cli.main(["--json"]) == 1
    assert json.loads(capsys.readouterr().err) == {
        "error": {"code": "seat-taken", "field": None, "message": "That seat is taken."}
    }

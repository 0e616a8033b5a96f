"""The house keeps its shape: eight rooms, arrows downwards, short functions, one clock."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import openiop

PACKAGE = Path(openiop.__file__).parent
ROOT = PACKAGE.parent
ROOMS = {"catalog", "domain", "formats", "engines", "apps", "web", "api", "cli"}
FUNCTION_LINES = 40
FILE_LINES = 400
CLOCKS = {"datetime.now", "datetime.utcnow", "datetime.today", "date.today", "timezone.now", "time.time"}
CLOCKS_WITHOUT_ARGUMENT = {"timezone.localtime", "timezone.localdate"}


def sources(*rooms: str) -> Iterator[tuple[str, ast.Module, str]]:
    """Yield (path from the root, tree, text) of our Python files, migrations excepted."""
    for base in [PACKAGE / room for room in rooms] or [PACKAGE]:
        for path in sorted(base.rglob("*.py")):
            if "migrations" in path.parts:
                continue
            text = path.read_text(encoding="utf-8")
            yield str(path.relative_to(ROOT)), ast.parse(text), text


def dotted(node: ast.expr) -> str:
    """Return `a.b.c` for a chain of names, or nothing for anything else."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        return f"{dotted(node.value)}.{node.attr}"
    return ""


def test_the_package_has_exactly_the_eight_rooms() -> None:
    found = {path.name for path in PACKAGE.iterdir() if path.is_dir() and path.name != "__pycache__"}
    assert found == ROOMS


def test_the_map_names_every_room() -> None:
    assert {line.split()[0] for line in (openiop.__doc__ or "").splitlines() if line[:1].islower()} >= ROOMS


def test_arrows_only_point_down() -> None:
    lint = Path(sys.executable).parent / "lint-imports"
    done = subprocess.run([lint, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert "4 kept, 0 broken" in done.stdout, done.stdout[-4000:] + done.stderr[-2000:]
    assert done.returncode == 0


def test_web_api_and_cli_never_fetch_rows_themselves() -> None:
    found = [
        f"{name}:{node.lineno} uses .{node.attr}"
        for name, tree, _ in sources("web", "api", "cli")
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and node.attr in {"objects", "_default_manager", "_base_manager"}
    ]
    assert found == []


def reads_the_clock(node: ast.AST) -> bool:
    """Tell whether a node asks for the time; with an instant given, localtime() only converts it."""
    if isinstance(node, ast.Attribute):
        return ".".join(dotted(node).split(".")[-2:]) in CLOCKS
    if isinstance(node, ast.Call) and not node.args:
        return ".".join(dotted(node.func).split(".")[-2:]) in CLOCKS_WITHOUT_ARGUMENT
    return False


def test_only_the_clock_asks_what_time_it_is() -> None:
    found = [
        f"{name}:{node.lineno}"
        for name, tree, _ in sources()
        if name != "openiop/apps/core/clock.py"
        for node in ast.walk(tree)
        if isinstance(node, ast.expr) and reads_the_clock(node)
    ]
    assert found == []


def test_no_signals() -> None:
    found = [
        f"{name}:{node.lineno}"
        for name, tree, _ in sources()
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("django.db.models.signals")
    ]
    assert found == []


def test_a_function_has_at_most_forty_lines() -> None:
    found = [
        f"{name}:{node.lineno} {node.name} has {length} lines"
        for name, tree, _ in sources()
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (length := (node.end_lineno or node.lineno) - node.lineno + 1) > FUNCTION_LINES
    ]
    assert found == []


def test_a_file_has_at_most_four_hundred_lines() -> None:
    found = [
        f"{name} has {length} lines"
        for name, _, text in sources()
        if (length := text.count("\n")) > FILE_LINES
    ]
    assert found == []


@pytest.mark.parametrize("room", ["domain", "formats"])
def test_the_pure_rooms_import_without_django_or_yaml(room: str) -> None:
    modules = [
        ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
        for path in sorted((PACKAGE / room).rglob("*.py"))
    ]
    code = (
        f"import importlib, sys\nfor name in {modules!r}: importlib.import_module(name)\n"
        "print(sorted({m.split('.')[0] for m in sys.modules} & {'django', 'yaml', 'typst', 'altair', 'ortools'}))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_what_our_log_says_is_constant() -> None:
    """Words that are put together may name a person; ids go beside them (openiop.apps.core.logs)."""
    levels = {"debug", "info", "warning", "error", "exception", "critical"}
    found = [
        f"{name}:{node.lineno}"
        for name, tree, _ in sources()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in levels
        and dotted(node.func.value) in {"log", "logger", "logging"}
        and not (len(node.args) == 1 and isinstance(node.args[0], ast.Constant))
    ]  # fmt: skip
    assert found == []


def test_only_the_log_s_own_module_speaks_to_logging() -> None:
    found = [
        name
        for name, tree, _ in sources()
        for node in ast.walk(tree)
        if isinstance(node, ast.Import) and any(alias.name == "logging" for alias in node.names)
    ]
    assert found == ["openiop/apps/core/logs.py"]

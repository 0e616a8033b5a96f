"""The repository's own files agree with each other and carry nothing that is only true on one machine."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TEXT = {
    ".py", ".md", ".toml", ".txt", ".yaml", ".yml", ".json", ".html", ".css", ".js", ".po", ".typ", ".sh", ".svg",
    ".csv", "",
}  # fmt: skip
# Spelled in pieces, so that this file does not find itself.
ELSEWHERE = re.compile(
    "|".join(["/wor" + "k/", "/far" + "m/", "/ro" + "ot/", "pypi" + r"\.org", "registry" + r"\.npmjs",
              "deb" + r"\.debian\.org", "python" + "hosted"])
)  # fmt: skip
UNFINISHED = re.compile("|".join([r"\bTO" + r"DO\b", r"\bFIX" + r"ME\b", "NotImpl" + "ementedError"]))
ASSERTS = ("Assert(", "raises", "assert_", "expect", "check_", "fail", "assert")


def tracked() -> list[Path]:
    """Return the files that git knows or would take in."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    return [ROOT / line for line in listed.stdout.splitlines() if (ROOT / line).is_file()]


def findings(pattern: re.Pattern[str]) -> list[str]:
    """Return `file:line` for each line of our text files in which the pattern occurs."""
    found = []
    for path in tracked():
        if path.suffix not in TEXT or "vendor" in path.parts:
            continue
        for number, line in enumerate(path.read_text(encoding="utf-8", errors="replace").splitlines(), 1):
            if pattern.search(line):
                found.append(f"{path.relative_to(ROOT)}:{number}: {line.strip()[:80]}")
    return found


def test_nothing_is_only_true_on_one_machine() -> None:
    assert findings(ELSEWHERE) == []


def test_nothing_is_left_unfinished() -> None:
    assert findings(UNFINISHED) == []


def test_every_test_asserts_something() -> None:
    silent = []
    for path in tracked():
        if path.suffix != ".py" or path.relative_to(ROOT).parts[0] != "tests":
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
                body = ast.dump(node)
                if not any(word in body for word in ASSERTS):
                    silent.append(f"{path.relative_to(ROOT)}:{node.lineno} {node.name}")
    assert silent == []


@pytest.mark.parametrize("name", ["run", "test", ".ci/run", "tools/lock.sh"])
def test_a_command_has_its_run_bit(name: str) -> None:
    assert os.access(ROOT / name, os.X_OK)


def test_the_lock_holds_every_dependency() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    run_time = locked("requirements.txt")
    development = locked("requirements-dev.txt")
    assert {named(line) for line in project["dependencies"]} <= set(run_time)
    assert {named(line) for line in project["optional-dependencies"]["dev"]} <= set(development)
    assert {name: version for name, version in development.items() if name in run_time} == run_time


def test_every_locked_package_has_a_hash() -> None:
    for name in ("requirements.txt", "requirements-dev.txt"):
        entries = re.split(r"\n(?=[A-Za-z0-9])", (ROOT / name).read_text(encoding="utf-8").strip())
        assert [entry.split()[0] for entry in entries if "--hash=sha256:" not in entry] == []


def named(requirement: str) -> str:
    """Return the bare, normalised name of a requirement."""
    return re.sub(r"[-_.]+", "-", re.split(r"[\[<>=!; ]", requirement)[0]).lower()


def locked(name: str) -> dict[str, str]:
    """Return package -> version of a lock file."""
    lines = (ROOT / name).read_text(encoding="utf-8").splitlines()
    pins = [re.match(r"^([A-Za-z0-9._-]+)(?:\[[^\]]*\])?==([^ ;\\]+)", line) for line in lines]
    return {named(pin[1]): pin[2] for pin in pins if pin}

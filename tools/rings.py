"""Run the test rings, one after the other, and print what each took.

Each ring names its plug-ins: plug-ins that load by themselves would triple the start of the pure ring.
A ring whose program is not on this machine (Chromium, PostgreSQL) says so and what to install; with
OPENIOP_FORBID_SKIPS=1 that is a failure.
"""

from __future__ import annotations

import argparse
import os
import platform
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from xml.etree import ElementTree as ET

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
REPORTS = ROOT / ".test" / "reports"
HEAVY = "not (browser or postgres or crash or fuzz or bench or long)"
IN_ORDER = ("-p", "django", "-p", "hypothesispytest", "-p", "time_machine")
DJANGO = (*IN_ORDER, "-p", "randomly")
TWO = ("-p", "xdist", "-n", "2", "--dist", "worksteal")
PURE = ("tests/domain", "tests/formats")
APPS = ("tests/apps", "tests/catalog", "tests/engines", "tests/cli", "tests/repo", "tests/docs")
WEB = ("tests/web", "tests/api", "tests/security")


@dataclass(frozen=True)
class Ring:
    """One named set of checks: what it is for, the commands and what must be on the machine."""

    name: str
    purpose: str
    commands: tuple[tuple[str, ...], ...]
    missing: Callable[[], str] = field(default=lambda: "")


@dataclass
class Row:
    """What one ring did."""

    name: str
    seconds: float
    passed: int = 0
    failed: int = 0
    skipped: int = 0
    remark: str = ""


def pytest(
    *arguments: str, folders: tuple[str, ...], marks: str, inside: tuple[str, ...] = ()
) -> tuple[tuple[str, ...], ...]:
    """Return the command for pytest over the folders that hold tests; none where there are none.

    `inside` is a command that runs it, such as a throw-away database server.
    """
    there = [name for name in folders if next((ROOT / name).rglob("test_*.py"), None)]
    run = (*inside, sys.executable, "-m", "pytest", "-q", "-m", marks, *arguments, *there)
    return (run,) if there else ()


def chromium_missing() -> str:
    """Tell how to get Chromium where there is none."""
    if shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome"):
        return ""
    return "no Chromium on the path: apt-get install chromium"


def postgres_missing() -> str:
    """Tell how to get PostgreSQL where there is none."""
    sys.path.insert(0, str(ROOT))
    from tests.postgres import find_programs  # noqa: PLC0415 - only this ring needs it

    return "" if find_programs() else "no PostgreSQL server program: apt-get install postgresql"


RINGS = {
    ring.name: ring
    for ring in (
        Ring("lint", "ruff, format and import contracts", (
            (str(BIN / "ruff"), "check", "."),
            (str(BIN / "ruff"), "format", "--check", "--quiet", "."),
            (str(BIN / "lint-imports"),),
        )),
        Ring("types", "mypy, strict in the pure rooms", ((str(BIN / "mypy"),),)),
        Ring("domain", "the rules and the formats, without Django",
             pytest("-p", "hypothesispytest", folders=PURE, marks=HEAVY)),
        Ring("apps", "services, catalogue, engines, commands, repository and docs",
             pytest(*DJANGO, *TWO, folders=APPS, marks=HEAVY)),
        Ring("web", "pages, permission matrix, tenant probe",
             pytest(*DJANGO, *TWO, folders=WEB, marks=HEAVY)),
        Ring("browser", "the real server in a real browser",
             pytest("-p", "hypothesispytest", folders=("tests/browser",), marks="browser"),
             chromium_missing),
        Ring("postgres", "apps and web again, on PostgreSQL with row-level security",
             pytest(*DJANGO, *TWO, folders=(*APPS[:1], *WEB), marks=f"postgres or ({HEAVY} and not sqlite)",
                    inside=(sys.executable, "-m", "tests.postgres")),
             postgres_missing),
        Ring("crash", "kill -9 in the middle of writes", pytest(folders=("tests/crash",), marks="crash")),
        Ring("fuzz", "many generated inputs", pytest(*DJANGO, folders=("tests",), marks="fuzz")),
        Ring("bench", "the figures, with the machine", pytest(folders=("tests/bench",), marks="bench")),
        Ring("long", "full counts of crash, fuzz and figures, written into docs/figures",
             pytest(*IN_ORDER, "-vv", "--long", "--figures", "docs/figures", folders=("tests",),
                    marks="crash or fuzz or bench or long")),
    )
}  # fmt: skip
SETS = {
    "quick": ("lint", "types", "domain", "apps", "web"),
    "all": ("lint", "types", "domain", "apps", "web", "browser", "postgres", "crash", "fuzz"),
}


def main(arguments: list[str]) -> int:
    """Run the rings that were asked for and return 0 when all of them passed."""
    parser = argparse.ArgumentParser(
        prog="./test", description="Run OpenIOP's tests.", formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("rings", nargs="*", metavar="RING", help=described())
    asked = parser.parse_args(arguments).rings or ["quick"]
    names = [name for word in asked for name in SETS.get(word, (word,))]
    if unknown := [name for name in names if name not in RINGS]:
        parser.error(f"no such ring: {', '.join(unknown)}. There are: {', '.join([*SETS, *RINGS])}")
    REPORTS.mkdir(parents=True, exist_ok=True)
    rows = []
    for name in dict.fromkeys(names):
        print(f"\n== {name}: {RINGS[name].purpose}", flush=True)
        try:
            rows.append(run(RINGS[name]))
        except KeyboardInterrupt:
            print("\nStopped.")
            return 130
    return tell(rows)


def described() -> str:
    """Return a line for each set and ring."""
    lines = [f"{name:9} {' '.join(rings)}" for name, rings in SETS.items()]
    return "\n".join(lines + [f"{ring.name:9} {ring.purpose}" for ring in RINGS.values()])


def run(ring: Ring) -> Row:
    """Run the commands of one ring and count what they say."""
    began = time.monotonic()
    if not ring.commands:
        print("no tests here yet")
        return Row(ring.name, 0.0, remark="no tests here yet")
    missing = ring.missing()
    if missing:
        forbidden = os.environ.get("OPENIOP_FORBID_SKIPS") == "1"
        print(missing, flush=True)
        return Row(
            ring.name, 0.0, failed=int(forbidden), skipped=int(not forbidden), remark=f"not run: {missing}"
        )
    row = Row(ring.name, 0.0)
    for number, command in enumerate(ring.commands):
        report = REPORTS / f"{ring.name}{number}.xml"
        report.unlink(missing_ok=True)
        is_pytest = "pytest" in command
        extra = (f"--junitxml={report}",) if is_pytest else ()
        env = os.environ | {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTHONUNBUFFERED": "1"}
        code = subprocess.run([*command, *extra], cwd=ROOT, env=env, check=False).returncode
        count(row, code, report if is_pytest else None)
    row.seconds = time.monotonic() - began
    return row


def count(row: Row, code: int, report: Path | None) -> None:
    """Add what one command reported; a command that is no test run counts as one check."""
    if report is None or not report.is_file():
        row.passed += code == 0
        row.failed += code != 0
        return
    for suite in ET.parse(report).getroot().iter("testsuite"):  # noqa: S314 - our own report
        tests, bad, skipped = (int(suite.get(key, 0)) for key in ("tests", "failures", "skipped"))
        bad += int(suite.get("errors", 0))
        row.passed += tests - bad - skipped
        row.failed += bad
        row.skipped += skipped
    if code == pytest_found_nothing() and not row.passed:
        row.remark = "no tests here"
    if code != 0 and not row.failed:
        row.failed += 1


def pytest_found_nothing() -> int:
    """Return pytest's exit code for a run without tests."""
    return 5


def tell(rows: list[Row]) -> int:
    """Print the table and the closing line; return the exit code."""
    print(f"\n{'ring':10}{'passed':>8}{'failed':>8}{'skipped':>9}{'seconds':>9}")
    for row in rows:
        line = f"{row.name:10}{row.passed:8}{row.failed:8}{row.skipped:9}{row.seconds:9.1f}  {row.remark}"
        print(line.rstrip())
    passed, failed = sum(row.passed for row in rows), sum(row.failed for row in rows)
    skipped = sum(row.skipped for row in rows)
    seconds = sum(row.seconds for row in rows)
    print(f"\nPython {platform.python_version()}, {os.cpu_count()} cores, {seconds:.0f} s")
    print(f"{passed} passed, {failed} failed" + (f", {skipped} skipped" if skipped else ""), flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""Figures: what the rings measured, in one table an area, with the machine they were measured on.

A test notes what it measured beside what it asserts; the run prints the tables at its end and, with
`--figures FOLDER`, writes one Markdown file an area. A figure is never asserted here.
"""

from __future__ import annotations

import fcntl
import os
import platform
import resource
import sqlite3
import subprocess
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from openiop.apps.core import clock

ROOT = Path(__file__).resolve().parent.parent
TITLES = {
    "finder": "Searches in the directory",
    "imports": "Public lists taken into the directory",
    "pages": "Pages and requests",
    "start": "The first start and every later one",
    "schedule": "The week that is planned",
    "walks": "Drafts, publications and edits in any order",
    "growth": "What planning costs from 20 to 500 clients",
    "crash": "Crashes and races",
    "fuzz": "Generated inputs",
    "forms": "Whatever is sent to the public forms",
    "lighthouse": "What Lighthouse says of the public pages",
    "reading": "How hard the public pages are to read",
    "measures": "Questionnaires scored",
    "walls": "Between organizations and between people",
}
"""The areas there are, each a file of docs/figures."""


@dataclass(slots=True)
class Figure:
    """One line: what was measured, what the run asserts of it, and the values by column."""

    name: str
    asserts: str
    values: dict[str, str] = field(default_factory=dict)


class Figures:
    """What a run has measured, by area."""

    def __init__(self) -> None:
        """Begin empty and look at the machine."""
        self.areas: dict[str, dict[str, Figure]] = {}
        self.pictures: dict[str, str] = {}
        self.machine = Machine()

    def draw(self, name: str, svg: str) -> None:
        """Keep a picture, written beside the tables."""
        self.pictures[name] = svg

    def note(self, area: str, name: str, *, asserts: str = "", **values: str) -> None:
        """Note values by column; the same name in an area is the same line. An underscore is shown as a blank."""
        line = self.areas.setdefault(area, {}).setdefault(name, Figure(name, asserts))
        line.asserts = asserts or line.asserts
        line.values |= {column.replace("_", " "): text for column, text in values.items()}

    def text(self, area: str) -> str:
        """Return an area's table as Markdown."""
        lines = self.areas[area].values()
        columns = list(dict.fromkeys(column for line in lines for column in line.values))
        rows = [["", *columns, "the run asserts"]]
        rows += [
            [line.name, *(line.values.get(name, "") for name in columns), line.asserts] for line in lines
        ]
        widths = [max(len(row[place]) for row in rows) for place in range(len(rows[0]))]
        rows.insert(1, ["-" * width for width in widths])
        return "\n".join(
            "| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) + " |"
            for row in rows
        )

    def write(self, folder: Path, *, is_part: bool = False) -> None:
        """Write one file an area. A part of a run keeps what another part of the same code wrote there."""
        folder.mkdir(parents=True, exist_ok=True)
        with locked(folder):
            for area in self.areas:
                path = folder / f"{area}.md"
                machine = self.joined(area, path) if is_part and path.exists() else list(self.machine.lines())
                head = f"# Figures: {TITLES[area]}\n\nWritten by a test run with `--figures`; [README.md](README.md) tells how to read it.\n\n"
                facts = "\n".join(f"- {line}" for line in machine)
                path.write_text(f"{head}{facts}\n\n{self.text(area)}\n", encoding="utf-8")
        for name, svg in self.pictures.items():
            (folder / f"{name}.svg").write_text(svg, encoding="utf-8")

    def joined(self, area: str, path: Path) -> list[str]:
        """Take the lines of a table over that this run did not measure; return the facts of all its runs.

        Nothing is taken over from other code, another machine or other versions.
        """
        own = list(self.machine.lines())
        there = path.read_text(encoding="utf-8").splitlines()
        facts = [line.removeprefix("- ") for line in there if line.startswith("- ")]
        if facts[:2] != own[:2]:
            return own
        rows = [
            [cell.strip() for cell in line.strip("|").split("|")] for line in there if line.startswith("|")
        ]
        columns = rows[0][1:-1] if rows else []
        for name, *cells, asserts in rows[2:]:
            if name not in self.areas[area]:
                values = dict(zip(columns, cells, strict=True))
                self.areas[area][name] = Figure(name, asserts, values)
        return [*facts, *own[2:]]


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Let parts of a run that end at once write one after the other."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


class Machine:
    """What the figures were measured on, and how much of it somebody else used meanwhile."""

    def __init__(self) -> None:
        """Remember how busy it was at the beginning."""
        self.began = clock.now()
        self.load = load()
        self.busy, self.all = ticks()

    def lines(self) -> Iterable[str]:
        """Say what it is and how busy it was, a fact a line."""
        yield f"{processor()}, {os.cpu_count()} cores, {memory()}, {platform.system()} {platform.release()}"
        yield f"Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}, commit {commit()}"
        yield f"{self.began:%Y-%m-%d}, {(clock.now() - self.began).total_seconds():.0f} s in all"
        yield f"load {self.load} at the beginning, {load()} at the end; others used {self.others()} of the CPU time"

    def others(self) -> str:
        """Return the share of the CPU time that was neither idle nor ours."""
        busy, whole = ticks()
        if whole <= self.all:
            return "an unknown share"
        own = sum(
            part.ru_utime + part.ru_stime
            for part in (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
        )
        share = (busy - self.busy - own) / (whole - self.all)
        return f"{max(0.0, share):.0%}"


def ticks() -> tuple[float, float]:
    """Return the machine's busy and whole CPU seconds since it started; zeros where it does not tell."""
    try:
        parts = [int(word) for word in Path("/proc/stat").read_text().split("\n", 1)[0].split()[1:9]]
    except OSError:
        return 0.0, 0.0
    second = os.sysconf("SC_CLK_TCK")
    return (sum(parts) - parts[3] - parts[4]) / second, sum(parts) / second


def load() -> str:
    """Return the load average of the last minute."""
    return f"{os.getloadavg()[0]:.1f}"


def processor() -> str:
    """Return the name of the processor."""
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        lines = []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()


def memory() -> str:
    """Return the size of the memory."""
    return f"{os.sysconf('SC_PAGE_SIZE') * os.sysconf('SC_PHYS_PAGES') / 2**30:.0f} GB"


def commit() -> str:
    """Return the short name of the commit, or nothing outside a checkout."""
    command = ["git", "describe", "--always", "--dirty", "--abbrev=10"]
    try:
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    except OSError:
        return "unknown"
    return done.stdout.strip() or "unknown"

"""The documents and the program agree: settings, commands, dependencies, decisions, links."""

from __future__ import annotations

import argparse
import re
import tomllib
from pathlib import Path

import pytest

from openiop.cli import build_parser
from openiop.settings import KNOWN

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
PAGES = sorted([ROOT / "README.md", ROOT / "CONTRIBUTING.md", *DOCS.rglob("*.md")])


def read(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def commands(parser: argparse.ArgumentParser, so_far: tuple[str, ...] = ()) -> set[tuple[str, ...]]:
    """Return each command that can be typed, as its words."""
    inner = [action for action in parser._actions if isinstance(action, argparse._SubParsersAction)]
    if not inner:
        return {so_far}
    found: set[tuple[str, ...]] = set()
    for name, sub in inner[0].choices.items():
        found |= commands(sub, (*so_far, name))
    return found


def test_every_setting_is_told_and_nothing_else() -> None:
    told = set(re.findall(r"^\| OPENIOP_([A-Z_]+) \|", read(DOCS / "reference/settings.md"), re.MULTILINE))
    assert told == set(KNOWN)


def test_every_command_is_told() -> None:
    told = read(DOCS / "reference/commands.md")
    missing = [
        " ".join(words) for words in commands(build_parser()) if f"`openiop {' '.join(words)}" not in told
    ]
    assert missing == []


def test_every_command_in_the_documents_exists() -> None:
    known = commands(build_parser())
    prefixes = {words[:n] for words in known for n in range(1, len(words) + 1)}
    unknown = []
    for page in PAGES:
        for typed in re.findall(r"openiop((?: [a-z]+)+)", " ".join(re.findall(r"`([^`\n]+)`", read(page)))):
            words = tuple(typed.split())
            if not any(words[:n] in known for n in range(1, len(words) + 1)) and words not in prefixes:
                unknown.append(f"{page.relative_to(ROOT)}: openiop{typed}")
    assert unknown == []


def test_every_setting_in_the_documents_exists() -> None:
    unknown = [
        f"{page.relative_to(ROOT)}: OPENIOP_{name}"
        for page in PAGES
        for name in re.findall(r"OPENIOP_([A-Z][A-Z_]*[A-Z])\b", read(page))
        if name.removesuffix("_FILE") not in KNOWN
    ]
    assert unknown == []


@pytest.mark.parametrize("page", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    links = [link for link in re.findall(r"\]\(([^)#]+)", read(page)) if "://" not in link]
    assert [link for link in links if not (page.parent / link).exists()] == []


def test_every_dependency_has_its_reason() -> None:
    project = tomllib.loads(read(ROOT / "pyproject.toml"))["project"]
    wanted = {
        re.split(r"[\[<>=!; ]", requirement)[0].lower()
        for requirement in [*project["dependencies"], *project["optional-dependencies"]["dev"]]
    }
    told = set(
        re.findall(r"^\| ([a-z0-9.-]+) \| [0-9]", read(DOCS / "adr/0020-dependencies.md"), re.MULTILINE)
    )
    assert told == wanted


def test_decisions_are_numbered_without_gaps_and_listed() -> None:
    files = sorted(DOCS.glob("adr/0*.md"))
    assert [int(path.name[:4]) for path in files] == list(range(1, len(files) + 1))
    listed = read(DOCS / "adr/README.md")
    for path in files:
        title, *rest = read(path).splitlines()
        assert title.startswith(f"# {path.name[:4]}. ")
        assert [line for line in rest if line.startswith("## ")] == [
            "## Context",
            "## Decision",
            "## Consequences",
        ]
        assert f"]({path.name})" in listed

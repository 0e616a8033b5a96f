"""Components, gallery and documents agree; templates keep to the content security policy."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import openiop.web
from openiop.web.templatetags.openiop import icons

WEB = Path(openiop.web.__file__).parent
DESIGN = WEB.parents[1] / "docs" / "design.md"
COMPONENTS = sorted(path.stem.replace("_", "-") for path in (WEB / "components" / "cotton").glob("*.html"))
TEMPLATES = sorted(WEB.rglob("*.html"))
GALLERY = [WEB / "templates" / "public" / name for name in ("design.html", "design_staff.html", "base.html")]
# Drawn by others of the same family: the gallery shows them through these.
WITHIN = {"fact": "facts", "reason": "reasons", "crumb": "crumbs", "tab": "tabs", "moment": "timeline"}


def test_every_component_is_in_the_documents() -> None:
    told = DESIGN.read_text(encoding="utf-8")
    assert [name for name in COMPONENTS if f"`<c-{name}>`" not in told] == []


def test_every_documented_component_exists() -> None:
    told = set(re.findall(r"`<c-([a-z-]+)>`", DESIGN.read_text(encoding="utf-8")))
    assert told - set(COMPONENTS) == set()


def test_every_component_is_in_the_gallery() -> None:
    frames = [WEB / "templates" / "portal" / "base.html"]
    shown = " ".join(path.read_text(encoding="utf-8") for path in [*GALLERY, *frames])
    assert [name for name in COMPONENTS if f"<c-{WITHIN.get(name, name)}" not in shown] == []


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(WEB)))
def test_a_template_uses_components_and_icons_that_exist(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    used = {name for name in re.findall(r"<c-([a-z-]+)", text) if name not in {"vars", "slot"}}
    assert used - set(COMPONENTS) == set()
    drawn = set(
        re.findall(r"""\{% icon ["']([a-z-]+)["'] %\}|<c-[a-z-]+[^>]*?\s(?:icon|after)="([a-z-]+)\"""", text)
    )
    assert {name for pair in drawn for name in pair if name} - set(icons()) == set()


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(WEB)))
def test_a_template_carries_no_style_no_script_and_no_handler(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    inline = re.findall(r"\sstyle=|<style|\son[a-z]+=|hx-on|hx-vars|javascript:", text)
    scripts = [tag for tag in re.findall(r"<script[^>]*>", text) if " src=" not in tag and "json" not in tag]
    assert (inline, scripts) == ([], [])


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(WEB)))
def test_a_new_window_is_never_opened_without_protection(path: Path) -> None:
    for tag in re.findall(r"<a\s[^>]*target=[^>]*>", path.read_text(encoding="utf-8")):
        assert "noopener" in tag

"""The weight of what every page loads, and that vendored copies are what their makers published."""

from __future__ import annotations

import json
import re
from pathlib import Path

import django_htmx

import openiop.web
from openiop.web.sheets import squeeze
from tools import vendor_assets

STATIC = Path(openiop.web.__file__).parent / "static"
HTMX = Path(django_htmx.__file__).parent / "static" / "django_htmx" / "htmx-2.min.js"
KILO = 1024


def _sizes(paths: list[Path]) -> int:
    return sum(path.stat().st_size for path in paths)


def test_the_style_sheet_is_light_as_it_is_served() -> None:
    paths = list((STATIC / "css").glob("*.css"))
    assert paths
    weight = sum(len(squeeze(path.read_text(encoding="utf-8")).encode()) for path in paths)
    assert weight <= 40 * KILO, f"The style sheet weighs {weight} bytes; the limit is {40 * KILO}."


def test_the_fonts_are_light() -> None:
    paths = list(STATIC.rglob("*.woff2"))
    assert paths
    assert _sizes(paths) <= 60 * KILO


def test_no_page_loads_more_than_60_kilobytes_of_script() -> None:
    everywhere = {STATIC / "js" / "openiop.js"}
    heavy = {}
    for path in (STATIC.parent / "templates").rglob("*.html"):
        text = path.read_text(encoding="utf-8")
        loaded = everywhere | {STATIC / name for name in re.findall(r"static '(js/[a-z]+\.js)'", text)}
        loaded |= {HTMX} if "htmx_script" in text else set()
        if _sizes(sorted(loaded)) > 60 * KILO:
            heavy[path.name] = _sizes(sorted(loaded))
    assert heavy == {}
    assert _sizes([*everywhere, HTMX]) <= 60 * KILO


def test_vendored_copies_are_those_that_were_checked() -> None:
    assert vendor_assets.changed() == []


def test_every_vendored_file_names_its_source_version_and_licence() -> None:
    entries = json.loads((STATIC / "vendor" / "VENDOR.json").read_text())
    listed = {name for entry in entries for name in entry["files"]}
    found = {
        str(path.relative_to(STATIC / "vendor")) for path in (STATIC / "vendor").rglob("*") if path.is_file()
    }
    assert listed == found - {"VENDOR.json"}
    assert all(
        entry["tarball"].startswith("sha512-") and entry["version"] and entry["licence"] for entry in entries
    )


def test_scripts_never_write_into_a_page_or_the_browser_s_storage() -> None:
    for path in (STATIC / "js").glob("*.js"):
        text = path.read_text()
        for forbidden in (
            "innerHTML",
            "eval(",
            "localStorage",
            "sessionStorage",
            "document.write",
            "Function(",
        ):
            assert forbidden not in text, f"{path.name}: {forbidden}"

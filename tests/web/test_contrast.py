"""Every pair of ink and ground in use is readable in both schemes (WCAG 2.2: 1.4.3 and 1.4.11)."""

from __future__ import annotations

import re
from itertools import product
from pathlib import Path

import pytest

import openiop.web

CSS = (Path(openiop.web.__file__).parent / "static" / "css" / "openiop.css").read_text()
PAIRS = {
    name: schemes
    for name, *schemes in re.findall(r"--([a-z0-9-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\)", CSS)
}
TONES = ("ok", "warn", "bad", "info", "night")
GROUNDS = ("paper", "surface", "sunken", "hover")
TEXT = [
    *product(("ink", "ink-2", "accent", "accent-2"), GROUNDS),
    *product(TONES, ("paper", "surface", "hover", "sunken")),
    *((tone, f"{tone}-soft") for tone in TONES),
    *product(("ink", "ink-2"), (*(f"{tone}-soft" for tone in TONES), "accent-soft")),
    ("accent", "accent-soft"),
    ("on-accent", "accent"),
    ("on-accent", "accent-2"),
]
SHAPES = [*product(("edge", "accent", "dawn"), ("paper", "surface")), ("edge", "hover"), ("dawn", "sunken")]


def _luminance(color: str) -> float:
    parts = [int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(first: str, second: str) -> float:
    light, dark = sorted((_luminance(first), _luminance(second)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_the_measure_is_that_of_the_guidelines() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(("pairs", "least"), [(TEXT, 4.5), (SHAPES, 3.0)], ids=["text", "shapes"])
def test_every_pair_can_be_seen(scheme: int, pairs: list[tuple[str, str]], least: float) -> None:
    weak = {
        f"{ink} on {ground}": round(found, 2)
        for ink, ground in pairs
        if (found := contrast(PAIRS[ink][scheme], PAIRS[ground][scheme])) < least
    }
    assert weak == {}

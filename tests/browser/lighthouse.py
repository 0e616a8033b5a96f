"""python -m tests.browser.lighthouse [FOLDER]: let Lighthouse judge the public pages of a live demo.

Prints a table and, with FOLDER, writes `lighthouse.md` into it. Lighthouse comes by npx in one fixed version;
it is for development only: nothing else of the project needs Node. Where npx or Chromium is missing, this says
so and writes nothing. Fails where a page is below a goal.
"""

from __future__ import annotations

import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.browser.conftest import PROGRAMS
from tests.browser.test_front_door import PAGES
from tests.figures import Figures
from tests.live import Live

VERSION = "12.8.2"
"""Apache-2.0. The newest that Node 20 runs: version 13 asks for Node 22."""
GOALS = {"accessibility": 100, "performance": 95}
CATEGORIES = ("accessibility", "performance", "best-practices")
RUNS = 3
"""A page is judged so many times and the middle one counts: performance is measured, and the machine is shared."""
TRIES = 3
"""On a busy machine Lighthouse may miss the beginning of its own recording, and asks to be run again."""
SPANISH = ("start", "screener", "find", "cost")
CHROME = "--headless=new --no-sandbox --disable-background-networking --disable-component-update"


@dataclass(frozen=True, slots=True)
class Judged:
    """What Lighthouse said of a page: points by category, and what a phone waits for."""

    points: dict[str, int]
    first_paint: float
    blocking: float
    kilobytes: float
    faults: tuple[str, ...]


def main(folder: Path | None) -> int:
    """Judge every page; return how many are below a goal."""
    npx, chromium = shutil.which("npx"), next(filter(None, map(shutil.which, PROGRAMS)), None)
    if npx is None or chromium is None:
        missing = "npx (Node 18 or newer)" if npx is None else "Chromium"
        raise SystemExit(f"Lighthouse is not run: {missing} is not on the path.")
    figures, below = Figures(), 0
    with tempfile.TemporaryDirectory() as own:
        site = Live(Path(own)).start()
        try:
            for name, address, language in pages():
                found = [judge(npx, chromium, site.url + address, language, Path(own)) for _ in range(RUNS)]
                middle = middle_of(found)
                note(figures, name, middle)
                faults = [key for key, goal in GOALS.items() if middle.points[key] < goal]
                below += bool(faults)
                print(f"{name}: {middle.points}", *middle.faults, sep="\n    ", flush=True)
        finally:
            site.stop()
    print(figures.text("lighthouse"))
    if folder is not None:
        figures.write(folder)
    return below


def pages() -> Iterator[tuple[str, str, str]]:
    """Yield name, address and language of each page."""
    for name, address in PAGES.items():
        yield name, address, "en"
    for name in SPANISH:
        yield f"{name}, in Spanish", PAGES[name], "es"


def judge(npx: str, chromium: str, url: str, language: str, folder: Path) -> Judged:
    """Let Lighthouse open a page as on a slow phone, which is how it judges when nothing else is said."""
    report = folder / "report.json"
    command = [
        npx, "--yes", f"lighthouse@{VERSION}", url, "--quiet", "--output=json", f"--output-path={report}",
        f"--only-categories={','.join(CATEGORIES)}", f"--chrome-flags={CHROME} --lang={language}",
        f"--extra-headers={json.dumps({'Accept-Language': language})}", "--no-enable-error-reporting",
    ]  # fmt: skip
    for _ in range(TRIES):
        if subprocess.run(command, env=os.environ | {"CHROME_PATH": chromium}, check=False).returncode == 0:
            break
    else:
        raise RuntimeError(f"Lighthouse could not open {url}.")
    said: dict[str, Any] = json.loads(report.read_text(encoding="utf-8"))
    report.unlink()
    audits = said["audits"]
    return Judged(
        {key: round(100 * said["categories"][key]["score"]) for key in CATEGORIES},
        audits["first-contentful-paint"]["numericValue"] / 1000,
        audits["total-blocking-time"]["numericValue"],
        audits["total-byte-weight"]["numericValue"] / 1000,
        tuple(faults_of(said)),
    )


def faults_of(said: dict[str, Any]) -> Iterator[str]:
    """Name the audits that cost points."""
    for key in CATEGORIES:
        for one in said["categories"][key]["auditRefs"]:
            audit = said["audits"][one["id"]]
            if one["weight"] and audit["score"] is not None and audit["score"] < 0.9:
                yield f"{key}: {audit['title']} ({audit.get('displayValue', '')})"


def middle_of(found: list[Judged]) -> Judged:
    """Return the run whose performance is in the middle, with the least points of the other categories."""
    middle = statistics.median_low([one.points["performance"] for one in found])
    chosen = next(one for one in found if one.points["performance"] == middle)
    least = {key: min(one.points[key] for one in found) for key in CATEGORIES if key != "performance"}
    return Judged(chosen.points | least, chosen.first_paint, chosen.blocking, chosen.kilobytes, chosen.faults)


def note(figures: Figures, name: str, found: Judged) -> None:
    """Add the page's line."""
    figures.note(
        "lighthouse",
        name,
        asserts="; ".join(f"{key} at least {goal}" for key, goal in GOALS.items()),
        **{key.replace("-", "_"): str(points) for key, points in found.points.items()},
        first_paint_s=f"{found.first_paint:.1f}",
        blocked_ms=f"{found.blocking:.0f}",
        kB=f"{found.kilobytes:.0f}",
    )


if __name__ == "__main__":
    sys.exit(min(main(Path(sys.argv[1]) if len(sys.argv) > 1 else None), 1))

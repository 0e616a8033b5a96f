"""The first start of a fresh clone and the second, with each installer. Told in seconds; asserted by CPU and words."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.bench.driver import cpu_of
from tests.figures import Figures
from tests.live import ROOT
from tests.postgres import free_port

pytestmark = pytest.mark.bench
INSTALLERS = ("uv", "pip")
COLD_IN_WARM = 15.0
WARM_IN_CHECKS = 5.0
STEP = re.compile(r"^(.+): (done|ready), [0-9.]+ s$", re.MULTILINE)
ALWAYS = "Statistics of the tables"


@dataclass
class Start:
    """One `./run` up to the line with its address: seconds of the clock and of CPU, and what it said."""

    wall: float = 0.0
    cpu: float = 0.0
    installed: float = 0.0
    said: list[str] = field(default_factory=list)

    @property
    def steps(self) -> dict[str, str]:
        """Return what became of each step."""
        return dict(STEP.findall("".join(self.said)))


@dataclass(frozen=True, slots=True)
class Starts:
    """The two starts with one installer, and the CPU seconds of `openiop check` beside them."""

    installer: str
    cold: Start
    warm: Start
    check: float


@pytest.fixture(scope="module", params=INSTALLERS)
def starts(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Starts:
    """Clone what is committed, start it twice, each time until it says where it is."""
    installer: str = request.param
    if installer == "uv" and shutil.which("uv") is None:
        pytest.skip("no uv on the path: it is measured where it is there")
    if not (ROOT / ".git").exists():
        pytest.skip("this is no git checkout, so there is nothing to clone")
    folder = tmp_path_factory.mktemp(installer) / "openiop"
    subprocess.run(["git", "clone", "-q", "--no-hardlinks", str(ROOT), str(folder)], check=True)
    env = surroundings(installer, folder.parent / "cache")
    cold, warm = (start(folder, env) for _ in range(2))
    before = os.times()
    subprocess.run([folder / ".venv/bin/openiop", "check"], env=env, check=True, stdout=subprocess.DEVNULL)
    after = os.times()
    check = after.children_user + after.children_system - before.children_user - before.children_system
    return Starts(installer, cold, warm, check)


def surroundings(installer: str, cache: Path) -> dict[str, str]:
    """Return an environment with nothing of ours, an empty cache of packages and, for pip, no uv."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("OPENIOP_", "PYTEST_", "DJANGO_"))
    }
    places = kept["PATH"].split(os.pathsep)
    if installer == "pip":
        places = [place for place in places if not (Path(place) / "uv").exists()]
    python = str(
        Path(sys.base_exec_prefix) / "bin" / f"python{sys.version_info.major}.{sys.version_info.minor}"
    )
    return kept | {
        "PATH": os.pathsep.join(places),
        "PYTHON": python,
        "UV_CACHE_DIR": str(cache),
        "PIP_CACHE_DIR": str(cache),
    }


def start(folder: Path, env: dict[str, str]) -> Start:
    """Run `./run` until it says where it is, then end it as Ctrl-C does."""
    began, found = time.monotonic(), Start()
    process = subprocess.Popen(
        ["./run", "--port", str(free_port())], cwd=folder, env=env, stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True,
    )  # fmt: skip
    assert process.stdout is not None
    with process.stdout as lines:
        for line in lines:
            found.said.append(line)
            if line.startswith("Installed in "):
                found.installed = cpu_of([process.pid], ended=True)
            if line.startswith("OpenIOP is at "):
                found.wall, found.cpu = time.monotonic() - began, cpu_of([process.pid], ended=True)
                os.killpg(process.pid, signal.SIGINT)
    assert process.wait(timeout=60) == 0, "".join(found.said[-40:])
    return found


def test_a_fresh_clone_starts_with_nothing_but_python(starts: Starts, figures: Figures) -> None:
    cold = starts.cold
    own = cold.cpu - cold.installed
    figures.note(
        "start", f"First start, packages fetched with {starts.installer}",
        asserts=f"CPU after the installation at most {COLD_IN_WARM:g} later starts",
        goal_s="120", seconds=f"{cold.wall:.1f}", CPU_s=f"{cold.cpu:.1f}, of it {own:.1f} after the installation",
    )  # fmt: skip
    assert set(cold.steps.values()) <= {"done", "ready"}
    assert cold.steps["Demo organization"] == "done"
    assert own <= COLD_IN_WARM * starts.warm.cpu


def test_a_later_start_does_nothing_again(starts: Starts, figures: Figures) -> None:
    warm = starts.warm
    figures.note(
        "start", f"Later start, installed with {starts.installer}",
        asserts=f"nothing is made again; CPU at most {WARM_IN_CHECKS:g} times `openiop check`",
        goal_s="5", seconds=f"{warm.wall:.1f}", CPU_s=f"{warm.cpu:.1f} ({starts.check:.1f} for the check)",
    )  # fmt: skip
    assert "Installing" not in "".join(warm.said)
    assert [name for name, what in warm.steps.items() if what == "done"] == [ALWAYS]
    assert warm.cpu <= WARM_IN_CHECKS * starts.check

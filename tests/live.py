"""The real server, started as people start it, on a folder of its own."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

from tests.postgres import free_port

ROOT = Path(__file__).resolve().parent.parent
START_SECONDS = 120


def run_python(env: dict[str, str], *arguments: str) -> str:
    """Run Python to its end and return what it printed."""
    done = subprocess.run(
        [sys.executable, *arguments], cwd=ROOT, env=env, capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        raise RuntimeError(done.stderr)
    return done.stdout


class Live:
    """One `openiop up` with its data folder; it can be stopped, killed and started again."""

    def __init__(self, folder: Path, **settings: str) -> None:
        """Take the folder for all data, and settings without their prefix (`database_url=...`)."""
        self.folder = folder
        self.port = free_port()
        kept = {name: value for name, value in os.environ.items() if not name.startswith("OPENIOP_")}
        named = {f"OPENIOP_{name.upper()}": value for name, value in settings.items()}
        # The settings that people run with; pytest leaves those of the tests in the environment.
        ours = {
            "DJANGO_SETTINGS_MODULE": "openiop.settings",
            "PYTHONPATH": str(ROOT),
            "PYTHONUNBUFFERED": "1",
        }
        self.env = kept | {"OPENIOP_VAR": str(folder)} | ours | named
        self.said: list[str] = []
        self.process: subprocess.Popen[str] | None = None

    @property
    def url(self) -> str:
        """Return the address without a slash at its end."""
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> Live:
        """Start and wait until it says where it is."""
        self.process = subprocess.Popen(
            [sys.executable, "-m", "openiop", "up", "--port", str(self.port)],
            cwd=ROOT, env=self.env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            text=True, start_new_session=True,
        )  # fmt: skip
        ready = threading.Event()
        threading.Thread(target=self._listen, args=(self.process, ready), daemon=True).start()
        until = time.monotonic() + START_SECONDS
        while not ready.wait(0.1):
            if self.process.poll() is not None or time.monotonic() > until:
                raise RuntimeError("The server did not start:\n" + "".join(self.said[-40:]))
        return self

    def stop(self, how: signal.Signals = signal.SIGINT) -> int:
        """End it as Ctrl-C does and return its exit code."""
        assert self.process is not None
        if self.process.poll() is None:
            os.killpg(self.process.pid, how)
        try:
            return self.process.wait(timeout=30)
        except subprocess.TimeoutExpired:
            self.kill()
            raise

    def kill(self) -> None:
        """Kill the server and its worker with -9."""
        assert self.process is not None
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run another openiop command on the same data."""
        return subprocess.run(
            [sys.executable, "-m", "openiop", *arguments],
            cwd=ROOT, env=self.env, capture_output=True, text=True, check=False,
        )  # fmt: skip

    def _listen(self, process: subprocess.Popen[str], ready: threading.Event) -> None:
        assert process.stdout is not None
        with process.stdout as lines:
            for line in lines:
                self.said.append(line)
                if line.startswith("OpenIOP is at "):
                    ready.set()

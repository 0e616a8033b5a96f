"""Make the virtual environment from a lock file, once, then run a program in it.

    python tools/bootstrap.py ENVIRONMENT LOCK_FILE PROGRAM [ARGUMENT ...]

Only the standard library is used, for this runs before anything is installed. uv installs where it
is found, else pip. The lock is installed only when its checksum, or Python itself, has changed. The
project needs no build step: a .pth file puts the checkout on the path and a small script is `openiop`.
"""

from __future__ import annotations

import errno
import hashlib
import os
import re
import shutil
import subprocess
import sys
import sysconfig
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
STAMP = "openiop-lock.txt"
LAUNCHER = """#!{python}
import sys

from openiop.cli import main

sys.exit(main())
"""


class Trouble(Exception):
    """What stops the start, in words for the person at the keyboard."""


def main(arguments: list[str]) -> int:
    """Prepare the environment and become the program; return only when something stops us."""
    environment, lock, *program = arguments
    home, lock_file = (ROOT / environment), (ROOT / lock)
    try:
        prepare(home, lock_file)
    except Trouble as trouble:
        print(f"\n{trouble}", file=sys.stderr)
        return 1
    except OSError as error:
        print(f"\n{refused(error)}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nStopped. Start again when you like; what is installed stays.", file=sys.stderr)
        return 130
    python = str(python_of(home))
    return os.execv(python, [python, *program])  # noqa: S606 - the program we were asked to become


def refused(error: OSError) -> str:
    """Return in words what the disk refused and how to mend it."""
    if error.errno == errno.ENOSPC:
        return f"The disk is full ({error.filename}). Free some space (about 500 MB) and start again."
    if error.errno in {errno.EACCES, errno.EPERM}:
        return f"No permission to write {error.filename}. Own this folder, or copy it to one you own."
    return f"{error.strerror}: {error.filename}."


def prepare(home: Path, lock: Path) -> None:
    """Make `home` hold exactly what `lock` names; do nothing where it already does."""
    wanted = hashlib.sha256(lock.read_bytes() + sys.version.encode() + str(ROOT).encode()).hexdigest()
    stamp = home / STAMP
    if stamp.is_file() and stamp.read_text(encoding="ascii") == wanted and python_of(home).exists():
        return
    began = time.monotonic()
    uv = shutil.which("uv")
    count = len(re.findall(r"^[A-Za-z0-9._-]+.*==", lock.read_text(encoding="utf-8"), re.MULTILINE))
    tool = "uv" if uv else "pip"
    say(
        f"Installing {count} packages from {lock.name} with {tool} (once; about {'half a minute' if uv else 'two minutes'})"
    )
    stamp.unlink(missing_ok=True)
    make_environment(home)
    if not (uv and install_with_uv(uv, home, lock)):
        install_with_pip(home, lock)
    link_project(home)
    stamp.write_text(wanted, encoding="ascii")
    say(f"Installed in {time.monotonic() - began:.0f} s")


def python_of(home: Path) -> Path:
    """Return the environment's own Python."""
    return home / "bin" / "python"


def make_environment(home: Path) -> None:
    """Make a fresh environment with this Python, unless a sound one of the same version is there."""
    if python_of(home).exists() and version_of(python_of(home)) == sys.version:
        return
    say(f"Making {home.name} with Python {sys.version.split()[0]}")
    shutil.rmtree(home, ignore_errors=True)
    done = subprocess.run(
        [sys.executable, "-m", "venv", str(home)], capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        shutil.rmtree(home, ignore_errors=True)
        said = (done.stdout + done.stderr).strip()
        if "ensurepip" in said or "No module named venv" in said:
            name = f"python{sys.version_info.major}.{sys.version_info.minor}-venv"
            raise Trouble(
                f"This Python cannot make virtual environments. Install the part: apt install {name}"
            )
        raise Trouble(f"The virtual environment could not be made in {home}:\n{said}")


def version_of(python: Path) -> str:
    """Return `sys.version` of another Python, or nothing where it does not start."""
    code = "import sys; print(sys.version, end='')"
    done = subprocess.run([str(python), "-c", code], capture_output=True, text=True, check=False)
    return done.stdout


def install_with_uv(uv: str, home: Path, lock: Path) -> bool:
    """Install the lock with uv; False lets pip try, which knows more about local mirrors."""
    command = [uv, "pip", "sync", "--quiet", "--require-hashes", "--python", str(python_of(home)), str(lock)]
    began = time.monotonic()
    with subprocess.Popen(command) as running:
        while running.poll() is None:
            try:
                running.wait(timeout=5)
            except subprocess.TimeoutExpired:
                say(f"  fetching and unpacking, {time.monotonic() - began:.0f} s")
    if running.returncode != 0:
        say("uv could not install it; trying pip")
    return running.returncode == 0


def install_with_pip(home: Path, lock: Path) -> None:
    """Install the lock with pip, one line for each ten packages."""
    command = [
        str(python_of(home)), "-m", "pip", "install", "--require-hashes", "--no-input", "--no-deps",
        "--disable-pip-version-check", "--progress-bar", "off", "-r", str(lock),
    ]  # fmt: skip
    lines: list[str] = []
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as pip:
        for line in pip.stdout or ():
            lines.append(line)
            fetched = sum(1 for said in lines if said.startswith("Collecting "))
            if line.startswith("Collecting ") and fetched % 10 == 0:
                say(f"  {fetched} fetched, now {line.split()[1]}")
            elif line.startswith("Installing collected"):
                say("  all fetched, unpacking")
    if pip.returncode != 0:
        words = "".join(lines[-12:]).strip()
        raise Trouble(f"{words}\n\nThe packages could not be installed. {reason(words)}")


def reason(words: str) -> str:
    """Return the likeliest cause of a failed installation and what to do about it."""
    if "No space left" in words:
        return "The disk is full: about 500 MB are needed."
    if any(
        sign in words
        for sign in ("Connection", "resolve", "timed out", "ProxyError", "No matching distribution")
    ):
        return "The package index was not reached: check the network, the proxy and pip's own settings, then start again."
    if "hash" in words.lower():
        return (
            "A package did not match its hash in the lock, so it was refused. Do not go round this; tell us."
        )
    return "The lines above say why."


def link_project(home: Path) -> None:
    """Put the checkout on the environment's path and `openiop` beside its Python."""
    scheme = {"base": str(home), "platbase": str(home)}
    site = Path(sysconfig.get_path("purelib", scheme="venv", vars=scheme))
    (site / "openiop-checkout.pth").write_text(f"{ROOT}\n", encoding="utf-8")
    launcher = home / "bin" / "openiop"
    launcher.write_text(LAUNCHER.format(python=python_of(home)), encoding="utf-8")
    launcher.chmod(0o755)


def say(words: str) -> None:
    """Tell how far we are, at once, also when nobody watches a terminal."""
    print(words, flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

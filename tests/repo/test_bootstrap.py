"""./run and ./test say in words what a machine lacks, and install only when the lock changed."""

from __future__ import annotations

import errno
import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def bootstrap() -> ModuleType:
    """The script as a module."""
    spec = importlib.util.spec_from_file_location("bootstrap", ROOT / "tools" / "bootstrap.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def lock(tmp_path: Path) -> Path:
    """A lock that names nothing, so that installing it needs no network."""
    path = tmp_path / "requirements.txt"
    path.write_text("# nothing\n")
    return path


@pytest.mark.parametrize("command", ["run", "test"])
def test_a_machine_without_python_is_told_what_to_install(command: str, tmp_path: Path) -> None:
    for name in ("sh", "dirname"):
        (tmp_path / name).symlink_to(str(shutil.which(name)))
    done = subprocess.run(
        [str(ROOT / command)], env={"PATH": str(tmp_path)}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert "OpenIOP needs Python 3.11 or later" in done.stderr
    assert "apt install python3 python3-venv" in done.stderr


def test_a_python_that_is_too_old_is_passed_over(tmp_path: Path) -> None:
    old = tmp_path / "python3"
    old.write_text("#!/bin/sh\nexit 1\n")
    old.chmod(0o755)
    for name in ("sh", "dirname"):
        (tmp_path / name).symlink_to(str(shutil.which(name)))
    done = subprocess.run(
        [str(ROOT / "run")], env={"PATH": str(tmp_path)}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert "found none on this machine" in done.stderr


def test_the_second_start_installs_nothing(
    bootstrap: ModuleType, lock: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    home = tmp_path / "environment"
    bootstrap.prepare(home, lock)
    assert "Installing 0 packages" in capsys.readouterr().out
    bootstrap.prepare(home, lock)
    assert capsys.readouterr().out == ""
    lock.write_text("# something else\n")
    bootstrap.prepare(home, lock)
    assert "Installing 0 packages" in capsys.readouterr().out


def test_the_environment_runs_the_checkout_and_has_the_command(
    bootstrap: ModuleType, lock: Path, tmp_path: Path
) -> None:
    home = tmp_path / "environment"
    bootstrap.prepare(home, lock)
    done = subprocess.run(
        [home / "bin" / "openiop", "--version"], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert done.stdout == "openiop 0.1.0\n"


def test_a_python_that_cannot_make_environments_is_told_the_missing_part(
    bootstrap: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lame = tmp_path / "python3"
    lame.write_text("#!/bin/sh\necho 'Error: ensurepip is not available' >&2\nexit 1\n")
    lame.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(lame))
    with pytest.raises(bootstrap.Trouble, match=r"apt install python3\.\d+-venv"):
        bootstrap.make_environment(tmp_path / "environment")
    assert not (tmp_path / "environment").exists()


@pytest.mark.parametrize(
    ("said", "advice"),
    [
        ("OSError: [Errno 28] No space left on device", "The disk is full"),
        ("ERROR: No matching distribution found for django", "The package index was not reached"),
        ("THESE PACKAGES DO NOT MATCH THE HASHES", "did not match its hash"),
    ],
)
def test_a_failed_installation_is_explained(bootstrap: ModuleType, said: str, advice: str) -> None:
    assert advice in bootstrap.reason(said)


def test_a_folder_that_cannot_be_made_is_named(
    bootstrap: ModuleType, lock: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert bootstrap.main(["/dev/null/environment", str(lock), "-c", "pass"]) == 1
    assert "/dev/null/environment" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (errno.ENOSPC, "Free some space"),
        (errno.EACCES, "Own this folder"),
        (errno.EROFS, "Read-only file system"),
    ],
)
def test_what_the_disk_refuses_is_explained(bootstrap: ModuleType, number: int, words: str) -> None:
    said = bootstrap.refused(OSError(number, os.strerror(number), "/srv/openiop"))
    assert words in said
    assert "/srv/openiop" in said

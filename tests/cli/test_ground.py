"""What the server stands on is checked before anything is written, and refused in words."""

from __future__ import annotations

import errno
import os
import socket
from pathlib import Path

import pytest

from openiop.cli import ground
from openiop.domain.errors import InvalidInput, NotAllowed


def test_a_port_in_use_gives_way_to_the_next() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert ground.can_bind("127.0.0.1", port) is False
        assert ground.free_port("127.0.0.1", port) > port


def test_no_free_port_is_said_with_a_way_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ground, "can_bind", lambda host, port: False)
    with pytest.raises(NotAllowed, match=r"ports 8000 to 8019 are all in use.*--port"):
        ground.free_port("127.0.0.1", 8000)


def test_an_address_of_another_machine_is_refused() -> None:
    with pytest.raises(InvalidInput, match=r"192\.0\.2\.1 is no address of this machine"):
        ground.can_bind("192.0.2.1", 8000)


@pytest.mark.parametrize("host", ["0.0.0.0", "192.0.2.1", "clinic.example"])
def test_the_demo_serves_this_machine_only(host: str) -> None:
    with pytest.raises(InvalidInput, match="loopback"):
        ground.check_host(host, demo=True)
    assert ground.check_host(host, demo=False) is None


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "::1"])
def test_the_demo_serves_every_form_of_this_machine(host: str) -> None:
    assert ground.check_host(host, demo=True) is None


def test_a_folder_is_made_and_left_clean(tmp_path: Path) -> None:
    ground.check_folder(tmp_path / "var")
    assert list((tmp_path / "var").iterdir()) == []


def test_a_folder_that_is_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "var").write_text("here first")
    with pytest.raises(NotAllowed, match="cannot be written"):
        ground.check_folder(tmp_path / "var")
    assert (tmp_path / "var").read_text() == "here first"


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (errno.ENOSPC, "The disk under /var/x is full"),
        (errno.EROFS, "read-only disk"),
        (errno.EACCES, "Give yourself the folder"),
    ],
)
def test_why_a_folder_cannot_be_written(number: int, words: str) -> None:
    said = ground.cannot_write(Path("/var/x"), OSError(number, os.strerror(number)))
    assert words in said


def test_a_nearly_full_disk_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ground, "NEEDED_MEGABYTES", 10**9)
    with pytest.raises(NotAllowed, match="Free some space"):
        ground.check_folder(tmp_path)


@pytest.mark.parametrize(("kind", "refused"), [("nfs4", True), ("ext4", False)])
def test_a_network_disk_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str, refused: bool
) -> None:
    mounts = tmp_path / "mounts"
    mounts.write_text(f"disk / ext4 rw 0 0\nserver:/home {tmp_path} {kind} rw 0 0\n")
    monkeypatch.setattr(ground, "MOUNTS", mounts)
    if not refused:
        assert ground.check_folder(tmp_path) is None
        return
    with pytest.raises(NotAllowed, match="SQLite cannot lock safely"):
        ground.check_folder(tmp_path)

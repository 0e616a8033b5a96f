"""What the server stands on: a folder it can write, on a disk of this machine, and a free port."""

from __future__ import annotations

import errno
import os
import shutil
import socket
from pathlib import Path

from openiop.domain.errors import InvalidInput, NotAllowed

NETWORK_FILE_SYSTEMS = frozenset({"nfs", "nfs4", "cifs", "smb3", "smbfs", "fuse.sshfs", "afs", "glusterfs"})
MOUNTS = Path("/proc/mounts")
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
NEEDED_MEGABYTES = 100
PORTS_TRIED = 20


def check_folder(folder: Path) -> None:
    """Refuse a folder that cannot be written, is almost full or lies on another machine."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe = folder / ".writable"
        probe.write_bytes(b"")
        probe.unlink()
    except OSError as error:
        raise NotAllowed(cannot_write(folder, error), code="no-folder") from error
    free = shutil.disk_usage(folder).free // 1_000_000
    if free < NEEDED_MEGABYTES:
        raise NotAllowed(
            f"The disk under {folder} has {free} MB left; at least {NEEDED_MEGABYTES} MB are needed. "
            "Free some space, or set OPENIOP_VAR to a folder on another disk.",
            code="disk-full",
        )
    kind = file_system(folder)
    if kind in NETWORK_FILE_SYSTEMS:
        raise NotAllowed(
            f"{folder} is on a network file system ({kind}), where SQLite cannot lock safely. "
            "Set OPENIOP_VAR to a folder on a disk of this machine, or use PostgreSQL.",
            code="network-disk",
        )


def cannot_write(folder: Path, error: OSError) -> str:
    """Say why a folder cannot be written, and what would mend it."""
    if error.errno == errno.ENOSPC:
        return f"The disk under {folder} is full. Free some space and start again."
    if error.errno == errno.EROFS:
        return f"{folder} is on a read-only disk. Set OPENIOP_VAR to a folder that can be written."
    who = os.environ.get("USER") or f"user number {os.geteuid()}"
    return (
        f"{folder} cannot be written by {who} ({error.strerror}). "
        "Give yourself the folder, or set OPENIOP_VAR to one you own."
    )


def file_system(folder: Path) -> str:
    """Return the kind of file system a folder is on, or nothing where the system does not tell."""
    try:
        lines = MOUNTS.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return ""
    mounts = {words[1].replace("\\040", " "): words[2] for words in map(str.split, lines)}
    place = folder.resolve()
    return next((mounts[str(p)] for p in (place, *place.parents) if str(p) in mounts), "")


def check_host(host: str, *, demo: bool) -> None:
    """Keep the demo, whose doors are open, on this machine."""
    if demo and host not in LOOPBACK:
        raise InvalidInput(
            f"The demo lets anyone in, so it serves this machine only; {host} is not a loopback address. "
            "To serve others set OPENIOP_PROFILE=single; docs/operations.md tells how.",
            field="host",
        )


def free_port(host: str, wanted: int) -> int:
    """Return the wanted port, or the next one that is free."""
    for port in range(wanted, min(wanted + PORTS_TRIED, 65_536)):
        if can_bind(host, port):
            return port
    raise NotAllowed(
        f"The ports {wanted} to {wanted + PORTS_TRIED - 1} are all in use. Choose another: --port 9000",
        code="no-port",
    )


def can_bind(host: str, port: int) -> bool:
    """Tell whether the port can be opened; a host that is none of ours is refused in words."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except PermissionError as error:
            raise NotAllowed(
                f"Port {port} needs more rights than you have. Choose one above 1023: --port 8000",
                code="no-port",
            ) from error
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                return False
            raise InvalidInput(f"{host} is no address of this machine.", field="host") from error
    return True

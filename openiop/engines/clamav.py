"""A virus scanner beside us: ClamAV's daemon, asked over its socket. Nothing of ours listens and nothing is fetched.

The protocol is clamd's INSTREAM: the bytes go in pieces, each behind its length in four bytes, an empty piece
ends them; the answer is one line, `stream: OK` or `stream: NAME FOUND`.
"""

from __future__ import annotations

import socket
import struct
from dataclasses import dataclass
from typing import Protocol

SECONDS = 30.0
_PIECE = 65_536
_LONGEST_ANSWER = 4_096


class ScannerSilent(Exception):
    """The scanner is set up and does not answer, or says that it could not scan."""


class Scanner(Protocol):
    """Looks for viruses."""

    def scan(self, content: bytes) -> str:
        """Return what was found, or nothing; ScannerSilent where nobody looked."""
        ...


@dataclass(frozen=True, slots=True)
class Clamd:
    """The daemon at a socket: a path, or a host and a port."""

    place: str | tuple[str, int]
    seconds: float = SECONDS

    def scan(self, content: bytes) -> str:
        """Return the name of what was found, or nothing."""
        answer = self._ask(content)
        if answer.endswith("OK"):
            return ""
        if answer.endswith(" FOUND"):
            return answer.removeprefix("stream: ").removesuffix(" FOUND")
        raise ScannerSilent(answer)

    def _ask(self, content: bytes) -> str:
        try:
            with self._open() as line:
                line.sendall(b"zINSTREAM\0")
                for start in range(0, len(content), _PIECE):
                    piece = content[start : start + _PIECE]
                    line.sendall(struct.pack(">I", len(piece)) + piece)
                line.sendall(struct.pack(">I", 0))
                return _answer(line)
        except OSError as error:
            raise ScannerSilent(str(error)) from error

    def _open(self) -> socket.socket:
        if isinstance(self.place, tuple):
            return socket.create_connection(self.place, timeout=self.seconds)
        line = socket.socket(socket.AF_UNIX)
        line.settimeout(self.seconds)
        try:
            line.connect(self.place)
        except OSError:
            line.close()
            raise
        return line


def scanner_at(where: str) -> Scanner | None:
    """Return the scanner at `unix:/path` or `host:port`, None where none is named."""
    if not where:
        return None
    if where.startswith("unix:"):
        return Clamd(where.removeprefix("unix:"))
    host, _colon, port = where.rpartition(":")
    return Clamd((host, int(port)))


def _answer(line: socket.socket) -> str:
    found = b""
    while not found.endswith(b"\0") and len(found) < _LONGEST_ANSWER:
        piece = line.recv(_LONGEST_ANSWER)
        if not piece:
            break
        found += piece
    return found.rstrip(b"\0\n").decode("utf-8", "replace").strip()

"""A scanner that speaks clamd's INSTREAM at a port of this machine: it reads what is sent and answers one line."""

from __future__ import annotations

import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager

Heard = list[bytes]


@contextmanager
def scanner(answer: bytes) -> Iterator[tuple[str, Heard]]:
    """Listen; yield the address, and what was sent."""
    heard: Heard = []
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(10)
        thread = threading.Thread(target=_serve, args=(server, answer, heard))
        thread.start()
        yield f"127.0.0.1:{server.getsockname()[1]}", heard
        thread.join(10)


def _serve(server: socket.socket, answer: bytes, heard: Heard) -> None:
    line, _where = server.accept()
    with line:
        command = _read(line, len(b"zINSTREAM\0"))
        sent = b""
        while length := struct.unpack(">I", _read(line, 4))[0]:
            sent += _read(line, length)
        if command == b"zINSTREAM\0":
            heard.append(sent)
            line.sendall(answer)


def _read(line: socket.socket, length: int) -> bytes:
    found = b""
    while len(found) < length:
        found += line.recv(length - len(found))
    return found

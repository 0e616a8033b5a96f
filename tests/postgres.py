"""A throw-away PostgreSQL server for the length of a test run.

    python -m tests.postgres COMMAND [ARGUMENT ...]

starts one, runs the command with OPENIOP_DATABASE_URL set, and removes the server with its data.
The role of the application owns its tables but is no superuser and may not pass by row-level
security, so the policies bite as they do in a real installation. PostgreSQL refuses to run as root;
as root (CI) the server runs as `postgres` or `nobody`.
"""

from __future__ import annotations

import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROLE = "openiop"
HELD = "pre-existing shared memory block"
"""What PostgreSQL says while the children of a killed server are still ending."""
START_SECONDS = 30
QUICK = ("-c", "fsync=off", "-c", "synchronous_commit=off", "-c", "full_page_writes=off")
"""For servers whose data is thrown away; the crash ring keeps PostgreSQL's own, durable settings."""


@dataclass
class Server:
    """A running server: where it is, and how to stop, kill and start it."""

    programs: Path
    folder: Path
    port: int
    password: str
    options: tuple[str, ...]
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Return the database URL of the application's role."""
        return f"postgresql://{ROLE}:{self.password}@127.0.0.1:{self.port}/{ROLE}"

    def start(self) -> None:
        """Start and wait until it answers.

        After a kill -9 the children of the server before may hold its memory for a moment, and a new one ends at
        once: it is started again, as the machine's service manager does.
        """
        self._launch()
        ready = [str(self.programs / "pg_isready"), "-q", "-h", "127.0.0.1", "-p", str(self.port)]
        until = time.monotonic() + START_SECONDS
        while subprocess.run(ready, check=False).returncode != 0:
            assert self.process is not None
            ended = self.process.poll() is not None
            said = (self.folder / "server.log").read_text(errors="replace")[-2000:]
            if time.monotonic() > until or (ended and HELD not in said):
                raise RuntimeError(f"PostgreSQL did not start:\n{said}")
            if ended:
                self._launch()
            time.sleep(0.1)

    def _launch(self) -> None:
        with (self.folder / "server.log").open("ab") as log:
            self.process = subprocess.Popen(
                [
                    *as_other(), str(self.programs / "postgres"), "-D", str(self.folder / "data"),
                    "-p", str(self.port), "-k", str(self.folder), "-c", "listen_addresses=127.0.0.1",
                    "-c", "max_connections=60", *self.options,
                ],
                stdout=log, stderr=log,
            )  # fmt: skip

    def stop(self) -> None:
        """End it at once; its data is of no use to anyone."""
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(signal.SIGQUIT)
            try:
                self.process.wait(timeout=5)
            except subprocess.TimeoutExpired:
                self.kill()

    def kill(self) -> None:
        """Kill it with -9, as a crash would. Its children end by themselves when it is gone."""
        assert self.process is not None
        self.process.kill()
        self.process.wait()

    def sql(self, text: str, database: str = "postgres") -> None:
        """Run a statement as the superuser."""
        command = [
            str(self.programs / "psql"), "-q", "-v", "ON_ERROR_STOP=1", "-h", "127.0.0.1", "-p", str(self.port),
            "-U", "postgres", "-d", database, "-c", text,
        ]  # fmt: skip
        env = os.environ | {"PGPASSWORD": self.password}
        subprocess.run(command, env=env, check=True, capture_output=True, text=True)


def find_programs() -> Path | None:
    """Return the folder of the server's programs: the newest Debian has, or whatever is on the path."""
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda p: int(p.parts[-3]))
    if debian:
        return debian[-1].parent
    found = shutil.which("initdb")
    return Path(found).resolve().parent if found else None


def as_other() -> list[str]:
    """Return the words that start a program as somebody who is not root; none where we are not root."""
    if os.geteuid() != 0:
        return []
    account = unprivileged()
    return ["setpriv", f"--reuid={account.pw_uid}", f"--regid={account.pw_gid}", "--clear-groups", "--"]


def unprivileged() -> pwd.struct_passwd:
    """Return the account under which a server started by root runs."""
    try:
        return pwd.getpwnam("postgres")
    except KeyError:
        return pwd.getpwnam("nobody")


def free_port() -> int:
    """Return a loopback port that nobody uses just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def server(*, durable: bool = False) -> Iterator[Server]:
    """Make a fresh cluster with the application's role and database; remove it afterwards."""
    programs = find_programs()
    if programs is None:
        raise RuntimeError("There is no PostgreSQL server program here: apt-get install postgresql")
    folder = Path(tempfile.mkdtemp(prefix="openiop-pg-"))
    password = secrets.token_hex(12)
    running = Server(programs, folder, free_port(), password, () if durable else QUICK)
    try:
        initialise(running)
        running.start()
        running.sql(f"CREATE ROLE {ROLE} LOGIN CREATEDB NOSUPERUSER NOBYPASSRLS PASSWORD '{password}'")
        running.sql(f"CREATE DATABASE {ROLE} OWNER {ROLE}")
        yield running
    finally:
        running.stop()
        shutil.rmtree(folder, ignore_errors=True)


def initialise(running: Server) -> None:
    """Lay the files of a new cluster."""
    secret = running.folder / "password"
    secret.write_text(running.password)
    if os.geteuid() == 0:
        account = unprivileged()
        for path in (running.folder, secret):
            os.chown(path, account.pw_uid, account.pw_gid)
    command = [
        *as_other(), str(running.programs / "initdb"), "-D", str(running.folder / "data"), "-U", "postgres",
        "--auth=scram-sha-256", f"--pwfile={secret}", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync",
    ]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd="/")
    if done.returncode != 0:
        raise RuntimeError(f"PostgreSQL could not be set up:\n{done.stdout}\n{done.stderr}")


def main(command: list[str]) -> int:
    """Run the command beside a server of its own."""
    with server() as running:
        env = os.environ | {"OPENIOP_DATABASE_URL": running.url}
        # Migrated once here; the tests' own databases are copies of this one (tests.settings).
        migrate = [sys.executable, "-m", "django", "migrate", "-v0", "--settings", "tests.settings"]
        subprocess.run(migrate, env=env, check=True)
        return subprocess.run(command, env=env, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""Documents as tagged PDF by Typst: a template of ours and data in, bytes out.

The data reaches the template as JSON through `sys.inputs.data`, so a value is always text and never markup.
A template begins:

    #let data = json(bytes(sys.inputs.data))
    #set document(title: data.title)
    #set text(lang: data.lang)

and names its title, or the PDF/UA-1 check refuses it. The library is loaded at the first document.

Typst keeps threads. A process that is forked after the first document has none of them and would wait for
them for ever, so a document is compiled there in a fresh process of its own (`python -m` this module).
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal, Protocol

STANDARD: Literal["ua-1"] = "ua-1"
"""PDF/UA-1: tags, reading order, language and title are checked by the compiler itself."""

APART_SECONDS = 60
"""Longer than any document takes in a fresh process on a slow machine."""

REFUSED = 3
"""How a fresh process ends where Typst refused the document; its words are on standard error."""

_ROOM = Path(__file__).resolve().parents[2]


class PdfError(Exception):
    """The template is wrong or the data does not fit it; the text is Typst's own."""


class PdfEngine(Protocol):
    """Turns a template and its data into a PDF."""

    def render(self, template: str | Path, data: Mapping[str, Any], *, lang: str, at: datetime) -> bytes:
        """Return the document's bytes."""
        ...


@dataclass(frozen=True, slots=True)
class Job:
    """One document: Typst source, the folder it may include from, the data as JSON, the date as seconds."""

    source: str
    root: str
    data: str
    timestamp: int


class TypstEngine:
    """The engine in use. The same template, data and `at` give the same bytes."""

    def __init__(self) -> None:
        """Begin with no process in which Typst's threads run."""
        self.threads_in: int | None = None

    def render(self, template: str | Path, data: Mapping[str, Any], *, lang: str, at: datetime) -> bytes:
        """Return a tagged PDF in `lang`. `template` is Typst source, or the path of a `.typ` file.

        `at` is written into the document as its date. A template on disk may include its neighbours and
        nothing else; a source string may include nothing.
        """
        body = json.dumps({"lang": lang, **data}, ensure_ascii=False, default=str)
        source = template.read_text(encoding="utf-8") if isinstance(template, Path) else template
        with tempfile.TemporaryDirectory() as empty:
            root = str(template.parent) if isinstance(template, Path) else empty
            job = Job(source, root, body, int(at.astimezone(UTC).timestamp()))
            if self.threads_in not in (None, os.getpid()):
                return compile_apart(job)
            self.threads_in = os.getpid()
            return compile_here(job)


def compile_here(job: Job) -> bytes:
    """Compile in this process."""
    import typst

    # Any: Typst's types ask for one type of source, its code does not.
    source: Any = job.source.encode()
    try:
        return bytes(
            typst.compile(
                source,
                root=job.root,
                format="pdf",
                ignore_system_fonts=True,
                sys_inputs={"data": job.data},
                pdf_standards=[STANDARD],
                timestamp=job.timestamp,
            )
        )
    except (typst.TypstError, RuntimeError) as error:
        raise PdfError(str(error)) from error


def compile_apart(job: Job) -> bytes:
    """Compile in a fresh process, which has threads of its own."""
    done = subprocess.run(  # noqa: S603 - our own module, the data on its standard input
        [sys.executable, "-m", __spec__.name],
        cwd=_ROOM,
        input=json.dumps(asdict(job)).encode(),
        capture_output=True,
        timeout=APART_SECONDS,
        check=False,
    )
    if done.returncode == REFUSED:
        raise PdfError(done.stderr.decode())
    done.check_returncode()
    return done.stdout


def main() -> int:
    """Read a job from standard input and write its PDF to standard output."""
    try:
        sys.stdout.buffer.write(compile_here(Job(**json.load(sys.stdin.buffer))))
    except PdfError as error:
        sys.stderr.buffer.write(str(error).encode())
        return REFUSED
    return 0


ENGINE: PdfEngine = TypstEngine()

if __name__ == "__main__":
    sys.exit(main())

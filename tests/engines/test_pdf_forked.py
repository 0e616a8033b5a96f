"""A document that was drawn before a fork does not hang those that are drawn after it."""

from __future__ import annotations

import http.client
import os
import re
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlencode

import pytest

from openiop.engines.pdf_typst import PdfError, TypstEngine
from tests.engines.test_pdf import AT, DATA, TEMPLATE
from tests.live import ROOT, Live

FORK = """
import os, signal, sys
from tests.engines.test_pdf import AT, DATA, TEMPLATE
from openiop.engines.pdf_typst import ENGINE
first = ENGINE.render(TEMPLATE, DATA, lang="es", at=AT)
child = os.fork()
if child == 0:
    signal.alarm(50)
    os._exit(0 if ENGINE.render(TEMPLATE, DATA, lang="es", at=AT) == first else 1)
again = ENGINE.render(TEMPLATE, DATA, lang="es", at=AT)
print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), again == first)
"""

DRAWN_FIRST = """
from tests.engines.test_pdf import AT, DATA, TEMPLATE
from openiop.engines.pdf_typst import ENGINE
ENGINE.render(TEMPLATE, DATA, lang="es", at=AT)
"""


def test_a_child_forked_after_the_first_document_draws_the_same_one() -> None:
    done = subprocess.run(
        [sys.executable, "-c", FORK], cwd=ROOT, capture_output=True, text=True, timeout=90, check=False
    )
    assert done.stdout.split() == ["0", "True"], done.stderr


def test_a_document_drawn_apart_is_the_same_and_refuses_in_the_same_words() -> None:
    engine, forked = TypstEngine(), TypstEngine()
    here = engine.render(TEMPLATE, DATA, lang="es", at=AT)
    assert engine.threads_in == os.getpid()
    forked.threads_in = os.getpid() + 1
    assert forked.render(TEMPLATE, DATA, lang="es", at=AT) == here
    wrong = "#set document(title: [x])\n#nobody"
    with pytest.raises(PdfError) as said:
        engine.render(wrong, {}, lang="en", at=AT)
    with pytest.raises(PdfError) as said_apart:
        forked.render(wrong, {}, lang="en", at=AT)
    assert str(said_apart.value) == str(said.value)
    assert "nobody" in str(said.value)


def test_a_template_on_disk_may_include_its_neighbours_apart_as_here(tmp_path: Path) -> None:
    (tmp_path / "part.typ").write_text("#let words = [beside]", encoding="utf-8")
    letter = tmp_path / "letter.typ"
    letter.write_text(
        '#import "part.typ": words\n#set document(title: [x])\n#set text(lang: "en")\n#words',
        encoding="utf-8",
    )
    forked = TypstEngine()
    here = forked.render(letter, {}, lang="en", at=AT)
    forked.threads_in = os.getpid() + 1
    assert forked.render(letter, {}, lang="en", at=AT) == here


def test_a_process_that_cannot_start_is_no_empty_document(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.executable", "/bin/false")
    forked = TypstEngine()
    forked.threads_in = os.getpid() + 1
    with pytest.raises(subprocess.CalledProcessError):
        forked.render(TEMPLATE, DATA, lang="es", at=AT)


@pytest.mark.crash
def test_a_server_whose_start_drew_a_document_draws_more(tmp_path: Path) -> None:
    """The real server: its parent draws at start-up, and the worker that granian forks is asked for a PDF."""
    early = tmp_path / "early"
    early.mkdir()
    (early / "sitecustomize.py").write_text(DRAWN_FIRST, encoding="utf-8")
    site = Live(tmp_path / "var")
    site.env["PYTHONPATH"] = os.pathsep.join([str(early), str(ROOT)])
    site.start()
    try:
        answer = _estimate(site)
    finally:
        assert site.stop() == 0
    assert answer[:5] == b"%PDF-"


def _estimate(site: Live) -> bytes:
    """Ask for the estimate of costs as a PDF, as somebody without a sign-in does."""
    connection = http.client.HTTPConnection("127.0.0.1", site.port, timeout=45)
    connection.request("GET", "/welcome/")
    page = connection.getresponse()
    cookie = str(page.headers["Set-Cookie"]).split(";")[0]
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page.read().decode())
    assert token is not None
    head = {"Content-Type": "application/x-www-form-urlencoded", "Cookie": cookie}
    body = urlencode({"csrfmiddlewaretoken": token[1], "way": "insurance"})
    connection.request("POST", "/cost/estimate.pdf", body, head)
    found = connection.getresponse().read()
    connection.close()
    return found

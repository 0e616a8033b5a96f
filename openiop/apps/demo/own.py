"""The program's own pages, as files beside this one: the first line is the title, the rest the text."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from openiop.apps.demo.house import House
from openiop.apps.front.models import PageText
from openiop.domain.ownpages import Topic

FOLDER = Path(__file__).parent / "pages"


def write_pages(house: House) -> None:
    """Write every page in both languages, three weeks ago."""
    written = house.at - timedelta(weeks=3)
    for topic in Topic:
        for language in ("en", "es"):
            title, body = (FOLDER / f"{topic}.{language}.md").read_text(encoding="utf-8").split("\n", 1)
            row = house.add(
                PageText, topic=topic, language=language, version=1, title=title.removeprefix("# "),
                body=body.strip(), created_at=written,
            )  # fmt: skip
            house.note(written, "page.written", row, page=str(topic), language=language, version=1)

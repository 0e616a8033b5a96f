"""The program's own pages: which there are, and how long they may be. The words are the organisation's."""

from __future__ import annotations

from enum import StrEnum

from openiop.domain.errors import InvalidInput
from openiop.domain.text import gettext_noop as _

LONGEST_TITLE = 120
LONGEST = 20_000


class Topic(StrEnum):
    """One page each, in the order in which people ask."""

    PROGRAM = "what-it-is"
    WHO = "who-it-helps"
    WEEK = "a-week"
    COST = "who-pays"
    FIRST_DAY = "first-day"
    FAMILIES = "families"
    QUESTIONS = "questions"


def check_page(title: str, body: str) -> tuple[str, str]:
    """The title and the text without loose ends; InvalidInput names what is missing or too long."""
    title, body = " ".join(title.split()), body.replace("\r\n", "\n").strip()
    if not title:
        raise InvalidInput(_("Give the page a title."), field="title")
    if not body:
        raise InvalidInput(_("Write something, or leave the page as it is."), field="body")
    if len(title) > LONGEST_TITLE:
        raise InvalidInput(_("This is too long."), field="title")
    if len(body) > LONGEST:
        raise InvalidInput(_("This is too long."), field="body")
    return title, body

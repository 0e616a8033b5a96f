"""The way into a group that meets by video: what a link may be, and when a client sees it.

A link opens a room with people in care. It is shown to staff, and to those who have a seat while it is
nearly time; it never stands in a mail, in an address of ours or in a log.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from urllib.parse import urlsplit

from openiop.domain.errors import InvalidInput
from openiop.domain.text import gettext_noop as _

LONGEST = 300
OPENS_BEFORE = timedelta(minutes=15)
"""So long before the start a client sees the link; a door that opens earlier leads into the group before."""


def checked_link(text: str) -> str:
    """Return the link without what surrounds it, empty where none was given.

    Raises InvalidInput where it is no plain https address.
    """
    link = text.strip()
    if not link:
        return ""
    if len(link) > LONGEST:
        raise InvalidInput(_("The link to join is too long."), code="link-long", field="join_link")
    if not _is_plain(link):
        raise InvalidInput(
            _("Write the link to join as a whole address that begins with https://, such as the one your video service gives."),
            code="link",
            field="join_link",
        )  # fmt: skip
    return link


def _is_plain(link: str) -> bool:
    """Tell whether it is https, names a host on the open internet and holds no sign-in of anybody."""
    if not link.isascii() or not link.isprintable() or " " in link or "\\" in link:
        return False
    try:
        parts = urlsplit(link)
        host, _port = parts.hostname or "", parts.port
    except ValueError:
        return False
    named = "." in host.strip(".") and not host.startswith(".") and not host.replace(".", "").isdigit()
    return parts.scheme == "https" and named and "@" not in parts.netloc


def is_nearly_time(starts_at: datetime, ends_at: datetime, at: datetime) -> bool:
    """Tell whether a client may see the link: from a quarter of an hour before the start to the end."""
    return starts_at - OPENS_BEFORE <= at < ends_at

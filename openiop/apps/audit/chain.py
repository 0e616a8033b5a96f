"""The arithmetic of the chain: pure, so that an outsider can check an export with it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

GENESIS = "0" * 64
"""What the first event of an organisation links to."""

COLUMNS = (
    "organization_id",
    "sequence",
    "at",
    "actor",
    "actor_name",
    "actor_roles",
    "via",
    "reason",
    "action",
    "subject_type",
    "subject_id",
    "client_id",
    "data",
    "previous",
)


@dataclass(frozen=True, slots=True)
class BrokenLink:
    """The first place where a chain does not hold."""

    organization_id: int
    sequence: int
    why: str


def digest(event: Mapping[str, Any]) -> str:
    """Return the SHA-256 over the canonical JSON of an event's columns, in hexadecimal.

    What no event ever holds (a forger may write anything) counts by how it shows, so that it is never equal.
    """
    body = {name: _plain(event[name]) for name in COLUMNS}
    text = json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=repr)
    return hashlib.sha256(text.encode(errors="backslashreplace")).hexdigest()


def first_broken_link(
    organization_id: int, events: Iterable[Mapping[str, Any]], *, head: tuple[int, str]
) -> BrokenLink | None:
    """Walk an organisation's events in order and return the first fault, or None.

    `head` is the (sequence, hash) the organisation's head row holds: a cut-off tail shows there.
    """
    sequence, previous = 0, GENESIS
    walk = iter(events)
    while True:
        try:
            event = next(walk, None)
        except ValueError:
            # A forged column that is no instant or no JSON stops the reading itself, at this very event.
            return BrokenLink(organization_id, sequence + 1, "cannot be read")
        if event is None:
            return _broken_end(organization_id, (sequence, previous), head)
        sequence += 1
        if event["sequence"] != sequence:
            return BrokenLink(organization_id, sequence, "is missing")
        if event["previous"] != previous:
            return BrokenLink(organization_id, sequence, "does not follow the event before it")
        if event["hash"] != digest(event):
            return BrokenLink(organization_id, sequence, "was changed after it was written")
        previous = event["hash"]


def _broken_end(organization_id: int, end: tuple[int, str], head: tuple[int, str]) -> BrokenLink | None:
    """Hold the last event against what the head row says about it."""
    if head[0] > end[0]:
        return BrokenLink(organization_id, end[0] + 1, "is missing: the chain's head is further on")
    if head[0] < end[0]:
        return BrokenLink(organization_id, head[0] + 1, "is not known to the chain's head")
    if end[0] and head[1] != end[1]:
        return BrokenLink(organization_id, end[0], "is not the one that the chain's head names")
    return None


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    return value

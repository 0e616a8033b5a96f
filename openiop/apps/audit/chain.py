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
    """Return the SHA-256 over the canonical JSON of an event's columns, in hexadecimal."""
    body = {name: _plain(event[name]) for name in COLUMNS}
    text = json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def first_broken_link(
    organization_id: int, events: Iterable[Mapping[str, Any]], *, head: tuple[int, str]
) -> BrokenLink | None:
    """Walk an organisation's events in order and return the first fault, or None.

    `head` is the (sequence, hash) the organisation's head row holds: a cut-off tail shows there.
    """
    sequence, previous = 0, GENESIS
    for event in events:
        sequence += 1
        if event["sequence"] != sequence:
            return BrokenLink(organization_id, sequence, "missing")
        if event["previous"] != previous:
            return BrokenLink(organization_id, sequence, "does not follow the event before it")
        if event["hash"] != digest(event):
            return BrokenLink(organization_id, sequence, "was changed after it was written")
        previous = event["hash"]
    if head != (sequence, previous if sequence else head[1]):
        return BrokenLink(organization_id, sequence + 1, "missing: the chain's head is further on")
    return None


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    return value

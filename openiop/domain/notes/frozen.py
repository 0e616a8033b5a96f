"""What is signed, as plain data that says everything by itself, and its fingerprint."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any


def canonical(data: Mapping[str, Any]) -> bytes:
    """Return the one way to write this data: keys in order, no spaces, UTF-8."""
    return json.dumps(data, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()


def fingerprint(data: Mapping[str, Any]) -> str:
    """Return the SHA-256 of the data, whatever the order of its keys."""
    return hashlib.sha256(canonical(data)).hexdigest()


def frozen(
    *,
    template: str,
    client: str,
    number: int,
    reason: str,
    facts: Mapping[str, Any],
    values: Mapping[str, str],
) -> dict[str, Any]:
    """Return a version as it is signed: of whom, what kind, when and how long, and every word."""
    return {
        "template": template,
        "client": client,
        "number": number,
        "reason": reason,
        "facts": dict(facts),
        "values": dict(values),
    }

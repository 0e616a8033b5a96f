"""How often one address may ask the open data: in memory, by a mark that no other process can make."""

from __future__ import annotations

import hashlib
import secrets
from collections import OrderedDict

MOST = 120
"""So many questions at once, and two more each second: a crawler reads the whole directory in minutes."""

A_SECOND = 2.0
REMEMBERED = 10_000

_KEY = secrets.token_bytes(32)
_buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()


def may_ask(address: str, *, now: float) -> bool:
    """Tell whether the address may ask once more, and count it. `now` is seconds of any steady clock."""
    mark = hashlib.blake2b(address.encode(), key=_KEY, digest_size=16).hexdigest()
    left, last = _buckets.pop(mark, (float(MOST), now))
    left = min(MOST, left + max(0.0, now - last) * A_SECOND)
    allowed = left >= 1
    _buckets[mark] = (left - 1 if allowed else left, now)
    while len(_buckets) > REMEMBERED:
        _buckets.popitem(last=False)
    return allowed


def forget() -> None:
    """Empty all buckets."""
    _buckets.clear()

"""How often one address may read what is open to all: the rule of the forms, in memory, since reading writes no row.

An address is remembered by a mark that no other process can make, and for as long as this process lives.
"""

from __future__ import annotations

import hashlib
import secrets
from collections import OrderedDict
from datetime import datetime

from openiop.domain.limits import READING, refilled, taken

REMEMBERED = 10_000
_KEY = secrets.token_bytes(32)
_buckets: OrderedDict[str, tuple[int, datetime]] = OrderedDict()


def may_ask(address: str, *, at: datetime) -> bool:
    """Tell whether the address may ask once more, and count it."""
    mark = hashlib.blake2b(address.encode(), key=_KEY, digest_size=16).hexdigest()
    there, last = _buckets.pop(mark, (READING.full, at))
    there = refilled(READING, there, at - last)
    left = taken(there)
    _buckets[mark] = (there if left is None else left), at
    while len(_buckets) > REMEMBERED:
        _buckets.popitem(last=False)
    return left is not None


def forget() -> None:
    """Empty all buckets."""
    _buckets.clear()

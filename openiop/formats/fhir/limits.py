"""How much of a file the reader is willing to look at. Passed in, so that a deployment can choose."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """Upper bounds. The largest of the public sample bundles has 1 MiB, 317 entries, 40,000 values.

    max_bytes: size of the file; max_entries: entries of the bundle; max_depth: nested lists and
    objects; max_values: separate values in the whole file; max_entry_values: in one entry.
    """

    max_bytes: int = 25_000_000
    max_entries: int = 10_000
    max_depth: int = 64
    max_values: int = 2_000_000
    max_entry_values: int = 20_000

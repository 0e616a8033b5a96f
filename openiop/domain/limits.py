"""How often one address may send a form or ask the open data: a bucket of tokens that fills again with time.

The numbers are house policy, generous for a person and a family behind one router, narrow for a program.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

WHOLE = 1000
"""A token in thousandths: the arithmetic stays in whole numbers."""


@dataclass(frozen=True, slots=True)
class Limit:
    """At most so many at once, and one more each so often."""

    most: int
    every: timedelta

    @property
    def full(self) -> int:
        """Return a full bucket, in thousandths."""
        return self.most * WHOLE


SENDING = Limit(most=12, every=timedelta(minutes=5))
"""A form that reaches people: an enquiry, answers, a booked talk, a referral."""

READING = Limit(most=120, every=timedelta(milliseconds=500))
"""A question to the open data: a crawler reads the whole directory in minutes, and keeps nobody else waiting."""

QUICKEST = timedelta(seconds=3)
"""Nobody reads a form and fills it in faster; a program does."""


def refilled(limit: Limit, milli: int, passed: timedelta) -> int:
    """Return what is in the bucket after a while; time that runs backwards adds nothing."""
    gained = max(0, int(passed * WHOLE / limit.every))
    return min(limit.full, milli + gained)


def taken(milli: int) -> int | None:
    """Return what is left after one, or None where there is not enough for one."""
    return milli - WHOLE if milli >= WHOLE else None

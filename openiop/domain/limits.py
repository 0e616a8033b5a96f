"""How often one address may send a form: a bucket of tokens that fills again with time.

The numbers are house policy, generous for a person and a family behind one router, narrow for a program.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

WHOLE = 1000
"""A token in thousandths: the arithmetic stays in whole numbers."""


@dataclass(frozen=True, slots=True)
class Limit:
    """At most so many forms at once, and one more each so many minutes."""

    most: int
    minutes: int

    @property
    def full(self) -> int:
        """Return a full bucket, in thousandths."""
        return self.most * WHOLE


SENDING = Limit(most=12, minutes=5)
"""A form that reaches people: an enquiry, answers, a booked talk, a referral."""

QUICKEST = timedelta(seconds=3)
"""Nobody reads a form and fills it in faster; a program does."""


def refilled(limit: Limit, milli: int, passed: timedelta) -> int:
    """Return what is in the bucket after a while; time that runs backwards adds nothing."""
    gained = max(0, int(passed.total_seconds() * WHOLE / (limit.minutes * 60)))
    return min(limit.full, milli + gained)


def taken(milli: int) -> int | None:
    """Return what is left after one form, or None where there is not enough for one."""
    return milli - WHOLE if milli >= WHOLE else None

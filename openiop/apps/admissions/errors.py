"""What can be refused on the way in."""

from __future__ import annotations

from datetime import datetime

from openiop.domain.errors import Conflict, InvalidInput


class InvalidEnquiry(InvalidInput):
    """Something in an enquiry cannot be right; `problems` names each field with its words."""

    default_code = "invalid-enquiry"

    def __init__(self, problems: dict[str, str]) -> None:
        """Take the problems by field; the first one is the message."""
        field, words = next(iter(problems.items()))
        super().__init__(words, field=field)
        self.problems = dict(problems)


class AlreadyReceived(Conflict):
    """The same file came before; `referral_id` is the referral that it made then."""

    default_code = "already-received"

    def __init__(self, message: str, *, referral_id: str, received_at: datetime) -> None:
        """Take the words, and where the first one is."""
        super().__init__(message, field="file")
        self.referral_id = referral_id
        self.received_at = received_at


class StaleReferral(Conflict):
    """Someone else changed the referral in between."""

    default_code = "stale"


class StaleOrder(Conflict):
    """Someone else signed an order in between."""

    default_code = "stale"


class AlreadyAccepted(Conflict):
    """The referral has its client record."""

    default_code = "already-accepted"

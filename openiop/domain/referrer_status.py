"""What a professional who referred somebody may see: what happened, and only what was released, step by step."""

from __future__ import annotations

from enum import StrEnum

from openiop.domain.errors import InvalidInput
from openiop.domain.text import gettext_noop as _


class ReferrerStep(StrEnum):
    """The steps in their order. That the referral arrived needs no release: the referrer sent it."""

    RECEIVED = "received"
    CONTACTED = "contacted"
    SEEN = "seen"
    ADMITTED = "admitted"
    STEPPED_DOWN = "stepped_down"


WORDS: dict[ReferrerStep, str] = {
    ReferrerStep.RECEIVED: _("We received it"),
    ReferrerStep.CONTACTED: _("We reached the person"),
    ReferrerStep.SEEN: _("The person was seen"),
    ReferrerStep.ADMITTED: _("The person was admitted"),
    ReferrerStep.STEPPED_DOWN: _("The person stepped down"),
}
RELEASABLE = tuple(ReferrerStep)[1:]
WITHOUT_RECORD = (ReferrerStep.CONTACTED, ReferrerStep.SEEN)
"""What can be said before there is a record, on the person's word; the rest is a disclosure by consent."""


def check_release(step: str, *, has_record: bool, part2: bool, reached: bool, agreed: bool) -> ReferrerStep:
    """The step, or a refusal that says what must come first.

    `part2`: the referral asks about care under 42 CFR Part 2, where only a signed consent lets anything out.
    """
    if step not in RELEASABLE:
        raise InvalidInput(_("Choose what the referrer may see."), field="step")
    if not reached:
        raise InvalidInput(_("Nobody has reached this person yet. Record the contact first."), field="step")
    if has_record:
        return ReferrerStep(step)
    if part2 or step not in WITHOUT_RECORD:
        raise InvalidInput(
            _("This needs a signed consent. Accept the referral, then prepare the consent."), field="step"
        )
    if not agreed:
        raise InvalidInput(_("Ask the person first, then tick that they agreed."), field="agreed")
    return ReferrerStep(step)

"""Where an invitation stands, to the instant."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from openiop.domain.invitations import LASTS, InvitationState, Times, invitation_state

SENT = datetime(2026, 3, 2, 17, tzinfo=UTC)
FRESH = Times(expires_at=SENT + LASTS)


@pytest.mark.parametrize(
    ("times", "at", "state"),
    [
        (FRESH, SENT, InvitationState.OPEN),
        (FRESH, SENT + LASTS - timedelta(seconds=1), InvitationState.OPEN),
        (FRESH, SENT + LASTS, InvitationState.EXPIRED),
        (replace(FRESH, withdrawn_at=SENT), SENT, InvitationState.WITHDRAWN),
        (replace(FRESH, accepted_at=SENT), SENT + LASTS, InvitationState.ACCEPTED),
        (replace(FRESH, accepted_at=SENT, ended_at=SENT), SENT, InvitationState.ENDED),
    ],
)
def test_an_invitation_stands_somewhere_at_each_instant(
    times: Times, at: datetime, state: InvitationState
) -> None:
    assert invitation_state(times, at) is state

"""The private page of a referrer, and what staff have released to it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from openiop.apps.accounts.models import Organization
from openiop.apps.admissions.models import Referral
from openiop.apps.clients.services.invitations import hash_of
from openiop.apps.core.ids import LENGTH
from openiop.apps.core.tenancy import tenant
from openiop.apps.front.models import StatusLink, StatusStep
from openiop.domain.referrer_status import RELEASABLE, WORDS, ReferrerStep


@dataclass(frozen=True, slots=True)
class Shown:
    """One step: its words, and when it was released (None: it was not)."""

    step: ReferrerStep
    words: str
    at: datetime | None


@dataclass(frozen=True, slots=True)
class Status:
    """What a referrer's page shows. `link` None: this referral did not come by the form."""

    link: StatusLink | None
    steps: tuple[Shown, ...]

    @property
    def open_steps(self) -> list[Shown]:
        """Return what is not released yet."""
        return [one for one in self.steps if one.at is None]


def find_status(key: str) -> tuple[StatusLink, Status] | None:
    """Return the page of a private link; None for a link that never was or is closed."""
    organization = Organization.objects.filter(public_id=key[:LENGTH]).first()
    if organization is None:
        return None
    with tenant(organization.pk):
        rows = StatusLink.objects.filter(organization=organization, revoked_at__isnull=True)
        link = rows.filter(key_sha256=hash_of(key)).select_related("referral__site", "organization").first()
        return (link, status_of(link.referral)) if link else None


def status_of(referral: Referral) -> Status:
    """Return the steps of a referral as its referrer sees them."""
    link = StatusLink.objects.filter(referral=referral, revoked_at__isnull=True).first()
    released = dict(StatusStep.objects.filter(referral=referral).values_list("step", "created_at"))
    received = Shown(ReferrerStep.RECEIVED, WORDS[ReferrerStep.RECEIVED], referral.received_at)
    rest = (Shown(step, WORDS[step], released.get(step)) for step in RELEASABLE)
    return Status(link, (received, *rest))

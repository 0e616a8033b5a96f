"""A professional refers somebody, and looks at a private page for what was released to them."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from openiop import catalog
from openiop.apps.accounts.models import Organization, Site
from openiop.apps.accounts.permissions import Permission
from openiop.apps.admissions.errors import AlreadyReceived
from openiop.apps.admissions.models import Referral
from openiop.apps.admissions.services.intake import Document, add_pages
from openiop.apps.admissions.services.joining import receive_or_join
from openiop.apps.audit.services import recording
from openiop.apps.clients.services.disclosures import Handing, disclose
from openiop.apps.clients.services.invitations import hash_of
from openiop.apps.core.actor import Actor
from openiop.apps.front.models import StatusLink, StatusStep
from openiop.apps.front.services.asking import owned
from openiop.domain.consents import Scope
from openiop.domain.disclosures import Reason, RecipientKind
from openiop.domain.enquiry import Enquiry, Source
from openiop.domain.errors import Conflict, NotAllowed
from openiop.domain.referrer_status import WORDS, check_release


def refer(
    *,
    by: Actor,
    organization: Organization,
    enquiry: Enquiry,
    pages: Sequence[Document],
    site: Site | None,
    at: datetime,
) -> tuple[Referral, str]:
    """Take in a referral with its files, and return it with the key of the referrer's private page.

    The same one sent once more joins the first, with a page of its own. InvalidEnquiry, InvalidInput and
    AlreadyReceived change nothing.
    """
    with transaction.atomic():
        row, joined = receive_or_join(by=by, enquiry=enquiry, source=Source.PROVIDER, site=site, at=at)
        for document in pages:
            try:
                add_pages(by=by, referral=row, pages=document, at=at)
            except AlreadyReceived as error:
                # Sent once more, its files come once more too: they are there.
                if not joined or error.referral_id != row.public_id:
                    raise
        row = row if row.owner_id else owned(by=by, referral=row, at=at)
        key = f"{organization.public_id}{secrets.token_urlsafe(32)}"
        StatusLink.objects.create(
            organization=organization, referral=row, key_sha256=hash_of(key), created_at=at
        )
    return row, key


def release_step(*, by: Actor, referral: Referral, step: str, agreed: bool, at: datetime) -> StatusStep:
    """Show the referrer one step more. With a record it is a disclosure, and the consent rules decide.

    Raises InvalidInput, NotAllowed or DisclosureRefused; nothing is shown then.
    """
    if not by.may(Permission.REFERRAL_EDIT):
        raise NotAllowed(_("You may not change referrals."))
    part2 = bool(referral.concern) and catalog.program(referral.concern).part2
    chosen = check_release(
        step,
        has_record=referral.client_id is not None,
        part2=part2,
        reached=referral.first_contact_at is not None,
        agreed=agreed,
    )
    if referral.client is not None:
        disclose(by=by, client=referral.client, handing=_handing(referral, WORDS[chosen]), at=at)
    with recording(by=by, at=at) as record:
        if StatusStep.objects.filter(referral=referral, step=chosen).exists():
            raise Conflict(_("The referrer sees this already."), code="released")
        row: StatusStep = StatusStep.objects.create(
            organization_id=by.organization_id,
            referral=referral,
            step=chosen,
            released_by_id=by.user_id,
            created_at=at,
        )
        data = {"step": str(chosen), "agreed": agreed}
        record("referral.step_released", subject=referral, client=referral.client, data=data)
    return row


def close_status(*, by: Actor, referral: Referral, at: datetime) -> None:
    """Make the private page show nothing any more. Conflict where there is none that is open."""
    if not by.may(Permission.REFERRAL_EDIT):
        raise NotAllowed(_("You may not change referrals."))
    with recording(by=by, at=at) as record:
        rows = StatusLink.objects.filter(referral=referral, revoked_at__isnull=True)
        if not rows.update(revoked_at=at):
            raise Conflict(_("The page is closed already."), code="over")
        record("referral.status_closed", subject=referral, client=referral.client)


def _handing(referral: Referral, what: str) -> Handing:
    parts = (referral.referrer_name, referral.referrer_organization)
    return Handing(
        recipient_kind=RecipientKind.PROVIDER,
        purpose=Reason.TREATMENT,
        scopes=frozenset({Scope.ENROLLED}),
        recipient=", ".join(part for part in parts if part),
        what=_("On the private page of the referral: %(what)s") % {"what": _(what)},
        method="page",
    )

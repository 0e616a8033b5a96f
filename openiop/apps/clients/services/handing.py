"""Handing a device over to a client for signing, and taking it back.

Staff begin with one click. From then on the session can do nothing but sign these forms (the web's
middleware narrows it to `device.sign`), until the same person shows that they are back.
"""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from openiop.apps.audit.services import Recorder, recording
from openiop.apps.clients.models import Client, Consent, Handover
from openiop.apps.clients.selectors.consents import waiting_on_screen
from openiop.apps.clients.services.consents import must_edit
from openiop.apps.core.actor import Actor
from openiop.apps.core.tenancy import tenant
from openiop.domain.errors import Conflict


def hand_over(*, by: Actor, client: Client, at: datetime) -> Handover:
    """Give the device away for every form of the client that waits and can be signed on a screen."""
    must_edit(by)
    with recording(by=by, at=at) as record:
        forms = [row.public_id for row in waiting_on_screen(client, at=at)]
        if not forms:
            raise Conflict(_("No form waits for a signature. Prepare one first."), code="nothing-to-sign")
        for left in Handover.objects.filter(handed_by_id=by.user_id, returned_at__isnull=True):
            _close(record, left, "expired")
        handover: Handover = Handover.objects.create(
            organization_id=by.organization_id,
            client=client,
            handed_by_id=by.user_id,
            forms=forms,
            handed_at=at,
            created_at=at,
        )
        record("device.handed", subject=handover, client=client, data={"forms": len(forms)})
    return handover


def take_back(*, by: Actor, handover_id: str, how: str, at: datetime) -> Handover | None:
    """End the actor's hand-over: `confirmed` by them, `signed_out`, or `expired` with the session."""
    with tenant(by.organization_id), recording(by=by, at=at) as record:
        rows = Handover.objects.filter(organization_id=by.organization_id, handed_by_id=by.user_id)
        handover: Handover | None = rows.filter(public_id=handover_id).select_related("client").first()
        if handover is not None and handover.returned_at is None:
            _close(record, handover, how)
    return handover


def _close(record: Recorder, handover: Handover, how: str) -> None:
    handover.returned_at, handover.returned_how = record.at, how
    handover.save(update_fields=["returned_at", "returned_how"])
    rows = Consent.objects.filter(public_id__in=handover.forms)
    data = {
        "signed": rows.filter(signed_at__gte=handover.handed_at).count(),
        "declined": rows.filter(declined_at__gte=handover.handed_at).count(),
        "of": len(handover.forms),
    }
    action = "device.returned" if how == "confirmed" else "device.closed"
    record(action, subject=handover, client=handover.client, data=data | {"how": how})

"""Consents that clients need and lack, for many clients at once."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from django.db.models import Q

from openiop.apps.clients.consent_values import forms
from openiop.apps.clients.models import Client, Consent
from openiop.apps.clients.selectors.consents import needs
from openiop.domain.consent_templates import ConsentTemplate


def lacking_consents(
    clients: Mapping[Client, bool], *, today: date
) -> dict[int, tuple[ConsentTemplate, ...]]:
    """Return each client's needed forms that are not signed or no longer in force. One query.

    `clients`: whether they are seen by video.
    """
    holding = set(
        Consent.objects.filter(
            Q(event_on__isnull=True) | Q(event_on__gt=today),
            client__in=[client.pk for client in clients],
            signed_at__isnull=False,
            revoked_at__isnull=True,
        )
        .exclude(expires_kind="date", expires_on__lt=today)
        .values_list("client_id", "template_id")
    )
    return {
        client.pk: tuple(
            form
            for form in forms()
            if needs(form, client, telehealth=by_video) and (client.pk, form.id) not in holding
        )
        for client, by_video in clients.items()
    }

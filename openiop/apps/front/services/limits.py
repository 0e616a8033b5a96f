"""Take a token for a form that somebody sends. The address itself is kept nowhere."""

from __future__ import annotations

import hmac
from datetime import datetime, timedelta
from hashlib import sha256

from django.conf import settings
from django.db import connection, transaction

from openiop.apps.front.models import Bucket
from openiop.domain.limits import Limit, refilled, taken

KEPT = timedelta(days=1)


def take_token(*, kind: str, address: str, limit: Limit, at: datetime) -> bool:
    """Tell whether one more form of this kind may come from the address, and count it."""
    mark = mark_of(kind, address, at)
    with transaction.atomic():
        Bucket.objects.filter(updated_at__lt=at - KEPT).delete()
        Bucket.objects.bulk_create(
            [Bucket(mark=mark, milli=limit.full, updated_at=at)], ignore_conflicts=True
        )
        rows = Bucket.objects.filter(mark=mark)
        row = (rows.select_for_update() if connection.vendor == "postgresql" else rows).get()
        there = refilled(limit, row.milli, at - row.updated_at)
        left = taken(there)
        row.milli, row.updated_at = (there if left is None else left), at
        row.save(update_fields=["milli", "updated_at"])
    return left is not None


def mark_of(kind: str, address: str, at: datetime) -> str:
    """Return the mark of an address for one kind of form on one day."""
    words = f"{at.date()}|{kind}|{address}".encode()
    return hmac.new(str(settings.SECRET_KEY).encode(), words, sha256).hexdigest()

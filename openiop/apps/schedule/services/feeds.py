"""The private address of a person's calendar: opened (a former one ends), ended, and its reads noted."""

from __future__ import annotations

import secrets
from datetime import datetime

from openiop.apps.accounts.models import User
from openiop.apps.audit.services import recording
from openiop.apps.clients.services.invitations import hash_of
from openiop.apps.core.actor import Actor
from openiop.apps.schedule.models import CalendarFeed
from openiop.apps.schedule.selectors.feeds import open_feed


def make_feed(*, by: Actor, is_staff: bool, at: datetime) -> str:
    """Give the actor a new address and return its key, which is kept nowhere. A former one stops working."""
    with recording(by=by, at=at) as record:
        _end(by, is_staff=is_staff, at=at)
        user = User.objects.get(public_id=by.user_public_id)
        feed = CalendarFeed(organization_id=by.organization_id, user=user, is_staff=is_staff, created_at=at)
        key = f"{feed.organization.public_id}{secrets.token_urlsafe(32)}"
        feed.key_sha256 = hash_of(key)
        feed.save(force_insert=True)
        record("calendar.opened", subject=feed, data={})
    return key


def end_feed(*, by: Actor, is_staff: bool, at: datetime) -> None:
    """Let the actor's address stop working; where there is none, nothing happens."""
    with recording(by=by, at=at) as record:
        feed = open_feed(by, is_staff=is_staff)
        if feed is not None:
            _end(by, is_staff=is_staff, at=at)
            record("calendar.ended", subject=feed, data={})


def note_feed_read(*, by: Actor, feed: CalendarFeed, at: datetime) -> None:
    """Write that a calendar program read the address: once a day, since it asks each hour."""
    today = at.date()
    with recording(by=by, at=at) as record:
        if CalendarFeed.objects.filter(pk=feed.pk).exclude(read_on=today).update(read_on=today):
            record("calendar.read", subject=feed, data={})


def _end(by: Actor, *, is_staff: bool, at: datetime) -> None:
    rows = CalendarFeed.objects.filter(user_id=by.user_id, is_staff=is_staff, revoked_at__isnull=True)
    rows.update(revoked_at=at)

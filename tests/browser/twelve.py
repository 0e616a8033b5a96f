"""Add a group of twelve to a running demo, its session begun an hour ago; print the session's id.

Two seats are free, and Wanda, whose last name is the session's id, is in care at the site without one.

python -m tests.browser.twelve USERNAME
"""

from __future__ import annotations

import sys
from datetime import datetime, timedelta

import django

django.setup()

from openiop.apps.accounts.models import Membership, Organization, User  # noqa: E402 - Django is set up first
from openiop.apps.core import clock  # noqa: E402
from openiop.apps.core.tenancy import tenant  # noqa: E402
from tests.factories import (  # noqa: E402
    make_client,
    make_enrollment,
    make_episode,
    make_series,
    make_session,
    make_slot,
)

MINUTES = timedelta(minutes=50)


def begun(now: datetime) -> datetime:
    """Return when a session of fifty minutes began that is over and lies within one day, as groups do."""
    began = now.replace(second=0, microsecond=0) - timedelta(hours=1)
    whole = (began + MINUTES).date() == began.date()
    return began if whole else began.replace(hour=22, minute=0)


def main(username: str) -> str:
    """Make the group, led by the user, and return the public id of its session."""
    org = Organization.objects.get()
    lead = User.objects.get(username=username)
    with tenant(org.pk):
        site = Membership.objects.get(user=lead).site
        began = begun(clock.local(clock.now(), site.time_zone))
        day = began.date()
        series = make_series(site, name="Twelve", lead=lead, seats=14, starts_on=day - timedelta(days=7))
        slot = make_slot(series, weekday=day.weekday(), start_minute=540)
        session = make_session(slot, day, starts_at=began, ends_at=began + MINUTES)
        for number in range(12):
            client = make_client(org, first=f"Person{number:02d}", last=f"Twelve{number:02d}-Demo", site=site)
            make_enrollment(slot, make_episode(client, site), starts_on=day - timedelta(days=7))
        make_episode(make_client(org, first="Wanda", last=f"{session.public_id}-Demo", site=site), site)
    return str(session.public_id)


if __name__ == "__main__":
    print(main(sys.argv[1]))

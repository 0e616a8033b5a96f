"""Reading episodes and their orders."""

from __future__ import annotations

from datetime import date

from django.db.models import Prefetch, prefetch_related_objects
from django.http import Http404
from django.utils.translation import get_language

from openiop import catalog
from openiop.apps.admissions.models import Certification, Determination, Episode, Order, Phase
from openiop.apps.audit.services import note_read
from openiop.apps.clients.models import Client
from openiop.apps.clients.policies import visible_clients
from openiop.apps.core.actor import Actor
from openiop.apps.core.clock import local
from openiop.domain.discharge import read_discharges

REMEMBERED = "episodes_remembered"
"""The attribute of a client's row under which a page keeps the episodes."""


def access_episode(by: Actor, public_id: str, *, permission: str) -> Episode:
    """Return an episode of a client whom the actor may see, or 404; opening it is noted in the trail."""
    if not by.may(permission):
        raise Http404
    rows = Episode.objects.select_related("client", "site", "primary_clinician")
    episode = rows.filter(public_id=public_id, client__in=visible_clients(by)).first()
    if episode is None:
        raise Http404
    note_read(by=by, action="episode.read", subject=episode, client=episode.client)
    return episode


def remember_episodes(client: Client) -> None:
    """Read the client's episodes once for a page on which many parts ask for them.

    They are kept with this row of the client; a service that changes them is given a fresh one.
    """
    rows = Episode.objects.select_related("site", "primary_clinician").order_by("-admitted_at")
    prefetch_related_objects([client], Prefetch("episodes", rows, to_attr=REMEMBERED))


def episodes_of(client: Client) -> list[Episode]:
    """Return the client's episodes, newest first: as they were remembered, else read now."""
    known: list[Episode] | None = getattr(client, REMEMBERED, None)
    if known is not None:
        return known
    rows = Episode.objects.filter(client=client).select_related("site", "client", "primary_clinician")
    return list(rows.order_by("-admitted_at"))


def open_episode_of(client: Client) -> Episode | None:
    """Return the client's open episode, if there is one."""
    return next((row for row in episodes_of(client) if row.discharged_at is None), None)


def latest_episode_of(client: Client) -> Episode | None:
    """Return the client's open episode, or the one that was closed last where none is open."""
    closed = sorted(
        (row for row in episodes_of(client) if row.discharged_at is not None),
        key=lambda row: (row.discharged_at, row.admitted_at),
        reverse=True,
    )
    return open_episode_of(client) or next(iter(closed), None)


def phases_of(episode: Episode) -> list[Phase]:
    """Return the phases in their order; of a closed episode those that had begun by its last day."""
    rows = episode.phases.order_by("starts_on")
    if (last := _last_day(episode)) is not None:
        rows = rows.filter(starts_on__lte=last)
    return list(rows)


def phases_lived(client: Client) -> list[Phase]:
    """Return the phases of all the client's courses of care, the latest first; those planned after an end are none."""
    rows = Phase.objects.filter(episode__client=client).select_related("episode__site")
    ends = {episode.pk: _last_day(episode) for episode in {row.episode for row in rows}}
    return [
        row
        for row in sorted(rows, key=lambda row: (row.starts_on, row.pk), reverse=True)
        if (last := ends[row.episode_id]) is None or row.starts_on <= last
    ]


def _last_day(episode: Episode) -> date | None:
    if episode.discharged_at is None:
        return None
    return local(episode.discharged_at, episode.site.time_zone).date()


def standing_determination(client: Client) -> Determination | None:
    """Return the newest determination that none replaces, decided or not.

    After two records became one there may be an older decided one beside it, which then says nothing.
    """
    rows = Determination.objects.filter(client=client, superseded_by__isnull=True)
    return rows.order_by("-computed_at", "-id").first()


def decided_determination(client: Client) -> Determination | None:
    """Return the determination that stands, if its decision is signed."""
    standing = standing_determination(client)
    return standing if standing is not None and standing.signed_at is not None else None


def certificate_of(order: Order) -> Certification | None:
    """Return the latest certificate of an order."""
    return Certification.objects.filter(order=order).order_by("-signed_at", "-id").first()


def discharge_words(episode: Episode) -> str:
    """Return why the care ended in the reader's language; empty while it runs."""
    reasons = read_discharges(catalog.load("discharges", "discharge").body)
    reason = reasons.reason(episode.discharge_reason)
    return reason.title.in_language(get_language() or "en") if reason else episode.discharge_reason

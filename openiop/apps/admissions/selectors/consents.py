"""Consents of people in care: which of them are seen by video, who lacks a form, what ends soon."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.http import Http404

from openiop.apps.accounts.models import Site
from openiop.apps.admissions.models import Episode, Order
from openiop.apps.admissions.selectors.episodes import open_episode_of
from openiop.apps.audit.services import note_read
from openiop.apps.clients.models import Client
from openiop.apps.clients.selectors.consents import ConsentPicture, pictures_of
from openiop.apps.core.actor import Actor

TELEHEALTH = frozenset({"telehealth", "hybrid"})
"""Modalities of an order for which the consent to video and phone is needed."""


@dataclass(frozen=True, slots=True)
class InCare:
    """Someone in care with their consents. `telehealth`: part of their care is by video."""

    client: Client
    episode: Episode
    picture: ConsentPicture
    telehealth: bool


def consents_in_care(by: Actor, site: Site, *, permission: str, at: datetime) -> list[InCare]:
    """Return everyone in care at the site by name, and note that the list was opened. Three queries."""
    if not by.may_at(permission, site.pk):
        raise Http404
    note_read(by=by, action="consents.read", subject=site)
    rows = Episode.objects.filter(site=site, discharged_at__isnull=True)
    episodes = list(
        rows.select_related("client__site", "client__organization").order_by("client__search_key", "id")
    )
    remote = remote_clients(episodes)
    pictures = pictures_of((episode.client for episode in episodes), at=at, telehealth=remote)
    return [
        InCare(episode.client, episode, pictures[episode.client_id], episode.client_id in remote)
        for episode in episodes
    ]


def remote_clients(episodes: Iterable[Episode]) -> set[int]:
    """Return the clients whose newest signed order has part of their care by video."""
    clients = {episode.pk: episode.client_id for episode in episodes}
    if not clients:
        return set()
    rows = Order.objects.filter(episode_id__in=list(clients), signed_at__isnull=False)
    newest = dict(rows.order_by("number").values_list("episode_id", "modality"))
    return {clients[episode] for episode, modality in newest.items() if modality in TELEHEALTH}


def is_seen_by_video(client: Client) -> bool:
    """Tell whether part of the client's care today is by video."""
    episode = open_episode_of(client)
    return bool(remote_clients([episode] if episode else []))

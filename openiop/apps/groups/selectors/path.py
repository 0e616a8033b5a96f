"""Where clients stand on their path and what comes next, read from the rows of every area."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Q, QuerySet

from openiop.apps.accounts.models import Site
from openiop.apps.admissions.freshness import lapsed_of
from openiop.apps.admissions.models import (
    Assessment,
    Certification,
    Determination,
    Episode,
    Order,
    Referral,
)
from openiop.apps.admissions.selectors.episodes import open_episode_of
from openiop.apps.admissions.weighing import local_day
from openiop.apps.clients.models import Client
from openiop.apps.clients.policies import visible_clients
from openiop.apps.clients.selectors.gaps import lacking_consents
from openiop.apps.core.actor import Actor
from openiop.apps.groups.models import Attendance
from openiop.apps.schedule.models import Enrollment, Window
from openiop.domain.attendance import HERE
from openiop.domain.consent_templates import ConsentTemplate
from openiop.domain.path import Next, Standing, Step, Stop, steps_of, stop_of
from openiop.domain.pipeline import OPEN

TELEHEALTH = frozenset({"telehealth", "hybrid"})


@dataclass(frozen=True, slots=True)
class ClientPath:
    """A client's standing and what is open, with the rows that the steps are done on."""

    client: Client
    standing: Standing
    lacking: tuple[ConsentTemplate, ...]
    referral: Referral | None
    draft: Assessment | None
    decision: Determination | None
    episode: Episode | None
    order: Order | None

    @property
    def steps(self) -> tuple[Next, ...]:
        """Return what is open now, the most pressing first."""
        return steps_of(self.standing)

    @property
    def stop(self) -> Stop:
        """Return the stop of the path the client stands at."""
        return stop_of(self.standing)


def path_of(client: Client, *, at: datetime) -> ClientPath:
    """Return one client's path."""
    return paths_of([client], at=at)[client.pk]


def paths_of(clients: Sequence[Client], *, at: datetime) -> dict[int, ClientPath]:
    """Return each client's path: ten queries, however many clients of one time zone."""
    rows = _rows_of(clients)
    days = {client.pk: local_day(client, at) for client in clients}
    lacking = _lacking(clients, rows, days)
    return {client.pk: _path(client, rows, lacking[client.pk], days[client.pk]) for client in clients}


def open_paths(by: Actor, site: Site, steps: Iterable[Step], *, at: datetime) -> list[ClientPath]:
    """Return the paths of the site's clients on which one of the steps is open, the oldest record first.

    Clients of no site yet belong to every site.
    """
    wanted = frozenset(steps)
    waiting = Referral.objects.filter(stage__in=OPEN, client__isnull=False).values("client_id")
    in_care = Episode.objects.filter(discharged_at__isnull=True).values("client_id")
    rows = visible_clients(by).filter(Q(site=site) | Q(site__isnull=True), merged_into__isnull=True)
    rows = rows.filter(Q(pk__in=waiting) | Q(pk__in=in_care)).select_related("site")
    found = paths_of(list(rows.order_by("created_at", "id")), at=at)
    return [path for path in found.values() if wanted.intersection(one.step for one in path.steps)]


@dataclass(frozen=True, slots=True)
class _Rows:
    """The rows of many clients, each by the client's key."""

    referrals: dict[int, Referral]
    drafts: dict[int, Assessment]
    decisions: dict[int, Determination]
    episodes: dict[int, Episode]
    orders: dict[int, Order]
    certified: set[int]
    seats: dict[int, list[Enrollment]]
    with_windows: set[int]
    attended: set[int]


def _rows_of(clients: Sequence[Client]) -> _Rows:
    ids = [client.pk for client in clients]

    def latest(rows: QuerySet[Any], order: str) -> dict[int, Any]:
        return {row.client_id: row for row in rows.filter(client_id__in=ids).order_by(order, "id")}

    drafts = Assessment.objects.filter(signed_at__isnull=True).defer("findings", "context")
    decisions = Determination.objects.filter(superseded_by__isnull=True).select_related("assessment")
    decisions = decisions.defer("result", "assessment__findings", "assessment__note")
    episodes = _open_episodes(clients)
    orders = _orders(episodes.values())
    seats: dict[int, list[Enrollment]] = defaultdict(list)
    held = Enrollment.objects.filter(client_id__in=ids, state__in=("held", "waiting"))
    for seat in held.select_related("slot__series"):
        seats[seat.client_id].append(seat)
    came = Attendance.objects.filter(episode__in=list(episodes.values()), state__in=HERE)
    return _Rows(
        referrals=_referrals(ids),
        drafts=latest(drafts, "created_at"),
        decisions=latest(decisions, "computed_at"),
        episodes=episodes,
        orders=orders,
        certified=set(
            Certification.objects.filter(order__in=orders.values()).values_list("order_id", flat=True)
        ),
        seats=seats,
        with_windows=set(
            Window.objects.filter(client_id__in=ids, kind="available").values_list("client_id", flat=True)
        ),
        attended=set(came.values_list("client_id", flat=True)),
    )


def _referrals(ids: Sequence[int]) -> dict[int, Referral]:
    """Return each client's latest referral, an open one before any that ended: a repeat is often declined."""
    found: dict[int, Referral] = {}
    rows = Referral.objects.filter(client_id__in=ids).defer("understood", "note")
    for row in rows.order_by("received_at", "id"):
        former = found.get(row.client_id)
        if former is None or row.stage in OPEN or former.stage not in OPEN:
            found[row.client_id] = row
    return found


def _open_episodes(clients: Sequence[Client]) -> dict[int, Episode]:
    """Return the open episode of each client: of one as a page may remember it, of many in one query."""
    if len(clients) == 1:
        own = open_episode_of(clients[0])
        return {clients[0].pk: own} if own else {}
    rows = Episode.objects.filter(client__in=clients, discharged_at__isnull=True).select_related("site")
    return {row.client_id: row for row in rows.order_by("admitted_at", "id")}


def _orders(episodes: Iterable[Episode]) -> dict[int, Order]:
    """Return the newest order of each episode, by its client."""
    clients = {episode.pk: episode.client_id for episode in episodes}
    rows = Order.objects.filter(episode_id__in=clients, signed_at__isnull=False).order_by("number")
    return {clients[row.episode_id]: row for row in rows}


def _lacking(
    clients: Sequence[Client], rows: _Rows, days: dict[int, date]
) -> dict[int, tuple[ConsentTemplate, ...]]:
    """Return the consents each client lacks; sites may stand on different days."""
    by_day: dict[date, dict[Client, bool]] = defaultdict(dict)
    for client in clients:
        order = rows.orders.get(client.pk)
        by_day[days[client.pk]][client] = order is not None and order.modality in TELEHEALTH
    found: dict[int, tuple[ConsentTemplate, ...]] = {}
    for day, own in by_day.items():
        found |= lacking_consents(own, today=day)
    return found


def _path(client: Client, rows: _Rows, lacking: tuple[ConsentTemplate, ...], today: date) -> ClientPath:
    key = client.pk
    referral, decision = rows.referrals.get(key), rows.decisions.get(key)
    episode, order, draft = rows.episodes.get(key), rows.orders.get(key), rows.drafts.get(key)
    held = [seat for seat in rows.seats.get(key, ()) if seat.state == "held"]
    standing = Standing(
        today=today,
        on_the_way=episode is not None or (referral is not None and referral.stage in OPEN),
        consents_lacking=len(lacking),
        has_draft=draft is not None,
        decision=decision.status if decision else "",
        is_decided=decision is not None and decision.signed_at is not None,
        level=decision.actual_level if decision else "",
        is_lapsed=decision is not None and bool(lapsed_of(decision, on=today)),
        is_admitted=episode is not None,
        lacks_certificate=order is not None and _waits_for_certificate(order, rows.certified),
        knows_windows=key in rows.with_windows,
        ordered=order.weekly_minutes if order else 0,
        booked=sum(_minutes(seat) for seat in held),
        waiting=len(rows.seats.get(key, ())) - len(held),
        starts_on=order.starts_on if order else None,
        review_on=order.review_on if order else None,
        has_attended=key in rows.attended,
    )
    return ClientPath(client, standing, lacking, referral, draft, decision, episode, order)


def _waits_for_certificate(order: Order, certified: set[int]) -> bool:
    return bool(order.certifying_physician) and order.pk not in certified


def _minutes(seat: Enrollment) -> int:
    """Return the treatment minutes a week that a seat gives."""
    slot = seat.slot
    return slot.end_minute - slot.start_minute - slot.break_minutes if slot.series.countable else 0

"""Moments of the way in for the time line: referrals, contacts, determinations, episodes and orders."""

from __future__ import annotations

from django.utils.translation import get_language, gettext
from django.utils.translation import gettext as _

from openiop import catalog
from openiop.apps.accounts.permissions import Permission
from openiop.apps.admissions.models import ContactAttempt, Determination, Episode, Order, Referral, StageMove
from openiop.apps.admissions.selectors.episodes import discharge_words, episodes_of
from openiop.apps.clients.models import Client
from openiop.apps.clients.selectors.moments import Moment, doer_named
from openiop.apps.core.actor import Actor
from openiop.domain.levelofcare import Level
from openiop.domain.pipeline import Stage
from openiop.domain.referral_words import SOURCES, STAGES, WAYS, WROTE

_TONES = {Stage.ADMITTED: "ok", Stage.DECLINED: "bad", Stage.REFERRED_ON: "warn"}


def referral_moments(by: Actor, client: Client, limit: int | None) -> list[Moment]:
    """Referrals received, people reached, stages passed."""
    if not by.may(Permission.REFERRAL_VIEW):
        return []
    received = (
        Referral.objects.filter(client=client).defer("understood", "note").order_by("-received_at")[:limit]
    )
    found = [
        Moment(
            row.received_at,
            _("Referral received"),
            note=gettext(SOURCES.get(row.source, row.source)),
            tone="info",
            route=("referral", row.public_id),
        )
        for row in received
    ]
    contacts = ContactAttempt.objects.filter(referral__client=client).select_related("attempted_by")
    for contact in contacts.order_by("-attempted_at")[:limit]:
        title = _("Reached") if contact.reached else _("Tried to reach")
        title = _("Wrote again") if contact.method == WROTE else title
        note = gettext(WAYS.get(contact.method, contact.method))
        found.append(
            Moment(
                contact.attempted_at,
                title,
                note=" · ".join(filter(None, (note, contact.words))),
                who=doer_named(contact.attempted_by),
            )
        )
    moves = StageMove.objects.filter(referral__client=client).exclude(from_stage="")
    for move in moves.select_related("moved_by").order_by("-moved_at")[:limit]:
        stage = gettext(STAGES.get(move.to_stage, move.to_stage))
        title = _("Referral: %(stage)s") % {"stage": stage}
        tone = _TONES.get(Stage(move.to_stage), "") if move.to_stage in set(Stage) else ""
        found.append(Moment(move.moved_at, title, note=move.words, tone=tone, who=doer_named(move.moved_by)))
    return found


def admission_moments(by: Actor, client: Client, limit: int | None) -> list[Moment]:
    """Levels of care decided, episodes opened and closed, orders signed."""
    found = _decided(client, limit) if by.may(Permission.ASSESSMENT_VIEW) else []
    return [*found, *_courses(client, limit)] if by.may(Permission.ORDER_VIEW) else found


def _decided(client: Client, limit: int | None) -> list[Moment]:
    rows = Determination.objects.filter(client=client, signed_at__isnull=False).defer("result")
    return [
        Moment(
            row.signed_at,
            _("Level of care decided"),
            note=_level(row.actual_level),
            tone="info",
            route=("determination", row.public_id),
            who=doer_named(row.signed_by),
        )
        for row in rows.select_related("signed_by").order_by("-signed_at")[:limit]
        if row.signed_at
    ]


def _courses(client: Client, limit: int | None) -> list[Moment]:
    found: list[Moment] = []
    for episode in episodes_of(client)[:limit]:
        route = ("episode", episode.public_id)
        title = _("Episode of care opened")
        found.append(Moment(episode.admitted_at, title, note=_program(episode), tone="ok", route=route))
        if episode.discharged_at:
            words = discharge_words(episode)
            found.append(Moment(episode.discharged_at, _("Discharged"), note=words, route=route))
    orders = Order.objects.filter(episode__client=client, signed_at__isnull=False)
    for order in orders.select_related("signed_by", "episode").order_by("-signed_at")[:limit]:
        hours, rest = divmod(order.weekly_minutes, 60)
        dose = f"{hours}\N{NO-BREAK SPACE}h" + (f" {rest:02d}\N{NO-BREAK SPACE}min" if rest else "")
        note = _("%(dose)s on %(days)s days a week") % {"dose": dose, "days": order.weekly_days}
        if order.was_corrected:
            note = _("%(dose)s; corrected from the first day on") % {"dose": note}
        if order.signed_at:
            route, who = ("episode", order.episode.public_id), doer_named(order.signed_by)
            found.append(Moment(order.signed_at, _("Order signed"), note=note, route=route, who=who))
    return found


def _level(key: str) -> str:
    """The level's name, as the newest criteria call it."""
    if key not in set(Level):
        return key
    return catalog.criteria("open-loc").levels[Level(key)].title.in_language(get_language() or "en")


def _program(episode: Episode) -> str:
    """The program's name; its id where its file is not here any more."""
    try:
        program = catalog.program(episode.program_id, episode.program_version)
    except catalog.NotInCatalog:
        return episode.program_id
    return program.title.in_language(get_language() or "en")

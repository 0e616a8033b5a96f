"""The cards on the client page that belong to no other area: what next, course of care, the past at a glance."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from openiop.apps.accounts.permissions import Permission
from openiop.apps.admissions.selectors.consents import is_seen_by_video
from openiop.apps.admissions.selectors.episodes import episodes_of, open_episode_of
from openiop.apps.clients.selectors.consents import consent_picture
from openiop.apps.clients.selectors.record import active_history_of
from openiop.apps.core import clock
from openiop.apps.groups.selectors.path import path_of
from openiop.web.requests import ActorRequest
from openiop.web.staff.client_sections import Section
from openiop.web.staff.consents import consents_at_hand
from openiop.web.staff.path import lines_of, stops_of
from openiop.web.staff.referral_forms import program_names

if TYPE_CHECKING:
    from openiop.apps.clients.models import Client


def path_card(request: ActorRequest, client: Client) -> Section | None:
    """What comes next, whose task it is, and where on the path the client stands."""
    path = path_of(client, at=clock.now())
    words, stop, still_open = stops_of(path)
    is_on_the_way = path.standing.on_the_way
    values: dict[str, Any] = {
        "lines": lines_of(request.actor, path),
        "stops": words if is_on_the_way else [],
        "stop": stop,
        "still_open": still_open,
        "quiet": _("Nothing is open.") if is_on_the_way else _("Neither in care nor on the way to it."),
    }
    return Section("staff/clients/path.html", values)


def course_card(request: ActorRequest, client: Client) -> Section | None:
    """Episodes of care with their program; before the first, the path says what is missing."""
    if not request.actor.may(Permission.ORDER_VIEW):
        return None
    episodes = episodes_of(client)
    if not episodes:
        return None
    return Section("staff/clients/course.html", {"episodes": episodes, "programs": program_names()})


def consents_card(request: ActorRequest, client: Client) -> Section | None:
    """What is missing or waits for a signature, and one click to hand the device over."""
    by, at = request.actor, clock.now()
    if not by.may(Permission.CONSENT_VIEW) or open_episode_of(client) is None:
        return None
    picture = consent_picture(client, at=at, telehealth=is_seen_by_video(client))
    values = consents_at_hand(client, picture) | {
        "picture": picture,
        "may_edit": by.may(Permission.CONSENT_EDIT),
    }
    return Section("staff/consents/card.html", values)


def glance_card(request: ActorRequest, client: Client) -> Section | None:
    """Active problems, medications and allergies as received: mental health and substance use first."""
    if not request.actor.may(Permission.ASSESSMENT_VIEW):
        return None
    items = active_history_of(client)
    if not items:
        return None
    groups = {
        kind: [item for item in items if item.kind == kind] for kind in ("problem", "medication", "allergy")
    }
    return Section("staff/clients/glance.html", {"client": client, **groups})

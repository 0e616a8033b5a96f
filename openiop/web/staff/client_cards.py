"""The cards on the client page that belong to no other area: course of care, and the past at a glance."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from openiop.apps.accounts.permissions import Permission
from openiop.apps.admissions.selectors.episodes import decided_determination, episodes_of
from openiop.apps.clients.selectors.record import active_history_of
from openiop.web.requests import ActorRequest
from openiop.web.staff.client_sections import Section
from openiop.web.staff.referral_forms import program_names

if TYPE_CHECKING:
    from openiop.apps.clients.models import Client


def course_card(request: ActorRequest, client: Client) -> Section | None:
    """Episodes of care with their program, and the way to admit where there is none open."""
    by = request.actor
    if not by.may(Permission.ORDER_VIEW):
        return None
    episodes = list(episodes_of(client))
    is_open = any(episode.discharged_at is None for episode in episodes)
    may_admit = not is_open and by.may(Permission.ORDER_EDIT)
    values: dict[str, Any] = {
        "client": client,
        "episodes": episodes,
        "programs": program_names(),
        "may_admit": may_admit and decided_determination(client) is not None,
        "needs_decision": may_admit and decided_determination(client) is None,
    }
    return Section("staff/clients/course.html", values)


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

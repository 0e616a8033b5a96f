"""The plan on the client page: what is due, how the version in force stands, its goals."""

from __future__ import annotations

from typing import TYPE_CHECKING

from openiop.apps.accounts.permissions import Permission
from openiop.apps.admissions.selectors.episodes import open_episode_of
from openiop.apps.core import clock
from openiop.apps.treatment.reading import plan_of
from openiop.apps.treatment.selectors.dues import due_for
from openiop.web.requests import ActorRequest
from openiop.web.staff.client_sections import Section
from openiop.web.staff.treatment_shown import due_context

if TYPE_CHECKING:
    from openiop.apps.clients.models import Client


def plan_card(request: ActorRequest, client: Client) -> Section | None:
    """Show it for clients in care."""
    by, episode = request.actor, open_episode_of(client)
    if episode is None or not by.may(Permission.TREATMENT_VIEW):
        return None
    due = due_for(episode, at=clock.now())
    values = {
        "client": client,
        "due": due_context(due),
        "goals": [goal.words for goal in plan_of(due.plan).goals] if due.plan else [],
        "may_edit": by.may(Permission.TREATMENT_EDIT),
    }
    return Section("staff/treatment/card.html", values)

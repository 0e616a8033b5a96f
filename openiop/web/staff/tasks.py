"""What waits for somebody's hands on the clients' paths: the list beside the day's groups."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

from openiop.apps.core.actor import Actor
from openiop.apps.groups.selectors.path import ClientPath, open_paths
from openiop.domain.path import Next, Step
from openiop.web.staff.path import WAYS, Line, is_task_of, line_of

if TYPE_CHECKING:
    from openiop.apps.accounts.models import Site
    from openiop.apps.clients.models import Client

ACTS = frozenset(Step) - {Step.FIRST_DAY, Step.WAIT}
"""Steps that somebody does; the others only pass."""


def tasks_of(by: Actor, site: Site, *, mine: bool, at: datetime) -> list[tuple[Client, Line]]:
    """Return what the actor may do for the site's clients, the latest first, then by day.

    `mine`: only what people in the actor's roles usually do, and of drafts and reviews only their own.
    """
    wanted = [step for step in ACTS if by.may(WAYS[step].does) and (not mine or is_task_of(by, step))]
    if not wanted:
        return []
    found = [
        (path, step)
        for path in open_paths(by, site, wanted, at=at)
        for step in path.steps
        if step.step in wanted and (not mine or _is_own(by, path, step))
    ]
    found.sort(key=lambda pair: (not pair[1].is_late, pair[1].on or date.min))
    return [(path.client, line_of(by, path, step)) for path, step in found]


def _is_own(by: Actor, path: ClientPath, found: Next) -> bool:
    """Tell whether a draft or a review is this person's; what belongs to nobody is everyone's."""
    owner = None
    if found.step is Step.FINISH and path.draft is not None:
        owner = path.draft.assessed_by_id
    elif found.step is Step.REVIEW and path.episode is not None:
        owner = path.episode.primary_clinician_id
    return owner in (None, by.user_id)

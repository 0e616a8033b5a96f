"""A one-to-one opening as a form carries it, there and back."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING

from openiop.apps.schedule.services.plans import VisitPlan

if TYPE_CHECKING:
    from openiop.apps.accounts.models import User
    from openiop.apps.schedule.selectors.openings import Opening

PARTS = 5
MODALITIES = ("on_site", "telehealth")


def written(opening: Opening) -> str:
    """Return the opening as one value of a form."""
    parts = (opening.kind, opening.staff.public_id, opening.starts_at.isoformat(), str(opening.minutes))
    return "|".join((*parts, opening.modality))


def read(value: str, people: Iterable[User]) -> VisitPlan | None:
    """Return what a form sent back, or None where it cannot be an opening of these people."""
    parts = value.split("|")
    if len(parts) != PARTS:
        return None
    kind, staff, starts, minutes, modality = parts
    user = next((user for user in people if user.public_id == staff), None)
    try:
        starts_at = datetime.fromisoformat(starts)
    except ValueError:
        return None
    right = user is not None and starts_at.tzinfo is not None and modality in MODALITIES
    if not right or user is None or not minutes.isdecimal() or len(minutes) > len("240"):
        return None
    return VisitPlan(kind, user, starts_at, int(minutes), modality)

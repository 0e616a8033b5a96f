"""A clinic with a licensed and an unlicensed therapist, a client in care, and a plan that is whole."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from openiop.apps.core.actor import Actor
from openiop.apps.treatment.models import TreatmentPlan
from openiop.apps.treatment.services.plans import save_plan, sign_plan, start_plan
from openiop.domain.treatment import read_plan
from tests.domain.treatment.plans import PLAN
from tests.factories import (
    AT,
    actor,
    make_client,
    make_episode,
    make_order,
    make_organization,
    make_site,
    make_staff_profile,
    make_user,
)

LATER = AT + timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Clinic:
    """Who is there."""

    licensed: Actor
    unlicensed: Actor
    episode: Any

    @property
    def client(self) -> Any:
        """The client in care."""
        return self.episode.client


def open_clinic() -> Clinic:
    """Make it."""
    org = make_organization()
    site = make_site(org)
    people = [make_user("Lin Reyes-Demo"), make_user("Una Moss-Demo")]
    make_staff_profile(people[0], site, is_licensed=True)
    make_staff_profile(people[1], site, is_licensed=False)
    episode = make_episode(make_client(org, site=site), site, program_id="depression")
    make_order(episode, signed_at=AT, starts_on=AT.date())
    licensed, unlicensed = (actor(org, "therapist", user=user) for user in people)
    return Clinic(licensed, unlicensed, episode)


def written(clinic: Clinic, by: Actor | None = None, **change: Any) -> TreatmentPlan:
    """Save a whole plan as a draft."""
    by = by or clinic.licensed
    draft = start_plan(by=by, episode=clinic.episode, at=AT)
    content = read_plan(PLAN.to_data() | change)
    return save_plan(by=by, plan=draft, content=content, version=draft.version, at=AT)


def signed(clinic: Clinic, by: Actor | None = None, **change: Any) -> TreatmentPlan:
    """Save a whole plan and sign it."""
    by = by or clinic.licensed
    draft = written(clinic, by, **change)
    return sign_plan(by=by, plan=draft, signed_name=by.name, version=draft.version, at=LATER)

"""Writing the plan: begin, save as far as it goes, sign, amend."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from openiop import catalog
from openiop.apps.accounts.permissions import Permission
from openiop.apps.admissions.models import Episode
from openiop.apps.admissions.selectors.episodes import decided_determination
from openiop.apps.audit.services import recording
from openiop.apps.core.actor import Actor
from openiop.apps.treatment.errors import IncompletePlan, StalePlan
from openiop.apps.treatment.models import TreatmentPlan
from openiop.apps.treatment.reading import (
    day_of,
    fingerprint,
    known_problems,
    met_of,
    new_keys,
    ordered_services,
    plan_of,
    signer_of,
    standing_order,
    zone_of,
)
from openiop.apps.treatment.services.indexing import index_plans
from openiop.domain.errors import Conflict, InvalidInput, NotAllowed
from openiop.domain.treatment import Plan, read_plan
from openiop.domain.treatment.editing import first_plan
from openiop.domain.treatment.gaps import gaps_of, may_be_signed
from openiop.domain.treatment.model import MOST, TOO_MANY
from openiop.domain.treatment.signing import cosign_by

FEWEST_LETTERS_OF_A_REASON = 5
WITH = (
    "client__site",
    "client__organization",
    "episode__site",
    "order",
    "determination",
    "amends",
    "written_by",
)


def start_plan(*, by: Actor, episode: Episode, at: datetime) -> TreatmentPlan:
    """Begin an episode's first plan with the problems that the record knows; an open draft is returned as it is.

    Where a plan is signed already, amend that one. A draft can be finished after the care has ended, not begun.
    """
    _must_edit(by)
    with recording(by=by, at=at) as record:
        rows = TreatmentPlan.objects.filter(episode=episode).select_related(*WITH)
        versions: list[TreatmentPlan] = list(rows.order_by("number"))
        if versions and versions[-1].signed_at is None:
            return versions[-1]
        if versions:
            raise Conflict(_("This course of care has a signed plan. Amend that one."), code="signed")
        if not Episode.objects.filter(pk=episode.pk, discharged_at__isnull=True).exists():
            raise NotAllowed(_("The care has ended; no plan is begun for it."), code="episode-closed")
        keys, language = new_keys(), episode.client.language[:2] if episode.client.language else "en"
        language = language if language in ("en", "es") else "en"
        draft: TreatmentPlan = TreatmentPlan.objects.create(
            organization_id=by.organization_id,
            client=episode.client,
            episode=episode,
            determination=decided_determination(episode.client),
            order=standing_order(episode),
            number=1,
            content=first_plan(known_problems(episode.client, keys, language=language), keys).to_data(),
            clocks_version=catalog.plan_clocks().version,
            language=language,
            part2=episode.client.part2 or episode.part2,
            written_by_id=by.user_id,
            updated_at=at,
            created_at=at,
        )
        record("treatment.started", subject=draft, client=draft.client)
        index_plans(record, episode)
    return draft


def save_plan(
    *, by: Actor, plan: TreatmentPlan, content: Plan, payer: str | None = None, version: int, at: datetime
) -> TreatmentPlan:
    """Save a draft as far as it goes. Raises StalePlan where `version` is not the draft's any more."""
    _must_edit(by)
    with recording(by=by, at=at) as record:
        draft = _locked(plan)
        if draft.version != version:
            raise StalePlan(
                _(
                    "Someone else saved this plan meanwhile. Your words are still here; compare and save again."
                )
            )
        if payer is not None and payer not in {"", *(row.key for row in catalog.plan_clocks().rows)}:
            raise InvalidInput(_("Choose from the list."), field="payer")
        draft.content = _readable(content)
        draft.payer = draft.payer if payer is None else payer
        draft.written_by_id = by.user_id
        draft.updated_at = at
        draft.version += 1
        draft.save()
        data = {"problems": len(content.problems), "objectives": len(content.objectives)}
        record("treatment.saved", subject=draft, client=draft.client, data=data)
        index_plans(record, draft.episode)
    return draft


def sign_plan(
    *, by: Actor, plan: TreatmentPlan, signed_name: str, version: int, at: datetime
) -> TreatmentPlan:
    """Freeze a version. Who holds no license signs too, and a licensed colleague is asked for beside them.

    Raises IncompletePlan with what is missing.
    """
    _must_edit(by)
    with recording(by=by, at=at) as record:
        draft = _locked(plan)
        if draft.version != version:
            raise StalePlan(_("This plan was changed after you opened it. Read it again, then sign."))
        today = day_of(at, zone_of(draft))
        draft.order = standing_order(draft.episode)
        draft.determination = decided_determination(draft.client)
        content = plan_of(draft)
        gaps = gaps_of(content, today=today, ordered=ordered_services(draft.order), met=met_of(draft))
        if not may_be_signed(gaps):
            raise IncompletePlan(_("Something is still missing before this plan can be signed."), gaps=gaps)
        days, _row = catalog.plan_clocks().shortest("cosign_within", draft.payer)
        draft.needs_cosign = not signer_of(by).is_licensed
        draft.cosign_by = cosign_by(today, days) if draft.needs_cosign else None
        draft.content_sha256 = fingerprint(content)
        draft.part2 = draft.part2 or draft.client.part2
        draft.signed_at, draft.signed_by_id, draft.signed_name = at, by.user_id, signed_name
        draft.updated_at = at
        draft.version += 1
        draft.save()
        data = {"number": draft.number, "sha256": draft.content_sha256, "cosign": draft.needs_cosign}
        record("treatment.signed", subject=draft, client=draft.client, data=data)
        index_plans(record, draft.episode)
    return draft


def amend_plan(*, by: Actor, plan: TreatmentPlan, reason: str, at: datetime) -> TreatmentPlan:
    """Begin the next version with the words of the newest one; what is signed stays as signed."""
    _must_edit(by)
    if len(reason.strip()) < FEWEST_LETTERS_OF_A_REASON:
        raise InvalidInput(_("Say why it is amended."), field="reason")
    with recording(by=by, at=at) as record:
        newest: TreatmentPlan = (
            TreatmentPlan.objects.filter(episode=plan.episode).select_related(*WITH).latest("number")
        )
        if newest.signed_at is None:
            raise Conflict(_("A version is being written already. Finish that one first."), code="draft-open")
        draft: TreatmentPlan = TreatmentPlan.objects.create(
            organization_id=newest.organization_id,
            client=newest.client,
            episode=newest.episode,
            determination=decided_determination(newest.client),
            order=standing_order(newest.episode),
            number=newest.number + 1,
            content=newest.content,
            payer=newest.payer,
            clocks_version=catalog.plan_clocks().version,
            language=newest.language,
            part2=newest.part2 or newest.client.part2,
            amends=newest,
            amend_reason=reason.strip()[:300],
            written_by_id=by.user_id,
            updated_at=at,
            created_at=at,
        )
        data = {"number": draft.number, "reason": draft.amend_reason}
        record("treatment.amended", subject=draft, client=draft.client, data=data)
        index_plans(record, draft.episode)
    return draft


def _must_edit(by: Actor) -> None:
    if not by.may(Permission.TREATMENT_EDIT):
        raise NotAllowed(_("Plans are written by the treating clinicians."))


def _readable(content: Plan) -> dict[str, Any]:
    """Return a plan as plain data. What could not be read again is refused here: it would shut the draft for good."""
    data = content.to_data()
    try:
        read_plan(data)
    except InvalidInput as error:
        if error.code != TOO_MANY:
            raise
        words = _(
            "A plan has at most %(most)s parts of a kind in one place. Take one out before you add one."
        )
        raise InvalidInput(words % {"most": MOST}, code=TOO_MANY) from error
    return data


def _locked(plan: TreatmentPlan) -> TreatmentPlan:
    """Read the draft again inside the transaction; a signed one is closed."""
    draft: TreatmentPlan = TreatmentPlan.objects.select_related(*WITH).get(pk=plan.pk)
    if draft.signed_at is not None:
        raise NotAllowed(_("This plan is signed. Amend it to change it."), code="signed")
    return draft

"""The level-of-care assessment: begin, save as far as it goes, sign, amend."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from openiop import catalog
from openiop.apps.admissions.freshness import COLUMBIA_ON, FIRST_ON, columbia_day, first_day
from openiop.apps.admissions.models import Assessment, Determination, Referral
from openiop.apps.admissions.weighing import context_of, criteria_of, local_day, result_of, weigh
from openiop.apps.audit.services import recording
from openiop.apps.clients.models import Client
from openiop.apps.core.actor import Actor
from openiop.domain.columbia import QUESTIONS
from openiop.domain.errors import Conflict, InvalidInput, NotAllowed
from openiop.domain.levelofcare import CriteriaSet, Urgency
from openiop.domain.levelofcare import Determination as LevelOfCare

CRITERIA = "open-loc"
FEWEST_LETTERS_OF_A_REASON = 5
SUBSTANCE_KEYS = ("substance_use", "d_substances")


class StaleAssessment(Conflict):
    """Someone else saved the draft in between."""

    default_code = "stale"


def start_assessment(
    *, by: Actor, client: Client, referral: Referral | None = None, at: datetime
) -> Assessment:
    """Begin an assessment with the newest criteria; a draft that is open already is returned as it is."""
    with recording(by=by, at=at) as record:
        draft = open_draft(client)
        if draft is not None:
            return draft
        criteria = catalog.criteria(CRITERIA)
        draft = Assessment.objects.create(
            organization_id=by.organization_id,
            client=client,
            referral=referral,
            criteria_id=criteria.id,
            criteria_version=criteria.version,
            assessed_on=local_day(client, at),
            part2=client.part2,
            assessed_by_id=by.user_id,
            updated_at=at,
            created_at=at,
        )
        record("assessment.started", subject=draft, client=client, data={"criteria": criteria.id})
    return draft


def open_draft(client: Client) -> Assessment | None:
    """Return the client's unsigned assessment, if there is one."""
    rows = Assessment.objects.filter(client=client, signed_at__isnull=True)
    return rows.select_related("client__site").order_by("-created_at").first()


def save_assessment(
    *,
    by: Actor,
    assessment: Assessment,
    findings: Mapping[str, Any],
    note: str | None = None,
    version: int,
    at: datetime,
) -> Assessment:
    """Save answers (plain values by finding; None forgets) into the draft; the others stay.

    Raises StaleAssessment where `version` is not the draft's any more, NotAllowed where it is signed, and
    InvalidInput (field: the finding) where an answer cannot be.
    """
    with recording(by=by, at=at) as record:
        draft = _locked(assessment)
        if draft.version != version:
            raise StaleAssessment(
                _(
                    "Someone else saved this assessment meanwhile. Your answers are still here; compare and save again."
                )
            )
        criteria = criteria_of(draft)
        draft.assessed_on = local_day(draft.client, at)
        before = dict(draft.findings)
        was_urgent = weigh(draft).urgency_established is Urgency.NOW
        for key, raw in findings.items():
            finding = criteria.findings.get(key)
            if finding is None or finding.from_context:
                raise InvalidInput(_("There is no such question."), field=key)
            value = finding.read(raw, path=key, on=draft.assessed_on)
            draft.findings = {**draft.findings, key: finding.to_plain(value)}
        draft.findings = {key: value for key, value in draft.findings.items() if value is not None}
        _date_columbia(draft, before)
        _keep(draft, note=note, by=by, at=at)
        changed = sum(before.get(key) != draft.findings.get(key) for key in {*before, *draft.findings})
        record("assessment.saved", subject=draft, client=draft.client, data={"changed": changed})
        if not was_urgent and weigh(draft).urgency_established is Urgency.NOW:
            record("assessment.urgent", subject=draft, client=draft.client)
    return draft


def _date_columbia(draft: Assessment, before: Mapping[str, Any]) -> None:
    """Remember on which day the Columbia answers were given: a draft may be open for weeks."""
    if any(before.get(key) != draft.findings.get(key) for key in QUESTIONS):
        draft.context = {**draft.context, COLUMBIA_ON: draft.assessed_on.isoformat()}


def _keep(draft: Assessment, *, note: str | None, by: Actor, at: datetime) -> None:
    if note is not None:
        draft.note = note.strip()
    draft.part2 = draft.part2 or draft.client.part2 or any(draft.findings.get(key) for key in SUBSTANCE_KEYS)
    draft.assessed_by_id = by.user_id
    draft.updated_at = at
    draft.version += 1
    draft.save()


def _is_protected(draft: Assessment) -> bool:
    """Tell whether a finished assessment is a Part 2 record.

    As long as it is a draft, any use marks it. Use that the assessor rates as without harm is no disorder
    (42 CFR 2.11) and marks it no longer; a record of such care, and an amendment of one, stay marked.
    """
    if draft.client.part2 or (draft.amends is not None and draft.amends.part2):
        return True
    return draft.part2 and draft.findings.get("d_substances") != 0


def sign_assessment(
    *, by: Actor, assessment: Assessment, signed_name: str, version: int, at: datetime
) -> Determination:
    """Freeze the assessment and make its determination: what the rules recommend, signed by the assessor.

    Open questions do not prevent signing: what is not known stays on the record as not known. The
    determination before it is superseded.
    """
    with recording(by=by, at=at) as record:
        draft = _locked(assessment)
        if draft.version != version:
            raise StaleAssessment(
                _("This assessment was changed after you opened it. Read it again, then sign.")
            )
        criteria = criteria_of(draft)
        draft.assessed_on = local_day(draft.client, at)
        draft.context = context_of(draft.client, criteria, draft.assessed_on) | _other_days(draft)
        draft.part2 = _is_protected(draft)
        found = weigh(draft)
        determination = _determine(draft, found, criteria, by=by, at=at)
        draft.signed_at, draft.signed_by_id, draft.signed_name = at, by.user_id, signed_name
        draft.updated_at = at
        draft.version += 1
        draft.save()
        _supersede(determination)
        record("assessment.signed", subject=draft, client=draft.client)
        data = {"level": str(found.level or ""), "status": str(found.status)}
        record("determination.made", subject=determination, client=draft.client, data=data)
    return determination


def _other_days(draft: Assessment) -> dict[str, str]:
    """Return the days that are not the assessment's own: of its first version, of its Columbia answers."""
    own = draft.assessed_on.isoformat()
    days = {key: draft.context.get(key, own) for key in (FIRST_ON, COLUMBIA_ON)}
    return {key: day for key, day in days.items() if day != own}


def _determine(
    draft: Assessment, found: LevelOfCare, criteria: CriteriaSet, *, by: Actor, at: datetime
) -> Determination:
    """Keep what the rules recommend, signed by the assessor."""
    row: Determination = Determination.objects.create(
        organization_id=draft.organization_id,
        client=draft.client,
        assessment=draft,
        criteria_id=criteria.id,
        criteria_version=criteria.version,
        status=str(found.status),
        urgency=str(found.urgency),
        recommended_level=str(found.level or ""),
        result=result_of(found, criteria),
        computed_at=at,
        part2=draft.part2,
        recommendation_signed_at=at,
        recommendation_signed_by_id=by.user_id,
        created_at=at,
    )
    return row


def amend_assessment(*, by: Actor, assessment: Assessment, reason: str, at: datetime) -> Assessment:
    """Begin a new version of a signed assessment with its answers; the former stays as signed.

    On another day the reassuring answers to safety questions are asked anew: "no" was said of that day.
    """
    if assessment.signed_at is None:
        raise NotAllowed(_("This assessment is not signed yet: change it directly."), code="not-signed")
    if len(reason.strip()) < FEWEST_LETTERS_OF_A_REASON:
        raise InvalidInput(_("Say why it is amended."), field="reason")
    today = local_day(assessment.client, at)
    with recording(by=by, at=at) as record:
        if open_draft(assessment.client) is not None:
            raise Conflict(
                _("There is an open assessment already. Finish that one first."), code="draft-open"
            )
        draft = Assessment.objects.create(
            organization_id=assessment.organization_id,
            client=assessment.client,
            referral=assessment.referral,
            criteria_id=assessment.criteria_id,
            criteria_version=assessment.criteria_version,
            assessed_on=today,
            findings=_kept(assessment, today),
            context={
                FIRST_ON: first_day(assessment).isoformat(),
                COLUMBIA_ON: columbia_day(assessment).isoformat(),
            },
            note=assessment.note,
            part2=assessment.part2,
            amends=assessment,
            amend_reason=reason.strip(),
            assessed_by_id=by.user_id,
            updated_at=at,
            created_at=at,
        )
        record("assessment.amended", subject=draft, client=draft.client, data={"reason": reason.strip()})
    return draft


def _kept(assessment: Assessment, today: date) -> dict[str, Any]:
    """The signed answers that still stand today; an age that the record tells is told anew."""
    kept = {key: value for key, value in assessment.findings.items() if key != "age"}
    known = criteria_of(assessment).findings
    asked_on = dict.fromkeys(QUESTIONS, columbia_day(assessment))
    return {
        key: value
        for key, value in kept.items()
        if asked_on.get(key, assessment.assessed_on) == today
        or not (key in known and known[key].safety and known[key].is_calm(value))
    }


def _supersede(newest: Determination) -> None:
    """Let the newest determination stand alone; older open ones (after a merge) chain up to it in order."""
    rows = Determination.objects.filter(client=newest.client, superseded_by__isnull=True)
    later = newest
    for row in rows.exclude(pk=newest.pk).order_by("-created_at", "-id"):
        row.superseded_by = later
        row.save(update_fields=["superseded_by"])
        later = row


def _locked(assessment: Assessment) -> Assessment:
    """Read the draft again inside the transaction; a signed one is closed."""
    draft: Assessment = Assessment.objects.select_related("client__site", "amends").get(pk=assessment.pk)
    if draft.signed_at is not None:
        raise NotAllowed(_("This assessment is signed. Amend it to change an answer."), code="signed")
    return draft

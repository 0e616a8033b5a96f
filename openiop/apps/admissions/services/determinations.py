"""The clinician's decision beside the recommendation, and results of other instruments."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from django.utils.translation import gettext as _

from openiop import catalog
from openiop.apps.admissions.models import Determination, ExternalResult
from openiop.apps.admissions.weighing import local_day
from openiop.apps.audit.services import recording
from openiop.apps.clients.models import Client
from openiop.apps.core.actor import Actor
from openiop.domain.errors import Conflict, DomainError, InvalidInput
from openiop.domain.levelofcare import Level, Status
from openiop.domain.levelofcare.decision import (
    FEWEST_LETTERS,
    CannotOverride,
    InTheWay,
    Recommendation,
    check_decision,
)

SETTLED = "settled"
PRESCRIBER = "prescriber"
RATINGS = ("risk_of_harm", "functional_status", "co_morbidity")
HIGHEST_RATING = 5
MEDICAL_KEY = "en"
"""Any language will do where only codes are read from a stored result."""


def decide_level(
    *,
    by: Actor,
    determination: Determination,
    actual_level: str,
    code: str = "",
    words: str = "",
    note: str = "",
    signed_name: str,
    at: datetime,
) -> Determination:
    """Sign the level the person is to have. It stands beside the recommendation and never replaces it.

    Raises Conflict (decided or superseded already), NotAllowed (a rule that this person may not override, or
    questions still open) or InvalidInput (reason or words missing); the error's field is the form's.
    """
    with recording(by=by, at=at) as record:
        row: Determination = Determination.objects.select_related("client").get(pk=determination.pk)
        _check_open(row)
        found = _checked(row, actual_level, code, words, by)
        differs = bool(found) or actual_level != row.recommended_level
        row.actual_level = actual_level
        row.discrepancy_code = code if differs else ""
        row.discrepancy_words = words.strip() if differs else ""
        row.decision_words = note.strip()
        row.overrides = [{"rule": way.rule, "holds": way.holds} for way in found]
        if row.status == Status.ON_HOLD:
            row.status = SETTLED
        row.signed_at, row.signed_by_id, row.signed_name = at, by.user_id, signed_name
        row.save()
        data = {
            "recommended": row.recommended_level,
            "actual": actual_level,
            "reason": row.discrepancy_code,
            "overrides": [way.rule for way in found],
        }
        record("determination.decided", subject=row, client=row.client, data=data)
    return row


def record_external_result(
    *,
    by: Actor,
    client: Client,
    instrument: str,
    edition: str,
    level: str,
    rater: str,
    rated_on: date,
    ratings: Mapping[str, int] | None = None,
    score: str = "",
    note: str = "",
    at: datetime,
) -> ExternalResult:
    """Record what a licensed user found with ASAM, LOCUS or CALOCUS: kept as given, never computed."""
    given = {key: value for key, value in (ratings or {}).items() if value is not None}
    _check_external(client, instrument, level, given, rated_on, at=at)
    for field, text in (("edition", edition), ("rater", rater)):
        if not text.strip():
            raise InvalidInput(_("Fill this in: the result means little without it."), field=field)
    with recording(by=by, at=at) as record:
        row = ExternalResult.objects.create(
            organization_id=by.organization_id,
            client=client,
            instrument=instrument,
            edition=edition.strip(),
            level=level,
            score=score.strip(),
            risk_of_harm=given.get("risk_of_harm"),
            ratings=given,
            rater=rater.strip(),
            rated_on=rated_on,
            note=note.strip(),
            recorded_by_id=by.user_id,
            created_at=at,
        )
        record("external.recorded", subject=row, client=client, data={"instrument": instrument.upper()})
    return row


def _check_open(row: Determination) -> None:
    if row.signed_at is not None:
        raise Conflict(
            _("The decision is signed. A new assessment makes a new determination."), code="signed"
        )
    if row.superseded_by_id is not None:
        raise Conflict(_("A newer assessment stands. Decide on that one."), code="superseded")


def _checked(row: Determination, actual_level: str, code: str, words: str, by: Actor) -> tuple[InTheWay, ...]:
    """Hold the decision against the rules; the refusal comes in the reader's language."""
    if actual_level not in set(Level):
        raise InvalidInput(_("Choose a level."), field="actual_level")
    criteria = catalog.criteria(row.criteria_id, row.criteria_version)
    try:
        return check_decision(
            Recommendation.of(row.result[MEDICAL_KEY]),
            level=Level(actual_level),
            code=code,
            words=words,
            codes=[reason.key for reason in criteria.discrepancies],
            is_prescriber=PRESCRIBER in by.roles,
        )
    except DomainError as error:
        error.message = _said(error)
        raise


def _said(error: DomainError) -> str:
    if isinstance(error, CannotOverride):
        return _(
            "You may not go below what these rules ask: %(rules)s. Settle what they name and assess again, or ask "
            "a prescriber where the rule allows it."
        ) % {"rules": ", ".join(error.rules)}
    said = {
        "undecided": _(
            "Questions are still open. Until they are answered, only a level above intensive outpatient care "
            "that is at least what is known to be needed may be decided."
        ),
        "reason-missing": _("Choose why the level differs from the recommendation."),
        "reason-unknown": _("Choose a reason from the list."),
        "words-missing": _("Explain in at least %(n)s letters why this is right for the person.")
        % {"n": FEWEST_LETTERS},
    }
    return said.get(error.code, error.message)


def _check_external(
    client: Client, instrument: str, level: str, ratings: Mapping[str, int], rated_on: date, *, at: datetime
) -> None:
    known = catalog.criteria("open-loc").external_levels
    if instrument not in known:
        raise InvalidInput(_("Choose the instrument."), field="instrument")
    if level not in known[instrument]:
        levels = ", ".join(known[instrument])
        raise InvalidInput(
            _("This instrument has the levels %(levels)s.") % {"levels": levels}, field="level"
        )
    if rated_on > local_day(client, at):
        raise InvalidInput(_("The rating cannot be in the future."), field="rated_on")
    for key, value in ratings.items():
        if key not in RATINGS or type(value) is not int or not 1 <= value <= HIGHEST_RATING:
            raise InvalidInput(_("Ratings go from 1 to 5."), field=key)

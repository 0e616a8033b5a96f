"""What others say to a signed plan: the supervisor beside the author, the client, the family."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from openiop.apps.accounts.permissions import Permission
from openiop.apps.audit.services import Recorder, recording
from openiop.apps.clients.consent_words import FLAWS
from openiop.apps.clients.models import Relation
from openiop.apps.clients.services.family import family_view
from openiop.apps.clients.services.signing import signing_name
from openiop.apps.core.actor import Actor
from openiop.apps.treatment.models import PlanAnswer, TreatmentPlan
from openiop.apps.treatment.reading import given_of, is_replaced, signer_of
from openiop.apps.treatment.services.indexing import index_plans
from openiop.domain.consents import Scope
from openiop.domain.documents import one_line
from openiop.domain.errors import Conflict, InvalidInput, NotAllowed
from openiop.domain.signatures import flaw_of_strokes, is_same_name
from openiop.domain.treatment.signing import (
    Answer,
    Flaw,
    Party,
    Standing,
    flaw_of_answer,
    flaw_of_cosigner,
    standing_of,
)


@dataclass(frozen=True, slots=True)
class Said:
    """One answer with its signature: the typed name, or strokes (SVG path data) beside the printed name."""

    answer: Answer
    words: str = ""
    name: str = ""
    strokes: str = ""


def cosign_plan(*, by: Actor, plan: TreatmentPlan, said: Said, at: datetime) -> PlanAnswer:
    """Sign beside the author, or send the plan back with words. Only a licensed colleague may do either."""
    if not by.may(Permission.TREATMENT_COSIGN):
        raise NotAllowed(_("Licensed clinicians sign beside a colleague."))
    with recording(by=by, at=at) as record:
        row = _standing(plan)
        flaw = flaw_of_cosigner(signer_of(by), author=row.signed_by_id, needed=row.needs_cosign)
        if flaw is not None:
            raise NotAllowed(_cosign_words(flaw), code=flaw)
        answers = list(PlanAnswer.objects.filter(plan=row).order_by("given_at", "id"))
        if standing_of(given_of(answers), needs_cosign=True) is Standing.COMPLETE:
            raise Conflict(_("This plan is co-signed already."), code="cosigned")
        return _give(record, row, Party.SUPERVISOR, said, name=one_line(said.name), how="staff")


def answer_as_client(*, by: Actor, plan: TreatmentPlan, said: Said, at: datetime) -> PlanAnswer:
    """Take the client's answer: in their portal, or beside staff who write plans. Their name is their own."""
    client = plan.client
    if by.may(Permission.PORTAL) and by.user_id is not None and by.user_id == client.user_id:
        how = "portal"
    elif by.may(Permission.TREATMENT_EDIT):
        how = "in_person"
    else:
        raise NotAllowed(_("This plan is for the person it was made with."))
    name = signing_name(client)
    own = (name, f"{client.preferred_name} {client.last_name}")
    if not (said.strokes and not said.name.strip()) and not any(is_same_name(said.name, one) for one in own):
        raise InvalidInput(
            _("Type your name as it is written here: %(name)s.") % {"name": name}, field="name"
        )
    with recording(by=by, at=at) as record:
        return _give(record, _standing(plan), Party.CLIENT, said, name=name, how=how)


def answer_as_family(
    *, by: Actor, plan: TreatmentPlan, relation: Relation, said: Said, at: datetime
) -> PlanAnswer:
    """Take the answer of somebody to whom the plan was released: in their portal, or beside staff."""
    if relation.client_id != plan.client_id or relation.ended_at is not None:
        raise NotAllowed(_("This person does not belong to the client any more."))
    if by.may(Permission.FAMILY) and by.user_id is not None and by.user_id == relation.user_id:
        how = "portal"
    elif by.may(Permission.TREATMENT_EDIT):
        how = "in_person"
    else:
        raise NotAllowed(_("This page is for the person it was released to."))
    if not is_same_name(said.name, relation.name):
        raise InvalidInput(
            _("Type your name as it is written here: %(name)s.") % {"name": relation.name}, field="name"
        )
    with recording(by=by, at=at) as record:
        # Asked inside the transaction: a release may be taken back at any moment.
        if not family_view(relation, at=at)[Scope.PLAN].allowed:
            raise NotAllowed(
                _("The client has not released the treatment plan to this person."), code="not-released"
            )
        row = _standing(plan)
        return _give(record, row, Party.FAMILY, said, name=relation.name, how=how, relation=relation)


def _standing(plan: TreatmentPlan) -> TreatmentPlan:
    """Read the version again; only the newest signed one is answered."""
    row: TreatmentPlan = TreatmentPlan.objects.select_related("client", "episode").get(pk=plan.pk)
    if row.signed_at is None:
        raise NotAllowed(_("The clinician signs first."), code="not-signed")
    if is_replaced(row):
        raise Conflict(_("A newer version of this plan is signed. Answer that one."), code="superseded")
    return row


def _give(
    record: Recorder,
    row: TreatmentPlan,
    party: Party,
    said: Said,
    *,
    name: str,
    how: str,
    relation: Relation | None = None,
) -> PlanAnswer:
    if flaw_of_answer(party, said.answer, said.words) is not None:
        raise InvalidInput(_("Say in a few words why."), field="words")
    flaw = flaw_of_strokes(said.strokes) if said.strokes else None
    if flaw is not None:
        raise InvalidInput(str(FLAWS[flaw]), code=flaw, field="drawn")
    given: PlanAnswer = PlanAnswer.objects.create(
        organization_id=row.organization_id,
        plan=row,
        party=party,
        answer=said.answer,
        words=said.words.strip()[:2000],
        name=name[:120],
        relation=relation,
        method="drawn" if said.strokes else "typed",
        signature=said.strokes or one_line(said.name) or name,
        how=how,
        content_sha256=row.content_sha256,
        given_at=record.at,
        given_by_id=record.by.user_id,
        created_at=record.at,
    )
    data = {"party": str(party), "answer": str(said.answer), "number": row.number, "how": how}
    record("treatment.answered", subject=row, client=row.client, data=data)
    index_plans(record, row.episode)
    return given


def _cosign_words(flaw: Flaw) -> str:
    if flaw is Flaw.OWN_PLAN:
        return _("Nobody signs beside themselves. Ask a colleague.")
    if flaw is Flaw.UNLICENSED:
        return _("Only a licensed clinician can sign beside the author.")
    return _("The author is licensed: no second signature is needed.")

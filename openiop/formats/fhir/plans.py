"""Care plans, goals, coverage, what is asked for, who is named, and documents, as values."""

from __future__ import annotations

from openiop.formats.fhir import elements as e
from openiop.formats.fhir.bundle import Bundle, Entry
from openiop.formats.fhir.clinical import named
from openiop.formats.fhir.datatypes import Concept, Judgement, Relevance
from openiop.formats.fhir.packet import Activity, CarePlan, Coverage, Document, Goal, Professional, Request
from openiop.formats.fhir.relevance import judge

_NPI = "http://hl7.org/fhir/sid/us-npi"


def care_plan(bundle: Bundle, entry: Entry) -> CarePlan:
    given = entry.resource
    categories = [e.concept(item) for item in e.objs(given.get("category"))]
    addressed = [_concept_behind(bundle, item) for item in e.objs(given.get("addresses"))]
    activities = tuple(_activity(bundle, item) for item in e.objs(given.get("activity")))
    title = e.text(given.get("title")) or next((c.text for c in categories if c.text), "")
    own = judge(Concept(text=title), *categories, *addressed)
    return CarePlan(
        title=title or e.text(given.get("description"))[:120],
        status=e.text(given.get("status")),
        intent=e.text(given.get("intent")),
        start=e.start_of(given.get("period")),
        end=e.end_of(given.get("period")),
        activities=tuple(activity for activity in activities if activity.what.text),
        addresses=tuple(dict.fromkeys(c.text for c in addressed if c.text)),
        judgement=_strongest([own, *(activity.judgement for activity in activities)]),
        where=entry.where,
    )


def goal(bundle: Bundle, entry: Entry) -> Goal:
    given = entry.resource
    due = (e.when(target.get("dueDate")) for target in e.objs(given.get("target")))
    return Goal(
        text=e.concept(given.get("description")).text,
        status=e.text(given.get("lifecycleStatus")),
        achievement=e.code_of(given.get("achievementStatus")),
        start=e.when(given.get("startDate")),
        due=next((day for day in due if day), None),
        where=entry.where,
    )


def coverage(bundle: Bundle, entry: Entry) -> Coverage:
    given = entry.resource
    classes = [e.text(c.get("name")) or e.text(c.get("value")) for c in e.objs(given.get("class"))]
    numbers = [e.identifier(item).value for item in e.objs(given.get("identifier"))]
    return Coverage(
        payer=next((words for item in e.objs(given.get("payor")) if (words := named(bundle, item))), ""),
        kind=e.concept(given.get("type")).text,
        status=e.text(given.get("status")),
        member_id=e.text(given.get("subscriberId")) or next((n for n in numbers if n), ""),
        relationship=e.concept(given.get("relationship")).text,
        plan=", ".join(words for words in classes if words),
        start=e.start_of(given.get("period")),
        end=e.end_of(given.get("period")),
        where=entry.where,
    )


def request(bundle: Bundle, entry: Entry) -> Request:
    """A ServiceRequest, or the Task that carries it."""
    given = entry.resource
    reasons = [e.concept(item) for item in e.objs(given.get("reasonCode"))]
    reasons += [_concept_behind(bundle, item) for item in e.objs(given.get("reasonReference"))]
    notes = [e.text(note.get("text")) for note in e.objs(given.get("note"))]
    what = e.concept(given.get("code"))
    return Request(
        what=what if what.text else Concept(text=e.text(given.get("description"))),
        status=e.text(given.get("status")),
        priority=e.text(given.get("priority")),
        reason=", ".join(dict.fromkeys(r.text for r in reasons if r.text)),
        note="\n".join(note for note in notes if note),
        authored=e.when(given.get("authoredOn")),
        requester=named(bundle, given.get("requester")),
        where=entry.where,
    )


def professional(bundle: Bundle, entry: Entry) -> Professional:
    """An Organization, a Practitioner, or the role that joins the two."""
    given = entry.resource
    numbers = [e.identifier(item) for item in e.objs(given.get("identifier"))]
    phones = [point for point in e.contact_points(given.get("telecom")) if point.system == "phone"]
    own = given.get("name")
    shown = e.text(own) or next((n.shown for n in map(e.name, e.objs(own)) if n.shown), "")
    if entry.kind == "PractitionerRole":
        parts = [named(bundle, given.get("practitioner")), named(bundle, given.get("organization"))]
        shown = ", ".join(part for part in parts if part)
    return Professional(
        kind=entry.kind.lower(),
        name=shown,
        npi=next((n.value for n in numbers if n.system == _NPI), ""),
        phone=next((point.value for point in phones), ""),
        where=entry.where,
    )


def document(bundle: Bundle, entry: Entry) -> Document:
    """A DocumentReference, Composition or QuestionnaireResponse: its title and day."""
    given = entry.resource
    contents = [e.obj(content.get("attachment")) for content in e.objs(given.get("content"))]
    titles = [e.text(attachment.get("title")) for attachment in contents]
    candidates = [
        e.text(given.get("title")),
        e.text(given.get("description")),
        *titles,
        e.concept(given.get("type")).text,
        e.text(given.get("questionnaire")).rsplit("/", 1)[-1],
    ]
    return Document(
        kind=entry.kind,
        title=next((words for words in candidates if words), "")[:200],
        status=e.text(given.get("status")),
        day=e.when(given.get("date")) or e.when(given.get("authored")),
        where=entry.where,
    )


def _activity(bundle: Bundle, given: dict[str, object]) -> Activity:
    detail = e.obj(given.get("detail"))
    what = e.concept(detail.get("code"))
    if not what.text:
        what = Concept(text=e.text(detail.get("description")))
    if not what.text:
        what = _concept_behind(bundle, e.obj(given.get("reference")))
    return Activity(what=what, status=e.text(detail.get("status")), judgement=judge(what))


def _concept_behind(bundle: Bundle, reference: object) -> Concept:
    """What a reference names: its display, else the code of the entry it points to."""
    display = e.text(e.obj(reference).get("display"))
    target = bundle.resolve(reference)
    own = e.concept(target.resource.get("code")) if target else Concept()
    return own if own.text else Concept(text=display)


def _strongest(judgements: list[Judgement]) -> Judgement:
    ranked = {Relevance.BEHAVIORAL: 2, Relevance.RELATED: 1, Relevance.OTHER: 0}
    return max(judgements, key=lambda judgement: ranked[judgement.relevance])

"""Patient, and the people around the person, as values."""

from __future__ import annotations

from typing import Any

from openiop.formats.fhir import elements as e
from openiop.formats.fhir.packet import Language, OtherPerson, Person

_CORE = "http://hl7.org/fhir/us/core/StructureDefinition/"
_BASE = "http://hl7.org/fhir/StructureDefinition/"

# What is read of a Patient. The rest is named as "not read", so that nothing seems to be understood.
READ_ELEMENTS = frozenset(
    [
        "resourceType",
        "id",
        "meta",
        "text",
        "implicitRules",
        "language",
        "active",
        "name",
        "telecom",
        "gender",
        "birthDate",
        "address",
        "deceasedBoolean",
        "deceasedDateTime",
        "identifier",
        "communication",
        "contact",
        "extension",
    ]
)
READ_EXTENSIONS = frozenset(
    {
        _BASE + "individual-pronouns",
        _BASE + "individual-genderIdentity",
        _CORE + "us-core-genderIdentity",
        _CORE + "us-core-interpreter-needed",
        _BASE + "patient-interpreterRequired",
    }
)

_PRONOUNS = {"LA29518-0": "he/him", "LA29519-8": "she/her", "LA29520-6": "they/them"}
_GUARDIANS = frozenset({"GUARD", "GUADLTM", "POWATT", "RESPRSN"})
_EMERGENCY = frozenset({"C", "ECON"})
_YES = "373066001"


def read_person(patient: dict[str, Any], related: list[dict[str, Any]]) -> Person:
    """The person of a Patient; `related` are the file's RelatedPerson resources."""
    deceased_on = e.when(patient.get("deceasedDateTime"))
    identifiers = (e.identifier(item) for item in e.objs(patient.get("identifier")))
    others = [_contact(item) for item in e.objs(patient.get("contact"))]
    others += [_related_person(item) for item in related]
    return Person(
        names=tuple(n for n in map(e.name, e.objs(patient.get("name"))) if n.shown),
        birth_date=e.when(patient.get("birthDate")),
        gender=e.text(patient.get("gender")),
        pronouns=_pronouns(patient),
        gender_identity=_gender_identity(patient),
        identifiers=tuple(item for item in identifiers if item.value),
        languages=tuple(filter(None, map(_language, e.objs(patient.get("communication"))))),
        interpreter_needed=_interpreter_needed(patient),
        contacts=e.contact_points(patient.get("telecom")),
        addresses=tuple(e.address(item) for item in e.objs(patient.get("address"))),
        deceased=patient.get("deceasedBoolean") is True or deceased_on is not None,
        deceased_on=deceased_on,
        others=tuple(other for other in others if other.name),
    )


def unread_parts(patient: dict[str, Any]) -> tuple[str, ...]:
    """The elements and extensions of a Patient that are not read, by name."""
    elements = {key for key in patient if key not in READ_ELEMENTS and not key.startswith("_")}
    addresses = {e.text(item.get("url")) for item in e.objs(patient.get("extension"))}
    extensions = {url.rsplit("/", 1)[-1] for url in addresses if url and url not in READ_EXTENSIONS}
    return tuple(sorted(e.text(part)[:60] for part in elements | extensions))


def _pronouns(patient: dict[str, Any]) -> str:
    inner = e.extension(e.extension(patient, _BASE + "individual-pronouns"), "value")
    said = e.concept(inner.get("valueCodeableConcept"))
    known = next((_PRONOUNS[code.code] for code in said.codes if code.code in _PRONOUNS), "")
    return known or said.text


def _gender_identity(patient: dict[str, Any]) -> str:
    direct = e.extension(patient, _CORE + "us-core-genderIdentity")
    inner = e.extension(e.extension(patient, _BASE + "individual-genderIdentity"), "value")
    return e.concept((direct or inner).get("valueCodeableConcept")).text


def _interpreter_needed(patient: dict[str, Any]) -> bool | None:
    said = e.extension(patient, _BASE + "patient-interpreterRequired").get("valueBoolean")
    if isinstance(said, bool):
        return said
    coding = e.extension(patient, _CORE + "us-core-interpreter-needed").get("valueCoding")
    code = e.text(e.obj(coding).get("code"))
    return code == _YES if code else None


def _language(communication: dict[str, Any]) -> Language | None:
    spoken = e.concept(communication.get("language"))
    code = next((code.code for code in spoken.codes if code.code), "")
    if not code and not spoken.text:
        return None
    return Language(code=code, text=spoken.text, preferred=communication.get("preferred") is True)


def _contact(given: dict[str, Any]) -> OtherPerson:
    return _other(given, name=e.name(given.get("name")).shown)


def _related_person(given: dict[str, Any]) -> OtherPerson:
    return _other(given, name=next((n.shown for n in map(e.name, e.objs(given.get("name"))) if n.shown), ""))


def _other(given: dict[str, Any], *, name: str) -> OtherPerson:
    points = e.contact_points(given.get("telecom"))
    roles = e.objs(given.get("relationship"))
    codes = {code.code for role in roles for code in e.concept(role).codes}
    return OtherPerson(
        name=name,
        relationship=e.words_of(given.get("relationship")),
        phone=next((p.value for p in points if p.system in ("phone", "sms")), ""),
        email=next((p.value for p in points if p.system == "email"), ""),
        is_emergency_contact=bool(codes & _EMERGENCY),
        is_guardian=bool(codes & _GUARDIANS),
    )

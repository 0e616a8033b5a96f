"""What a received file suggests for the client record: details, people, numbers and history.

Reads the plain values that the referral keeps (`openiop.formats.fhir.understood`). Everything here is a
suggestion that a person sees before it is filed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from openiop.apps.admissions.models import Referral
from openiop.domain.duplicates import PersonFacts
from openiop.domain.persons import Details, RelationDetails, RelationKind

Understood = Mapping[str, Any]

_SEXES = {"female": "female", "male": "male", "other": "other", "unknown": "unknown"}
_STATES = {
    "alabama": "AL", "alaska": "AK", "arizona": "AZ", "arkansas": "AR", "california": "CA", "colorado": "CO",
    "connecticut": "CT", "delaware": "DE", "florida": "FL", "georgia": "GA", "hawaii": "HI", "idaho": "ID",
    "illinois": "IL", "indiana": "IN", "iowa": "IA", "kansas": "KS", "kentucky": "KY", "louisiana": "LA",
    "maine": "ME", "maryland": "MD", "massachusetts": "MA", "michigan": "MI", "minnesota": "MN",
    "mississippi": "MS", "missouri": "MO", "montana": "MT", "nebraska": "NE", "nevada": "NV",
    "new hampshire": "NH", "new jersey": "NJ", "new mexico": "NM", "new york": "NY", "north carolina": "NC",
    "north dakota": "ND", "ohio": "OH", "oklahoma": "OK", "oregon": "OR", "pennsylvania": "PA",
    "rhode island": "RI", "south carolina": "SC", "south dakota": "SD", "tennessee": "TN", "texas": "TX",
    "utah": "UT", "vermont": "VT", "virginia": "VA", "washington": "WA", "west virginia": "WV",
    "wisconsin": "WI", "wyoming": "WY", "district of columbia": "DC",
}  # fmt: skip


def suggested_details(referral: Referral) -> Details:
    """The details of a new record: the file's words, and over them what staff wrote on the referral."""
    person = _person(referral.understood)
    address: Mapping[str, Any] = next(iter(person.get("addresses", [])), {})
    street = ", ".join(address.get("lines", []))[:120]
    nickname: Mapping[str, Any] = next((n for n in person.get("names", []) if n.get("use") == "nickname"), {})
    return Details(
        first_name=referral.first_name.split(" ", maxsplit=1)[0] if person else referral.first_name,
        middle_name=referral.first_name.partition(" ")[2][:80] if person else "",
        last_name=referral.last_name,
        preferred_name=" ".join(nickname.get("given", []))[:80],
        former_names=_former_names(person),
        pronouns=person.get("pronouns", "")[:40],
        birth_date=referral.birth_date,
        sex=_SEXES.get(person.get("gender", ""), ""),
        gender=person.get("gender_identity", "")[:60],
        language=referral.language or "en",
        interpreter_needed=person.get("interpreter_needed") is True,
        phone=referral.phone,
        email=referral.email,
        street=street,
        city=address.get("city", "")[:80],
        state=_STATES.get(address.get("state", "").lower(), address.get("state", ""))[:20],
        postal_code=address.get("postal_code", "")[:10],
    )


def facts_of(referral: Referral) -> PersonFacts:
    """What duplicates are told by, of a referral."""
    person = _person(referral.understood)
    names = person.get("names", [])
    firsts = [referral.first_name, *(" ".join(name.get("given", [])) for name in names)]
    firsts += [name.partition(" ")[0] for name in firsts]
    return PersonFacts(
        first_names=tuple(dict.fromkeys(name for name in firsts if name)),
        last_names=tuple(
            dict.fromkeys(n for n in [referral.last_name, *(x.get("family", "") for x in names)] if n)
        ),
        birth_date=referral.birth_date,
        phones=tuple(filter(None, [referral.phone])),
        emails=tuple(filter(None, [referral.email])),
        identifiers=tuple((i["system"], i["value"]) for i in suggested_identifiers(referral.understood)),
    )


def suggested_identifiers(understood: Understood) -> list[dict[str, str]]:
    """The record numbers that help to know the person again; never a number of the state."""
    found = _person(understood).get("identifiers", [])
    return [
        {
            "system": item.get("system", "")[:200],
            "value": item["value"][:120],
            "kind": item.get("kind", "")[:40],
        }
        for item in found
        if item.get("value") and not item.get("in_original_only")
    ]


def suggested_relations(understood: Understood) -> list[RelationDetails]:
    """The people around the person, as far as the file names them."""
    return [
        RelationDetails(
            name=item["name"][:120],
            kind=RelationKind.FAMILY if item.get("relationship") else RelationKind.OTHER,
            relationship=item.get("relationship", "")[:60],
            phone=item.get("phone", "")[:30],
            email=item.get("email", "")[:254],
            is_emergency_contact=bool(item.get("is_emergency_contact") and item.get("phone")),
            is_guardian=bool(item.get("is_guardian")),
        )
        for item in _person(understood).get("others", [])
        if item.get("name")
    ]


def deceased_on(understood: Understood) -> tuple[bool, date | None]:
    """Whether the sender says that the person died, and the day if it was given."""
    person = _person(understood)
    text = person.get("deceased_on", "")[:10]
    try:
        return person.get("deceased") is True, date.fromisoformat(text)
    except ValueError:
        return person.get("deceased") is True, None


def history_rows(understood: Understood) -> Iterator[dict[str, Any]]:
    """Each fact of the person's past as the columns of a HistoryItem."""
    for name, build in _KINDS.items():
        for item in understood.get(name, []):
            columns = build(item)
            coded: Mapping[str, Any] = next(iter(item.get("what", {}).get("codes", [])), {})
            yield {
                "code_system": coded.get("system", "")[:120],
                "code": coded.get("code", "")[:40],
                "status": "",
                "started_on": "",
                "ended_on": "",
                "value": "",
                "unit": "",
                **{key: value for key, value in columns.items() if key != "detail"},
                "detail": {key: value for key, value in columns.get("detail", {}).items() if value},
            }


def _person(understood: Understood) -> Mapping[str, Any]:
    person: Mapping[str, Any] = understood.get("person", {})
    return person


def _former_names(person: Mapping[str, Any]) -> tuple[str, ...]:
    former = [n for n in person.get("names", []) if n.get("use") in ("old", "maiden")]
    shown = (" ".join([*name.get("given", []), name.get("family", "")]).strip() for name in former)
    return tuple(name for name in shown if name)


def _words(item: Mapping[str, Any]) -> str:
    return str(item.get("what", {}).get("text", ""))[:400]


def _day(text: Any) -> str:
    return str(text or "")[:32]


def _problem(item: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "kind": "problem",
        "text": _words(item),
        "status": item.get("clinical_status", "")[:40],
        "started_on": _day(item.get("onset") or item.get("onset_text")),
        "ended_on": _day(item.get("abatement")),
        "detail": {
            "verification": item.get("verification_status"),
            "relevance": item.get("judgement", {}).get("relevance"),
            "because": item.get("judgement", {}).get("because"),
        },
    }


def _medication(item: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "kind": "medication",
        "text": _words(item),
        "status": item.get("status", "")[:40],
        "started_on": _day(item.get("since")),
        "ended_on": _day(item.get("until")),
        "detail": {key: item.get(key) for key in ("dosage", "reason", "prescriber", "kind")},
    }


def _allergy(item: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "kind": "allergy",
        "text": _words(item),
        "status": item.get("clinical_status", "")[:40],
        "started_on": _day(item.get("recorded")),
        "detail": {
            key: item.get(key) for key in ("criticality", "reactions", "categories", "verification_status")
        },
    }


def _encounter(item: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "kind": "encounter",
        "text": _words(item),
        "status": item.get("status", "")[:40],
        "started_on": _day(item.get("start")),
        "ended_on": _day(item.get("end")),
        "detail": {key: item.get(key) for key in ("setting", "reason", "place", "disposition")}
        | {"relevance": item.get("judgement", {}).get("relevance")},
    }


def _procedure(item: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "kind": "procedure",
        "text": _words(item),
        "status": item.get("status", "")[:40],
        "started_on": _day(item.get("performed")),
        "detail": {"relevance": item.get("judgement", {}).get("relevance")},
    }


def _measure(item: Mapping[str, Any]) -> dict[str, Any]:
    value = item.get("value", {})
    return {
        "kind": "measure",
        "text": _words(item),
        "status": item.get("status", "")[:40],
        "started_on": _day(item.get("taken")),
        "value": str(value.get("words") or value.get("number") or "")[:120],
        "unit": str(value.get("unit", ""))[:40],
        "detail": {key: item.get(key) for key in ("loinc", "instrument", "times", "first_taken", "parts")},
    }


def _plan(item: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "kind": "care_plan",
        "text": str(item.get("title", ""))[:400],
        "status": item.get("status", "")[:40],
        "started_on": _day(item.get("start")),
        "ended_on": _day(item.get("end")),
        "detail": {key: item.get(key) for key in ("activities", "addresses")},
    }


def _goal(item: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "kind": "goal",
        "text": str(item.get("text", ""))[:400],
        "status": item.get("status", "")[:40],
        "started_on": _day(item.get("start")),
        "detail": {key: item.get(key) for key in ("achievement", "due")},
    }


def _coverage(item: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "kind": "coverage",
        "text": str(item.get("payer") or item.get("plan") or item.get("member_id") or "")[:400],
        "status": item.get("status", "")[:40],
        "started_on": _day(item.get("start")),
        "ended_on": _day(item.get("end")),
        "value": str(item.get("member_id", ""))[:120],
        "detail": {key: item.get(key) for key in ("kind", "plan", "relationship")},
    }


_KINDS = {
    "problems": _problem,
    "medications": _medication,
    "allergies": _allergy,
    "encounters": _encounter,
    "procedures": _procedure,
    "measures": _measure,
    "care_plans": _plan,
    "goals": _goal,
    "coverages": _coverage,
}

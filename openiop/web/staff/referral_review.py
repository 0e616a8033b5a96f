"""What a received file says, arranged for reading: understood on one side, not understood on the other."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from openiop.formats.fhir.reasons import REASONS, REMARKS
from openiop.web.words import language_name, said_of, translated

Item = Mapping[str, Any]
_LONG_NUMBER = re.compile(r"-?\d{1,20}\.\d{3,60}")


@dataclass(frozen=True, slots=True)
class Fact:
    """One line: words, a line beside it, the day, a tone, why it stands out, and its place in the file."""

    text: str
    note: str = ""
    day: str = ""
    tone: str = ""
    flag: str = ""
    where: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """A kind of facts. Those that matter first are shown; the rest is folded away."""

    key: str
    title: str
    count: int
    first: tuple[Fact, ...]
    rest: tuple[Fact, ...]


@dataclass(frozen=True, slots=True)
class LeftAside:
    """What was not understood: how many of which type, why, and where they stand."""

    kind: str
    count: int
    words: str
    places: str
    partly: bool


@dataclass(frozen=True, slots=True)
class Review:
    """The whole of a received file for the review page."""

    person: tuple[tuple[str, str], ...]
    groups: tuple[Group, ...]
    aside: tuple[LeftAside, ...]
    remarks: tuple[str, ...]
    entries: int
    size: int


def review_of(understood: Item) -> Review | None:
    """The review of a file, or None where the referral came without one."""
    if not understood:
        return None
    built = ((key, title, [make(item) for item in understood.get(key, [])]) for key, title, make in _groups())
    return Review(
        person=tuple((term, value) for term, value in _person(understood) if value),
        groups=tuple(_group(key, title, facts) for key, title, facts in built if facts),
        aside=tuple(_aside(item) for item in understood.get("not_understood", [])),
        remarks=tuple(said_of(code, REMARKS) for code in understood.get("remarks", [])),
        entries=understood.get("entries", 0),
        size=understood.get("bytes", 0),
    )


def _groups() -> tuple[tuple[str, str, Any], ...]:
    return (
        ("requests", _("What is asked for"), _request),
        ("problems", _("Problems"), _problem),
        ("medications", _("Medications"), _medication),
        ("allergies", _("Allergies"), _allergy),
        ("measures", _("Last measures"), _measure),
        ("encounters", _("Visits and stays"), _encounter),
        ("care_plans", _("Care plans"), _plan),
        ("goals", _("Goals"), _goal),
        ("procedures", _("Procedures"), _procedure),
        ("coverages", _("Coverage as sent"), _coverage),
        ("documents", _("Documents (listed, not opened)"), _document),
        ("professionals", _("People and places named"), _professional),
    )


def _group(key: str, title: str, facts: list[Fact]) -> Group:
    """Facts with a tone first; among equals the order of the file, the latest first for dated ones."""
    ranked = sorted(facts, key=lambda fact: fact.day, reverse=True)
    ranked = sorted(ranked, key=lambda fact: not fact.tone)
    shown = max(5, sum(bool(fact.tone) for fact in ranked)) if key != "measures" else 8
    return Group(key, title, len(facts), tuple(ranked[:shown]), tuple(ranked[shown:]))


def _person(understood: Item) -> list[tuple[str, str]]:
    person = understood.get("person", {})
    names = person.get("names", [])
    shown = [" ".join([*n.get("given", []), n.get("family", "")]).strip() or n.get("text", "") for n in names]
    languages = [language_name(x.get("code", "")) or x.get("text", "") for x in person.get("languages", [])]
    addresses = [
        ", ".join(filter(None, [*a.get("lines", []), a.get("city"), a.get("state"), a.get("postal_code")]))
        for a in person.get("addresses", [])
    ]
    numbers = [
        f"{item.get('kind_text') or item.get('system', '')}: {item['value']}"
        + (f" ({_('in the original only')})" if item.get("in_original_only") else "")
        for item in person.get("identifiers", [])
    ]
    needed = person.get("interpreter_needed")
    return [
        (_("Names"), "; ".join(filter(None, shown))),
        (_("Birth date"), person.get("birth_date", "")),
        (_("Died"), person.get("deceased_on", "") or (_("yes") if person.get("deceased") else "")),
        (
            _("Gender as sent"),
            " · ".join(filter(None, [person.get("gender"), person.get("gender_identity")])),
        ),
        (_("Pronouns"), person.get("pronouns", "")),
        (_("Languages"), ", ".join(filter(None, languages))),
        (_("Interpreter"), "" if needed is None else (_("needed") if needed else _("not needed"))),
        (_("Reach"), ", ".join(c["value"] for c in person.get("contacts", []))),
        (_("Address"), "; ".join(filter(None, addresses))),
        (_("Numbers"), "; ".join(numbers)),
        (_("People around"), "; ".join(_other(item) for item in person.get("others", []))),
    ]


def _other(item: Item) -> str:
    return " · ".join(filter(None, [item.get("name"), item.get("relationship"), item.get("phone")]))


def _aside(item: Item) -> LeftAside:
    words = said_of(item["reason"], REASONS) % {"detail": translated(item.get("detail", ""))}
    places = list(item.get("places", []))
    more = item["count"] - len(places)
    return LeftAside(
        kind=item["kind"],
        count=item["count"],
        words=words,
        places=", ".join(places) + (f" +{more}" if more > 0 else ""),
        partly=bool(item.get("partly")),
    )


def _text(item: Item) -> str:
    return str(item.get("what", {}).get("text", ""))


def _day(value: Any) -> str:
    return str(value or "")[:10]


def _line(*parts: Any) -> str:
    return " · ".join(str(part) for part in parts if part)


def _marked(item: Item) -> tuple[str, str]:
    """Tone and words for what speaks of mental health or substance use."""
    judgement = item.get("judgement", {})
    if judgement.get("relevance") == "behavioral":
        return "info", _("mental health or substance use: %(why)s") % {"why": judgement.get("because", "")}
    return "", ""


def _request(item: Item) -> Fact:
    urgent = item.get("priority") in {"urgent", "asap", "stat"}
    note = _line(item.get("reason"), item.get("requester"), item.get("note"))
    flag = item.get("priority", "") if urgent else ""
    return Fact(
        _text(item),
        note,
        _day(item.get("authored")),
        "bad" if urgent else "info",
        flag,
        item.get("where", ""),
    )


def _problem(item: Item) -> Fact:
    tone, flag = _marked(item)
    note = _line(item.get("clinical_status"), item.get("onset_text"), _ended(item.get("abatement")))
    return Fact(_text(item), note, _day(item.get("onset")), tone, flag, item.get("where", ""))


def _medication(item: Item) -> Fact:
    active = item.get("status") == "active"
    note = _line(item.get("status"), item.get("dosage"), item.get("reason"), item.get("prescriber"))
    return Fact(_text(item), note, _day(item.get("since")), "ok" if active else "", "", item.get("where", ""))


def _allergy(item: Item) -> Fact:
    high = item.get("criticality") == "high"
    note = _line(item.get("clinical_status"), item.get("criticality"), ", ".join(item.get("reactions", [])))
    return Fact(
        _text(item), note, _day(item.get("recorded")), "bad" if high else "warn", "", item.get("where", "")
    )


def _measure(item: Item) -> Fact:
    value = item.get("value", {})
    shown = shown_value(value)
    parts = [f"{_text(part)} {shown_value(part.get('value', {}))}".strip() for part in item.get("parts", [])]
    instrument = item.get("instrument", "")
    return Fact(
        _text(item), _line(shown, "; ".join(parts)), _day(item.get("taken")), "info" if instrument else "",
        instrument, item.get("where", ""),
    )  # fmt: skip


def _encounter(item: Item) -> Fact:
    tone, flag = _marked(item)
    stay = {"IMP": _("inpatient"), "EMER": _("emergency"), "ACUTE": _("inpatient")}.get(
        item.get("setting", ""), ""
    )
    note = _line(stay, item.get("reason"), item.get("place"), item.get("disposition"))
    return Fact(
        _text(item),
        note,
        _day(item.get("start")),
        tone or ("warn" if stay else ""),
        flag,
        item.get("where", ""),
    )


def _plan(item: Item) -> Fact:
    tone, flag = _marked(item)
    activities = dict.fromkeys(_text(activity) for activity in item.get("activities", []))
    note = _line(item.get("status"), ", ".join(activities))
    return Fact(str(item.get("title", "")), note, _day(item.get("start")), tone, flag, item.get("where", ""))


def _goal(item: Item) -> Fact:
    note = _line(item.get("status"), item.get("achievement"), _day(item.get("due")))
    return Fact(str(item.get("text", "")), note, _day(item.get("start")), "", "", item.get("where", ""))


def _procedure(item: Item) -> Fact:
    tone, flag = _marked(item)
    return Fact(
        _text(item), item.get("status", ""), _day(item.get("performed")), tone, flag, item.get("where", "")
    )


def _coverage(item: Item) -> Fact:
    name = item.get("payer") or item.get("plan") or item.get("member_id", "")
    note = _line(item.get("status"), item.get("kind"), item.get("plan"), item.get("member_id"))
    return Fact(str(name), note, _day(item.get("start")), "", "", item.get("where", ""))


def _document(item: Item) -> Fact:
    return Fact(
        str(item.get("title") or item.get("kind", "")),
        item.get("status", ""),
        _day(item.get("day")),
        "",
        "",
        item.get("where", ""),
    )


def _professional(item: Item) -> Fact:
    return Fact(
        str(item.get("name", "")),
        _line(item.get("kind"), item.get("phone")),
        "",
        "",
        "",
        item.get("where", ""),
    )


def shown_value(value: Item) -> str:
    """A number as a reader wants it, at most two decimals; the original keeps them all."""
    number = str(value.get("number", ""))
    if _LONG_NUMBER.fullmatch(number):
        number = f"{Decimal(number):.2f}".rstrip("0").rstrip(".")
    unit = str(value.get("unit", "")).strip("{}")
    return f"{value.get('words') or number} {unit}".strip()


def _ended(value: Any) -> str:
    return _("until %(day)s") % {"day": _day(value)} if value else ""

"""Who a person is, as a record keeps it: names, birth date, how to reach them, language, address.

`tidy` brings what was typed into one form (spaces, telephone numbers, state); `problems` says, field by
field, what cannot be right. A missing birth date is no problem: a person may call without giving it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, fields, replace
from datetime import date
from enum import StrEnum
from typing import Any

from openiop.domain.text import gettext_noop as _

OLDEST_YEARS = 120
_PHONE = re.compile(r"[\d\s().+*#-]*(?:(?:x|ext\.?)\s*\d{1,6})?", re.IGNORECASE)
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s.]{2,}")
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")
_POSTAL = re.compile(r"\d{5}(-\d{4})?")
_LOCAL_DIGITS = 10
_FEWEST_DIGITS = 7


class Sex(StrEnum):
    """As payers ask it."""

    FEMALE = "female"
    MALE = "male"
    OTHER = "other"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Details:
    """What a client record says about the person. Texts are never None; unknown is empty."""

    first_name: str = ""
    last_name: str = ""
    middle_name: str = ""
    preferred_name: str = ""
    former_names: tuple[str, ...] = ()
    pronouns: str = ""
    birth_date: date | None = None
    sex: str = ""
    gender: str = ""
    language: str = "en"
    interpreter_needed: bool = False
    accessibility_needs: str = ""
    phone: str = ""
    phone_message_ok: bool = False
    email: str = ""
    email_message_ok: bool = False
    has_no_address: bool = False
    street: str = ""
    city: str = ""
    state: str = ""
    postal_code: str = ""


LONGEST = {
    "first_name": 80,
    "last_name": 80,
    "middle_name": 80,
    "preferred_name": 80,
    "pronouns": 40,
    "gender": 60,
    "accessibility_needs": 300,
    "phone": 30,
    "email": 254,
    "street": 120,
    "city": 80,
    "state": 20,
    "postal_code": 10,
}


def tidy(details: Details) -> Details:
    """The same details in one form: single spaces, local telephone numbers as (NPA) NXX-XXXX."""
    texts: dict[str, Any] = {
        field.name: " ".join(value.split())
        for field in fields(details)
        if isinstance(value := getattr(details, field.name), str)
    }
    former = tuple(dict.fromkeys(" ".join(name.split()) for name in details.former_names if name.strip()))
    made = replace(details, **texts, former_names=former)
    return replace(made, phone=tidy_phone(made.phone), email=made.email.strip(), state=made.state.strip())


def tidy_phone(number: str) -> str:
    """A ten-digit number (or eleven with a leading 1) as (NPA) NXX-XXXX; anything else as it was typed."""
    bare = " ".join(number.split())
    digits = re.sub(r"\D", "", bare)
    if len(digits) == _LOCAL_DIGITS + 1 and digits.startswith("1"):
        digits = digits[1:]
    if len(digits) != _LOCAL_DIGITS or re.search(r"[a-zA-Z]", bare):
        return bare
    return f"({digits[:3]}) {digits[3:6]}-{digits[6:]}"


def problems(details: Details, *, today: date) -> dict[str, str]:
    """What cannot be right, by field, in words; empty when all is well."""
    found = {
        name: _("This is too long.") for name, most in LONGEST.items() if len(getattr(details, name)) > most
    }
    if not details.first_name:
        found["first_name"] = _("Give a first name. If it is not known, write what the person is called.")
    if not details.last_name:
        found["last_name"] = _("Give a last name. If it is not known, write “Unknown”.")
    found |= _birth(details.birth_date, today=today)
    found |= _reach(details)
    if not _LANGUAGE.fullmatch(details.language):
        found["language"] = _("Choose a language.")
    if details.sex and details.sex not in set(Sex):
        found["sex"] = _("Choose one of the answers.")
    return found | _address(details)


def age_on(birth_date: date, day: date) -> int:
    """Whole years on a day. Someone born on 29 February has their birthday on 1 March in other years."""
    before = (day.month, day.day) < (birth_date.month, birth_date.day)
    return day.year - birth_date.year - before


def _birth(birth_date: date | None, *, today: date) -> dict[str, str]:
    if birth_date is None:
        return {}
    if birth_date > today:
        return {"birth_date": _("The birth date is in the future.")}
    if age_on(birth_date, today) > OLDEST_YEARS:
        return {"birth_date": _("That would be older than anyone: check the year.")}
    return {}


def _reach(details: Details) -> dict[str, str]:
    found = {}
    digits = re.sub(r"\D", "", details.phone)
    if details.phone and (len(digits) < _FEWEST_DIGITS or not _PHONE.fullmatch(details.phone)):
        found["phone"] = _("This is not a telephone number: give it with the area code.")
    if details.email and not _EMAIL.fullmatch(details.email):
        found["email"] = _("This is not an e-mail address: it looks like name@example.org.")
    return found


def _address(details: Details) -> dict[str, str]:
    found = {}
    if details.has_no_address and (details.street or details.postal_code):
        found["street"] = _("Either give an address, or say that there is none.")
    if details.postal_code and not _POSTAL.fullmatch(details.postal_code):
        found["postal_code"] = _("A ZIP code has five digits, or five and four.")
    return found


class RelationKind(StrEnum):
    """What someone is to the client."""

    FAMILY = "family"
    FRIEND = "friend"
    PROVIDER = "provider"
    REFERRER = "referrer"
    COURT = "court"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class RelationDetails:
    """Someone who belongs to the client."""

    name: str
    kind: str = RelationKind.FAMILY
    relationship: str = ""
    organization_name: str = ""
    phone: str = ""
    email: str = ""
    language: str = ""
    is_emergency_contact: bool = False
    is_guardian: bool = False
    note: str = ""


RELATION_LONGEST = {
    "name": 120,
    "relationship": 60,
    "organization_name": 120,
    "phone": 30,
    "email": 254,
    "language": 10,
    "note": 300,
}


def tidy_relation(details: RelationDetails) -> RelationDetails:
    """The same details with single spaces and one form of telephone numbers."""
    texts: dict[str, Any] = {name: " ".join(getattr(details, name).split()) for name in RELATION_LONGEST}
    made = replace(details, **texts)
    return replace(made, phone=tidy_phone(made.phone))


def relation_problems(details: RelationDetails) -> dict[str, str]:
    """What cannot be right about someone around the client, by field."""
    found = {
        name: _("This is too long.")
        for name, most in RELATION_LONGEST.items()
        if len(getattr(details, name)) > most
    }
    if not details.name:
        found["name"] = _("Give a name.")
    if details.kind not in set(RelationKind):
        found["kind"] = _("Choose one of the answers.")
    if details.is_emergency_contact and not details.phone:
        found["phone"] = _("An emergency contact needs a telephone number.")
    return found | _reach(Details(phone=details.phone, email=details.email))

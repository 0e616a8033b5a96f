"""One person asking for care: what is written down on the first call, the web form or a faxed page.

Nothing clinical is asked here. A way to reach the person (or whoever refers them) is the one thing that
must be there.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from openiop.domain.persons import Details, problems, tidy_phone
from openiop.domain.text import gettext_noop as _


class Source(StrEnum):
    """How an enquiry or a referral came in."""

    PHONE = "phone"
    WEB = "web"
    WALK_IN = "walk_in"
    FAX = "fax"
    FHIR = "fhir"
    PROVIDER = "provider"
    COURT = "court"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Enquiry:
    """What is known at first. Texts are never None; unknown is empty."""

    first_name: str = ""
    last_name: str = ""
    birth_date: date | None = None
    phone: str = ""
    email: str = ""
    language: str = "en"
    best_time: str = ""
    concern: str = ""
    is_urgent: bool = False
    risk_note: str = ""
    referrer_name: str = ""
    referrer_organization: str = ""
    referrer_phone: str = ""
    note: str = ""


LONGEST = {
    "best_time": 60,
    "concern": 40,
    "risk_note": 300,
    "referrer_name": 120,
    "referrer_organization": 120,
    "referrer_phone": 30,
    "note": 4000,
}
_LINES = frozenset({"note"})
SAME_WITHIN = timedelta(hours=1)
"""So long after an enquiry the same one may come again by a quick finger, the back button or a worried heart."""
_PERSON = (
    "first_name",
    "last_name",
    "birth_date",
    "referrer_name",
    "referrer_organization",
    "referrer_phone",
)


@dataclass(frozen=True, slots=True)
class Again:
    """What an enquiry adds that somebody sends once more: what was empty before, and what is told otherwise."""

    fills: dict[str, Any]
    differs: dict[str, Any]


def tidy_enquiry(enquiry: Enquiry) -> Enquiry:
    """The same enquiry with single spaces (line breaks of the note stay) and one form of telephone numbers."""
    texts: dict[str, Any] = {
        name: value.strip() if name in _LINES else " ".join(value.split())
        for name in Enquiry.__dataclass_fields__
        if isinstance(value := getattr(enquiry, name), str)
    }
    made = replace(enquiry, **texts)
    return replace(made, phone=tidy_phone(made.phone), referrer_phone=tidy_phone(made.referrer_phone))


def enquiry_problems(enquiry: Enquiry, *, today: date) -> dict[str, str]:
    """What cannot be right, by field, in words; empty when all is well."""
    person = Details(
        first_name=enquiry.first_name,
        last_name=enquiry.last_name or "-",
        birth_date=enquiry.birth_date,
        phone=enquiry.phone,
        email=enquiry.email,
        language=enquiry.language,
    )
    found = problems(person, today=today)
    if enquiry.last_name and enquiry.first_name == "":
        found.pop("first_name", None)
    elif not enquiry.first_name:
        found["first_name"] = _("Give a name, or what the person wants to be called.")
    found |= {
        name: _("This is too long.") for name, most in LONGEST.items() if len(getattr(enquiry, name)) > most
    }
    if not (enquiry.phone or enquiry.email or enquiry.referrer_phone):
        found["phone"] = _("Give a telephone number or an e-mail address, so that someone can answer.")
    referrer = problems(replace(person, phone=enquiry.referrer_phone, email=""), today=today)
    if "phone" in referrer:
        found["referrer_phone"] = referrer["phone"]
    return found


def sent_again(first: Enquiry, second: Enquiry) -> Again | None:
    """What the second adds where it is the first one once more, else None: then it stands on its own.

    It is the same where nothing that names the person or the referrer speaks against it and both leave the
    same telephone number or e-mail address. Without either, every word must be the same.
    """
    told = {name: (getattr(first, name), getattr(second, name)) for name in Enquiry.__dataclass_fields__}
    differs = {name: new for name, (old, new) in told.items() if new and old and not _alike(old, new)}
    fills = {name: new for name, (old, new) in told.items() if new and not old}
    reached = any(told[name][1] and _alike(*told[name]) for name in ("phone", "email"))
    if not _alike(*told["first_name"]) or differs.keys() & set(_PERSON):
        return None
    return Again(fills, differs) if reached or first == second else None


def _alike(old: object, new: object) -> bool:
    return str(old).casefold() == str(new).casefold()

"""Who stands in a client's place: a parent, guardian or conservator as personal representative.

Such a person sees what the client would see (45 CFR 164.502(g)), but not where the client, a minor, may
consent to the care alone (there the client decides who learns of it), and not alone where a child's
substance use records ask for both signatures (42 CFR 2.14(c)).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from openiop.domain.consents import HOLDS, Basis, Consent, Kind, state_on
from openiop.domain.disclosures import Because, Decision, Why
from openiop.domain.minors import CareKind, MinorRules, age_on, minor_may_consent
from openiop.domain.signatures import is_same_name

APPOINTED = frozenset({Basis.CONSERVATOR, Basis.COURT})
"""Bases on which a court gave somebody the right to decide for an adult."""

LAW = "45 CFR 164.502(g)"


@dataclass(frozen=True, slots=True)
class Standing:
    """Someone who asks to stand in the client's place. `is_guardian`: the record names them as such."""

    name: str
    is_guardian: bool
    birth_date: date | None
    part2: bool


def may_represent(who: Standing, consents: Iterable[Consent], on: date, *, minors: MinorRules) -> Decision:
    """Tell whether they see the client's own pages on the day, and why or why not. Unknown is never a yes."""
    if not who.is_guardian:
        return _no(Why.NOT_APPOINTED, LAW)
    if who.birth_date is None:
        return _no(Why.BIRTH_DATE_UNKNOWN, "42 CFR 2.14")
    if age_on(who.birth_date, on) < minors.adult_age:
        return _of_a_minor(who, who.birth_date, on, minors)
    if any(_is_theirs(consent, who.name, on) for consent in consents):
        return _yes(f"{LAW}(2); 42 CFR 2.15(a)")
    return _no(Why.NOT_APPOINTED, f"{LAW}(2); 42 CFR 2.15(a)")


def _of_a_minor(who: Standing, birth_date: date, on: date, minors: MinorRules) -> Decision:
    care = CareKind.SUBSTANCE_USE if who.part2 else CareKind.MENTAL_HEALTH
    if minor_may_consent(minors, birth_date, on, care):
        return _no(Why.MINOR_DECIDES, minors.minor_decides_source)
    if who.part2:
        return _no(Why.BOTH_MUST_SIGN, "42 CFR 2.14(c)")
    return _yes(f"{LAW}(3)")


def _is_theirs(consent: Consent, name: str, on: date) -> bool:
    """A treatment consent in force that this person signed under a court's appointment."""
    signed = consent.kind is Kind.TREATMENT and consent.basis in APPOINTED
    return signed and is_same_name(consent.signed_by, name) and state_on(consent, on) in HOLDS


def _no(why: Why, source: str) -> Decision:
    return Decision(allowed=False, reasons=(Because(why, source, "U"),))


def _yes(source: str) -> Decision:
    return Decision(allowed=True, basis="representative", reasons=(Because(Why.REPRESENTATIVE, source, "U"),))

"""What the reader understood of a referral, and what it did not: plain frozen values, nothing guessed.

Texts are as the sender wrote them, without control characters. `where` is the place in the file
(`entry[12].resource`), so that every fact can be looked up in the original.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from openiop.formats.fhir.datatypes import (
    NO_JUDGEMENT,
    NOTHING,
    Address,
    Concept,
    ContactPoint,
    Identifier,
    Judgement,
    PersonName,
    Value,
    When,
)


@dataclass(frozen=True, slots=True)
class Language:
    """BCP 47 code as sent, its words, and whether the sender marked it as preferred."""

    code: str
    text: str = ""
    preferred: bool = False


@dataclass(frozen=True, slots=True)
class OtherPerson:
    """Someone around the person: Patient.contact or a RelatedPerson."""

    name: str
    relationship: str = ""
    phone: str = ""
    email: str = ""
    is_emergency_contact: bool = False
    is_guardian: bool = False


@dataclass(frozen=True, slots=True)
class Person:
    names: tuple[PersonName, ...] = ()
    birth_date: When | None = None
    gender: str = ""
    pronouns: str = ""
    gender_identity: str = ""
    identifiers: tuple[Identifier, ...] = ()
    languages: tuple[Language, ...] = ()
    interpreter_needed: bool | None = None
    contacts: tuple[ContactPoint, ...] = ()
    addresses: tuple[Address, ...] = ()
    deceased: bool = False
    deceased_on: When | None = None
    others: tuple[OtherPerson, ...] = ()

    @property
    def name(self) -> PersonName:
        """Return the name in force: official, else usual, else the first that is not a former one."""
        for use in ("official", "usual"):
            for name in self.names:
                if name.use == use:
                    return name
        current = [name for name in self.names if name.use not in ("old", "maiden", "nickname", "temp")]
        return (current or list(self.names) or [PersonName()])[0]

    def reach(self, system: str) -> str:
        """Return the first phone number or e-mail address that is still in use."""
        found = [c.value for c in self.contacts if c.system == system and c.use != "old"]
        return found[0] if found else ""


@dataclass(frozen=True, slots=True)
class Problem:
    what: Concept
    clinical_status: str = ""
    verification_status: str = ""
    category: str = ""
    onset: When | None = None
    onset_text: str = ""
    abatement: When | None = None
    recorded: When | None = None
    judgement: Judgement = NO_JUDGEMENT
    where: str = ""

    @property
    def is_active(self) -> bool:
        """Return True for a problem of today (FHIR: active, recurrence or relapse)."""
        return self.clinical_status in ("active", "recurrence", "relapse")


@dataclass(frozen=True, slots=True)
class Medication:
    what: Concept
    status: str = ""
    kind: str = "order"
    since: When | None = None
    until: When | None = None
    dosage: str = ""
    reason: str = ""
    prescriber: str = ""
    where: str = ""

    @property
    def is_active(self) -> bool:
        """Return True for a medication that is ordered or taken now."""
        return self.status in ("active", "on-hold", "intended")


@dataclass(frozen=True, slots=True)
class Allergy:
    what: Concept
    clinical_status: str = ""
    verification_status: str = ""
    categories: tuple[str, ...] = ()
    criticality: str = ""
    reactions: tuple[str, ...] = ()
    recorded: When | None = None
    where: str = ""


@dataclass(frozen=True, slots=True)
class Encounter:
    what: Concept
    setting: str = ""
    status: str = ""
    start: When | None = None
    end: When | None = None
    reason: str = ""
    place: str = ""
    disposition: str = ""
    judgement: Judgement = NO_JUDGEMENT
    where: str = ""


@dataclass(frozen=True, slots=True)
class Procedure:
    what: Concept
    status: str = ""
    performed: When | None = None
    judgement: Judgement = NO_JUDGEMENT
    where: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """One component of a measure: systolic and diastolic of a blood pressure."""

    what: Concept
    value: Value


@dataclass(frozen=True, slots=True)
class Measure:
    """The latest result for one code. `instrument` names a questionnaire that OpenIOP knows."""

    what: Concept
    loinc: str = ""
    value: Value = NOTHING
    parts: tuple[Part, ...] = ()
    taken: When | None = None
    status: str = ""
    instrument: str = ""
    times: int = 1
    first_taken: When | None = None
    where: str = ""


@dataclass(frozen=True, slots=True)
class Activity:
    what: Concept
    status: str = ""
    judgement: Judgement = NO_JUDGEMENT


@dataclass(frozen=True, slots=True)
class CarePlan:
    title: str
    status: str = ""
    intent: str = ""
    start: When | None = None
    end: When | None = None
    activities: tuple[Activity, ...] = ()
    addresses: tuple[str, ...] = ()
    judgement: Judgement = NO_JUDGEMENT
    where: str = ""


@dataclass(frozen=True, slots=True)
class Goal:
    text: str
    status: str = ""
    achievement: str = ""
    start: When | None = None
    due: When | None = None
    where: str = ""


@dataclass(frozen=True, slots=True)
class Coverage:
    payer: str
    kind: str = ""
    status: str = ""
    member_id: str = ""
    relationship: str = ""
    plan: str = ""
    start: When | None = None
    end: When | None = None
    where: str = ""


@dataclass(frozen=True, slots=True)
class Request:
    """What the sender asks for: ServiceRequest or Task."""

    what: Concept
    status: str = ""
    priority: str = ""
    reason: str = ""
    note: str = ""
    authored: When | None = None
    requester: str = ""
    where: str = ""


@dataclass(frozen=True, slots=True)
class Professional:
    """An organization, clinician or care team member that the file names."""

    kind: str
    name: str
    npi: str = ""
    phone: str = ""
    where: str = ""


@dataclass(frozen=True, slots=True)
class Document:
    """A document or filled-in questionnaire that the file carries or points to; listed, never opened."""

    kind: str
    title: str
    status: str = ""
    day: When | None = None
    where: str = ""


@dataclass(frozen=True, slots=True)
class NotUnderstood:
    """Entries of one type that were left aside for one reason.

    partly: the rest of the entry was read. detail: what exactly (an element, a status).
    """

    kind: str
    reason: str
    count: int
    detail: str = ""
    partly: bool = False
    places: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ReferralPacket:
    """Everything that one received file says about one person.

    entries: entries in the bundle; types: entries by type; read: entries that were understood, by type
    (those in part included). Each entry is either in `read` or in `not_understood`, never in neither.
    valid: entries that pass the R4 structure check.
    """

    bundle_type: str
    sha256: str
    size: int
    entries: int
    types: tuple[tuple[str, int], ...]
    read: tuple[tuple[str, int], ...]
    valid: int
    person: Person
    problems: tuple[Problem, ...] = ()
    medications: tuple[Medication, ...] = ()
    allergies: tuple[Allergy, ...] = ()
    encounters: tuple[Encounter, ...] = ()
    procedures: tuple[Procedure, ...] = ()
    measures: tuple[Measure, ...] = ()
    care_plans: tuple[CarePlan, ...] = ()
    goals: tuple[Goal, ...] = ()
    coverages: tuple[Coverage, ...] = ()
    requests: tuple[Request, ...] = ()
    professionals: tuple[Professional, ...] = ()
    documents: tuple[Document, ...] = ()
    not_understood: tuple[NotUnderstood, ...] = ()
    remarks: tuple[str, ...] = field(default=())

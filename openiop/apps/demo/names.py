"""Made-up people: names from syllables, numbers reserved for fiction, mail that goes nowhere."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date, timedelta

GIVEN = [
    "Adrian",
    "Aisha",
    "Alma",
    "Amir",
    "Ana",
    "Andre",
    "Anya",
    "Ben",
    "Beth",
    "Bianca",
    "Caleb",
    "Camila",
    "Carmen",
    "Cyrus",
    "Dana",
    "Daniel",
    "Darius",
    "Delia",
    "Diego",
    "Elena",
    "Eli",
    "Emma",
    "Esme",
    "Ezra",
    "Farah",
    "Felix",
    "Gina",
    "Grace",
    "Hana",
    "Hector",
    "Ida",
    "Ines",
    "Iris",
    "Isaac",
    "Ivan",
    "Jade",
    "Jonah",
    "Jude",
    "Kai",
    "Karim",
    "Kira",
    "Leah",
    "Leo",
    "Lila",
    "Luis",
    "Maya",
    "Mei",
    "Milo",
    "Nadia",
    "Nico",
    "Nina",
    "Noah",
    "Noor",
    "Omar",
    "Opal",
    "Pablo",
    "Paz",
    "Quinn",
    "Rafael",
    "Rosa",
    "Sami",
    "Selma",
    "Sofia",
    "Talia",
    "Teo",
    "Uma",
    "Victor",
    "Wren",
    "Xiomara",
    "Yara",
    "Yusuf",
    "Zoe",
]
FIRST = [
    "Al",
    "Bar",
    "Cor",
    "Del",
    "Er",
    "Fal",
    "Gar",
    "Hol",
    "Is",
    "Jar",
    "Kel",
    "Lor",
    "Mar",
    "Nor",
    "Or",
    "Pel",
    "Quen",
    "Ros",
    "Sel",
    "Tor",
    "Ul",
    "Var",
    "Wex",
    "Yar",
    "Zel",
]
LAST = [
    "bane",
    "cote",
    "dell",
    "fenn",
    "gart",
    "hurst",
    "kin",
    "lowe",
    "mere",
    "nard",
    "quist",
    "rick",
    "stane",
    "thorn",
    "vale",
    "wick",
    "yarn",
    "zane",
]
COMMON = frozenset(["Corwick", "Garrick", "Marlowe", "Holdell", "Barrick", "Marvale"])
"""Syllable pairs that real people bear; never used."""
STREETS = ["Foxglove Lane", "Lantern Row", "Quail Court", "Saltgrass Way", "Heron Street", "Copperleaf Road"]
TOWNS = (("Larkmoor", "94098"), ("Tidewell", "94696"), ("Alder Cove", "94098"), ("Point Merrow", "94696"))


@dataclass(frozen=True, slots=True)
class Person:
    """One made-up person."""

    first: str
    last: str
    birth_date: date
    phone: str
    email: str
    street: str
    city: str
    postal_code: str


class People:
    """Draws people one after another, never the same name and birth date twice."""

    def __init__(self, rng: random.Random, today: date) -> None:
        """Take the seeded source of chance and the day ages are counted from."""
        self.rng, self.today = rng, today
        self.seen: set[tuple[str, str]] = set()
        self.number = 0

    def draw(self, *, youngest: int = 19, oldest: int = 64) -> Person:
        """Return a new person aged between `youngest` and `oldest` today."""
        first, last = self._name()
        age_days = self.rng.randint(youngest * 366, oldest * 365)
        city, postal_code = self.rng.choice(TOWNS)
        self.number += 1
        line = 100 + self.number % 100
        return Person(
            first=first,
            last=last,
            birth_date=self.today - timedelta(days=age_days),
            phone=f"{415 if self.number < 100 else 510}-555-0{line}",
            email=f"{first}.{last}{self.number}@example.org".lower().replace("-demo", ""),
            street=f"{self.rng.randint(1, 480)} {self.rng.choice(STREETS)}",
            city=city,
            postal_code=postal_code,
        )

    def _name(self) -> tuple[str, str]:
        while True:
            first = self.rng.choice(GIVEN)
            stem = self.rng.choice(FIRST) + self.rng.choice(LAST)
            if stem not in COMMON and (first, stem) not in self.seen:
                self.seen.add((first, stem))
                return first, f"{stem}-Demo"

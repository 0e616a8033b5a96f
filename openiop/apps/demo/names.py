"""Made-up people: names from syllables, numbers reserved for fiction, mail that goes nowhere."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date, timedelta

FEMININE = (
    "Aisha Alma Ana Anya Beth Bianca Camila Carmen Delia Elena Emma Esme Farah Gina Grace Hana Ida Ines Iris Kira "
    "Leah Lila Maya Mei Nadia Nina Opal Rosa Selma Sofia Talia Uma Xiomara Yara Zoe"
).split()
MASCULINE = (
    "Adrian Amir Andre Ben Caleb Cyrus Daniel Darius Diego Eli Ezra Felix Hector Isaac Ivan Jonah Karim Leo Luis "
    "Milo Noah Omar Pablo Rafael Sami Teo Victor Yusuf"
).split()
EITHER = "Dana Jade Jude Kai Nico Noor Paz Quinn Wren".split()
FIRST = (
    "Al Bar Cor Del Er Fal Gar Hol Is Jar Kel Lor Mar Nor Or Pel Quen Ros Sel Tor Ul Var Wex Yar Zel".split()
)
LAST = (
    "bane cote dell fenn gart hurst kin lowe mere nard quist rick stane thorn vale wick yarn zane"
).split()
COMMON = frozenset(["Corwick", "Garrick", "Marlowe", "Holdell", "Barrick", "Marvale"])
"""Syllable pairs that real people bear; never used."""
STREETS = ["Foxglove Lane", "Lantern Row", "Quail Court", "Saltgrass Way", "Heron Street", "Copperleaf Road"]
TOWNS = (("Larkmoor", "94098"), ("Tidewell", "94696"), ("Alder Cove", "94098"), ("Point Merrow", "94696"))


@dataclass(frozen=True, slots=True)
class Person:
    """One made-up person. `pronouns` is empty where nobody has asked."""

    first: str
    last: str
    sex: str
    pronouns: str
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

    def draw(self, *, youngest: int = 19, oldest: int = 64, sex: str = "") -> Person:
        """Return a new person aged between `youngest` and `oldest` today, of the given sex or of any."""
        sex = sex or self.rng.choice(("female", "male"))
        first, last = self._name(sex)
        age_days = self.rng.randint(youngest * 366, oldest * 365)
        city, postal_code = self.rng.choice(TOWNS)
        self.number += 1
        line = 100 + self.number % 100
        return Person(
            first=first,
            last=last,
            sex=sex,
            pronouns=self._pronouns(first, sex),
            birth_date=self.today - timedelta(days=age_days),
            phone=f"{415 if self.number < 100 else 510}-555-0{line}",
            email=f"{first}.{last}{self.number}@example.org".lower().replace("-demo", ""),
            street=f"{self.rng.randint(1, 480)} {self.rng.choice(STREETS)}",
            city=city,
            postal_code=postal_code,
        )

    def _pronouns(self, first: str, sex: str) -> str:
        """Return what the person said: a third was never asked; of those whose name says nothing, many say they."""
        usual = "she/her" if sex == "female" else "he/him"
        weights = (0.3, 0.1, 0.6) if first in EITHER else (0.62, 0.33, 0.05)
        return self.rng.choices((usual, "", "they/them"), weights)[0]

    def _name(self, sex: str) -> tuple[str, str]:
        given = [*(FEMININE if sex == "female" else MASCULINE), *EITHER]
        while True:
            first = self.rng.choice(given)
            stem = self.rng.choice(FIRST) + self.rng.choice(LAST)
            if stem not in COMMON and (first, stem) not in self.seen:
                self.seen.add((first, stem))
                return first, f"{stem}-Demo"

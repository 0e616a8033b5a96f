"""What an instrument is: its items, how they are summed, what a score's range is called, what is flagged.

Everything here is read from one catalogue file (`catalog/instruments`). Items are named by key in the file
and by their place in the instrument once read, so that scoring looks nothing up.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from openiop.domain.text import Text


class Standing(StrEnum):
    """What the licence lets us do with the words of an instrument."""

    SHIP = "ship"
    """The words ship with OpenIOP."""
    OWN = "own"
    """Our own words; not validated, and the page says so."""
    ATTESTED = "attested"
    """The words ship, and stay off until the site records that its use is covered."""
    SCORING_ONLY = "scoring_only"
    """No words ship, only how answers are scored; a licensed site brings the words."""


class Kind(StrEnum):
    """What an answer is."""

    CHOICE = "choice"
    NUMBER = "number"
    WORDS = "words"


class Better(StrEnum):
    """Which way a score gets better. NEITHER is charted and never judged."""

    LOWER = "lower"
    HIGHER = "higher"
    NEITHER = "neither"


class Method(StrEnum):
    """How a score is made of its items."""

    SUM = "sum"
    MEAN = "mean"


class FilledBy(StrEnum):
    """Who answers: the client, or staff who look and ask."""

    CLIENT = "client"
    STAFF = "staff"


class FlagKind(StrEnum):
    """What a flag is for."""

    RISK = "risk"
    """Somebody looks at it now."""
    FOLLOW_UP = "follow_up"
    """Another form or a talk comes next."""
    DISPLAY = "display"
    """Shown, and nothing follows by itself."""


@dataclass(frozen=True, slots=True)
class Option:
    """One answer to choose; `value` is what is scored."""

    value: int
    text: Text
    code: str = ""


@dataclass(frozen=True, slots=True)
class Item:
    """One question. An optional one may be left open without the form being unfinished."""

    key: str
    text: Text
    kind: Kind
    options: tuple[Option, ...] = ()
    code: str = ""
    optional: bool = False
    lead: Text | None = None
    after: str = ""
    """The item it is shown behind, where that is not the one before: a trailing part of the code order."""
    values: tuple[int, ...] = ()
    """The answers that can be given, the lowest first; none for free words."""


@dataclass(frozen=True, slots=True)
class Band:
    """The range of a score from `start` to the next band's start."""

    start: float
    key: str
    title: Text


@dataclass(frozen=True, slots=True)
class Bands:
    """The bands for the people they were made for: an age range and a sex; an empty sex is everybody."""

    rows: tuple[Band, ...]
    sex: str = ""
    from_age: int = 0
    to_age: int = 200
    source: str = ""

    def fits(self, age: int | None, sex: str) -> bool:
        """Tell whether they hold for this person. An unknown age counts as a grown-up's."""
        return self.sex in ("", sex) and (age is None or self.from_age <= age <= self.to_age)

    def of(self, value: float) -> Band | None:
        """The band a value falls into; None below the first."""
        found = None
        for band in self.rows:
            if value < band.start:
                break
            found = band
        return found


@dataclass(frozen=True, slots=True)
class Reliable:
    """How large a change must be to be more than the noise of the form, and where that number is from.

    Either `points` (a published threshold: reaching it counts) or `sd` and `r` (the reliable change index must
    be above 1.96 strictly).
    """

    key: str
    population: str
    source: str
    tag: str
    effective_from: date
    points: float | None = None
    sd: float | None = None
    r: float | None = None
    provisional: bool = False


@dataclass(frozen=True, slots=True)
class Goals:
    """Where a score counts as answered treatment. `below` and `above` are strict, by the way it gets better.

    `response` is the share by which the baseline must have come down; it is asked only of a baseline from
    `response_from` on.
    """

    response: float | None = None
    response_from: float = 0
    remission: float | None = None
    recovered: float | None = None
    source: str = ""


@dataclass(frozen=True, slots=True)
class Score:
    """One figure of the form: the total or a subscale.

    `items` are places; `turned` are those among them that count the other way round, `turn` what each of those
    is taken from (its lowest plus its highest answer). `parts` is for a score made of other scores.
    """

    key: str
    title: Text
    method: Method
    items: tuple[int, ...]
    turned: tuple[int, ...] = ()
    turn: tuple[int, ...] = ()
    times: int = 1
    better: Better = Better.LOWER
    most_missing: int = 0
    lowest: float = 0
    highest: float = 0
    code: str = ""
    bands: tuple[Bands, ...] = ()
    reliable: tuple[Reliable, ...] = ()
    goals: Goals = Goals()
    parts: tuple[tuple[int, int], ...] = ()
    charted: bool = True


@dataclass(frozen=True, slots=True)
class Answered:
    """Holds where so many of the items have an answer in a range. `rows` are (place, from, to)."""

    rows: tuple[tuple[int, int, int], ...]
    times: int = 1
    at_most: int | None = None


@dataclass(frozen=True, slots=True)
class Scored:
    """Holds where a score (by its place) is in a range, or in a band; a prorated one never decides."""

    place: int
    start: float
    end: float
    band: str = ""


@dataclass(frozen=True, slots=True)
class Unanswered:
    """Holds where one of the items has no answer: refusing is itself an answer to look at."""

    items: tuple[int, ...]


Clause = Answered | Scored | Unanswered


@dataclass(frozen=True, slots=True)
class Flag:
    """Something the answers say that somebody should know; every clause must hold."""

    key: str
    title: Text
    kind: FlagKind
    when: tuple[Clause, ...]
    then: Text | None = None
    next_forms: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Level:
    """One result of a form that has no sum; the first level whose clauses hold is the result."""

    key: str
    title: Text
    when: tuple[Clause, ...]


@dataclass(frozen=True, slots=True)
class Skip:
    """Items that are not asked where a clause holds; open ones count as `value`.

    `replaces`: they count so even where an answer stands, as the form's key has it.
    """

    when: Answered
    items: tuple[int, ...]
    value: int
    replaces: bool = False


@dataclass(frozen=True, slots=True)
class Licence:
    """Who holds the rights, on which ground we show the words, and how sure that is (V, S or U)."""

    holder: str
    basis: str
    notice: Text
    source: str
    tag: str
    verified_on: date
    caution: str = ""


@dataclass(frozen=True, slots=True)
class Instrument:
    """One version of one form."""

    id: str
    version: int
    title: Text
    short: str
    standing: Standing
    licence: Licence
    filled_by: FilledBy
    languages: tuple[str, ...]
    stem: Text
    items: tuple[Item, ...]
    scores: tuple[Score, ...]
    levels: tuple[Level, ...]
    flags: tuple[Flag, ...]
    skips: tuple[Skip, ...]
    recall: Text
    from_age: int
    to_age: int
    code: str
    sources: tuple[str, ...]
    places: Mapping[str, int]

    @property
    def pinned(self) -> str:
        """`phq-9.1`: what a row keeps to stay explicable."""
        return f"{self.id}.{self.version}"

    @property
    def total(self) -> Score | None:
        """The one figure the form is known by, where it has one."""
        return next((one for one in self.scores if one.key == "total"), None)

    @property
    def least_answers(self) -> int:
        """How many answers must be given: optional items at the end may be left out altogether."""
        count = len(self.items)
        while count and self.items[count - 1].optional:
            count -= 1
        return count

    @property
    def minutes(self) -> float:
        """How long it takes: ten seconds an item and twenty for the form, as the batteries reckon."""
        return round((len(self.items) * 10 + 20) / 60, 1)

    def score_named(self, key: str) -> Score | None:
        """The score with this key."""
        return next((one for one in self.scores if one.key == key), None)

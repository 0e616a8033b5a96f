"""Data that people may read and change without code, and the one loader for it.

    catalog/<kind>/<id>.<version>.yaml     one entry, checked against schemas/<kind>.schema.json
    catalog/MANIFEST                       SHA-256 of every published version; it never changes again

`load("criteria", "open-loc")` gives the newest version, `load(kind, id, version)` a given one: a row
that keeps `(id, version)` can always be explained. `load_all(kind)` gives the newest of each id. Entries
are frozen and cached. Typed forms: `criteria(id)`, `program(id)`, `programs()`, `screener(id)`, `finder()`,
`codesheet(family)`, `objectives(track)`, `curricula(track)`, `plan_clocks()`, `diagnoses()`,
`note_template(id)`, `note_templates()`, `note_clocks()`, `instrument(id)`, `instruments()`, `battery()`,
`claim_rules()`, `file_kinds()`, `quality_rules()`, `business_days()`.

Another kind of entry needs a folder of files and a schema: no code here.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from openiop.catalog import manifest
from openiop.catalog.reading import read_yaml
from openiop.domain.curricula import Curriculum, read_curriculum, unit_name
from openiop.domain.errors import DomainError, InvalidInput
from openiop.domain.files import FileKind, read_file_kinds
from openiop.domain.finder.catalogue import CodeSheet, Finder, read_codesheet, read_finder
from openiop.domain.finder.claims import ClaimRules, read_claim_rules
from openiop.domain.holidays import BusinessDays, read_holidays
from openiop.domain.levelofcare import CriteriaSet, read_criteria
from openiop.domain.measures import Instrument, read_instrument
from openiop.domain.measures.batteries import Battery, read_battery
from openiop.domain.notes import Template, read_template
from openiop.domain.notes.clocks import NoteClocks, read_note_clocks
from openiop.domain.notes.template import Option
from openiop.domain.programs import Program, read_program
from openiop.domain.quality import QualityRules, read_quality_rules
from openiop.domain.screening import Screener, read_screener
from openiop.domain.text import Text, joined
from openiop.domain.treatment.library import Diagnoses, Library, read_diagnoses, read_library
from openiop.domain.treatment.rhythm import PlanClocks, read_clocks

__all__ = [
    "Curriculum",
    "Entry",
    "NotInCatalog",
    "Text",
    "battery",
    "claim_rules",
    "codesheet",
    "criteria",
    "curricula",
    "curriculum",
    "diagnoses",
    "file_kinds",
    "finder",
    "instrument",
    "instruments",
    "kinds",
    "load",
    "load_all",
    "note_clocks",
    "note_template",
    "note_templates",
    "objectives",
    "plan_clocks",
    "program",
    "programs",
    "quality_rules",
    "read_file",
    "screener",
    "versions",
]

ROOT = Path(__file__).parent
_FILE_NAME = re.compile(r"^(?P<id>[a-z0-9]+(?:-[a-z0-9]+)*)\.(?P<version>[1-9][0-9]{0,3})\.yaml$")


class NotInCatalog(DomainError):
    """There is no such entry, or its file is not what was published."""

    default_code = "not-in-catalog"


@dataclass(frozen=True, slots=True)
class Entry:
    """One version of one catalogue file. `body` is the whole file as deeply read-only data."""

    kind: str
    id: str
    version: int
    title: Text
    body: Mapping[str, Any]
    sha256: str


def kinds() -> tuple[str, ...]:
    """The kinds of entry there are: each has a schema."""
    return _kinds(ROOT)


def load(kind: str, id: str, version: int | None = None) -> Entry:  # noqa: A002 - the file's own word
    """The entry `id` of `kind`: the given version, or the newest. NotInCatalog if there is none."""
    known = versions(kind, id)
    if not known or (version is not None and version not in known):
        wanted = id if version is None else f"{id}, version {version}"
        raise NotInCatalog(f"The catalogue has no {kind} entry {wanted}.")
    return _load(kind, id, version or known[-1])


def load_all(kind: str) -> tuple[Entry, ...]:
    """The newest version of every entry of `kind`, by id."""
    return tuple(load(kind, id_) for id_ in _files(kind))


def versions(kind: str, id: str) -> tuple[int, ...]:  # noqa: A002
    """The versions of one entry, oldest first; empty if there is none."""
    return _files(kind).get(id, ())


@cache
def criteria(id: str, version: int | None = None) -> CriteriaSet:  # noqa: A002
    """The level-of-care criteria set `id`: the given version, or the newest."""
    return read_criteria(load("criteria", id, version).body)


@cache
def program(id: str, version: int | None = None) -> Program:  # noqa: A002
    """The program (track) `id`: the given version, or the newest."""
    return read_program(load("programs", id, version).body)


def programs() -> tuple[Program, ...]:
    """The newest version of every program, by id."""
    return tuple(program(entry.id, entry.version) for entry in load_all("programs"))


@cache
def screener(id: str, version: int | None = None) -> Screener:  # noqa: A002
    """The public screener `id`: the given version, or the newest."""
    return read_screener(load("screeners", id, version).body)


@cache
def objectives(track: str, version: int | None = None) -> Library:
    """The objectives to take over into the plans of a track: the given version, or the newest."""
    return read_library(load("objectives", track, version).body)


@cache
def curriculum(id: str, version: int | None = None) -> Curriculum:  # noqa: A002
    """The curriculum `id`: the given version, or the newest."""
    return read_curriculum(load("curricula", id, version).body)


def curricula(track: str = "") -> tuple[Curriculum, ...]:
    """The newest version of every curriculum; of a track where one is given. Those of few tracks come first."""
    found = (curriculum(entry.id, entry.version) for entry in load_all("curricula"))
    fitting = [one for one in found if not track or track in one.tracks]
    return tuple(sorted(fitting, key=lambda one: (len(one.tracks), one.id)))


@cache
def plan_clocks(id: str = "standard", version: int | None = None) -> PlanClocks:  # noqa: A002
    """When treatment plans and their reviews are due: the given version, or the newest."""
    return read_clocks(load("planclocks", id, version).body)


@cache
def diagnoses(id: str = "behavioral", version: int | None = None) -> Diagnoses:  # noqa: A002
    """The codes to choose a problem's diagnosis from: the given edition, or the newest."""
    return read_diagnoses(load("diagnoses", id, version).body)


@cache
def file_kinds() -> tuple[FileKind, ...]:
    """The kinds that documents from outside are sorted into, in the order of forms."""
    return read_file_kinds(load("filekinds", "standard").body)


@cache
def note_template(id: str, version: int | None = None) -> Template:  # noqa: A002
    """What a kind of note asks: the given version, or the newest."""
    return read_template(load("notes", id, version).body, units=_unit_options())


@cache
def _unit_options() -> tuple[Option, ...]:
    """Every unit of every version of every curriculum, as a note names it for good; the newest come first."""
    found = (
        curriculum(one.id, version)
        for one in curricula()
        for version in reversed(versions("curricula", one.id))
    )
    return tuple(
        Option(unit_name(one, unit), joined(unit.title, one.title)) for one in found for unit in one.units
    )


def note_templates() -> tuple[Template, ...]:
    """The newest version of every kind of note, by id."""
    return tuple(note_template(entry.id, entry.version) for entry in load_all("notes"))


@cache
def note_clocks(id: str = "standard", version: int | None = None) -> NoteClocks:  # noqa: A002
    """By when notes are signed: the given version, or the newest."""
    return read_note_clocks(load("noteclocks", id, version).body)


@cache
def instrument(id: str, version: int | None = None) -> Instrument:  # noqa: A002
    """The measure `id`: the given version, or the newest."""
    return read_instrument(load("instruments", id, version).body)


def instruments() -> tuple[Instrument, ...]:
    """The newest version of every measure, by id."""
    return tuple(instrument(entry.id, entry.version) for entry in load_all("instruments"))


@cache
def claim_rules(id: str = "listing", version: int | None = None) -> ClaimRules:  # noqa: A002
    """How often a listing is confirmed and how a claim is proved: the given version, or the newest."""
    return read_claim_rules(load("claims", id, version).body)


@cache
def quality_rules(id: str = "standard", version: int | None = None) -> QualityRules:  # noqa: A002
    """What the quality page looks for: the given version, or the newest."""
    return read_quality_rules(load("qualityrules", id, version).body)


@cache
def battery(id: str = "standard", version: int | None = None) -> Battery:  # noqa: A002
    """Which measures are asked when: the given version, or the newest."""
    return read_battery(load("batteries", id, version).body)


@cache
def business_days(id: str = "us-federal", version: int | None = None) -> BusinessDays:  # noqa: A002
    """Monday to Friday without the holidays of a list: the given version, or the newest."""
    return read_holidays(load("holidays", id, version).body)


@cache
def codesheet(family: str) -> CodeSheet:
    """The newest sheet of the codes that a family of lists uses."""
    found = [entry for entry in load_all("codesheets") if entry.body["family"] == family]
    if not found:
        raise NotInCatalog(f"The catalogue has no code sheet of {family}.")
    return read_codesheet(max(found, key=lambda entry: entry.version).body)


@cache
def finder(id: str = "finder", version: int | None = None) -> Finder:  # noqa: A002
    """What the finder asks and orders by: the given version, or the newest."""
    return read_finder(load("finders", id, version).body, categories())


def categories() -> dict[str, dict[str, str]]:
    """Code -> category, for each family of lists that has a code sheet."""
    families = sorted({entry.body["family"] for entry in load_all("codesheets")})
    return {family: codesheet(family).categories for family in families}


def read_file(path: Path, kind: str | None = None) -> Entry:
    """Read and check a file anywhere (an organisation's own, a licensed set); InvalidInput says what is wrong.

    The kind is the name of its folder unless given. The name must be `<id>.<version>.yaml`.
    """
    found = _FILE_NAME.match(path.name)
    if found is None:
        raise InvalidInput(f"{path.name}: name the file <id>.<version>.yaml, for example open-loc.1.yaml.")
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise InvalidInput(f"{path}: {error.strerror or error}.", code="unreadable") from None
    kind = kind or path.parent.name
    body = read_yaml(raw, name=path.name)
    digest = manifest.sha256(raw)
    if manifest.read(ROOT).get(f"{kind}/{path.name}") != digest:
        # What is published passed its schema on the way (openiop catalog check, and a test).
        check_schema(kind, body, name=path.name)
    if (body["id"], body["version"]) != (found["id"], int(found["version"])):
        raise InvalidInput(
            f"{path.name}: the name and the keys `id` and `version` inside must agree.", field="id"
        )
    return Entry(
        kind=kind,
        id=body["id"],
        version=body["version"],
        title=Text.of(body["title"]),
        body=_frozen(body),
        sha256=digest,
    )


@cache
def _load(kind: str, id_: str, version: int) -> Entry:
    path = ROOT / kind / f"{id_}.{version}.yaml"
    entry = read_file(path, kind)
    published = manifest.read(ROOT).get(f"{kind}/{path.name}")
    if published is not None and published != entry.sha256:
        raise NotInCatalog(
            f"{kind}/{path.name} is not the file that was published. Restore it; a correction is the "
            f"next version.",
            code="changed-after-publication",
        )
    return entry


def _files(kind: str) -> Mapping[str, tuple[int, ...]]:
    """The versions of each id. A page asks often, so the folder is read once."""
    if kind not in kinds():
        raise NotInCatalog(f"The catalogue has no kind {kind}; it has {', '.join(kinds())}.")
    return _files_in(ROOT / kind)


@cache
def _files_in(folder: Path) -> Mapping[str, tuple[int, ...]]:
    found: dict[str, list[int]] = {}
    for path in folder.glob("*.yaml"):
        if match := _FILE_NAME.match(path.name):
            found.setdefault(match["id"], []).append(int(match["version"]))
    return {id_: tuple(sorted(found[id_])) for id_ in sorted(found)}


@cache
def _kinds(root: Path) -> tuple[str, ...]:
    names = sorted(path.name for path in (root / "schemas").glob("*.schema.json"))
    return tuple(name.removesuffix(".schema.json") for name in names)


@cache
def schema(kind: str) -> Mapping[str, Any]:
    """The JSON Schema of one kind."""
    path = ROOT / "schemas" / f"{kind}.schema.json"
    if kind not in kinds():
        raise InvalidInput(f"There is no schema for {kind}; there are {', '.join(kinds())}.", field="kind")
    data: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return data


@cache
def _validator(kind: str) -> Any:
    import jsonschema  # noqa: PLC0415 - 60 ms that a warm start need not pay twice

    return jsonschema.Draft202012Validator(schema(kind))


def check_schema(kind: str, body: dict[str, Any], *, name: str) -> None:
    """Check the file against its schema; the first error names its place as a path."""
    errors = sorted(_validator(kind).iter_errors(body), key=lambda error: list(map(str, error.absolute_path)))
    if errors:
        where = _path(errors[0].absolute_path)
        raise InvalidInput(f"{name}: {where or 'the file'}: {errors[0].message}", code="schema", field=where)


def _path(parts: Any) -> str:
    text = ""
    for part in parts:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else str(part)
    return text


def _frozen(value: Any) -> Any:
    if isinstance(value, dict):
        return MappingProxyType({key: _frozen(item) for key, item in value.items()})
    if isinstance(value, list):
        return tuple(_frozen(item) for item in value)
    return value

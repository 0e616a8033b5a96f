"""What a catalogue file must hold beyond its schema, by kind: sense, and its own worked examples."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from openiop import catalog
from openiop.catalog import manifest
from openiop.catalog.reading import read_yaml
from openiop.domain.curricula import read_curriculum
from openiop.domain.documents import blocks
from openiop.domain.errors import DomainError
from openiop.domain.finder.catalogue import read_codesheet, read_finder
from openiop.domain.levelofcare import check_criteria, read_criteria, read_examples, run_example
from openiop.domain.measures import Standing, read_instrument
from openiop.domain.measures.batteries import When, read_battery
from openiop.domain.measures.checking import check_instrument
from openiop.domain.notes import Ask, read_template
from openiop.domain.programs import read_program
from openiop.domain.screening import check_screener, read_screener
from openiop.domain.treatment.gaps import says_how_much
from openiop.domain.treatment.library import read_diagnoses, read_library


def problems_of_file(path: Path, kind: str | None = None) -> list[str]:
    """Everything wrong with one file, one sentence each; empty when it may be used."""
    try:
        entry = catalog.read_file(path, kind)
        # A published file skips its schema when it is loaded; a check never does.
        catalog.check_schema(entry.kind, read_yaml(path.read_bytes(), name=path.name), name=path.name)
        return BY_KIND.get(entry.kind, _nothing_more)(entry)
    except DomainError as error:
        return [error.message]


def problems_of_all() -> dict[str, list[str]]:
    """The same for every file that ships, by path, and for the manifest."""
    found = {
        f"{kind}/{path.name}": problems_of_file(path, kind)
        for kind in catalog.kinds()
        for path in sorted((catalog.ROOT / kind).glob("*.yaml"))
    }
    return {**found, manifest.NAME: manifest.problems(catalog.ROOT)}


def examples_in(path: Path) -> int:
    """How many worked examples a file carries."""
    return len(read_yaml(path.read_bytes(), name=path.name).get("examples", ()))


def _check_criteria(entry: catalog.Entry) -> list[str]:
    criteria = read_criteria(entry.body)
    found = check_criteria(criteria)
    for example in read_examples(entry.body):
        found += run_example(criteria, example)
    return found


def _check_program(entry: catalog.Entry) -> list[str]:
    read_program(entry.body)
    return []


def _check_screener(entry: catalog.Entry) -> list[str]:
    screener = read_screener(entry.body)
    return check_screener(screener, catalog.criteria(*screener.criteria))


def _check_finder(entry: catalog.Entry) -> list[str]:
    read_finder(entry.body, catalog.categories())
    return []


def _check_codesheet(entry: catalog.Entry) -> list[str]:
    read_codesheet(entry.body)
    return []


def _check_objectives(entry: catalog.Entry) -> list[str]:
    """What is taken over is to be measurable: each target says how much, in both languages."""
    return [
        f"{offer.key}: the target says no amount: {target}"
        for offer in read_library(entry.body).offers
        for target in (offer.target.en, offer.target.es)
        if not says_how_much(target)
    ]


def _check_curriculum(entry: catalog.Entry) -> list[str]:
    """Keys once, tracks that exist, and handouts that begin with a heading and say something beneath."""
    found = read_curriculum(entry.body)
    keys = [unit.key for unit in found.units]
    problems = [f"{key} stands twice." for key in sorted({key for key in keys if keys.count(key) > 1})]
    tracks = {program.id for program in catalog.programs()}
    problems += [f"there is no track {track}." for track in found.tracks if track not in tracks]
    for unit in found.units:
        for text in (unit.handout.en, unit.handout.es):
            if [str(one.kind) for one in blocks(text)][:1] != ["heading"] or len(blocks(text)) < 2:
                problems.append(f"{unit.key}: a handout begins with a heading (## ...) and has text beneath.")
    return problems


def _check_diagnoses(entry: catalog.Entry) -> list[str]:
    codes = [row["code"] for row in entry.body["codes"]]
    twice = sorted({code for code in codes if codes.count(code) > 1})
    read_diagnoses(entry.body)
    return [f"{code} stands twice." for code in twice]


def _check_instrument(entry: catalog.Entry) -> list[str]:
    return check_instrument(read_instrument(entry.body), entry.body)


def _check_battery(entry: catalog.Entry) -> list[str]:
    """Every form and track exists, words that may be shown, and a rhythm where care runs."""
    tracks = {program.id for program in catalog.programs()}
    shown = {one.id for one in catalog.instruments() if one.standing in (Standing.SHIP, Standing.OWN)}
    problems = []
    for row in read_battery(entry.body).rows:
        problems += [
            f"{row.key}: {form} is no form whose words ship." for form in row.forms if form not in shown
        ]
        problems += [
            f"{row.key}: there is no track {one}." for one in row.tracks | row.not_tracks if one not in tracks
        ]
        if (row.when is When.RUNNING) != bool(row.every):
            problems.append(f"{row.key}: what runs has a rhythm (every), and nothing else has.")
    return problems


def _check_note(entry: catalog.Entry) -> list[str]:
    """A chart's note is one set of answers: no key stands twice, and each answer can be given."""
    fields = read_template(entry.body).all_fields
    keys = [field.key for field in fields]
    found = [f"{key} stands twice." for key in sorted({key for key in keys if keys.count(key) > 1})]
    for field in fields:
        if (field.ask is Ask.CHOICE) != bool(field.options):
            found.append(f"{field.key}: a choice has options, and nothing else has.")
        if field.ask is Ask.SCALE and (field.low is None or field.high is None):
            found.append(f"{field.key}: a scale says where it begins and ends.")
    return found


def _nothing_more(_entry: catalog.Entry) -> list[str]:
    return []


BY_KIND: dict[str, Callable[[catalog.Entry], list[str]]] = {
    "batteries": _check_battery,
    "codesheets": _check_codesheet,
    "criteria": _check_criteria,
    "curricula": _check_curriculum,
    "diagnoses": _check_diagnoses,
    "finders": _check_finder,
    "instruments": _check_instrument,
    "notes": _check_note,
    "objectives": _check_objectives,
    "programs": _check_program,
    "screeners": _check_screener,
}

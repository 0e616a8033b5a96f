"""openiop measures: score questionnaires from data, many at a time."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from typing import Any

MOST_LINE = 100_000


def add_parser(subparsers: Any) -> None:
    """Declare the command and its sub-commands."""
    parser = subparsers.add_parser(
        "measures",
        help="score questionnaires from data",
        description="The same rules as in the record. Nothing is read from a record or stored.",
    )
    inner = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    scoring = inner.add_parser(
        "score",
        help="score one form a line",
        description='Reads one {"responses": [...], "context": {"age": 34, "sex": "female"}} a line from standard '
        "input: the answers' codes in the order of the items, null where unanswered; context may be left out. Prints "
        'one object a line, in the same order. A line that is wrong prints {"line", "error", "code", "field"} in its '
        "place, and the exit code is 2 at the end.",
    )
    scoring.add_argument(
        "instrument", metavar="ID", help="phq-9, or phq-9.1, or a file <id>.<version>.yaml of your own"
    )
    scoring.set_defaults(run=run_score)
    listing = inner.add_parser("list", help="list the questionnaires there are")
    listing.set_defaults(run=run_list)
    for command in (scoring, listing):
        command.add_argument("--json", action="store_true", help="print JSON")


def run_score(args: argparse.Namespace) -> int:
    """Score every line of standard input."""
    from openiop.domain.errors import InvalidInput

    instrument = _named(args.instrument)
    wrong = 0
    for number, line in enumerate(_lines(), start=1):
        try:
            found = _scored(instrument, line)
        except InvalidInput as error:
            wrong += 1
            said = {"code": error.code, "field": error.field, "message": error.message}
            found = {"line": number, "error": said}
        if args.json:
            print(json.dumps(found, ensure_ascii=False))
        else:
            print(_as_text(instrument.short, found))
    return 2 if wrong else 0


def run_list(args: argparse.Namespace) -> int:
    """Print every questionnaire with what its licence lets us show."""
    from openiop import catalog

    rows = [
        {
            "id": one.id,
            "version": one.version,
            "title": one.title.en,
            "short": one.short,
            "standing": str(one.standing),
            "filled_by": str(one.filled_by),
            "items": len(one.items),
            "answers": [one.least_answers, len(one.items)],
            "minutes": one.minutes,
            "languages": list(one.languages),
            "loinc": one.code or None,
            "scores": {score.key: [score.lowest, score.highest] for score in one.scores},
            "flags": [flag.key for flag in one.flags],
            "licence": one.licence.basis,
            "source": one.licence.source,
            "tag": one.licence.tag,
        }
        for one in catalog.instruments()
    ]
    if args.json:
        print(json.dumps(rows, ensure_ascii=False))
        return 0
    for row in rows:
        print(f"{row['id']:22} {row['items']:3} items  {row['standing']:13} {row['title']}")
    return 0


def _named(name: str) -> Any:
    """The instrument of an id (however its dashes are written), of an id and version, or of a site's file."""
    from pathlib import Path

    from openiop import catalog
    from openiop.catalog.checking import problems_of_file
    from openiop.cli.inputs import id_and_version
    from openiop.domain.errors import InvalidInput
    from openiop.domain.measures import read_instrument

    if name.endswith(".yaml"):
        problems = problems_of_file(Path(name), "instruments")
        if problems:
            raise InvalidInput(f"{name}: {problems[0]}", code="not-sound", field="instrument")
        return read_instrument(catalog.read_file(Path(name), "instruments").body)
    id_, version = id_and_version(name)
    bare = _bare(id_)
    known = {_bare(entry.id): entry.id for entry in catalog.load_all("instruments")}
    return catalog.instrument(known.get(bare, id_), version)


def _bare(name: str) -> str:
    """PHQ-9, phq_9 and phq9 are the same form."""
    return name.lower().replace("-", "").replace("_", "")


def _lines() -> Iterator[bytes]:
    """The lines of standard input that hold something; one that never ends is cut, and then is no JSON."""
    while line := sys.stdin.buffer.readline(MOST_LINE):
        if line.strip():
            yield line


def _scored(instrument: Any, line: bytes) -> dict[str, Any]:
    from openiop.domain.errors import InvalidInput
    from openiop.domain.measures import read_answers, score
    from openiop.domain.measures.results import result_data
    from openiop.domain.measures.scoring import read_asked

    try:
        given = json.loads(line)
    except ValueError:
        raise InvalidInput("The line is not JSON.", code="not-json") from None
    except RecursionError:
        raise InvalidInput("The line is nested too deeply.", code="not-json") from None
    if not isinstance(given, dict):
        raise InvalidInput("Give an object with responses and context.", code="not-an-object")
    strange = sorted(set(given) - {"responses", "context"})
    if strange:
        raise InvalidInput(f"{strange[0]}: give responses and context only.", field=strange[0])
    answers = read_answers(instrument, given.get("responses"))
    result = score(instrument, answers, read_asked(given.get("context")))
    return {"instrument": instrument.id, "version": instrument.version, **result_data(instrument, result)}


def _as_text(short: str, found: dict[str, Any]) -> str:
    """One result for reading."""
    if "error" in found:
        return f"line {found['line']}: {found['error']['message']}"
    parts = [short]
    if found["total"] is not None:
        parts.append(f"{found['total']:g}")
    if found["severity"]:
        parts.append(found["severity"])
    parts += [f"{key} {value:g}" for key, value in found["subscales"].items() if value is not None]
    if found["missing"]:
        parts.append(f"unanswered: {', '.join(found['missing'])}")
    return "  ".join(parts) + (f"  [{', '.join(found['flags'])}]" if found["flags"] else "")

"""openiop screener: the public questions, from data."""

from __future__ import annotations

import argparse
import json
from typing import Any


def add_parser(subparsers: Any) -> None:
    """Declare the command and its sub-commands."""
    parser = subparsers.add_parser(
        "screener",
        help="run the public screener from data",
        description="The same rules and words as on the public page. Nothing is read from a record or stored.",
    )
    inner = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    assess = inner.add_parser(
        "assess",
        help="read answers as JSON and print the suggestion",
        description='Reads {"findings": {...}, "asker": "me", "context": {"on": "YYYY-MM-DD"}}, or a list of such '
        "cases, from FILE (- is standard input). What may stand there: openiop screener schema. An answer that is "
        "absent or null was skipped. Exit code 2: the input is wrong; the message names the path.",
    )
    assess.add_argument("file", metavar="FILE", help="a JSON file, or - for standard input")
    schema = inner.add_parser(
        "schema", help="print the questions", description="Prints every question in order."
    )
    for command in (assess, schema):
        command.add_argument("--screener", default="iop-fit", metavar="ID", help="screener: id or id.version")
        command.add_argument("--language", choices=("en", "es"), default="en", help="language of the words")
        command.add_argument("--json", action="store_true", help="print JSON; a list in gives a list out")
    assess.set_defaults(run=run_assess)
    schema.set_defaults(run=run_schema)


def run_assess(args: argparse.Namespace) -> int:
    """Weigh each case and print what the screener says."""
    from openiop.cli.inputs import read_json

    payload = read_json(args.file, most=20_000_000)
    cases = payload if isinstance(payload, list) else [payload]
    paths = [f"[{at}]." if isinstance(payload, list) else "" for at in range(len(cases))]
    found = [_weigh(case, path, args) for case, path in zip(cases, paths, strict=True)]
    if args.json:
        print(json.dumps(found if isinstance(payload, list) else found[0], ensure_ascii=False, indent=2))
    else:
        print("\n\n".join(_as_text(one) for one in found))
    return 0


def run_schema(args: argparse.Namespace) -> int:
    """Print the questions and what may be answered."""
    from openiop.cli.levelofcare_text import schema_as_text
    from openiop.domain.levelofcare import describe_findings

    _screener, criteria = _named(args.screener)
    findings = describe_findings(criteria, args.language)
    if args.json:
        print(json.dumps({"findings": findings}, ensure_ascii=False, indent=2))
    else:
        groups = {group.key: group.title.in_language(args.language) for group in criteria.groups}
        print(schema_as_text(findings, groups, args.language))
    return 0


def _weigh(case: Any, path: str, args: argparse.Namespace) -> dict[str, Any]:
    """One case; a mistake is named with its path from the top of the file."""
    from openiop.apps.core import clock
    from openiop.domain.errors import InvalidInput
    from openiop.domain.levelofcare import determine, read_inputs
    from openiop.domain.screening import Asker, result_data, suggest

    screener, criteria = _named(args.screener)
    if not isinstance(case, dict):
        raise InvalidInput(
            f"{path.rstrip('.') or 'the input'}: give an object with keys and values.", field=path.rstrip(".")
        )
    answers = dict(case)
    asker = answers.pop("asker", None) or Asker.ME
    if asker not in list(Asker):
        raise InvalidInput(
            f"{path}asker: give one of {', '.join(Asker)}; got {asker!r}.", field=f"{path}asker"
        )
    try:
        inputs = read_inputs(criteria, answers, today=clock.now().astimezone().date())
    except InvalidInput as error:
        raise InvalidInput(f"{path}{error.message}", code=error.code, field=f"{path}{error.field}") from None
    result = suggest(determine(criteria, inputs.values, on=inputs.on))
    return {"asker": str(asker), **result_data(result, screener, criteria, args.language)}


def _named(name: str) -> tuple[Any, Any]:
    """The screener and the criteria set it names."""
    from openiop import catalog
    from openiop.cli.inputs import id_and_version

    screener = catalog.screener(*id_and_version(name))
    return screener, catalog.criteria(*screener.criteria)


def _as_text(found: dict[str, Any]) -> str:
    """One result for reading."""
    lines = [found["title"], found["lead"], ""]
    lines += [f"  - {row['text']}" for row in found["reasons"]]
    if found["not_answered"]:
        lines += ["", "Not answered:", *(f"  - {row['title']}" for row in found["not_answered"])]
    if found["next_steps"]:
        lines += ["", "Next:", *(f"  - {row['title']}" for row in found["next_steps"])]
    return "\n".join(
        [*lines, "", *(f"{row['title']}: {row['how']}" for row in found["crisis"][:2]), "", found["notice"]]
    )

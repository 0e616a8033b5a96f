"""openiop levelofcare: weigh findings and explain the level of care."""

from __future__ import annotations

import argparse
import json
from typing import Any


def add_parser(subparsers: Any) -> None:
    """Declare the command and its sub-commands."""
    parser = subparsers.add_parser(
        "levelofcare",
        help="weigh findings and explain the level of care",
        description="The same rules and the same words as on the page. No record is read or written.",
    )
    inner = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    assess = inner.add_parser(
        "assess",
        help="read findings as JSON and print the determination",
        description='Reads {"findings": {...}, "context": {...}} from FILE (- is standard input). What may stand '
        "there: openiop levelofcare schema. A finding that is absent or null is unknown, never no. Exit code 2: "
        "the input is wrong; the message names the path.",
    )
    assess.add_argument("file", metavar="FILE", help="a JSON file, or - for standard input")
    schema = inner.add_parser(
        "schema",
        help="print what findings exist",
        description="Prints every finding in order; with --json as a JSON Schema of the input.",
    )
    for command in (assess, schema):
        command.add_argument(
            "--criteria",
            default="open-loc",
            metavar="ID",
            help="criteria set: id, id.version, or a YAML file",
        )
        command.add_argument("--language", choices=("en", "es"), default="en", help="language of the words")
        command.add_argument("--json", action="store_true", help="print JSON")
    assess.set_defaults(run=run_assess)
    schema.set_defaults(run=run_schema)


def run_assess(args: argparse.Namespace) -> int:
    """Weigh the findings and print the determination."""
    from openiop.apps.core import clock
    from openiop.cli.inputs import read_json
    from openiop.cli.levelofcare_text import as_text
    from openiop.domain.levelofcare import determine, read_inputs, to_data

    criteria = _criteria(args.criteria)
    payload = read_json(args.file)
    inputs = read_inputs(criteria, payload, today=clock.now().astimezone().date())
    data = to_data(determine(criteria, inputs.values, on=inputs.on), criteria, args.language)
    print(json.dumps(data, ensure_ascii=False, indent=2) if args.json else as_text(data, args.language))
    return 0


def run_schema(args: argparse.Namespace) -> int:
    """Print the findings of the criteria set."""
    from openiop.cli.levelofcare_text import schema_as_text
    from openiop.domain.levelofcare import describe_findings

    criteria = _criteria(args.criteria)
    findings = describe_findings(criteria, args.language)
    if args.json:
        print(json.dumps(_json_schema(criteria, findings, args.language), ensure_ascii=False, indent=2))
    else:
        groups = {group.key: group.title.in_language(args.language) for group in criteria.groups}
        print(schema_as_text(findings, groups, args.language))
    return 0


def _criteria(name: str) -> Any:
    """The criteria set by id, by id and version, or from a file outside the catalogue."""
    from pathlib import Path

    from openiop import catalog
    from openiop.cli.inputs import id_and_version
    from openiop.domain.levelofcare import read_criteria

    if name.endswith(".yaml"):
        return read_criteria(catalog.read_file(Path(name), "criteria").body)
    return catalog.criteria(*id_and_version(name))


def _json_schema(criteria: Any, findings: list[dict[str, Any]], language: str) -> dict[str, Any]:
    """A JSON Schema of the input, with our own keys prefixed x-."""
    asked = {row["key"]: _property(row) for row in findings if row["asked"] != "from_context"}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": criteria.title.in_language(language),
        "x-criteria": {"id": criteria.id, "version": criteria.version},
        "type": "object",
        "additionalProperties": False,
        "properties": {
            "findings": {"type": "object", "additionalProperties": False, "properties": asked},
            "context": {
                "type": "object",
                "properties": {
                    "on": {"type": "string", "format": "date"},
                    "external_results": {"type": "array", "items": _external_schema(criteria)},
                    **{key: value for key, value in asked.items() if key == "age"},
                },
            },
        },
    }


def _property(row: dict[str, Any]) -> dict[str, Any]:
    types = {"bool": "boolean", "int": "integer", "number": "number", "choice": "string", "date": "string"}
    found: dict[str, Any] = {"type": [types[row["type"]], "null"], "title": row["title"]}
    if row["help"]:
        found["description"] = row["help"]
    if row["type"] == "choice":
        found["enum"] = [*(option["value"] for option in row["options"]), None]
    if row["type"] == "date":
        found["format"] = "date"
    for key in ("minimum", "maximum"):
        if row.get(key) is not None:
            found[key] = row[key]
    if row.get("unit"):
        found["x-unit"] = row["unit"]
    if row.get("options"):
        found["x-answers"] = row["options"]
    return {
        **found,
        "x-group": row["group"],
        "x-safety": row["safety"],
        "x-asked": row["asked"],
        "x-worse": row["worse"],
    }


def _external_schema(criteria: Any) -> dict[str, Any]:
    rating = {"type": ["integer", "null"], "minimum": 1, "maximum": 5}
    return {
        "type": "object",
        "additionalProperties": False,
        "required": ["instrument"],
        "properties": {
            "instrument": {"type": "string", "examples": sorted(criteria.external_levels)},
            "edition": {"type": "string"},
            "level": {"type": "string"},
            "rater": {"type": "string"},
            "date": {"type": "string", "format": "date"},
            "risk_of_harm": rating,
            "functional_status": rating,
            "co_morbidity": rating,
        },
    }

"""openiop catalog: check and publish catalogue files."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any


def add_parser(subparsers: Any) -> None:
    """Declare the command and its sub-commands."""
    parser = subparsers.add_parser(
        "catalog",
        help="check and publish catalogue files (criteria, programs, consents)",
        description="Criteria, programs and other data that people may change without code.",
    )
    inner = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    check = inner.add_parser(
        "check",
        help="check files: schema, sense, worked examples, manifest",
        description="Checks FILE, or everything that ships. Exit code 0: sound. 1: something is wrong, each "
        "named with its place.",
    )
    check.add_argument("file", nargs="?", metavar="FILE", help="<kind>/<id>.<version>.yaml, anywhere")
    check.add_argument("--kind", help="the kind of FILE, where its folder does not say so")
    check.add_argument("--json", action="store_true", help="print JSON")
    check.set_defaults(run=run_check)
    listing = inner.add_parser("list", help="list the entries there are")
    listing.add_argument("--json", action="store_true", help="print JSON")
    listing.set_defaults(run=run_list)
    publish = inner.add_parser(
        "publish",
        help="freeze a new version: check it and write its SHA-256 into the manifest",
        description="A published version never changes again; a correction is the next version.",
    )
    publish.add_argument("file", metavar="KIND/FILE", help="for example criteria/open-loc.2.yaml")
    publish.set_defaults(run=run_publish)


def run_check(args: argparse.Namespace) -> int:
    """Check one file or all; print what is wrong."""
    from openiop.catalog.checking import examples_in, problems_of_all, problems_of_file

    found = {args.file: problems_of_file(Path(args.file), args.kind)} if args.file else problems_of_all()
    if args.json:
        rows = [{"file": name, "ok": not problems, "problems": problems} for name, problems in found.items()]
        print(json.dumps(rows, ensure_ascii=False))
        return 0 if not any(found.values()) else 1
    for name, problems in found.items():
        count = _examples(args.file or name, examples_in) if not problems else 0
        worked = f", {count} worked examples hold" if count else ""
        print(f"{name}: {'sound' + worked if not problems else 'WRONG'}")
        for problem in problems:
            print(f"  {problem}")
    return 0 if not any(found.values()) else 1


def _examples(name: str, count: Any) -> int:
    from openiop.catalog import ROOT

    path = Path(name) if Path(name).exists() else ROOT / name
    return int(count(path)) if path.suffix == ".yaml" else 0


def run_list(args: argparse.Namespace) -> int:
    """Print the entries of every kind, every version."""
    from openiop import catalog

    rows: list[dict[str, Any]] = [
        {
            "kind": kind,
            "id": entry.id,
            "version": version,
            "title": catalog.load(kind, entry.id, version).title.en,
        }
        for kind in catalog.kinds()
        for entry in catalog.load_all(kind)
        for version in catalog.versions(kind, entry.id)
    ]
    if args.json:
        print(json.dumps(rows, ensure_ascii=False))
        return 0
    for row in rows:
        print(f"{row['kind']:10} {row['id'] + '.' + str(row['version']):24} {row['title']}")
    return 0


def run_publish(args: argparse.Namespace) -> int:
    """Check a file of the catalogue and freeze it."""
    from openiop import catalog
    from openiop.catalog import manifest
    from openiop.catalog.checking import problems_of_file
    from openiop.domain.errors import Conflict, InvalidInput

    path = (catalog.ROOT / args.file).resolve()
    if path.parent.parent != catalog.ROOT.resolve() or not path.exists():
        raise InvalidInput(f"{args.file}: there is no such file in the catalogue.", field="file")
    name = f"{path.parent.name}/{path.name}"
    problems = problems_of_file(path)
    if problems:
        raise Conflict(f"{name} is not published: {problems[0]}", code="not-sound")
    published, digest = manifest.read(catalog.ROOT), manifest.sha256(path.read_bytes())
    if published.get(name, digest) != digest:
        raise Conflict(
            f"{name} was published and has changed. Restore it; a correction is the next version.",
            code="already-published",
        )
    manifest.write(catalog.ROOT, {**published, name: digest})
    print(f"{name} is published ({digest[:12]}).")
    return 0

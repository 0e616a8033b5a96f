"""openiop directory: public lists of treatment facilities for the finder."""

from __future__ import annotations

import argparse
import json
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from openiop.domain.finder.sources import Edition

_DAY = re.compile(r"(?<!\d)(20\d\d)[-_](\d\d)[-_](\d\d)(?!\d)")
_YEAR = re.compile(r"(?<!\d)(20\d\d)(?!\d)")
STEP = 2_000
"""A line of progress after so many rows."""


def add_parser(subparsers: Any) -> None:
    """Declare the command and its sub-commands."""
    parser = subparsers.add_parser(
        "directory",
        help="take public lists of facilities into the finder",
        description="Public lists of treatment facilities, and the points of ZIP areas.",
    )
    inner = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    taking = inner.add_parser(
        "import",
        help="take in a list of facilities",
        description="Reads a list (docs/reference/directory.md names them), writes what is new or changed and tells "
        "what that was. A killed run goes on where it stood; the same file again changes nothing.",
        epilog="Exit codes: 0 done; 1 refused, nothing changed; 2 the file cannot be read, nothing changed.",
    )
    taking.add_argument("file", metavar="FILE", help="an XLSX, CSV or JSON file")
    taking.add_argument("--on", metavar="WHEN", help="of which year or day it is (2023, 2026-08-21)")
    taking.add_argument("--dry-run", action="store_true", help="tell what would change; write nothing")
    taking.add_argument(
        "--partial", action="store_true", help="a part of its list: what is missing is not gone"
    )
    taking.add_argument(
        "--skip-unreadable", action="store_true", help="take the others in where rows cannot be read"
    )
    taking.set_defaults(run=run_import)
    zips = inner.add_parser("zips", help="take in the points of ZIP areas (CSV: zcta5, lat, lon)")
    zips.add_argument("file", metavar="FILE", help="a CSV file")
    zips.set_defaults(run=run_zips)
    for command in (taking, zips, _add_claim(inner), _add_release(inner)):
        command.add_argument("--json", action="store_true", help="print the report as JSON")


def _add_claim(inner: Any) -> argparse.ArgumentParser:
    claiming: argparse.ArgumentParser = inner.add_parser(
        "claim",
        help="claim a listed place that has another telephone and street, after a call",
        description="Claims a listed place for a site although the list has another telephone and another street. "
        "First call the telephone that the list names: whoever answers there reads you the code that the "
        "organization's page of the claim shows. Where nobody can read it, do not claim the place.",
        epilog='Example: openiop directory claim k7m2q9xw4tnd --site Oakland --code "7K3M-..." --reason "Moved in May"',
    )
    claiming.add_argument("place", metavar="PLACE", help="the last part of the place's address, /find/PLACE/")
    claiming.add_argument("--site", required=True, metavar="NAME", help="for which site")
    claiming.add_argument("--code", required=True, help="what was read out at the listed telephone")
    claiming.add_argument(
        "--reason", required=True, metavar="WORDS", help="why the list differs; kept in the trail"
    )
    claiming.add_argument("--organization", metavar="SLUG", help="whose site it is, where there are several")
    claiming.set_defaults(run=run_claim)
    return claiming


def _add_release(inner: Any) -> argparse.ArgumentParser:
    releasing: argparse.ArgumentParser = inner.add_parser(
        "release",
        help="take a claimed place back from the organization that holds it",
        description="Takes a place back that the wrong organization has claimed. Only the lists speak for it then, "
        "and the right one may claim it. The trail of the organization that loses it keeps the reason.",
        epilog='Example: openiop directory release k7m2q9xw4tnd --reason "The code was read out to a stranger"',
    )
    releasing.add_argument(
        "place", metavar="PLACE", help="the last part of the place's address, /find/PLACE/"
    )
    releasing.add_argument("--reason", required=True, metavar="WORDS", help="why; kept in the trail")
    releasing.set_defaults(run=run_release)
    return releasing


def run_import(args: argparse.Namespace) -> int:
    """Read the list, write it, tell what changed."""
    from openiop.cli.rows import check_ready, start
    from openiop.formats.facilities import read_facilities

    edition = edition_of(args.on, args.file)
    raw = _bytes(args.file)
    file = read_facilities(raw, name=Path(args.file).name)
    start()
    check_ready()
    from openiop.apps.accounts.selectors import operator
    from openiop.apps.core import clock
    from openiop.apps.directory.services.importing import Upload, import_facilities, try_facilities

    upload = Upload.of(file, raw, name=Path(args.file).name, edition=edition)
    tell = _tell(args.json)
    if args.dry_run:
        outcome = try_facilities(upload=upload, is_partial=args.partial, tell=tell)
    else:
        _refuse_unread(file, skip=args.skip_unreadable)
        by = operator("openiop directory import")
        outcome = import_facilities(by=by, upload=upload, at=clock.now(), is_partial=args.partial, tell=tell)
    report = outcome.to_data()
    print(json.dumps(report, ensure_ascii=False, indent=2) if args.json else "\n".join(_lines(report)))
    return 0


def run_zips(args: argparse.Namespace) -> int:
    """Read the points and keep them."""
    from openiop.cli.rows import check_ready, start
    from openiop.formats.facilities import read_zips

    points = read_zips(_bytes(args.file), name=Path(args.file).name)
    start()
    check_ready()
    from openiop.apps.accounts.selectors import operator
    from openiop.apps.core import clock
    from openiop.apps.directory.services.zips import import_zips

    report = import_zips(
        by=operator("openiop directory zips"), points=points, at=clock.now(), tell=_tell(args.json)
    )
    if args.json:
        print(json.dumps(report))
    else:
        print(
            f"{report['zips']:,} ZIP areas: {report['new']:,} new, {report['changed']:,} moved. "
            f"{report['placed']:,} places stand at the point of their ZIP area now."
        )
    return 0


def run_claim(args: argparse.Namespace) -> int:
    """Claim the place when the code is right."""
    from openiop.cli.rows import named_organization, named_sites, start

    start()
    from openiop.apps.accounts.selectors import system_actor
    from openiop.apps.core import clock
    from openiop.apps.core.tenancy import tenant
    from openiop.apps.directory.selectors.claims import named_place
    from openiop.apps.directory.services.claims import claim_by_call

    organization = named_organization(args.organization)
    by = system_actor(organization, "openiop directory claim")
    with tenant(organization.pk):
        (site,) = named_sites(by, [args.site])
    place = named_place(args.place)
    claim_by_call(by=by, facility=place, site=site, code=args.code, reason=args.reason, at=clock.now())
    if args.json:
        print(json.dumps({"place": place.public_id, "organization": organization.slug, "site": site.name}))
    else:
        print(f"{place.name} is a place of {organization.name} now, for the site {site.name}.")
    return 0


def run_release(args: argparse.Namespace) -> int:
    """Take the place back."""
    from openiop.cli.rows import check_ready, start

    start()
    check_ready()
    from openiop.apps.accounts.selectors import system_actor
    from openiop.apps.core import clock
    from openiop.apps.directory.selectors.claims import claimed_place
    from openiop.apps.directory.services.claims import take_back_place

    place, owner = claimed_place(args.place)
    by = system_actor(owner, "openiop directory release")
    take_back_place(by=by, facility=place, reason=args.reason, at=clock.now())
    if args.json:
        print(json.dumps({"place": place.public_id, "organization": owner.slug}))
    else:
        print(f"{place.name} is no longer a place of {owner.name}. Only the lists speak for it now.")
    return 0


def edition_of(told: str | None, name: str) -> Edition:
    """Return of what day a file is: what was told, else the day or year in its name."""
    from datetime import date

    from openiop.domain.errors import InvalidInput
    from openiop.domain.finder.sources import Edition

    words = told or Path(name).name
    try:
        if day := _DAY.search(words):
            on = date(*map(int, day.groups()))
            return Edition(on.isoformat(), on)
        if year := _YEAR.search(words):
            return Edition(year[1], date(int(year[1]), 1, 1))
    except ValueError:
        pass
    raise InvalidInput(
        f"It is not clear of what year {Path(name).name} is: give --on 2023 or --on 2026-08-21.", field="on"
    )


def _bytes(name: str) -> bytes:
    from openiop.domain.errors import InvalidInput

    try:
        return Path(name).read_bytes()
    except OSError as error:
        raise InvalidInput(f"{name}: {error.strerror or error}.", code="unreadable", field="file") from None


def _refuse_unread(file: Any, *, skip: bool) -> None:
    from openiop.domain.errors import InvalidInput

    if file.problems and not skip:
        shown = "\n".join(f"  {problem}" for problem in file.problems[:20])
        raise InvalidInput(
            f"{len(file.problems):,} rows cannot be read, so nothing was written. Mend them, or give "
            f"--skip-unreadable.\n{shown}",
            field="file",
        )


def _tell(as_json: bool) -> Any:  # noqa: FBT001
    """Return what tells the progress, on standard error: standard output is the report's."""

    def tell(done: int, whole: int) -> None:
        if not as_json and (done % STEP == 0 or done == whole):
            print(f"{done:,} of {whole:,} rows", file=sys.stderr, flush=True)

    return tell


def _lines(report: dict[str, Any]) -> list[str]:
    """The report for reading."""
    counts = ", ".join(
        f"{report[key]:,} {key}" for key in ("new", "changed", "renewed", "same", "older", "gone")
    )
    head = f"{report['layout']}, edition {report['edition']}: {report['rows']:,} rows"
    lines = [head, f"{counts}; {report['new_places']:,} new places"]
    if report["resumed_at"]:
        lines.append(f"Went on after row {report['resumed_at']:,}, where the last run was stopped.")
    lines += [f"Not read: {problem}" for problem in report["unread"][:20]]
    unknown = report["unknown_services"]
    if unknown:
        lines.append(f"{len(unknown):,} services without a code of ours, kept as written; the most frequent:")
        lines += [f"  {count:6,}  {name}" for name, count in list(unknown.items())[:10]]
    return [*lines, "Dry run: nothing was written."] if report["dry_run"] else lines

"""openiop chart: make the words of the charts anew for search."""

from __future__ import annotations

import argparse
import json
from typing import Any


def add_parser(subparsers: Any) -> None:
    """Declare the command and its sub-command."""
    parser = subparsers.add_parser(
        "chart", help="make the words of the charts anew for search", description="Looks after the charts."
    )
    inner = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    reindex = inner.add_parser(
        "reindex",
        help="make the search index of every chart anew from the records",
        description="Throws the search index of each organization away and makes it anew from the records, in "
        "one transaction: whoever searches meanwhile finds what was there before, or all of it. Needed after an "
        "upgrade that says so, and after rows were changed by other ways than OpenIOP's own.",
    )
    reindex.add_argument("--organization", metavar="SLUG", help="one organization only (default: every one)")
    reindex.add_argument("--json", action="store_true", help="print JSON")
    reindex.set_defaults(run=run_reindex)


def run_reindex(args: argparse.Namespace) -> int:
    """Make the index anew and print one line an organization."""
    from openiop.cli.rows import check_ready, named_organization, start

    start()
    check_ready()
    from openiop.apps.accounts.selectors import organizations, system_actor
    from openiop.apps.core import clock
    from openiop.apps.core.tenancy import tenant
    from openiop.apps.record.services.indexing import reindex_charts

    found = [named_organization(args.organization)] if args.organization else list(organizations(None))
    rows: list[dict[str, Any]] = []
    for organization in found:
        with tenant(organization.pk):
            by = system_actor(organization, "openiop chart reindex")
            count = reindex_charts(by=by, at=clock.now())
        rows.append({"organization": organization.slug, "pieces": count})
    if args.json:
        print(json.dumps(rows))
    for row in [] if args.json else rows:
        print(f"{row['organization']}: {row['pieces']} pieces can be found")
    return 0

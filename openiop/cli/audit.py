"""openiop audit: check the audit trail."""

from __future__ import annotations

import argparse
import json
from typing import Any


def add_parser(subparsers: Any) -> None:
    """Declare the command and its sub-command."""
    parser = subparsers.add_parser(
        "audit", help="check the audit trail", description="Checks the audit trail."
    )
    inner = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    verify = inner.add_parser(
        "verify",
        help="check every link of every organization's chain; name the first broken one",
        description="Exit code 0: every chain holds. 1: at least one is broken; the first broken link is named.",
    )
    verify.add_argument("--organization", metavar="SLUG", help="check one organization only")
    verify.add_argument("--json", action="store_true", help="print JSON")
    verify.set_defaults(run=run_verify)


def run_verify(args: argparse.Namespace) -> int:
    """Verify and print one line an organisation."""
    from openiop.cli.rows import start

    start()
    from openiop.apps.accounts.selectors import organizations
    from openiop.apps.audit.selectors import chain_length, verify_chain
    from openiop.apps.core.tenancy import tenant

    rows: list[dict[str, Any]] = []
    for organization in organizations(args.organization):
        with tenant(organization.pk):
            broken, length = verify_chain(organization.pk), chain_length(organization.pk)
        rows.append(
            {
                "organization": organization.slug,
                "events": length,
                "holds": broken is None,
                "first_broken": broken and {"sequence": broken.sequence, "why": broken.why},
            }
        )
    if args.json:
        print(json.dumps(rows))
    for row in [] if args.json else rows:
        state = (
            "holds" if row["holds"] else "BROKEN at event {sequence}: it {why}".format(**row["first_broken"])
        )
        print(f"{row['organization']}: {row['events']} events, the chain {state}")
    return 0 if all(row["holds"] for row in rows) else 1

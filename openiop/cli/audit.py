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
        help="check every link of every chain; name the first broken one",
        description="Walks each organization's chain, and the one of refused sign-ins under names that nobody "
        "has. Note the number of events and the head elsewhere: a chain cut at its end has fewer. Exit code 0: every chain holds. 1: at least one is broken; the first broken link is named.",
    )
    verify.add_argument("--organization", metavar="SLUG", help="check one organization only")
    verify.add_argument("--json", action="store_true", help="print JSON")
    verify.set_defaults(run=run_verify)


def run_verify(args: argparse.Namespace) -> int:
    """Verify and print one line an organisation."""
    from openiop.cli.rows import check_ready, start

    start()
    check_ready()
    from openiop.apps.audit.selectors import chain_end, verify_chain
    from openiop.apps.core.tenancy import tenant

    rows: list[dict[str, Any]] = []
    for slug, chain in _chains(args.organization):
        with tenant(chain):
            broken, (length, head) = verify_chain(chain), chain_end(chain)
        rows.append(
            {
                "organization": slug,
                "events": length,
                "head": head,
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
        name = row["organization"] or "(no organization)"
        print(f"{name}: {row['events']} events, the chain {state}; its head is {row['head'][:16] or 'empty'}")
    return 0 if all(row["holds"] for row in rows) else 1


def _chains(slug: str | None) -> list[tuple[str | None, int]]:
    """Return the chains to walk: each organisation's, and that of tries at the door which concern none."""
    from django.http import Http404

    from openiop.apps.accounts.selectors import organizations
    from openiop.apps.core.actor import NOBODY
    from openiop.domain.errors import InvalidInput

    try:
        found: list[tuple[str | None, int]] = [(row.slug, row.pk) for row in organizations(slug)]
    except Http404:
        raise InvalidInput(f"There is no organization “{slug}”.", field="organization") from None
    return found if slug else [*found, (None, NOBODY)]

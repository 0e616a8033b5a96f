"""openiop organization: open a clinic's organization with its first site."""

from __future__ import annotations

import argparse
import json
from typing import Any

from openiop.cli.site import add_place, place_of


def add_parser(subparsers: Any) -> None:
    """Declare the command and its sub-command."""
    parser = subparsers.add_parser(
        "organization", help="open an organization", description="The organizations of this installation."
    )
    inner = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    adding = inner.add_parser(
        "add",
        help="open an organization with its first site",
        description="Opens an organization with its first site. Its staff need a second factor to sign in. "
        "Then bring in its first administrator with openiop member add.",
        epilog='Example: openiop organization add "Bay Recovery" --site Oakland '
        '--time-zone America/Los_Angeles --open "mon-fri 8:00-21:00" --open "sat 9:00-17:00"',
    )
    adding.add_argument("name", metavar="NAME", help="the name people use")
    adding.add_argument("--slug", default="", help="the short name for commands (default: made from NAME)")
    adding.add_argument("--site", required=True, metavar="NAME", help="the first site's name")
    add_place(adding)
    adding.add_argument("--json", action="store_true", help="print JSON")
    adding.set_defaults(run=run_add)


def run_add(args: argparse.Namespace) -> int:
    """Open it and say what comes next."""
    from openiop.cli.rows import check_ready, start

    start()
    from openiop.apps.accounts.selectors import operator
    from openiop.apps.accounts.services.opening import open_organization
    from openiop.apps.core import clock

    place = place_of(args, args.site)
    check_ready()
    by = operator("openiop organization add")
    organization = open_organization(by=by, name=args.name, slug=args.slug, place=place, at=clock.now())
    slug = organization.slug
    if args.json:
        print(json.dumps({"organization": slug, "name": organization.name, "site": place.name}))
        return 0
    print(f"{organization.name} ({slug}) with the site {place.name} is ready. Its first administrator:")
    print(f'  openiop member add ADDRESS --name "NAME" --role administrator --organization {slug}')
    return 0

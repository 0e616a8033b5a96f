"""openiop site: add a site to an organization."""

from __future__ import annotations

import argparse
import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from openiop.apps.accounts.services.opening import Place


def add_parser(subparsers: Any) -> None:
    """Declare the command and its sub-command."""
    parser = subparsers.add_parser(
        "site", help="add a site", description="The places where an organization gives care."
    )
    inner = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    adding = inner.add_parser("add", help="add a site with its clock and its opening hours")
    adding.add_argument("name", metavar="NAME", help="the name people use, unlike that of every other site")
    add_place(adding)
    adding.add_argument("--organization", metavar="SLUG", help="whose site it is, where there are several")
    adding.add_argument("--json", action="store_true", help="print JSON")
    adding.set_defaults(run=run_add)


def add_place(parser: argparse.ArgumentParser) -> None:
    """Declare what a site needs beside its name."""
    parser.add_argument("--time-zone", required=True, metavar="ZONE", help="such as America/Los_Angeles")
    parser.add_argument(
        "--open", required=True, action="append", metavar="HOURS",
        help='when it is open, such as "mon-fri 8:00-21:00"; may be given more than once',
    )  # fmt: skip


def place_of(args: argparse.Namespace, name: str) -> Place:
    """Return the site that the arguments describe."""
    from openiop.apps.accounts.services.opening import Place
    from openiop.formats.openinghours import read_opening

    return Place(name, args.time_zone, read_opening(args.open))


def run_add(args: argparse.Namespace) -> int:
    """Add it."""
    from openiop.cli.rows import named_organization, start

    start()
    from openiop.apps.accounts.selectors import system_actor
    from openiop.apps.accounts.services.opening import add_site
    from openiop.apps.core import clock
    from openiop.apps.core.tenancy import tenant

    place = place_of(args, args.name)
    organization = named_organization(args.organization)
    by = system_actor(organization, "openiop site add")
    with tenant(organization.pk):
        site = add_site(by=by, place=place, at=clock.now())
    if args.json:
        print(json.dumps({"organization": organization.slug, "site": site.name}))
    else:
        print(f"{site.name} is a site of {organization.name} now.")
    return 0

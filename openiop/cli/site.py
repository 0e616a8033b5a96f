"""openiop site: add a site to an organization; say where it is and how it is called."""

from __future__ import annotations

import argparse
import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from openiop.apps.accounts.services.opening import Place, Reach

REACH = (
    ("phone", "PHONE", "the number people call, such as 415-555-0110"),
    ("street", "STREET", "street and number"),
    ("city", "CITY", "city"),
    ("state", "STATE", "state in two letters, such as CA"),
    ("zip", "ZIP", "ZIP code"),
)


def add_parser(subparsers: Any) -> None:
    """Declare the command and its sub-commands."""
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
    setting = inner.add_parser(
        "set",
        help="say where a site is and how it is called",
        description="Says where a site is and how it is called; what is not given stays. The public pages show it, "
        "and a listed place with the same telephone or street can be claimed for the site.",
    )
    setting.add_argument("name", metavar="NAME", help="the site")
    _add_reach(setting)
    setting.add_argument("--organization", metavar="SLUG", help="whose site it is, where there are several")
    setting.add_argument("--json", action="store_true", help="print JSON")
    setting.set_defaults(run=run_set)


def add_place(parser: argparse.ArgumentParser) -> None:
    """Declare what a site needs beside its name."""
    parser.add_argument("--time-zone", required=True, metavar="ZONE", help="such as America/Los_Angeles")
    parser.add_argument(
        "--open", required=True, action="append", metavar="HOURS",
        help='when it is open, such as "mon-fri 8:00-21:00"; may be given more than once',
    )  # fmt: skip
    _add_reach(parser)


def place_of(args: argparse.Namespace, name: str) -> Place:
    """Return the site that the arguments describe."""
    from openiop.apps.accounts.services.opening import Place
    from openiop.formats.openinghours import read_opening

    return Place(name, args.time_zone, read_opening(args.open), _reach_of(args))


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


def run_set(args: argparse.Namespace) -> int:
    """Say where it is and how it is called."""
    from openiop.cli.rows import named_organization, named_sites, start

    start()
    from openiop.apps.accounts.selectors import system_actor
    from openiop.apps.accounts.services.opening import set_reach
    from openiop.apps.core import clock
    from openiop.apps.core.tenancy import tenant

    organization = named_organization(args.organization)
    by = system_actor(organization, "openiop site set")
    with tenant(organization.pk):
        (site,) = named_sites(by, [args.name])
        set_reach(by=by, site=site, reach=_reach_of(args), at=clock.now())
    place = ", ".join(
        part for part in (site.street, site.city, f"{site.state} {site.postal_code}".strip()) if part
    )
    if args.json:
        facts = {"street": site.street, "city": site.city, "state": site.state, "zip": site.postal_code}
        print(json.dumps({"site": site.name, "phone": site.phone, **facts}))
    else:
        print(f"{site.name}: {' · '.join(part for part in (site.phone, place) if part)}")
    return 0


def _add_reach(parser: argparse.ArgumentParser) -> None:
    for name, meta, words in REACH:
        parser.add_argument(f"--{name}", metavar=meta, help=words)


def _reach_of(args: argparse.Namespace) -> Reach:
    from openiop.apps.accounts.services.opening import Reach

    return Reach(args.phone, args.street, args.city, args.state, args.zip)

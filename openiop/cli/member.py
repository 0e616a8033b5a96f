"""openiop member: bring in an organization's first people, and let somebody back in."""

from __future__ import annotations

import argparse
import json
from typing import Any

ROLES = (
    "intake", "therapist", "prescriber", "nurse", "reviewer", "biller", "director", "administrator", "auditor",
)  # fmt: skip
"""The staff roles; named here because help must not start Django, and compared by a test."""


def add_parser(subparsers: Any) -> None:
    """Declare the commands."""
    parser = subparsers.add_parser(
        "member",
        help="bring in an organization's first people, let somebody back in",
        description="For what no page can do: the first administrator, somebody who works in two "
        "organizations, and a way back in for the last administrator. Everyone else is invited under People.",
    )
    inner = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    adding = inner.add_parser(
        "add",
        help="give somebody roles in an organization and print the link that sets their password",
        description="Makes a sign-in, or takes the one the person has elsewhere, and gives it the roles. A new "
        "sign-in has no password: the printed link sets one, once, within three days.",
        epilog=f"Roles: {', '.join(ROLES)}.",
    )
    adding.add_argument("email", metavar="ADDRESS", help="the e-mail address; the person signs in with it")
    adding.add_argument("--name", default="", help="how the person is written; needed for a new sign-in")
    adding.add_argument("--credentials", default="", help="as written behind the name: LMFT, RN")
    adding.add_argument("--role", required=True, action="append", help="may be given more than once")
    adding.add_argument(
        "--site", action="append", default=[], metavar="NAME",
        help="where the roles hold; may be given more than once (default: every site)",
    )  # fmt: skip
    adding.add_argument("--organization", metavar="SLUG", help="where there are several")
    _add_answer(adding)
    adding.set_defaults(run=run_add)
    linking = inner.add_parser(
        "link",
        help="print a link with which somebody sets a new password; a lock-out ends",
        description="For the last administrator who is locked out; everyone else asks theirs, under People. It "
        "is written into the trail of each organization the person belongs to.",
    )
    linking.add_argument("email", metavar="ADDRESS", help="the person's e-mail address or sign-in name")
    linking.add_argument(
        "--forget-factor", action="store_true",
        help="take a lost second factor away too and end every session; look twice who asks",
    )  # fmt: skip
    _add_answer(linking)
    linking.set_defaults(run=run_link)


def run_add(args: argparse.Namespace) -> int:
    """Bring somebody in and hand over the link."""
    from openiop.cli.rows import named_organization, named_sites, start

    start()
    from openiop.apps.accounts.roles import BY_KEY
    from openiop.apps.accounts.selectors import system_actor
    from openiop.apps.accounts.services.members import make_password_link
    from openiop.apps.accounts.services.opening import bring_in_member
    from openiop.apps.core import clock
    from openiop.apps.core.tenancy import tenant

    organization = named_organization(args.organization)
    by, at = system_actor(organization, "openiop member add"), clock.now()
    with tenant(organization.pk):
        user, is_new = bring_in_member(
            by=by, email=args.email, name=args.name, credentials=args.credentials,
            roles=args.role, sites=named_sites(by, args.site), at=at,
        )  # fmt: skip
        link = _link(args, make_password_link(by=by, member=user, at=at)) if is_new else ""
    roles = ", ".join(str(BY_KEY[key].name) for key in dict.fromkeys(args.role))
    told = [f"{user.shown_name} is {roles} at {organization.name}."]
    if is_new:
        told += [
            "This link sets their password, once, within three days. Hand it to nobody else:",
            f"  {link}",
        ]
        if organization.requires_mfa:
            told.append("After the first sign-in they set up a second factor: an app or a passkey.")
    else:
        told.append("They sign in as they always did; nothing of their sign-in has changed.")
    facts = {"organization": organization.slug, "person": user.public_id, "new": is_new, "link": link or None}
    _print(args, facts, told)
    return 0


def run_link(args: argparse.Namespace) -> int:
    """Make a link for somebody who is there already."""
    from openiop.cli.rows import check_ready, start

    start()
    from openiop.apps.accounts.lockout import find_person
    from openiop.apps.accounts.selectors import operator
    from openiop.apps.accounts.services.opening import let_back_in
    from openiop.apps.core import clock
    from openiop.domain.errors import InvalidInput

    check_ready()
    user = find_person(args.email)
    if user is None:
        raise InvalidInput(f"Nobody signs in as “{args.email}”.", field="email")
    key = let_back_in(
        by=operator("openiop member link"), user=user, forget_factor=args.forget_factor, at=clock.now()
    )
    link = _link(args, key)
    told = [f"This link sets the password of {user.shown_name}, once, within three days:", f"  {link}"]
    if args.forget_factor:
        told.append("Their second factor is gone and every session of theirs has ended.")
    _print(args, {"person": user.public_id, "link": link}, told)
    return 0


def _add_answer(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--address", metavar="URL",
        help="where people reach this server (default: the first of OPENIOP_ORIGINS)",
    )  # fmt: skip
    parser.add_argument("--json", action="store_true", help="print JSON")


def _link(args: argparse.Namespace, key: str) -> str:
    """Return the link under the address people use; a demo is on this machine."""
    from django.conf import settings

    from openiop.web.public.adapters import password_path

    here = "http://127.0.0.1:8000" if settings.IS_DEMO else "https://THE-ADDRESS-OF-THIS-SERVER"
    address = args.address or next(iter(settings.CSRF_TRUSTED_ORIGINS), here)
    return address.rstrip("/") + password_path(key)


def _print(args: argparse.Namespace, facts: dict[str, Any], told: list[str]) -> None:
    print(json.dumps(facts) if args.json else "\n".join(told))

"""openiop referral: take in a referral from a file."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

EXIT_CODES = (
    "Exit codes: 0 received (or readable, with --dry-run); 1 these very bytes were received before, nothing "
    "changed; 2 the file cannot be a referral, nothing changed."
)


def add_parser(subparsers: Any) -> None:
    """Declare the command and its sub-command."""
    parser = subparsers.add_parser(
        "referral", help="take in a referral from a file", description="Takes in referrals."
    )
    inner = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    taking = inner.add_parser(
        "import",
        help="read a FHIR R4 bundle, keep it byte for byte, put the person into the pipeline",
        description="Reads a FHIR R4 bundle (JSON), says what was understood and what was not, keeps the "
        "original byte for byte and opens an enquiry for review. Nothing is filed in a client record before a "
        "person has reviewed it.",
        epilog=EXIT_CODES,
    )
    taking.add_argument("file", metavar="FILE", help="the bundle; - reads standard input")
    taking.add_argument("--json", action="store_true", help="print everything that was understood as JSON")
    taking.add_argument("--organization", metavar="SLUG", help="who receives it, where there are several")
    taking.add_argument(
        "--dry-run", action="store_true", help="read and say what is understood; write nothing"
    )
    taking.set_defaults(run=run_import)


def run_import(args: argparse.Namespace) -> int:
    """Read, keep, tell."""
    from openiop.apps.core import clock
    from openiop.formats.fhir import read_referral, understood

    content = _content(args.file)
    if args.dry_run:
        packet = read_referral(content, on=clock.now().date())
        _print(args, {"outcome": "dry-run", **understood(packet)})
        return 0
    known, facts = _receive(args, content)
    _print(args, facts)
    return 1 if known else 0


def _receive(args: argparse.Namespace, content: bytes) -> tuple[bool, dict[str, Any]]:
    """Take the file in; tell whether it was there before, and what to print."""
    from openiop.cli.rows import named_organization, start

    start()
    from openiop.apps.accounts.selectors import system_actor
    from openiop.apps.admissions.errors import AlreadyReceived
    from openiop.apps.admissions.services.intake import Document, receive_bundle
    from openiop.apps.core import clock
    from openiop.apps.core.tenancy import tenant

    organization = named_organization(args.organization)
    by = system_actor(organization, "openiop referral import")
    document = Document(Path(args.file).name if args.file != "-" else "stdin.json", content)
    with tenant(organization.pk):
        try:
            referral = receive_bundle(by=by, document=document, at=clock.now())
        except AlreadyReceived as error:
            known = {"referral": error.referral_id, "received_at": error.received_at.isoformat()}
            return True, {"outcome": "already-received", "message": error.message, **known}
        return False, {"outcome": "received", "referral": referral.public_id, **referral.understood}


def _content(name: str) -> bytes:
    """Return the file's bytes; one that is too large (it may have no end) is refused before it is all read."""
    from openiop.cli.inputs import read_bytes
    from openiop.formats.fhir import Limits
    from openiop.formats.fhir.refusals import FileTooLarge

    limit = Limits().max_bytes
    content = read_bytes(name, most=limit)
    if len(content) > limit:
        raise FileTooLarge(size=f"more than {limit:,}", limit=f"{limit:,}")
    return content


def _print(args: argparse.Namespace, facts: dict[str, Any]) -> None:
    if args.json:
        print(json.dumps(facts, ensure_ascii=False, indent=2))
        return
    for line in lines(facts):
        print(line)


def lines(facts: dict[str, Any]) -> list[str]:
    """What a person reads: who, what was understood, what was not, and what happened."""
    if facts["outcome"] == "already-received":
        return [f"{facts['message']} It is referral {facts['referral']}."]
    patient = facts["patient"]
    name = " ".join([*patient["given"], patient["family"]]).strip() or "(no name)"
    told = [
        f"{name}, born {patient['birthDate'] or '(unknown)'}, {patient['gender'] or 'gender not given'}"
        + (", DECEASED according to the sender" if patient["deceased"] else ""),
        f"{facts['entries']} entries in a {facts['bundle_type']} bundle of {facts['bytes']:,} bytes",
        "",
        "Understood:",
        *_understood(facts),
        "",
        "Not understood, or not needed (the original keeps it):",
        *_not_understood(facts),
        "",
    ]
    told += [f"Note: {remark}" for remark in _remarks(facts)]
    if facts["outcome"] == "dry-run":
        return [*told, "Dry run: nothing was written."]
    return [
        *told,
        f"Received as referral {facts['referral']}: open it under Referrals to review and accept it.",
    ]


def _understood(facts: dict[str, Any]) -> list[str]:
    told = [f"  {count:5}  {kind}" for kind, count in facts["read"].items()]
    for key, words in (
        ("behavioral_health_conditions", "Mental health and substance use problems"),
        ("behavioral_health_careplan_activities", "Mental health and substance use care"),
        ("related_careplan_activities", "Related care"),
    ):
        if facts[key]:
            told.append(f"  {words}: {'; '.join(facts[key])}")
    told.append(f"  {facts['active_conditions']} of {facts['conditions']} problems are active.")
    return told


def _not_understood(facts: dict[str, Any]) -> list[str]:
    told = [
        f"  {item['count']:5}  {item['kind']}{' (in part)' if item['partly'] else ''}: {item['words']}"
        for item in facts["not_understood"]
    ]
    return told or ["  nothing"]


def _remarks(facts: dict[str, Any]) -> list[str]:
    from openiop.formats.fhir.reasons import REMARKS

    return [REMARKS[code] for code in facts["remarks"]]

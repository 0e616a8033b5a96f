"""openiop coverage: what a member pays for an episode of care."""

from __future__ import annotations

import argparse
import json
from typing import Any

WORDS = {
    "estimate-not-a-promise": "This is an estimate, not a bill and not a promise of payment.",
    "met-so-far-unknown": "What has been met so far is not known; the figures take it as nothing, the most one could owe.",
    "met-so-far-old": "What has been met so far is more than 30 days old; ask the plan again.",
    "plan-year-turns": "A new plan year begins on the way; ask for its limits.",
    "out-of-network": "Out of network: the program may bill what the plan does not allow.",
}


def add_parser(subparsers: Any) -> None:
    """Declare the command and its sub-command."""
    parser = subparsers.add_parser(
        "coverage",
        help="estimate what a member pays",
        description="What a member pays, line by line. No record is read or written.",
    )
    inner = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    command = inner.add_parser(
        "estimate",
        help="read a plan and service lines as JSON and print the cost share",
        description="Reads {plan, accumulators, benefit_rules, lines}, or a list of such cases, from FILE (- is "
        "standard input). Names and meanings: docs/reference/coverage.md. Exit code 2: the input is wrong; the "
        "message names the field.",
    )
    command.add_argument("file", metavar="FILE", help="a JSON file, or - for standard input")
    command.add_argument("--json", action="store_true", help="print JSON; a list in gives a list out")
    command.set_defaults(run=run_estimate)


def run_estimate(args: argparse.Namespace) -> int:
    """Estimate each case of the file."""
    from openiop.cli.inputs import read_json
    from openiop.domain.coverage_reading import answer, read_case

    payload = read_json(args.file, most=20_000_000, exact=True)
    cases = payload if isinstance(payload, list) else [payload]
    found = [
        answer(read_case(case, path=f"[{at}]" if isinstance(payload, list) else ""))
        for at, case in enumerate(cases)
    ]
    if args.json:
        print(json.dumps(found if isinstance(payload, list) else found[0], ensure_ascii=False, indent=2))
    else:
        print("\n\n".join(_as_text(one) for one in found))
    return 0


def _as_text(found: dict[str, Any]) -> str:
    """One estimate for reading."""
    low, high = found["range"]["low"], found["range"]["high"]
    rows = [
        ("The member pays", f"${high}" if low == high else f"${low} to ${high}"),
        ("  toward the deductible", f"${found['deductible_part']}"),
        ("  coinsurance", f"${found['coinsurance_part']}"),
        ("  copays", f"${found['copay_part']}"),
        ("Apart: billed beyond the allowed amount", f"${found['balance_bill']}"),
        ("Apart: not covered", f"${found['not_covered']}"),
        ("Deductible met on", found["deductible_met_on"] or "not reached"),
        ("Yearly maximum reached on", found["maximum_reached_on"] or "not reached"),
    ]
    table = [f"{name:42}{value}" for name, value in rows]
    lines = [
        f"  {line['date']}  {line['code']:24} allowed ${line['allowed']:>10}  you ${line['member_cost_share']:>10}"
        for line in found["lines"]
    ]
    return "\n".join([*table, "", *lines, "", *(WORDS[code] for code in found["warnings"])])

"""openiop schedule options, explain, waitlist: questions to a planned week, without any database."""

from __future__ import annotations

import argparse
import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from openiop.domain.schedule.words import Reason
    from openiop.engines.timetable.live import Live

DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def add_commands(inner: Any) -> None:
    """Declare the sub-commands."""
    options = inner.add_parser(
        "options", help="the best weeks for one client in the free seats, with reasons"
    )
    explain = inner.add_parser("explain", help="why a client has no week, or why not in one group")
    waitlist = inner.add_parser(
        "waitlist", help="who of the waiting fits, and what would let in how many more"
    )
    for parser in (options, explain, waitlist):
        parser.add_argument("week", help="the planned week, a JSON file")
        parser.add_argument("roster", help="its roster, a JSON file")
        parser.add_argument("--json", action="store_true", help="print the answer as JSON")
    for parser in (options, explain):
        parser.add_argument("client", help="the client's id")
    explain.add_argument("group", nargs="?", help="a group's id: why not there")
    options.set_defaults(run=run_options)
    explain.set_defaults(run=run_explain)
    waitlist.set_defaults(run=run_waitlist)


def _live(args: argparse.Namespace, client: str | None) -> Live:
    from openiop.cli.schedule import load
    from openiop.domain.errors import InvalidInput
    from openiop.engines.timetable.live import Live
    from openiop.formats.timetable import read_instance, read_roster

    instance, roster = read_instance(load(args.week)), read_roster(load(args.roster))
    ids = [c.id for c in instance.clients]
    if not ids:
        raise InvalidInput("The week has no clients.", field="clients")
    if client is not None and client not in ids:
        raise InvalidInput(f"There is no client {client} in this week.", field="client")
    return Live(instance, roster, client or ids[0])


def run_options(args: argparse.Namespace) -> int:
    """Print up to five weeks that differ in kind; 1 where there is none."""
    live = _live(args, args.client)
    answer = live.options(live.house.client_at[args.client])
    if args.json:
        print(json.dumps({"options": [_option(p) for p in answer.placements]}, ensure_ascii=False))
    for number, placement in enumerate(answer.placements if not args.json else (), start=1):
        days = ", ".join(DAYS[d] for d in placement.kind.days)
        print(f"{number}. {days} ({'/'.join(placement.kind.dayparts)}, {'/'.join(placement.kind.modes)})")
        print(f"   {', '.join(placement.meetings)}")
        for said in (*placement.meets, *placement.breaks):
            print(f"   {plain(said)}")
    if not answer.placements and not args.json:
        print("There is no legal week in the free seats; openiop schedule explain says why.")
    return 0 if answer.placements else 1


def _option(placement: Any) -> dict[str, Any]:
    return {
        "sessions": list(placement.meetings),
        "days": list(placement.kind.days),
        "dayparts": list(placement.kind.dayparts),
        "modes": list(placement.kind.modes),
        "minutes": placement.minutes,
        "one": [
            {"kind": o.kind, "staff": o.staff, "day": o.span.day, "start": o.span.start, "end": o.span.end,
             "mode": str(o.mode)}
            for o in placement.one
        ],
        "reasons": [as_json(r) for r in placement.meets],
        "gives_way": [as_json(r) for r in placement.breaks],
    }  # fmt: skip


def run_explain(args: argparse.Namespace) -> int:
    """Print why not in that group, or the smallest set of facts that leaves the client no week."""
    from openiop.domain.errors import InvalidInput
    from openiop.engines.timetable.live import WhyNot

    live = _live(args, args.client)
    client = live.house.client_at[args.client]
    if args.group is not None:
        if args.group not in live.house.group_at:
            raise InvalidInput(f"There is no group {args.group} in this client's house.", field="group")
        return _tell_group(args, live, client)
    why = WhyNot(live, client)
    conflict = why.answer()
    facts = [] if conflict is None else [why.facts[f].said for f in conflict.facts]
    ways = [] if conflict is None else [[why.facts[f].said for f in way] for way in conflict.frees[:5]]
    if args.json:
        told = {
            "placeable": conflict is None,
            "facts": [as_json(f) for f in facts],
            "frees": [[as_json(f) for f in way] for way in ways],
            "asked": 0 if conflict is None else conflict.asked,
        }
        print(json.dumps(told, ensure_ascii=False))
    elif conflict is None:
        print("There is a legal week in the free seats; openiop schedule options shows it.")
    else:
        print("These cannot all hold:" if facts else "No group of this client's services exists at all.")
        for fact in facts:
            print(f"  {fact_in_words(fact)}")
        for way in ways:
            print(f"It would be free without: {'; '.join(fact_in_words(f) for f in way)}")
    return 0


def _tell_group(args: argparse.Namespace, live: Live, client: int) -> int:
    reasons = live.why_not(client, live.house.group_at[args.group])
    if args.json:
        print(json.dumps({"reasons": [as_json(r) for r in reasons]}, ensure_ascii=False))
        return 0
    for said in reasons:
        print(fact_in_words(said))
    return 0


def run_waitlist(args: argparse.Namespace) -> int:
    """Print how many of the waiting fit as it is, and the blocks that would let in more."""
    from openiop.engines.timetable.live import unlocks

    live = _live(args, None)
    fit, blocks = unlocks(live)
    waiting = len(live.house.clients) - len(live.draft.weeks)
    if args.json:
        told = {
            "waiting": waiting,
            "fit": fit,
            "blocks": [
                {"track": b.track, "mode": str(b.mode), "more": b.more, "groups": list(b.groups)}
                for b in blocks
            ],
        }
        print(json.dumps(told, ensure_ascii=False))
        return 0
    print(f"{fit} of {waiting} waiting fit as it is")
    for block in blocks:
        print(f"+{block.more} with {block.track} ({block.mode}): {', '.join(block.groups)}")
    return 0


def as_json(said: Reason) -> dict[str, Any]:
    """A reason as JSON: its code and its facts."""
    return {"code": said.code, **{k: list(v) if isinstance(v, tuple) else v for k, v in said.facts}}


def plain(said: Reason) -> str:
    """Any reason in one plain line."""
    return f"{said.code}: {', '.join(f'{k} {_shown(k, v)}' for k, v in said.facts)}"


def _shown(name: str, value: Any) -> str:
    if name == "day" and isinstance(value, int):
        return DAYS[value]
    if name in {"start", "end"} and isinstance(value, int):
        return clock(value)
    return "/".join(map(str, value)) if isinstance(value, tuple) else str(value)


def clock(minute: int) -> str:
    """Minutes after midnight as people write them."""
    return f"{minute // 60:02d}:{minute % 60:02d}"


def fact_in_words(said: Reason) -> str:
    """A fact of a client or of the week as a sentence."""
    facts: dict[str, Any] = dict(said.facts)
    if said.code == "free":
        times = facts["times"]
        pieces = [f"{clock(a)}-{clock(b)}" for a, b in zip(times[::2], times[1::2], strict=True)]
        return (
            f"{DAYS[facts['day']]} free {' and '.join(pieces)}"
            if pieces
            else f"{DAYS[facts['day']]} not free"
        )
    if said.code in SENTENCES:
        return SENTENCES[said.code].format(**facts)
    return plain(said)


SENTENCES = {
    "groups-full": "{full} of {running} running groups for {track} are full",
    "groups-not-running": "{closed} further groups for {track} do not run",
    "kept-apart": "someone to be kept apart from is there",
    "travel": "{minutes} minutes of travel each way",
    "mode": "only {mode}",
    "days": "{least} to {most} days a week",
    "day-length": "{least} to {most} minutes of groups a day",
    "floor": "at least {minutes} minutes of groups a week",
    "ceiling": "at most {minutes} minutes of groups a week",
    "at-least": "{service} at least {least} times a week",
    "not-running": "The group {group} does not run this week",
    "no-week-with-it": "No legal week has the group {group} in the free seats",
    "would-cost": "Nothing forbids it; the best week with {group} costs {points} points more",
}

"""The independent checker: does this roster keep every hard rule of this week?

It knows no solver and shares no rule with the search (`rules.py`, `chains.py`), so a fault in one is
seen by the other. Each rule of the model's document is one function, found by its code in the tables of
`check_client.py` and `check_house.py`; each broken one is named by that code, with who and where.
"""

from __future__ import annotations

from openiop.domain.schedule.check_client import CLIENT_RULES, PAIR_RULES, Case
from openiop.domain.schedule.check_house import GROUP_RULES, SHARED_RULES
from openiop.domain.schedule.check_index import Breach, Index
from openiop.domain.schedule.problem import Instance, Roster

__all__ = ["CODES", "Breach", "broken_by_clients", "broken_rules"]

CODES = frozenset({*CLIENT_RULES, *PAIR_RULES, *GROUP_RULES, *SHARED_RULES, "H01"})
"""Every rule there is. H01 is a week of nobody."""


def broken_rules(instance: Instance, roster: Roster) -> tuple[Breach, ...]:
    """Every breach in the whole roster; empty when it is legal."""
    return (*broken_by_clients(instance, roster), *_broken_by_house(Index(instance, roster)))


def broken_by_clients(instance: Instance, roster: Roster) -> tuple[Breach, ...]:
    """Breaches of the clients' own rules and of people kept apart; not seats, rooms and staff."""
    index = Index(instance, roster)
    found: list[Breach] = []
    for name, week in sorted(roster.clients.items()):
        if name not in index.clients:
            found.append(Breach("H01", name, "no such client"))
            continue
        unknown = [m for m in week.meetings if m not in index.meetings]
        found += (Breach("H02", name, meeting) for meeting in unknown)
        if not unknown:
            case = Case(index, index.clients[name], week)
            found += (
                Breach(code, name, where) for code, rule in CLIENT_RULES.items() for where in rule(case)
            )
    for code, pair_rule in PAIR_RULES.items():
        found += (Breach(code, who, where) for who, where in pair_rule(index))
    return tuple(found)


def _broken_by_house(index: Index) -> tuple[Breach, ...]:
    """Breaches of groups that run, and of shared rooms and people."""
    found: list[Breach] = []
    for name, staffing in sorted(index.roster.groups.items()):
        group = index.groups.get(name)
        if group is None:
            found.append(Breach("H02", name, "no such group"))
            continue
        for code, rule in GROUP_RULES.items():
            found += (Breach(code, name, where) for where in rule(index, group, staffing))
    for code, shared_rule in SHARED_RULES.items():
        found += (Breach(code, who, where) for who, where in shared_rule(index))
    return tuple(found)

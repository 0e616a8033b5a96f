"""What of any roster is legal: the rest is taken out and seated anew."""

from __future__ import annotations

from openiop.domain.schedule.check import broken_rules
from openiop.domain.schedule.problem import Roster
from openiop.engines.timetable.draft import Draft
from openiop.engines.timetable.house import House
from openiop.engines.timetable.kernel import Kernel
from openiop.engines.timetable.seating import by_need, fit_all_one, seat, settle

TRIES = 20


def legal_part(house: House, kernel: Kernel, roster: Roster) -> Draft:
    """A legal draft near a roster: groups and weeks that break a rule go, whoever can is seated anew."""
    known = Roster(
        {g: s for g, s in roster.groups.items() if g in house.group_at},
        {c: w for c, w in roster.clients.items() if c in house.client_at},
    )
    for _ in range(TRIES):
        breaches = broken_rules(house.instance, known)
        if not breaches:
            break
        known = _without(house, known, {b.who for b in breaches})
    draft = Draft(house, known if not broken_rules(house.instance, known) else Roster({}, {}))
    settle(draft, kernel)
    waiting = set(range(len(house.clients))) - set(draft.weeks)
    for client in by_need(draft, waiting):
        seat(draft, kernel, client)
    fit_all_one(draft, waiting)
    return draft


def _without(house: House, roster: Roster, who: set[str]) -> Roster:
    """The roster without the clients and groups named; staff and rooms named take their groups along."""
    groups = {
        g: s for g, s in roster.groups.items() if g not in who and not {s.lead, s.cofacilitator, s.room} & who
    }
    runs = {m.id for g in groups for m in house.groups[house.group_at[g]].meetings}
    clients = {}
    for name, week in roster.clients.items():
        if name not in who and set(week.meetings) <= runs:
            one = tuple(o for o in week.one if o.staff not in who)
            clients[name] = type(week)(week.meetings, one)
    return Roster(groups, clients)

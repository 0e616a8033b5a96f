"""Plans of a site, and what one changes: by person and by group."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from openiop.apps.accounts.models import Site, User
from openiop.apps.clients.models import Client
from openiop.apps.schedule.models import GroupSeries, Room, SeriesSlot
from openiop.apps.timetable.drafting import read_rows
from openiop.apps.timetable.models import Plan, PlanMove
from openiop.apps.timetable.services.applying import Change
from openiop.apps.timetable.services.staleness import stale_changes
from openiop.domain.schedule.words import Reason


@dataclass(slots=True)
class Person:
    """What a plan changes for one client: seats and one-to-one sessions, and who must move with them."""

    client: Client
    moves: list[PlanMove] = field(default_factory=list)
    before: list[SeriesSlot] = field(default_factory=list)
    after: list[SeriesSlot] = field(default_factory=list)
    why: list[Reason] = field(default_factory=list)
    needs: list[Client] = field(default_factory=list)
    stale: str = ""

    @property
    def moves_week(self) -> bool:
        """Tell whether their seats change, and not only a session beside them."""
        return any(move.kind == "week" for move in self.moves)

    @property
    def numbers(self) -> str:
        """Return the numbers of the changes, as the form sends them."""
        return " ".join(str(move.number) for move in self.moves)


@dataclass(slots=True)
class GroupChange:
    """Who comes into a weekly meeting and who leaves it; seats taken before and after."""

    slot: SeriesSlot
    joins: list[Client] = field(default_factory=list)
    leaves: list[Client] = field(default_factory=list)

    @property
    def after(self) -> int:
        """Return the seats taken when everything of the plan is accepted."""
        return int(self.slot.seats_taken) + len(self.joins) - len(self.leaves)


@dataclass(frozen=True, slots=True)
class HouseMove:
    """A change of a group or of one session: who leads it, where, or that it does not take place."""

    move: PlanMove
    why: list[Reason]
    stale: str


@dataclass(slots=True)
class Difference:
    """What a plan changes, and the rows that its words need."""

    people: list[Person] = field(default_factory=list)
    groups: list[GroupChange] = field(default_factory=list)
    house: list[HouseMove] = field(default_factory=list)
    notes: list[Reason] = field(default_factory=list)
    names: dict[str, str] = field(default_factory=dict)

    @property
    def moved(self) -> list[Person]:
        """Return who leaves a seat they hold: the number that a plan makes small."""
        return [one for one in self.people if one.moves_week and one.before]

    @property
    def placed(self) -> list[Person]:
        """Return who had no seat and gets some."""
        return [one for one in self.people if one.moves_week and not one.before]


def plans_of(site: Site, *, limit: int = 20) -> list[Plan]:
    """Return the site's plans, the newest first, those put away left out."""
    rows = Plan.objects.filter(site=site).exclude(state="discarded")
    return list(
        rows.select_related("made_by", "published_by", "ended_by").order_by("-made_at", "-id")[:limit]
    )


def is_last(plan: Plan) -> bool:
    """Tell whether a plan is the site's last publication, and so may be taken back."""
    last = Plan.objects.filter(site=plan.site, published_at__isnull=False).order_by("-published_at", "-id")
    newest = last.first()
    return plan.state == "published" and newest is not None and newest.pk == plan.pk


def difference_of(plan: Plan) -> Difference:
    """Return what a plan changes. In a draft what somebody changed since is marked."""
    rows = PlanMove.objects.filter(plan=plan).order_by("number").select_related(
        "client", "episode", "series", "session__series", "session__site", "appointment", "plan__site"
    )  # fmt: skip
    moves = list(rows)
    stale = {move.number: move.said for move in moves if move.said}
    if plan.state == "draft":
        stale = stale_changes(plan, [Change.forward(move, plan.starts_on) for move in moves])
    slots = _slots(moves)
    found = Difference(notes=read_rows(plan.notes), names=_names(plan, moves))
    by_client: dict[int, Person] = {}
    for move in moves:
        if move.client is None:
            found.house.append(HouseMove(move, read_rows(move.why), stale.get(move.number, "")))
            continue
        person = by_client.setdefault(move.client.pk, Person(move.client))
        person.moves.append(move)
        person.why += read_rows(move.why)
        person.stale = person.stale or stale.get(move.number, "")
        if move.kind == "week":
            person.before = _in_order(slots, move.before["slots"])
            person.after = _in_order(slots, move.after["slots"])
    _add_needs(by_client, moves)
    people = sorted(by_client.values(), key=lambda one: (not one.moves_week, not one.before))
    found.people = people
    found.groups = _groups(people)
    return found


def _slots(moves: Iterable[PlanMove]) -> dict[str, SeriesSlot]:
    wanted = {
        key for move in moves if move.kind == "week" for key in (*move.before["slots"], *move.after["slots"])
    }
    rows = SeriesSlot.objects.filter(public_id__in=wanted).select_related("series__room", "series__lead")
    return {row.public_id: row for row in rows}


def _in_order(slots: dict[str, SeriesSlot], ids: Iterable[str]) -> list[SeriesSlot]:
    known = [slots[key] for key in ids if key in slots]
    return sorted(known, key=lambda slot: (slot.weekday, slot.start_minute))


def _add_needs(people: dict[int, Person], moves: Sequence[PlanMove]) -> None:
    by_number = {move.number: move for move in moves}
    for person in people.values():
        others = {number for move in person.moves for number in move.needs}
        named = [by_number[number].client for number in sorted(others) if number in by_number]
        person.needs = [client for client in named if client is not None and client != person.client]


def _groups(people: Iterable[Person]) -> list[GroupChange]:
    found: dict[int, GroupChange] = {}
    for person in people:
        before, after = {slot.pk for slot in person.before}, {slot.pk for slot in person.after}
        for slot in person.after:
            if slot.pk not in before:
                found.setdefault(slot.pk, GroupChange(slot)).joins.append(person.client)
        for slot in person.before:
            if slot.pk not in after:
                found.setdefault(slot.pk, GroupChange(slot)).leaves.append(person.client)
    return sorted(
        found.values(), key=lambda one: (one.slot.weekday, one.slot.start_minute, one.slot.series.name)
    )


def _names(plan: Plan, moves: Sequence[PlanMove]) -> dict[str, str]:
    """Return the names of groups, staff, rooms and clients that reasons and changes speak of."""
    values = [value for move in moves for side in (move.before, move.after) for value in side.values()]
    ids = {value for value in (*values, *plan.cause.values()) if isinstance(value, str)}
    notes = {value for row in read_rows(plan.notes) for _name, value in row.facts if isinstance(value, str)}
    groups = notes | {
        v for move in moves for row in read_rows(move.why) for _n, v in row.facts if isinstance(v, str)
    }
    names = dict(GroupSeries.objects.filter(public_id__in=groups).values_list("public_id", "name"))
    names |= dict(Room.objects.filter(public_id__in=ids).values_list("public_id", "name"))
    names |= {row.public_id: row.shown_name for row in User.objects.filter(public_id__in=ids)}
    return names | {row.public_id: row.shown_name for row in Client.objects.filter(public_id__in=notes)}


def names_of_causes(plans: Iterable[Plan]) -> dict[str, str]:
    """Return the names of people and rooms for whose sake plans were made."""
    ids = {value for plan in plans for value in plan.cause.values() if isinstance(value, str)}
    names = dict(Room.objects.filter(public_id__in=ids).values_list("public_id", "name"))
    return names | {row.public_id: row.shown_name for row in User.objects.filter(public_id__in=ids)}

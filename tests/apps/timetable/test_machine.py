"""Whatever two editors and the planner do in whatever order: no seat is oversold, nobody clashes, no edit is lost."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from itertools import combinations

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from openiop.apps.audit.selectors import verify_chain
from openiop.apps.schedule.models import Enrollment, SeriesSlot
from openiop.apps.schedule.services.leave import record_leave
from openiop.apps.schedule.services.seats import accept_week, give_up_seat
from openiop.apps.timetable.models import Plan, PlanMove
from openiop.apps.timetable.services.drafts import discard_plan, draft_mend, draft_sick_day
from openiop.apps.timetable.services.publishing import publish_plan, roll_back
from openiop.apps.timetable.services.runs import ask_run
from openiop.apps.timetable.worker import work_once
from openiop.domain.errors import DomainError
from openiop.engines.timetable.greedy import GreedyPlanner
from tests.apps.timetable.house import MONDAY, NEXT, PARTS, Clinic
from tests.factories import AT, make_user
from tests.factories.people import actor
from tests.figures import Figures

pytestmark = pytest.mark.django_db
HOURS = ((480, 1260), (480, 780), (720, 1080), (1000, 1260))
STEPS, RUNS, LONG_RUNS = 16, 6, 2000
WEDNESDAY = MONDAY + timedelta(days=2)


PLACES = st.integers(0, 9)
"""Which of those there are, counted round: what is drawn never depends on what the acts before led to."""


class WeekMachine(RuleBasedStateMachine):
    """A small clinic. `edits` holds what a person set by hand last, until a later act replaces it."""

    def __init__(self) -> None:
        super().__init__()
        self.begin = transaction.savepoint()
        self.clinic = Clinic(seats=2)
        self.clinic.sessions()
        self.other = actor(self.clinic.org, "director", user=make_user("Second Editor-Demo"))
        self.at, self.number = AT, 0
        self.edits: dict[str, list[str]] = {}
        self.acts: Counter[str] = Counter()

    @initialize(hours=st.lists(st.sampled_from(HOURS), min_size=4, max_size=4))
    def open_with_people(self, hours):
        for number, (part, free) in enumerate(zip(("morning", "morning", "evening", ""), hours, strict=True)):
            self.number = number + 1
            self.clinic.admit(f"P{self.number}", part, hours=free)

    def teardown(self) -> None:
        self.clinic.close()
        transaction.set_rollback(False)
        transaction.savepoint_rollback(self.begin)

    def later(self):
        self.at += timedelta(seconds=1)
        return self.at

    def attempt(self, name, act):
        """Do something that may be refused; a refusal changes nothing."""
        before = self.held()
        try:
            done = act()
        except DomainError:
            assert self.held() == before
            self.acts["refused"] += 1
            return None
        self.acts[name] += 1
        return done

    def held(self):
        rows = Enrollment.objects.filter(state="held").values_list("client__public_id", "slot__public_id")
        found: dict[str, list[str]] = {}
        for client, slot in rows:
            found.setdefault(client, []).append(slot)
        return {client: sorted(slots) for client, slots in found.items()}

    def name(self, number):
        """Whoever is that many places down the list."""
        names = sorted(self.clinic.people)
        return names[number % len(names)]

    def drafts(self):
        return list(Plan.objects.filter(state="draft").order_by("id"))

    @rule(hours=st.sampled_from(HOURS))
    def admit(self, hours):
        if self.number < 7:
            self.number += 1
            self.clinic.admit(f"P{self.number}", hours=hours)
            self.acts["admitted"] += 1

    @rule(number=PLACES, part=st.sampled_from(sorted(PARTS)))
    def an_editor_sets_a_week(self, number, part):
        if not self.clinic.people:
            return
        episode, slots = self.clinic.people[self.name(number)], self.clinic.ids(part)
        done = self.attempt(
            "edited",
            lambda: accept_week(
                by=self.other, episode=episode, slot_ids=slots, starts_on=NEXT, at=self.later()
            ),
        )
        if done is not None:
            self.edits[episode.client.public_id] = slots

    @rule(number=PLACES)
    def discharge(self, number):
        if not self.clinic.people:
            return
        episode = self.clinic.people.pop(self.name(number))
        for row in Enrollment.objects.filter(client=episode.client, state="held"):
            give_up_seat(by=self.other, enrollment=row, ends_on=MONDAY, reason="discharge", at=self.later())
        type(episode).objects.filter(pk=episode.pk).update(discharged_at=self.at)
        self.edits[episode.client.public_id] = []
        self.number -= not self.clinic.people and self.number
        self.acts["discharged"] += 1

    @rule(number=PLACES, hours=st.sampled_from(HOURS))
    def hours_change(self, number, hours):
        if self.clinic.people:
            self.clinic.free(self.clinic.people[self.name(number)], hours)

    @rule(who=st.integers(0, 2))
    def somebody_is_sick(self, who):
        user = self.clinic.staff[who]
        record_leave(
            by=self.clinic.by, user=user, site=self.clinic.site, first=WEDNESDAY, last=WEDNESDAY, at=AT
        )
        self.attempt(
            "sick days",
            lambda: draft_sick_day(
                by=self.clinic.by, site=self.clinic.site, user=user, day=WEDNESDAY, at=self.later()
            ),
        )

    @rule(room=st.sampled_from((None, 0, 1)))
    def mend(self, room):
        wanted = None if room is None else self.clinic.rooms[room]
        self.attempt(
            "mended" if room is None else "rooms closed",
            lambda: draft_mend(
                by=self.clinic.by, site=self.clinic.site, starts_on=NEXT, at=self.later(), room=wanted
            ),
        )

    @rule()
    def solve(self):
        at = self.later()
        ask_run(by=self.clinic.by, site=self.clinic.site, starts_on=NEXT, seconds=10, at=at)
        assert work_once(owner="machine", now=lambda: at, planner=GreedyPlanner())
        self.acts["solved"] += 1

    @rule(number=PLACES, left_out=st.sets(PLACES, max_size=2))
    def publish(self, number, left_out):
        drafts = self.drafts()
        if not drafts:
            return
        plan = drafts[number % len(drafts)]
        moves = list(PlanMove.objects.filter(plan=plan))
        numbers = [move.number for move in moves if move.number not in left_out]
        before = self.held()
        outcome = self.attempt(
            "published",
            lambda: publish_plan(by=self.clinic.by, plan=plan, numbers=numbers, at=self.later()),
        )
        if outcome is not None:
            self.explained(
                before, {move.client.public_id: move for move in outcome.done if move.kind == "week"}
            )

    @rule()
    def take_back(self):
        plan = Plan.objects.filter(published_at__isnull=False).order_by("-published_at", "-id").first()
        if plan is None:
            return
        before = self.held()
        outcome = self.attempt("taken back", lambda: roll_back(by=self.other, plan=plan, at=self.later()))
        if outcome is not None:
            self.explained(
                before,
                {move.client.public_id: move for move in outcome.done if move.kind == "week"},
                is_back=True,
            )

    @rule()
    def put_away(self):
        for plan in self.drafts()[:1]:
            discard_plan(by=self.other, plan=plan, at=self.later())
            self.acts["put away"] += 1

    def explained(self, before, moved, *, is_back=False):
        """Only who is named by a change has another week, and had the week that the change was made from."""
        after = self.held()
        for client in before.keys() | after.keys():
            if before.get(client, []) != after.get(client, []):
                assert client in moved, "somebody's week changed without a word"
                was = moved[client].after if is_back else moved[client].before
                assert before.get(client, []) == sorted(was["slots"]), "the change was made from another week"
                self.edits.pop(client, None)

    @invariant()
    def no_seat_is_oversold(self):
        assert self.clinic.counted()

    @invariant()
    def nobody_is_in_two_places(self):
        slots = {slot.public_id: slot for slot in SeriesSlot.objects.all()}
        for own in self.held().values():
            for one, two in combinations([slots[key] for key in own], 2):
                apart = one.end_minute <= two.start_minute or two.end_minute <= one.start_minute
                assert one.weekday != two.weekday or apart

    @invariant()
    def no_room_and_no_facilitator_is_taken_twice(self):
        slots = list(SeriesSlot.objects.select_related("series"))
        for one, two in combinations(slots, 2):
            meet = (
                one.weekday == two.weekday
                and one.start_minute < two.end_minute
                and two.start_minute < one.end_minute
            )
            same = one.series.room_id == two.series.room_id or one.series.lead_id == two.series.lead_id
            assert not (meet and same)

    @invariant()
    def no_edit_is_lost(self):
        held = self.held()
        for client, slots in self.edits.items():
            assert held.get(client, []) == slots

    @invariant()
    def the_trail_holds(self):
        assert verify_chain(self.clinic.org.pk) is None


def run(count: int) -> Counter[str]:
    """Walk so many orders of acts; what was done in those that were walked to their end, and how many they are."""
    done: Counter[str] = Counter()

    class Counted(WeekMachine):
        def teardown(self) -> None:
            super().teardown()
            done.update(self.acts, orders=1)

    run_state_machine_as_test(
        Counted,
        settings=settings(
            max_examples=count, stateful_step_count=STEPS, deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )  # fmt: skip
    return done


def test_no_order_of_acts_oversells_a_seat_or_loses_an_edit(db):
    assert run(RUNS)["orders"] >= RUNS


@pytest.mark.long
def test_two_thousand_orders_of_acts(db, long: bool, figures: Figures):
    wanted = LONG_RUNS if long else 100
    done = run(wanted)
    orders = done.pop("orders")
    assert orders >= wanted
    acts = ", ".join(f"{name} {count:,}" for name, count in sorted(done.items()))
    figures.note(
        "walks",
        f"{STEPS} acts of two editors and the planner",
        asserts="no seat oversold, nobody and no room in two places, no edit lost, the trail whole",
        orders=f"{orders:,}",
        done=acts,
    )

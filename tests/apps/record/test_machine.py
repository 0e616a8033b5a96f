"""Whatever is written, signed, corrected and taken back in whatever order: no word is lost, and nobody else's is there."""

from __future__ import annotations

import json
from collections import Counter
from datetime import timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from openiop.apps.groups.services.attendance import Entry
from openiop.apps.record.models import GroupNote, Note, NoteMark, NoteVersion
from openiop.apps.record.reading import is_whole
from openiop.apps.record.selectors.notes import read_note, read_notes
from openiop.apps.record.services.amending import amend_group_note
from openiop.apps.record.services.correcting import (
    addend_note,
    amend_note,
    cosign_note,
    retract_note,
    send_back_note,
)
from openiop.apps.record.services.roster import record_sheet
from openiop.apps.record.services.writing import save_note, sign_note
from openiop.domain.attendance import Mark, State
from openiop.domain.errors import DomainError
from openiop.domain.notes.standing import Standing
from tests.apps.record.clinic import CONTENT, FACTS, open_room
from tests.figures import Figures

pytestmark = pytest.mark.django_db
STEPS, RUNS, LONG_RUNS = 14, 6, 2000
WORDS = st.text("abcdefgh ñé.", min_size=1, max_size=20).filter(lambda words: words.strip())
WHO = st.integers(0, 2)
MARKS = (
    Mark(State.PRESENT, modality="on_site"),
    Mark(State.LATE, arrived=10 * 60, modality="on_site"),
    Mark(State.LEFT_EARLY, left=11 * 60, modality="on_site"),
    Mark(State.NO_SHOW),
)


class NoteMachine(RuleBasedStateMachine):
    """A group of three whose facilitator holds no license. Each person's words carry a number of their own.

    `signed` holds what every signature was put under, `said` every word of every mark: both only grow. `parts` holds
    the homework of the group's part, amendment by amendment.
    """

    def __init__(self) -> None:
        super().__init__()
        self.begin = transaction.savepoint()
        self.opened = open_room(3, licensed=False)
        self.room = self.opened.__enter__()
        self.people = [episode.client for episode in self.room.clinic.episodes]
        self.room.take()
        self.room.sign_group()
        self.at = self.room.after
        self.signed: dict[int, tuple[str, str]] = {}
        self.said: dict[int, str] = {}
        self.typed: dict[tuple[int, int], str] = {}
        self.parts = [""]
        self.acts: Counter[str] = Counter()

    def teardown(self) -> None:
        self.opened.__exit__(None, None, None)
        transaction.savepoint_rollback(self.begin)

    def note(self, who: int) -> Note | None:
        """The person's last note of the group."""
        rows = Note.objects.filter(client=self.people[who]).select_related("client__site", "session__site")
        return rows.order_by("id").last()

    def act(self, doing, *args, **options) -> bool:
        """Do it as a whole or not at all, five minutes later than the last."""
        self.at += timedelta(minutes=5)
        try:
            with transaction.atomic():
                doing(*args, at=self.at, **options)
        except DomainError:
            self.acts["refused"] += 1
            return False
        self.acts[doing.__name__.replace("_", " ")] += 1
        return True

    def homework(self) -> dict[int, str]:
        """What the newest version of every chart that stands says of the homework."""
        rows = read_notes(Note.objects.select_related("client"))
        return {
            read.note.pk: read.versions[-1].values.get("homework", "")
            for read in rows
            if read.standing is not Standing.RETRACTED
        }

    @rule(who=WHO, words=WORDS)
    def write(self, who, words):
        note = self.note(who)
        if note is None or (draft := read_note(note).draft) is None:
            return
        mine = f"own {who}: {words}".strip()
        values = CONTENT | {"participation": "active", "risk": "none_seen", "response": mine}
        if self.act(save_note, by=self.room.by, note=note, values=values, facts=FACTS, version=draft.version):
            self.typed[note.pk, draft.number] = mine

    @rule(who=WHO)
    def sign(self, who):
        note = self.note(who)
        if note is None or (draft := read_note(note).draft) is None:
            return
        self.act(sign_note, by=self.room.by, note=note, signed_name="Robin", version=draft.version)

    @rule(who=WHO, words=WORDS)
    def addend(self, who, words):
        if note := self.note(who):
            self.act(
                addend_note, by=self.room.by, note=note, words=f"own {who} adds {words}", signed_name="R"
            )

    @rule(who=WHO, words=WORDS)
    def amend(self, who, words):
        if note := self.note(who):
            self.act(amend_note, by=self.room.by, note=note, reason=f"because {words}")

    @rule(who=WHO)
    def cosign(self, who):
        if note := self.note(who):
            self.act(cosign_note, by=self.room.supervisor, note=note, signed_name="Lin")

    @rule(who=WHO, words=WORDS)
    def send_back(self, who, words):
        if note := self.note(who):
            self.act(
                send_back_note, by=self.room.supervisor, note=note, words=f"look at {words}", signed_name="L"
            )

    @rule(who=WHO)
    def retract(self, who):
        if note := self.note(who):
            self.act(retract_note, by=self.room.by, note=note, reason="wrong chart", signed_name="R")

    @rule(words=WORDS)
    def amend_the_group(self, words):
        part, before = f"group says {words}".strip(), self.homework()
        done = self.act(
            amend_group_note, by=self.room.by, group=GroupNote.objects.get(), values=CONTENT | {"homework": part},
            reason="said again", signed_name="Robin", seen=len(self.parts) - 1,
        )  # fmt: skip
        if done:
            assert self.homework() == {
                pk: part if said == self.parts[-1] else said for pk, said in before.items()
            }
            self.parts.append(part)

    @rule(who=WHO, mark=st.sampled_from(MARKS))
    def correct_the_roster(self, who, mark):
        row = self.room.session.attendance.get(client=self.people[who])
        entry = Entry(self.people[who].public_id, mark, row.version)
        self.act(record_sheet, by=self.room.by, session=self.room.session, marks=[entry], why="counted again")

    @invariant()
    def no_signed_word_is_ever_lost(self):
        rows = {row.pk: row for row in NoteVersion.objects.filter(signed_at__isnull=False)}
        for pk, (sha, name) in self.signed.items():
            assert (rows[pk].content_sha256, rows[pk].signed_name) == (sha, name)
        assert all(is_whole(row) for row in rows.values())
        self.signed = {pk: (row.content_sha256, row.signed_name) for pk, row in rows.items()}

    @invariant()
    def no_mark_is_ever_taken_off(self):
        rows = dict(NoteMark.objects.values_list("pk", "words"))
        assert self.said.items() <= rows.items()
        self.said = rows

    @invariant()
    def what_was_saved_stands_in_its_version(self):
        for (note, number), words in self.typed.items():
            row = NoteVersion.objects.get(note_id=note, number=number)
            assert row.values["response"] == words

    @invariant()
    def no_chart_holds_a_word_of_anybody_else(self):
        for who, client in enumerate(self.people):
            text = json.dumps(
                [
                    [row.values for row in NoteVersion.objects.filter(note__client=client)],
                    list(NoteMark.objects.filter(note__client=client).values_list("words", flat=True)),
                ]
            )
            for other, person in enumerate(self.people):
                if other != who:
                    assert f"own {other}" not in text
                    assert f"of step {other} of" not in text
                    assert person.first_name not in text

    @invariant()
    def a_chart_follows_the_roster_or_says_that_it_is_about_to(self):
        marks = {row.client_id: row for row in self.room.session.attendance.all()}
        for read in read_notes(Note.objects.select_related("client")):
            mark, newest = marks[read.note.client_id], read.versions[-1]
            if read.standing is not Standing.RETRACTED:
                assert mark.state != State.NO_SHOW
                assert newest.facts["minutes"] == mark.countable_minutes


def run(count: int) -> Counter[str]:
    """Walk so many times; return what was done how often."""
    done: Counter[str] = Counter()

    class Counted(NoteMachine):
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


def test_no_word_is_lost_and_no_chart_holds_anybody_elses():
    done = run(RUNS)
    assert done.pop("orders") >= RUNS
    assert done.total() > RUNS, "the walks did next to nothing"


@pytest.mark.long
def test_two_thousand_walks_lose_no_word(long: bool, figures: Figures):
    wanted = LONG_RUNS if long else 100
    done = run(wanted)
    orders = done.pop("orders")
    assert orders >= wanted
    acts = ", ".join(f"{name} {count:,}" for name, count in sorted(done.items()))
    figures.note(
        "walks",
        f"{STEPS} acts on a group's charts by their author, a supervisor and the roster",
        asserts="no signed word and no mark lost, no word of anybody else in a chart, charts follow roster and group",
        orders=f"{orders:,}",
        done=acts,
    )

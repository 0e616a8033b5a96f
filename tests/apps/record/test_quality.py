"""What the quality page finds: each kind once, at the actor's sites, in a fixed number of queries."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from openiop import catalog
from openiop.apps.record.selectors.quality import quality_of
from openiop.apps.record.services.correcting import cosign_note, retract_note, send_back_note
from openiop.apps.record.services.groups import start_group_note
from openiop.apps.record.services.writing import save_note, start_note
from openiop.apps.schedule.models import Appointment
from openiop.domain.quality import Lapse
from tests.apps.record.clinic import FACTS, SOAP, open_room
from tests.factories import actor, make_site
from tests.factories.notes import make_note
from tests.factories.people import put
from tests.factories.plans import make_plan
from tests.queries import assert_asks

pytestmark = pytest.mark.django_db
DAY = timedelta(hours=25)


@pytest.fixture
def room():
    """Three people, and everybody was there."""
    with open_room(3) as found:
        yield found


def found(room, lapse, *, at=None, by=None):
    return [one for one in quality_of(by or room.supervisor, at=at or room.after) if one.lapse is lapse]


def test_a_group_is_missing_its_note_once_the_time_for_it_has_passed(room):
    room.take()
    assert found(room, Lapse.MISSING) == []
    [one] = found(room, Lapse.MISSING, at=room.after + DAY)
    assert (one.words, one.person, one.client) == ("3 came, and nothing is written", room.session.lead, None)
    assert one.route == ("attendance", room.session.public_id)


def test_a_group_to_which_nobody_came_needs_no_note(room):
    room.take("no_show", "no_show", "no_show")
    assert found(room, Lapse.MISSING, at=room.after + DAY) == []


def test_a_group_note_begun_is_unsigned_and_then_late(room):
    room.take()
    group = start_group_note(by=room.by, session=room.session, at=room.after)
    [one] = found(room, Lapse.UNSIGNED)
    assert one.route == ("group_note", group.public_id)
    assert found(room, Lapse.LATE) == []
    assert found(room, Lapse.UNSIGNED, at=room.after + DAY) == []
    assert [one.route[1] for one in found(room, Lapse.LATE, at=room.after + 60 * DAY)] == [group.public_id]


def test_a_single_session_that_was_held_is_missing_its_note_until_one_stands(room):
    visit = put(
        Appointment, organization=room.client.organization, client=room.client, site=room.clinic.site,
        episode=room.clinic.episodes[0], kind="individual", staff=room.session.lead, day=room.session.day,
        starts_at=room.session.starts_at, ends_at=room.session.ends_at, modality="on_site", state="planned",
        created_at=room.after,
    )  # fmt: skip
    later = room.after + DAY
    assert found(room, Lapse.MISSING, at=later) == []
    Appointment.objects.update(state="held")
    [one] = found(room, Lapse.MISSING, at=later)
    assert (one.client, one.person) == (room.client, visit.staff)
    template = catalog.note_template("soap")
    note = start_note(by=room.by, client=room.client, template=template, appointment=visit, at=room.after)
    assert found(room, Lapse.MISSING, at=later) == []
    facts = {"no_objective": "First contact"}
    save_note(by=room.by, note=note, values=SOAP, facts=facts, version=1, at=room.after)
    room.sign(note)
    retract_note(by=room.by, note=note, reason="Wrong chart", signed_name=room.by.name, at=room.after)
    assert [one.client for one in found(room, Lapse.MISSING, at=later)] == [room.client]


def test_a_draft_leads_its_author_to_the_editor_and_others_to_the_note(room):
    note = room.write()
    [theirs], [own] = found(room, Lapse.UNSIGNED), found(room, Lapse.UNSIGNED, by=room.by)
    assert (theirs.route, own.route) == (("note", note.public_id), ("note_write", note.public_id))


def test_charts_signed_late_are_one_line_for_their_group(room):
    room.take()
    notes = room.sign_group(at=room.after + DAY)
    [one] = found(room, Lapse.LATE, at=room.after + DAY)
    assert (one.route, one.words) == (("group_note", notes[0].group.public_id), "Signed after it was due")
    assert found(room, Lapse.LATE, at=room.after + 20 * DAY) == []


def test_a_note_without_an_objective_says_why_and_one_with_an_objective_is_not_found(room):
    without = room.sign(room.write()).note
    make_plan(room.clinic.episodes[0], signed_at=room.after, signed_by=room.session.lead)
    aim = {key: value for key, value in FACTS.items() if key != "no_objective"} | {"objective": "o1"}
    room.sign(room.write(facts=aim))
    [one] = found(room, Lapse.NO_OBJECTIVE)
    assert (one.route, one.words) == (("note", without.public_id), "First contact")


def test_a_sentence_of_another_person_s_chart_is_copied_text(room):
    room.take()
    said = "Named what set it off and what stopped it."
    lines = {one.client.public_id: room.line(n) for n, one in enumerate(room.clinic.episodes)}
    ids = list(lines)
    for key in ids[:2]:
        lines[key]["response"] = said
    room.sign_group(lines=lines)
    copied = found(room, Lapse.COPIED)
    assert sorted(one.client.public_id for one in copied) == sorted(ids[:2])
    assert {one.words for one in copied} == {said.removesuffix(".")}


def test_a_sentence_of_the_same_person_s_last_note_is_copied_text_and_the_group_s_own_part_is_not(room):
    same = SOAP | {"plan": "Walks twice around the lake before work."}
    room.sign(room.write(values=same))
    second = room.sign(room.write(values=same)).note
    [one] = found(room, Lapse.COPIED)
    assert one.route[1] == second.public_id


def test_more_people_than_the_facilitators_may_have(room, monkeypatch):
    room.take()
    assert found(room, Lapse.OVER_RATIO) == []
    for name in ("per_facilitator", "most"):
        narrow(monkeypatch, name, 2)
    [one] = found(room, Lapse.OVER_RATIO)
    assert one.words == "3 came, 2 are the most for 1 facilitator"
    assert one.route == ("series_edit", room.session.series.public_id)


def narrow(monkeypatch, name, value):
    """Hold every group to fewer people, as another version of the file would."""
    rules = catalog.quality_rules()
    ratios = tuple(replace(row, **{name: value}) for row in rules.ratios)
    narrowed = replace(rules, ratios=ratios)
    monkeypatch.setattr(catalog, "quality_rules", lambda: narrowed)


def test_plans_wait_for_the_client_and_are_overdue(room):
    episode = room.clinic.episodes[0]
    plan = make_plan(episode, signed_at=room.after, signed_by=room.session.lead, needs_cosign=True)
    at = room.after + 40 * DAY
    [asked] = found(room, Lapse.PLAN_UNANSWERED)
    assert asked.route == ("treatment_answer", plan.public_id)
    [waits] = found(room, Lapse.COSIGN)
    assert waits.route == ("treatment_cosign", plan.public_id)
    late = found(room, Lapse.REVIEW_OVERDUE, at=at)
    assert ("treatment_review", plan.public_id) in [one.route for one in late]
    assert len(late) == 3


class TestSecondSignatures:
    """What waits for a supervisor."""

    @pytest.fixture
    def room(self):
        """The facilitator holds no license."""
        with open_room(2, licensed=False) as found:
            yield found

    def test_a_supervisor_is_led_to_the_signature_and_the_author_to_the_note(self, room):
        note = room.sign(room.write()).note
        [theirs], [own] = found(room, Lapse.COSIGN), found(room, Lapse.COSIGN, by=room.by)
        assert (theirs.route, own.route) == (("note_cosign", note.public_id), ("note", note.public_id))
        cosign_note(by=room.supervisor, note=note, signed_name=room.supervisor.name, at=room.after)
        assert found(room, Lapse.COSIGN) == []

    def test_what_was_sent_back_waits_for_its_author_however_old(self, room):
        note = room.sign(room.write()).note
        send_back_note(
            by=room.supervisor,
            note=note,
            words="Say how long",
            signed_name=room.supervisor.name,
            at=room.after,
        )
        [one] = found(room, Lapse.COSIGN, at=room.after + 60 * DAY)
        assert (one.words, one.route) == ("Sent back to the author", ("note", note.public_id))


def test_notes_kept_apart_are_not_found_even_for_their_author(room):
    make_note(room.clinic.episodes[0], room.session.lead, apart="psychotherapy", day=room.session.day)
    assert found(room, Lapse.UNSIGNED, by=room.by) == []


def test_another_site_s_director_finds_nothing_of_it(room):
    room.take()
    room.write()
    other = make_site(room.clinic.org, name="Faraway")
    by = actor(room.clinic.org, "director", site=other)
    assert quality_of(by, at=room.after + DAY) == []


@pytest.mark.parametrize("people", [2, 6])
def test_it_asks_as_often_for_six_people_as_for_two(people):
    with open_room(people) as room:
        room.take()
        room.sign_group()
        for episode in room.clinic.episodes:
            make_plan(episode, signed_at=room.after, signed_by=room.session.lead)
        with assert_asks(11):
            assert quality_of(room.supervisor, at=room.after)

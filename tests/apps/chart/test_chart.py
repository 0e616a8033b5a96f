"""Words are found in the chart they belong to, by those who may read them, and by nobody else."""

from __future__ import annotations

from datetime import timedelta

import pytest

from openiop.apps.accounts.permissions import Permission
from openiop.apps.audit.models import Event
from openiop.apps.chart.models import Passage
from openiop.apps.chart.selectors import Wanted, search_chart
from openiop.apps.clients.services.merging import merge_clients, undo_merge
from openiop.apps.core.tenancy import tenant
from openiop.apps.files.services.keeping import About, Sent, keep_file, withdraw_file
from openiop.apps.record.services.correcting import addend_note, amend_note, retract_note
from openiop.apps.record.services.indexing import reindex_charts
from openiop.apps.record.services.writing import save_note
from openiop.apps.treatment.services.answers import Said, answer_as_client
from openiop.apps.treatment.services.plans import amend_plan, save_plan, sign_plan
from openiop.domain.treatment import read_plan
from openiop.domain.treatment.signing import Answer
from openiop.domain.wordsearch import terms_of
from tests.apps.record.clinic import FACTS, SOAP, open_room
from tests.apps.treatment.clinic import LATER, written
from tests.apps.treatment.clinic import open_clinic as plan_clinic
from tests.domain.treatment.plans import PLAN
from tests.factories import actor, make_client
from tests.queries import assert_asks

pytestmark = pytest.mark.django_db


@pytest.fixture
def room():
    """Monday's group is over and everybody came."""
    with open_room() as made:
        made.take()
        yield made


@pytest.fixture
def clinic():
    """Two therapists, one of them licensed, and a client in care."""
    made = plan_clinic()
    with tenant(made.licensed.organization_id):
        yield made


def found(room, question, *, by=None, client=None, **narrowed):
    wanted = Wanted(terms_of(question), **narrowed)
    client = client or room.client
    return [hit.part or hit.kind for hit in search_chart(by or room.by, client.pk, wanted, limit=50)]


def said(room, **values):
    return room.write(values=SOAP | values)


def test_a_signed_note_is_found_by_the_beginnings_of_its_words_without_accents(room):
    room.sign(said(room, subjective="Sintió pánico; the Año was hard."))
    for question in ("panic", "PÁNICO", "ano har", "sintio", "hard panico"):
        assert found(room, question) == ["note"], question
    for question in ("anico", "panic joy", "hardly"):
        assert found(room, question) == [], question


def test_a_draft_is_found_by_its_author_alone(room):
    note = said(room, subjective="Zebra crossing")
    assert found(room, "zebra") == ["draft"]
    assert found(room, "zebra", by=room.supervisor) == []
    room.sign(note)
    assert found(room, "zebra", by=room.supervisor) == ["note"]


def test_what_is_typed_over_is_not_found_any_more(room):
    note = said(room, subjective="Zebra")
    save_note(by=room.by, note=note, values=SOAP, facts=FACTS, version=2, at=room.after)
    assert found(room, "zebra") == []


def test_a_note_kept_apart_is_found_by_its_author_alone_even_signed(room):
    note = room.write("psychotherapy", values={"words": "Dreams of a zebra"})
    assert found(room, "zebra") == ["draft"]
    room.sign(note)
    assert found(room, "zebra") == ["note"]
    assert found(room, "zebra", by=room.supervisor) == []
    assert found(room, "zebra", by=actor(room.clinic.org, "administrator")) == []


def test_an_addendum_is_found_beside_its_note(room):
    note = said(room)
    room.sign(note)
    addend_note(by=room.supervisor, note=note, words="Zebra seen", signed_name="Lin", at=room.after)
    (part,) = found(room, "zebra")
    assert part.startswith("addendum ")


def test_of_an_amended_note_the_words_in_force_are_found(room):
    note = said(room, subjective="Zebra")
    room.sign(note)
    draft = amend_note(by=room.by, note=note, reason="It was a horse", at=room.after)
    changed = SOAP | {"subjective": "Horse"}
    save_note(by=room.by, note=note, values=changed, facts=FACTS, version=draft.version, at=room.after)
    assert found(room, "zebra", by=room.supervisor) == ["note"]
    assert found(room, "horse", by=room.supervisor) == []
    room.sign(note)
    assert found(room, "horse", by=room.supervisor) == ["note"]
    assert found(room, "zebra", by=room.supervisor) == []


def test_a_retracted_note_is_found_by_none_of_its_words(room):
    note = said(room, subjective="Zebra")
    room.sign(note)
    retract_note(by=room.by, note=note, reason="Wrong chart", signed_name="Robin", at=room.after)
    assert found(room, "zebra") == []
    assert not Passage.objects.filter(source=note.public_id).exists()


def test_a_group_is_found_in_each_chart_and_a_line_in_its_own(room):
    room.sign_group()
    for number, episode in enumerate(room.clinic.episodes):
        assert found(room, "stop skill", client=episode.client) == ["note"]
        assert found(room, f"step {number} {100 + number}", client=episode.client) == ["note"]
        assert found(room, f"step {100 + (number + 1) % 3}", client=episode.client) == []


def test_a_roster_corrected_afterwards_takes_the_words_out_of_the_chart(room):
    room.sign_group()
    room.take("no_show", why="She was not there", at=room.after + timedelta(hours=1))
    assert found(room, "stop skill") == []
    assert found(room, "stop skill", client=room.clinic.episodes[1].client) == ["note"]


def test_without_the_permission_of_the_record_nothing_of_it_is_found(room):
    room.sign(said(room, subjective="Zebra"))
    biller = actor(room.clinic.org, "biller", site=room.clinic.site)
    assert not biller.may(Permission.NOTE_VIEW)
    assert found(room, "zebra", by=biller) == []


def test_kind_person_and_days_narrow_it(room):
    room.sign(said(room, subjective="Zebra"))
    day = room.session.day
    assert found(room, "zebra", kind="note", person=room.by.user_public_id, first=day, last=day) == ["note"]
    assert found(room, "zebra", kind="plan") == []
    assert found(room, "zebra", person=room.supervisor.user_public_id) == []
    assert found(room, "zebra", first=day + timedelta(days=1)) == []
    assert found(room, "zebra", last=day - timedelta(days=1)) == []


def test_a_search_is_one_question_however_much_there_is(room):
    for _number in range(3):
        room.sign(said(room, subjective="Zebra"))
    with assert_asks(1):
        assert len(found(room, "zebra")) == 3


def test_signs_of_the_search_languages_mean_nothing(room):
    room.sign(said(room, subjective="Zebra"))
    for question in (
        '"zebra" OR',
        "zebra NEAR horse",
        "zebra & !horse",
        "zebra:*",
        "chart : zebra",
        "'); --aa",
    ):
        assert found(room, question) in ([], ["note"]), question
    assert found(room, 'zebra"') == ["note"]


def test_a_document_is_found_by_its_title_and_text_until_it_is_withdrawn(room):
    about = About(kind="referral-letter", title="Letter about a zebra", source="County clinic")
    sent = Sent("letter.txt", b"Dear colleague, he is well.")
    by = actor(room.clinic.org, "intake", site=room.clinic.site)
    file = keep_file(by=by, client=room.client, sent=sent, about=about, at=room.after)
    assert found(room, "zebra county") == ["file"]
    assert found(room, "colleague") == ["file"]
    withdraw_file(by=by, file=file, reason="Another person", at=room.after)
    assert found(room, "zebra") == []


def test_a_plan_is_found_in_its_newest_version_and_a_draft_by_its_writer(clinic):
    draft = written(clinic, strengths="Rides a zebra")
    assert found(None, "zebra", by=clinic.licensed, client=clinic.client) == ["draft"]
    assert found(None, "zebra", by=clinic.unlicensed, client=clinic.client) == []
    sign_plan(by=clinic.licensed, plan=draft, signed_name="Lin", version=draft.version, at=LATER)
    assert found(None, "zebra", by=clinic.unlicensed, client=clinic.client) == ["plan"]
    words = Said(Answer.DISAGREES, words="I want a giraffe", name=clinic.client.shown_name)
    answer_as_client(by=clinic.licensed, plan=draft, said=words, at=LATER)
    (part,) = found(None, "giraffe", by=clinic.unlicensed, client=clinic.client)
    assert part.startswith("answer ")
    newer = amend_plan(by=clinic.licensed, plan=draft, reason="Another animal", at=LATER)
    content = read_plan(PLAN.to_data() | {"strengths": "Rides a horse"})
    newer = save_plan(by=clinic.licensed, plan=newer, content=content, version=newer.version, at=LATER)
    sign_plan(by=clinic.licensed, plan=newer, signed_name="Lin", version=newer.version, at=LATER)
    assert found(None, "zebra", by=clinic.licensed, client=clinic.client) == []
    assert found(None, "rides horse", by=clinic.unlicensed, client=clinic.client) == ["plan"]


def test_made_anew_the_index_says_the_same(room):
    room.sign_group()
    note = said(room, subjective="Zebra")
    room.sign(note)
    said(room, subjective="Draft of a horse")
    columns = ("kind", "source", "part", "folded", "reader", "client", "day")
    before = set(Passage.objects.values_list(*columns))
    Passage.objects.filter(kind="note").update(folded="spoiled")
    assert found(room, "zebra") == []
    count = reindex_charts(by=room.by, at=room.after)
    assert set(Passage.objects.values_list(*columns)) == before
    assert count == len(before)
    assert found(room, "zebra") == ["note"]
    assert Event.objects.filter(action="chart.reindexed").count() == 1


def test_words_follow_a_record_that_is_merged_and_parted_again(room):
    note = said(room, subjective="Zebra")
    room.sign(note)
    kept = make_client(room.clinic.org, first="Nadia", site=room.clinic.site)
    by = actor(room.clinic.org, "director", site=room.clinic.site)
    merge = merge_clients(by=by, kept=kept, absorbed=room.client, reason="One person", at=room.after)
    assert found(room, "zebra", client=kept) == ["note"]
    assert found(room, "zebra") == []
    note.refresh_from_db()
    addend_note(by=room.by, note=note, words="Zebra again", signed_name="Robin", at=room.after)
    assert len(found(room, "zebra", client=kept)) == 2
    undo_merge(by=by, merge=merge, reason="Two people", at=room.after)
    assert found(room, "zebra", client=kept) == []
    assert len(found(room, "zebra")) == 2

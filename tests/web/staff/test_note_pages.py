"""Notes on the page: begun, saved as typed, signed, corrected; a group written once into every chart."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from openiop.apps.accounts.models import User
from openiop.apps.audit.models import Event
from openiop.apps.record.models import GroupNote, Note
from openiop.apps.record.selectors.notes import read_note
from openiop.apps.schedule.models import StaffProfile
from openiop.domain.notes.standing import Standing
from tests.apps.record.clinic import CONTENT, FACTS, SOAP, open_room

pytestmark = pytest.mark.django_db
NAME = "Robin Reyes-Demo"


@pytest.fixture
def room(client):
    """The facilitator is signed in, an hour after the group."""
    with open_room(2) as found, time_machine.travel(found.session.ends_at + timedelta(hours=1), tick=False):
        client.force_login(User.objects.get(pk=found.by.user_id))
        yield found


def page(client, name, *args, status=200):
    answer = client.get(reverse(name, args=args))
    assert answer.status_code == status
    return answer.content.decode()


def send(client, name, row, status=302, **data):
    answer = client.post(reverse(name, args=[row.public_id]), data)
    assert answer.status_code == status, answer.content.decode()
    return answer


def typed(version, **change):
    return {"version": version, **FACTS, **{f"f-{key}": value for key, value in (SOAP | change).items()}}


def begun(client, room, kind="soap"):
    send(client, "note_start", room.client, kind=kind)
    return Note.objects.latest("id")


def test_the_story_of_one_note_from_an_empty_list_to_a_corrected_note(client, room):
    assert "No notes yet" in page(client, "notes", room.client.public_id)
    note = begun(client, room)
    send(client, "note_write", note, **typed(1, plan=""))
    refused = send(client, "note_sign", note, status=422, version=2, signed_name=NAME, confirm="on")
    assert "Still missing" in refused.content.decode()
    send(client, "note_write", note, do="sign", **typed(2))
    send(client, "note_sign", note, version=3, signed_name=NAME, confirm="on")
    assert "Walks twice." in page(client, "note", note.public_id)
    send(client, "note_addend", note, words="Sister called", signed_name=NAME, confirm="on")
    send(client, "note_amend", note, reason="Wrong number of walks")
    send(client, "note_write", note, **typed(1, plan="Walks three times."))
    send(client, "note_sign", note, version=2, signed_name=NAME, confirm="on")
    text = page(client, "note", note.public_id)
    for words in ("Sister called", "<del>Walks twice.</del>", "<ins>Walks three times.</ins>", "Amended"):
        assert words in text
    send(client, "note_retract", note, reason="It was another Ana", signed_name=NAME, confirm="on")
    assert "This note is retracted" in page(client, "note", note.public_id)
    assert "Retracted" in page(client, "notes", room.client.public_id)
    assert "Note amended" in page(client, "client", room.client.public_id)


def test_saving_as_it_is_typed_answers_with_the_version_and_never_writes_over_another_window(client, room):
    note = begun(client, room)
    first = send(client, "note_save", note, status=200, tab="one", **typed(1, plan="First window"))
    assert first.json() == {"version": 2}
    send(client, "note_save", note, status=409, tab="two", **typed(1, plan="Second window"))
    lost = send(client, "note_save", note, status=200, tab="one", **typed(1, plan="First window, more"))
    assert lost.json() == {"version": 3}
    refused = send(client, "note_write", note, status=409, tab="two", **typed(1, plan="Second window"))
    text = refused.content.decode()
    assert "First window, more" in text
    assert "Second window" in text
    assert 'name="version" value="3"' in text
    assert read_note(note).draft.values["plan"] == "First window, more"


def test_the_other_windows_answers_are_compared_in_words_with_the_facts(client, room):
    note = begun(client, room)
    send(client, "note_save", note, status=200, tab="one", **typed(1, risk="raised"))
    other = typed(1, risk="known_unchanged") | {"minutes": "45"}
    text = send(client, "note_write", note, status=409, tab="two", **other).content.decode()
    table = text[text.index("<table") : text.index("</table")]
    assert "Known risk, not changed" in table
    assert "known_unchanged" not in table
    assert (">50<" in table, ">45<" in table) == (True, True)


def test_words_that_arrive_after_another_window_has_signed_stay_on_the_page(client, room):
    note = begun(client, room)
    send(client, "note_save", note, status=200, tab="one", **typed(1))
    send(client, "note_sign", note, version=2, signed_name=NAME, confirm="on")
    kept = send(client, "note_write", note, status=422, tab="two", **typed(1, plan="Calls the sister"))
    assert "Calls the sister" in kept.content.decode()
    assert "This note is signed." in kept.content.decode()
    assert read_note(note).in_force.values["plan"] == SOAP["plan"]


def test_what_cannot_be_right_yet_is_kept_as_typed(client, room):
    note = begun(client, room, "motivational")
    send(client, "note_write", note, version=1, minutes="an hour", **{"f-readiness": "7", "f-focus": "Wine"})
    text = page(client, "note_write", note.public_id)
    assert 'value="an hour"' in text
    assert '<option value="7" selected>' in text
    review = page(client, "note_sign", note.public_id)
    assert "Still missing" in review
    assert "Minutes: Write a number." in review


def test_the_paper_leaves_out_what_is_measured_blind(client, room):
    send(client, "note_start", room.client, kind="dietitian")
    assert Note.objects.count() == 0
    note = begun(client, room)
    send(client, "note_write", note, **typed(1))
    answer = client.get(reverse("note_pdf", args=[note.public_id]))
    assert answer.content.startswith(b"%PDF")


def test_a_group_is_written_once_and_signed_into_every_chart(client, room):
    room.take()
    send(client, "group_note_start", room.session)
    group = GroupNote.objects.get()
    data = {f"f-{key}": value for key, value in CONTENT.items()}
    for number, episode in enumerate(room.clinic.episodes):
        prefix = f"l-{episode.client.public_id}-"
        data |= {f"{prefix}{key}": value for key, value in room.line(number).items()}
    key = f"l-{room.client.public_id}-response"
    review = page(client, "group_note_sign", group.public_id)
    assert "Before you can sign, this is still missing:" in review
    assert review.count("Took part: Fill this in before you sign.") == 2
    send(client, "group_note", group, version=1, do="sign", **(data | {key: "Sat beside Ben."}))
    assert "names Ben, who is somebody else" in page(client, "group_note_sign", group.public_id)
    refused = send(client, "group_note_sign", group, status=422, version=2, signed_name=NAME, confirm="on")
    assert "names Ben, who is somebody else" in refused.content.decode()
    saved = send(client, "group_note_save", group, status=200, version=2, **data)
    missing = {one.client.public_id: 0 for one in room.clinic.episodes}
    assert saved.json() == {"version": 3, "missing": missing}
    review = page(client, "group_note_sign", group.public_id)
    assert "Spoke of step 1 of 101." in review
    assert "still missing" not in review
    send(client, "group_note_sign", group, version=3, signed_name=NAME, confirm="on")
    assert [read_note(note).standing for note in Note.objects.all()] == [Standing.SIGNED] * 2
    assert "Charts of this group" in page(client, "group_note", group.public_id)
    own = Note.objects.get(client=room.client)
    text = page(client, "note", own.public_id)
    assert "Spoke of step 0 of 100." in text
    assert "9:00\N{NO-BREAK SPACE}am–12:00\N{NO-BREAK SPACE}pm" in text
    assert "Ben" not in text
    send(client, "note_amend", own, reason="The plan was left out")
    assert "New version to sign" in page(client, "unsigned")


def test_a_page_opened_before_somebody_was_marked_present_leaves_their_line_alone(client, room):
    room.take()
    group = room.write_group()
    kept = dict(group.lines.values_list("client_id", "values"))
    other = room.clinic.episodes[1].client
    data = {f"f-{key}": value for key, value in CONTENT.items()}
    data |= {f"l-{room.client.public_id}-{key}": value for key, value in room.line(0).items()}
    send(client, "group_note_save", group, status=200, version=2, **data)
    assert dict(group.lines.values_list("client_id", "values")) == kept
    assert kept[other.pk]["response"] == "Spoke of step 1 of 101."
    refused = send(client, "group_note", group, status=409, version=1, **data)
    assert "Spoke of step 1 of 101.</textarea>" in refused.content.decode()


def test_another_windows_lines_are_shown_before_they_are_written_over(client, room):
    room.take()
    group = room.write_group()
    key = f"l-{room.client.public_id}-response"
    refused = send(client, "group_note", group, status=409, version=1, **{key: "Typed in the other window"})
    text = refused.content.decode()
    table = text[text.index("<table") : text.index("</table")]
    assert f"{room.client.shown_name}: What they said and did" in table
    assert ("Spoke of step 0 of 100." in table, "Typed in the other window" in table) == (True, True)
    assert 'name="version" value="2"' in text


def test_group_words_that_arrive_after_the_signature_stay_on_the_page(client, room):
    room.take()
    room.sign_group()
    group = GroupNote.objects.get()
    key = f"l-{room.client.public_id}-response"
    kept = send(client, "group_note", group, status=422, version=2, **{key: "One word more"})
    assert "One word more" in kept.content.decode()
    assert "or the single chart." in kept.content.decode()


def test_each_persons_line_says_how_much_is_missing(client, room):
    room.take()
    first, second = (one.client.public_id for one in room.clinic.episodes)
    room.write_group(lines={first: room.line(0), second: {"response": "Spoke."}})
    text = page(client, "group_note", GroupNote.objects.get().public_id)
    lines = text.split("data-person=")[1:]
    assert ["<span data-missing hidden>" in line for line in lines] == [True, False]
    assert ["<span data-done hidden>" in line for line in lines] == [False, True]
    assert "To fill in: <span data-count>3</span>" in lines[1]


def test_the_unit_is_chosen_from_the_curricula_of_the_groups_tracks(client, room):
    room.take()
    room.session.series.programs = ["substance-use"]
    room.session.series.save()
    group = room.write_group(values=CONTENT | {"unit": "mood-skills.1.mood-log"})
    text = page(client, "group_note", group.public_id)
    offered = set(re.findall(r'<option value="([a-z-]+)\.1\.[a-z-]+"', text))
    assert offered == {"recovery", "family-education", "mood-skills"}
    assert text.count('value="mood-skills.') == 1
    assert "What lifts, what pulls down · " in page(client, "group_note_sign", group.public_id)


def test_a_word_that_is_no_name_is_signed_with_its_reason_and_shown_with_the_group(client, room):
    room.take()
    key = room.client.public_id
    lines = {one.client.public_id: room.line(n) for n, one in enumerate(room.clinic.episodes)}
    group = room.write_group(lines=lines | {key: room.line(0) | {"response": "Big Ben struck."}})
    review = page(client, "group_note_sign", group.public_id)
    assert "Is “Ben” only a word here?" in review
    signed = {"version": group.version, "signed_name": NAME, "confirm": "on"}
    refused = send(client, "group_note_sign", group, status=422, **signed)
    assert "names Ben, who is somebody else" in refused.content.decode()
    send(client, "group_note_sign", group, **signed, **{f"only-{key}-response-Ben": "A clock"})
    charts = page(client, "group_note", group.public_id)
    assert "A clock" in charts
    assert "A clock" not in page(client, "note", Note.objects.get(client=room.client).public_id)


def test_the_groups_part_is_amended_on_one_page_for_every_chart(client, room):
    room.take()
    room.sign_group()
    group = GroupNote.objects.get()
    assert reverse("group_note_amend", args=[group.public_id]) in page(client, "group_note", group.public_id)
    said = {f"f-{key}": value for key, value in CONTENT.items()} | {"f-homework": "A diary"}
    signed = {"seen": 0, "reason": "It was left out", "signed_name": NAME, "confirm": "on"}
    named = send(client, "group_note_amend", group, status=422, **(said | signed | {"f-topic": "Ask Ben"}))
    text = named.content.decode()
    assert ("names Ben" in text, "A diary</textarea>" in text, 'name="only--topic-Ben"' in text) == (
        True,
    ) * 3
    send(client, "group_note_amend", group, **said, **signed)
    charts = page(client, "group_note", group.public_id)
    assert "2 charts amended and signed." in charts
    assert "<ins>A diary</ins>" in charts
    stale = send(client, "group_note_amend", group, status=422, **(said | signed | {"f-homework": "None"}))
    table = stale.content.decode()
    assert ("amended in another window" in table, ">A diary<" in table, 'name="seen" value="1"' in table) == (
        True, True, True,
    )  # fmt: skip
    text = page(client, "note", Note.objects.get(client=room.client).public_id)
    assert ("It was left out" in text, "<ins>A diary</ins>" in text) == (True, True)


def test_nobody_else_amends_the_groups_part(client, room):
    room.take()
    room.sign_group()
    group = GroupNote.objects.get()
    client.force_login(User.objects.get(pk=room.supervisor.user_id))
    address = reverse("group_note_amend", args=[group.public_id])
    assert address not in page(client, "group_note", group.public_id)
    assert client.get(address).status_code == 404


def test_a_single_chart_that_is_signed_anew_shows_the_names_of_others(client, room):
    room.take()
    own, _other = room.sign_group()
    send(client, "note_amend", own, reason="A word was missing")
    data = {f"f-{key}": value for key, value in (CONTENT | room.line(0)).items()}
    told = data | {"f-response": "Ana sat beside Ben."}
    send(client, "note_write", own, version=1, no_objective="None yet", **told)
    review = page(client, "note_sign", own.public_id)
    named = review[review.index("Names of others in this group") :]
    assert "how they answered it: Ben<" in named
    assert "how they answered it: Ana<" not in named
    send(client, "note_write", own, version=2, no_objective="None yet", **data)
    assert "Names of others in this group" not in page(client, "note_sign", own.public_id)


def test_lines_that_read_alike_are_shown_before_signing(client, room):
    room.take()
    same = "She named three signs of anger and two ways out."
    lines = {one.client.public_id: room.line(0) | {"response": same} for one in room.clinic.episodes}
    group = room.write_group(lines=lines)
    assert "Lines that read alike" in page(client, "group_note_sign", group.public_id)


def test_the_attendance_page_leads_to_the_note(client, room):
    assert "Write the group note" not in page(client, "attendance", room.session.public_id)
    room.take()
    assert "Write the group note" in page(client, "attendance", room.session.public_id)


def test_my_notes_shows_what_waits_and_says_when_nothing_does(client, room):
    assert "Nothing waits for you" in page(client, "unsigned")
    room.take("present", "no_show")
    text = page(client, "unsigned")
    assert "not begun" in text
    lines = {room.client.public_id: room.line(0)}
    room.sign_group(lines=lines)
    text = page(client, "unsigned")
    assert "To call: they did not come" in text
    assert "Ben" in text
    assert Event.objects.filter(action="note_work.read").count() == 3


def test_who_has_no_license_reads_what_waits_and_is_told_so_before_a_form(client):
    with open_room(1, licensed=False) as room, time_machine.travel(room.after, tick=False):
        note = room.write()
        room.sign(note)
        StaffProfile.objects.filter(user_id=room.supervisor.user_id).update(is_licensed=False)
        client.force_login(User.objects.get(pk=room.supervisor.user_id))
        text = page(client, "unsigned")
        assert "No profile of yours says that you are licensed" in text
        assert reverse("note_cosign", args=[note.public_id]) not in text
        assert "Co-sign" not in page(client, "note", note.public_id)
        refused = page(client, "note_cosign", note.public_id)
        assert "Only a licensed clinician can sign beside the author." in refused
        assert "Type your name to sign" not in refused


def test_a_supervisor_sends_back_and_signs_beside(client):
    with open_room(1, licensed=False) as room, time_machine.travel(room.after, tick=False):
        note = room.write()
        room.sign(note)
        client.force_login(User.objects.get(pk=room.supervisor.user_id))
        assert "To co-sign or send back" in page(client, "unsigned")
        signed = {"signed_name": "Lin Moss-Demo", "confirm": "on"}
        send(client, "note_cosign", note, status=422, answer="send_back", **signed)
        send(client, "note_cosign", note, answer="send_back", words="Say the risk", **signed)
        assert read_note(note).standing is Standing.SENT_BACK
        send(client, "note_cosign", note, answer="cosign", **signed)
        assert read_note(note).standing is Standing.COSIGNED


def test_notes_kept_apart_are_not_there_for_anybody_else(client, room):
    note = room.write("psychotherapy", values={"words": "A dream of snow"}, facts=FACTS)
    assert "A dream of snow" in page(client, "note", note.public_id)
    client.force_login(User.objects.get(pk=room.supervisor.user_id))
    page(client, "note", note.public_id, status=404)
    page(client, "note_pdf", note.public_id, status=404)
    assert note.public_id not in page(client, "notes", room.client.public_id)

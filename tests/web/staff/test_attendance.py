"""The attendance page: one form, errors at the field, nothing typed lost, conflicts shown."""

from __future__ import annotations

import re

import pytest
import time_machine
from django.urls import reverse

from openiop.apps.audit.models import Event
from openiop.apps.clients.models import NoContact
from openiop.apps.groups.models import Attendance, AttendanceRevision
from openiop.apps.schedule.models import Enrollment, GroupSeries, Session
from tests.apps.groups.clinic import IN_GROUP, open_clinic
from tests.factories import AT, make_consent, make_member, make_site
from tests.queries import assert_asks

pytestmark = pytest.mark.django_db


@pytest.fixture
def clinic(client):
    with time_machine.travel(IN_GROUP, tick=False), open_clinic() as made:
        client.force_login(made.lead)
        yield made


def address(clinic, number=0):
    return reverse("attendance", args=[clinic.sessions[number].public_id])


def seen(page):
    """What the page's hidden fields hold: what its reader had before their eyes."""
    return dict(re.findall(r'name="(was-[a-z0-9]+)" value="([^"]+)"', page.content.decode()))


def fields(episode, **said):
    return {f"{name}-{episode.client.public_id}": value for name, value in said.items()}


def rows():
    return list(Attendance.objects.order_by("client__search_key").values_list("state", "countable_minutes"))


def test_the_sheet_names_everyone_with_pronouns_and_what_matters(client, clinic):
    ana, ben, _cleo = clinic.episodes
    ana.client.pronouns = "she/her"
    ana.client.save()
    make_consent(
        ana.client,
        kind="release",
        recipient="Pat Velora-Demo",
        scopes=["attendance"],
        signed_at=AT,
        signed_by="Ana",
    )
    NoContact.objects.create(
        organization=clinic.org, client=ana.client, other=ben.client, reason="x", created_at=AT
    )
    text = client.get(address(clinic)).content.decode()
    for words in (
        "Ana Velora00-Demo",
        "she/her",
        "May tell: Pat Velora-Demo",
        "Keep apart from Ben Velora01-Demo",
        "New here",
        "Monday, March 2, 2026",
        "9:00\xa0am–12:00\xa0pm",
    ):
        assert words in text
    assert "<script>" not in text
    assert "style=" not in text


def test_one_post_saves_the_sheet_and_shows_the_minutes(client, clinic):
    ana, ben, cleo = clinic.episodes
    page = client.get(address(clinic))
    data = (
        seen(page)
        | fields(ana, state="present")
        | fields(ben, state="late", arrived="9:15", remote="on")
        | fields(cleo, state="excused", reason="sick", barrier="illness", words="Called at 8")
    )
    answer = client.post(address(clinic), data, follow=True)
    assert answer.redirect_chain == [(address(clinic), 302)]
    assert rows() == [("present", 180), ("late", 165), ("excused", 0)]
    assert Attendance.objects.get(client=ben.client).modality == "telehealth"
    text = answer.content.decode()
    assert "Attendance saved: 3 people marked." in text
    assert "2 of 3 there, 5\xa0h\xa045\xa0min of treatment counted in all." in text
    assert "<b>2\xa0h\xa045\xa0min</b>" in text


def test_lines_left_blank_stay_unmarked(client, clinic):
    ana, _ben, _cleo = clinic.episodes
    page = client.get(address(clinic))
    client.post(address(clinic), seen(page) | fields(ana, state="present"))
    assert rows() == [("present", 180)]


def test_a_wrong_line_is_named_at_its_field_and_everything_typed_is_still_there(client, clinic):
    ana, ben, cleo = clinic.episodes
    data = (
        seen(client.get(address(clinic)))
        | fields(ana, state="present", words="Brought her homework")
        | fields(ben, state="late", arrived="soon")
        | fields(cleo, words="left a message")
    )
    answer = client.post(address(clinic), data)
    text = answer.content.decode()
    assert answer.status_code == 422
    assert rows() == []
    assert 'value="Brought her homework"' in text
    assert 'value="soon" inputmode="text" autocomplete="off"' in text
    assert f'id="arrived-error-{ben.client.public_id}"' in text
    assert f'href="#arrived-{ben.client.public_id}"' in text
    assert "This is no time of day." in text
    assert f'href="#state-{cleo.client.public_id}"' in text
    assert "Choose how they took part." in text


def test_what_the_rules_refuse_is_named_at_its_field_too(client, clinic):
    ana, ben, _cleo = clinic.episodes
    data = (
        seen(client.get(address(clinic)))
        | fields(ana, state="excused")
        | fields(ben, state="late", arrived="9:00")
    )
    text = client.post(address(clinic), data).content.decode()
    assert "Choose the reason of the excuse." in text
    assert "When did they arrive?" in text
    assert rows() == []


def test_a_correction_asks_why_and_shows_the_former_mark(client, clinic):
    ana, _ben, _cleo = clinic.episodes
    client.post(address(clinic), seen(client.get(address(clinic))) | fields(ana, state="present"))
    data = seen(client.get(address(clinic))) | fields(ana, state="no_show", barrier="ride")
    refused = client.post(address(clinic), data)
    assert refused.status_code == 422
    assert 'id="why-error"' in refused.content.decode()
    assert rows() == [("present", 180)]
    answer = client.post(address(clinic), data | {"why": "Took her for Ada"}, follow=True)
    text = answer.content.decode()
    assert rows() == [("no_show", 0)]
    assert "1 mark corrected" in text
    assert "<s>Present</s> → No-show, No ride" in text
    assert "Robin Reyes-Demo: Took her for Ada" in text


def test_a_second_facilitator_sees_the_other_s_mark_and_decides(client, clinic):
    ana, ben, _cleo = clinic.episodes
    mine = seen(client.get(address(clinic)))
    client.post(address(clinic), mine | fields(ana, state="late", arrived="9:20"))
    second = mine | fields(ana, state="no_show") | fields(ben, state="present")
    answer = client.post(address(clinic), second)
    text = answer.content.decode()
    assert answer.status_code == 409
    assert rows() == [("late", 160)]
    assert "Robin Reyes-Demo saved “Late, 9:20–12:00” at 1:00\xa0pm." in text
    assert re.search(rf'name="state-{ana.client.public_id}" value="no_show"[^>]* checked', text)
    assert re.search(rf'name="state-{ben.client.public_id}" value="present"[^>]* checked', text)
    again = seen(answer) | fields(ana, state="no_show") | fields(ben, state="present")
    client.post(address(clinic), again | {"why": "She left before the start"})
    assert rows() == [("no_show", 0), ("present", 180)]
    assert AttendanceRevision.objects.count() == 1


def test_a_page_that_was_open_meanwhile_does_not_undo_what_others_saved(client, clinic):
    ana, ben, _cleo = clinic.episodes
    client.post(address(clinic), seen(client.get(address(clinic))) | fields(ana, state="present"))
    stale = seen(client.get(address(clinic)))
    client.post(
        address(clinic),
        stale | fields(ana, state="late", arrived="9:30") | {"why": "came at half past"},
    )
    client.post(address(clinic), stale | fields(ana, state="present") | fields(ben, state="present"))
    assert rows() == [("late", 150), ("present", 180)]


def test_a_mark_of_someone_who_left_the_sheet_meanwhile_is_not_dropped_in_silence(client, clinic):
    ana, ben, cleo = clinic.episodes
    data = seen(client.get(address(clinic))) | fields(ana, state="present") | fields(ben, state="present")
    Enrollment.objects.filter(client__in=(ben.client, cleo.client)).delete()
    text = client.post(address(clinic), data, follow=True).content.decode()
    assert rows() == [("present", 180)]
    assert "1 person you marked has no seat in this session any more" in text


def test_those_who_may_only_look_get_the_marks_without_a_form(client, clinic):
    ana, _ben, _cleo = clinic.episodes
    data = seen(client.get(address(clinic))) | fields(ana, state="late", arrived="9:10")
    client.post(address(clinic), data)
    client.force_login(make_member(clinic.org, "biller").user)
    text = client.get(address(clinic)).content.decode()
    assert "Not marked" in text
    assert ">Late</span>" in text
    assert "Save attendance" not in text
    assert client.post(address(clinic), data).status_code == 404


def test_other_sites_and_strangers_find_nothing(client, clinic):
    elsewhere = make_member(clinic.org, "therapist", site=make_site(clinic.org)).user
    client.force_login(elsewhere)
    assert client.get(address(clinic)).status_code == 404
    administrator = make_member(clinic.org, "administrator").user
    client.force_login(administrator)
    assert client.get(address(clinic)).status_code == 404


def test_opening_the_sheet_is_in_the_trail(client, clinic):
    client.get(address(clinic))
    event = Event.objects.get()
    assert (event.action, event.subject_id) == ("sheet.read", clinic.sessions[0].public_id)


def test_a_cancelled_session_shows_why_there_is_nothing_to_take(client, clinic):
    clinic.sessions[0].state = "cancelled"
    clinic.sessions[0].save()
    text = client.get(address(clinic)).content.decode()
    assert "This group was cancelled" in text
    assert "Save attendance" not in text


def test_before_the_sheet_opens_it_says_when(client, clinic):
    text = client.get(address(clinic, 2)).content.decode()
    assert "Attendance can be saved from 60 minutes before its start." in text


def test_the_page_speaks_spanish(client, clinic):
    text = client.get(address(clinic), headers={"accept-language": "es"}).content.decode()
    for words in ("Asistencia", "Presente", "Guardar asistencia", "Motivo …"):
        assert words in text


def test_the_page_takes_a_fixed_number_of_queries(client):
    for people in (2, 12):
        with time_machine.travel(IN_GROUP, tick=False), open_clinic(people) as clinic:
            client.force_login(clinic.lead)
            client.get(address(clinic))
            with assert_asks(17):
                client.get(address(clinic))


def walk_in(clinic):
    return reverse("walk_in", args=[clinic.sessions[0].public_id])


def test_somebody_not_on_the_list_is_found_by_name_and_the_sheet_stays_as_it_was_typed(client, clinic):
    ana, ben, _cleo = clinic.episodes
    dara = clinic.person("Dara")
    data = seen(client.get(address(clinic))) | fields(ana, state="late", arrived="9:20", words="Bus")
    answer = client.post(walk_in(clinic), data | {"who": "velora03"})
    text = answer.content.decode()
    assert answer.status_code == 200
    assert f'name="add" value="{dara.public_id}"' in text
    assert 'value="Bus"' in text
    assert rows() == []
    found = client.post(walk_in(clinic), data | {"who": "ben"}).content.decode()
    assert "On the sheet" in found
    assert f'name="add" value="{ben.public_id}"' not in found
    nobody = client.post(walk_in(clinic), data | {"who": "Quill"}).content.decode()
    assert "Nobody of that name is in care at this site." in nobody
    assert "Type a part of the name first." in client.post(walk_in(clinic), data).content.decode()


def test_who_is_in_a_track_that_the_group_does_not_take_has_no_button_that_would_only_refuse(client, clinic):
    dara, emil = clinic.person("Dara"), clinic.person("Emil")
    GroupSeries.objects.update(programs=["depression"])
    emil.program_id = "eating"
    emil.save()
    found = client.post(walk_in(clinic), {"who": "velora"}).content.decode()
    assert f'name="add" value="{dara.public_id}"' in found
    assert f'name="add" value="{emil.public_id}"' not in found
    assert found.count("In a track that this group does not take") == 1


def test_who_walked_in_is_on_the_sheet_at_once_and_nothing_else_is_saved(client, clinic):
    ana, _ben, _cleo = clinic.episodes
    dara = clinic.person("Dara")
    data = seen(client.get(address(clinic))) | fields(ana, state="present", words="Bus")
    answer = client.post(walk_in(clinic), data | {"who": "dara", "add": dara.public_id})
    text = answer.content.decode()
    assert answer.status_code == 200
    assert "Dara Velora03-Demo is on the sheet for this date, marked present." in text
    assert "The other marks are still to be saved." in text
    assert "Came without a seat" in text
    assert 'value="Bus"' in text
    assert rows() == [("present", 180)]
    sent = seen(answer) | fields(ana, state="present", words="Bus") | fields(dara, state="present")
    client.post(address(clinic), sent)
    assert rows() == [("present", 180), ("present", 180)]


def test_with_nothing_else_typed_the_sheet_opens_afresh_at_the_new_line(client, clinic):
    dara = clinic.person("Dara")
    answer = client.post(walk_in(clinic), seen(client.get(address(clinic))) | {"add": dara.public_id})
    assert (answer.status_code, answer["location"]) == (
        302,
        f"{address(clinic)}#name-{dara.client.public_id}",
    )


def test_why_somebody_cannot_join_stands_at_the_name_and_nothing_typed_is_lost(client, clinic):
    ana, _ben, _cleo = clinic.episodes
    dara = clinic.person("Dara")
    clinic.slots[0].seats = 3
    clinic.slots[0].save()
    data = seen(client.get(address(clinic))) | fields(ana, state="present", words="Bus")
    answer = client.post(walk_in(clinic), data | {"who": "dara", "add": dara.public_id})
    text = answer.content.decode()
    assert answer.status_code == 409
    assert 'id="who-error"' in text
    assert "Skills has no free seat on Mon, Mar 2." in text
    assert 'value="Bus"' in text
    assert 'value="dara"' in text
    assert rows() == []


def test_enter_in_the_name_field_of_a_plain_form_saves_the_sheet_and_looks(client, clinic):
    ana, _ben, _cleo = clinic.episodes
    dara = clinic.person("Dara")
    data = seen(client.get(address(clinic))) | fields(ana, state="present") | {"who": "dara", "looked": ""}
    answer = client.post(address(clinic), data)
    text = answer.content.decode()
    assert rows() == [("present", 180)]
    assert "Attendance saved: 1 person marked." in text
    assert f'name="add" value="{dara.public_id}"' in text
    sent = seen(answer) | fields(ana, state="present") | {"who": "dara", "looked": "dara"}
    again = client.post(address(clinic), sent)
    assert again.status_code == 302


def test_a_group_nobody_has_a_seat_in_takes_who_walks_in(client, clinic):
    Enrollment.objects.all().delete()
    dara = clinic.person("Dara")
    text = client.get(address(clinic)).content.decode()
    assert "Nobody has a seat in this session" in text
    assert "Somebody not on the list" in text
    client.post(walk_in(clinic), {"add": dara.public_id})
    assert rows() == [("present", 180)]


def test_those_who_may_only_look_cannot_add_anyone(client, clinic):
    dara = clinic.person("Dara")
    client.force_login(make_member(clinic.org, "biller").user)
    assert "Somebody not on the list" not in client.get(address(clinic)).content.decode()
    assert client.post(walk_in(clinic), {"add": dara.public_id}).status_code == 404
    assert rows() == []


def test_looking_for_a_name_takes_a_fixed_number_of_queries(client):
    for people in (2, 12):
        with time_machine.travel(IN_GROUP, tick=False), open_clinic(people) as clinic:
            client.force_login(clinic.lead)
            client.post(walk_in(clinic), {"who": "velora"})
            with assert_asks(20):
                client.post(walk_in(clinic), {"who": "velora"})


def test_in_a_hybrid_group_who_joins_by_video_is_remote_from_the_start(client, clinic):
    ana, ben, _cleo = clinic.episodes
    GroupSeries.objects.update(modality="hybrid", room_seats=2)
    Session.objects.update(modality="hybrid")
    Enrollment.objects.filter(client=ben.client).update(modality="telehealth")
    page = client.get(address(clinic))
    text = page.content.decode()
    assert f'name="remote-{ben.client.public_id}" checked' in text
    assert f'name="remote-{ana.client.public_id}" checked' not in text
    data = seen(page) | fields(ana, state="present") | fields(ben, state="present", remote="on")
    assert client.post(address(clinic), data).status_code == 302
    found = Attendance.objects.order_by("client__search_key").values_list("modality", flat=True)
    assert list(found) == ["on_site", "telehealth"]


def test_who_was_added_by_mistake_is_taken_off_with_a_reason_and_the_rest_stays_as_typed(client, clinic):
    ana, _ben, _cleo = clinic.episodes
    dara = clinic.person("Dara")
    client.post(walk_in(clinic), {"add": dara.public_id})
    page = client.get(address(clinic))
    assert "Take off Dara Velora03-Demo" in page.content.decode()
    data = seen(page) | fields(ana, state="late", arrived="9:20", words="Bus")
    refused = client.post(walk_in(clinic), data | {"off": dara.client.public_id, "off-why": ""})
    text = refused.content.decode()
    assert refused.status_code == 422
    assert 'aria-describedby="off-error"' in text
    assert 'value="Bus"' in text
    assert rows() == [("present", 180)]
    sent = data | {"off": dara.client.public_id, "off-why": "The other Dara"}
    done = client.post(walk_in(clinic), sent).content.decode()
    assert "Dara Velora03-Demo is off the sheet." in done
    assert "<s>Present</s> → Taken off the sheet" in done
    assert "The other Dara" in done
    assert 'value="Bus"' in done
    assert "Take off Dara" not in done
    assert rows() == []


def test_somebody_else_marked_them_meanwhile_and_they_stay(client, clinic):
    dara = clinic.person("Dara")
    client.post(walk_in(clinic), {"add": dara.public_id})
    data = seen(client.get(address(clinic)))
    Attendance.objects.update(version=2, state="late")
    answer = client.post(walk_in(clinic), data | {"off": dara.client.public_id, "off-why": "Oops"})
    assert answer.status_code == 409
    assert 'value="Oops"' in answer.content.decode()
    assert rows() == [("late", 180)]

"""A span of a chart as one PDF: what is in it, what never is, and what leaves the house only by the rules."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from io import BytesIO

import pytest
from pypdf import PdfReader

from openiop.apps.audit.models import Event
from openiop.apps.clients.models import Disclosure
from openiop.apps.clients.services.consents import Wish, prepare_consent
from openiop.apps.clients.services.disclosures import DisclosureRefused, Handing
from openiop.apps.clients.services.signing import Signature, sign_consent
from openiop.apps.record.services.correcting import addend_note, retract_note
from openiop.apps.record.services.exporting import export_chart, hand_out_chart, parts_for
from openiop.domain.consents import Expires, Purpose, Scope
from openiop.domain.disclosures import Reason, RecipientKind
from openiop.domain.errors import NotAllowed
from openiop.domain.packets import Choice, Part
from tests.apps.record.clinic import SOAP, open_room
from tests.factories import actor, make_consent, make_relation
from tests.factories.files import make_file, make_file_mark
from tests.factories.plans import make_plan
from tests.queries import questions

pytestmark = pytest.mark.django_db
WHOLE = Choice(date(2026, 2, 1), date(2026, 3, 31), frozenset(Part))
DOCTOR = Handing(
    recipient_kind=RecipientKind.PROVIDER, purpose=Reason.TREATMENT, scopes=frozenset(), recipient="Dr. Kim"
)


@pytest.fixture
def room():
    with open_room(2) as found:
        yield found


def made(room, choice=WHOLE, by=None, language="en"):
    return export_chart(
        by=by or room.supervisor, client=room.client, choice=choice, at=room.after, language=language
    )


def words(letter):
    text = " ".join(page.extract_text() for page in PdfReader(BytesIO(letter.pdf)).pages)
    return " ".join(text.split())


def titles(letter):
    return [item.title for item in _flat(PdfReader(BytesIO(letter.pdf)).outline)]


def _flat(items):
    for item in items:
        if isinstance(item, list):
            yield from _flat(item)
        else:
            yield item


def signed(room, template="soap", **change):
    note = room.write(template, **change)
    room.sign(note)
    return note


def test_the_document_holds_every_part_with_its_contents_and_signatures(room):
    room.take()
    note = signed(room)
    addend_note(by=room.by, note=note, words="Sister called", signed_name="Robin", at=room.after)
    make_plan(room.clinic.episodes[0], "Harbor", signed_at=room.after, signed_name="Robin Reyes-Demo")
    make_consent(room.client, signed_at=room.after, signed_by="Ana", e_sig_method="typed", signature="Ana")
    make_file(room.client, title="Letter of the hospital", created_at=room.after)
    letter = made(room)
    text = words(letter)
    for part in (
        "Treatment plan", "Notes", "Attendance and hours", "Consents", "Level of care", "Documents from outside",
    ):  # fmt: skip
        assert part in titles(letter)
    for said in (
        room.client.last_name, "Mar 31, 2026", room.supervisor.name, "the chart; it does not leave the house",
        "Walks twice.", "Sister called", "Hours of each week", "Letter of the hospital", "Nothing in these days.",
    ):  # fmt: skip
        assert said in text
    root = PdfReader(BytesIO(letter.pdf)).trailer["/Root"]
    assert (root["/MarkInfo"]["/Marked"], root["/Lang"]) == (True, "en")
    event = Event.objects.get(action="chart.exported")
    assert (event.client_id, event.data["sha256"], event.data["disclosure"]) == (
        room.client.public_id, letter.sha256, "",
    )  # fmt: skip
    assert Disclosure.objects.count() == 0


def test_what_is_kept_apart_retracted_or_not_signed_is_never_in_it(room):
    apart = room.write("psychotherapy", values={"text": "Dreams of the sea", "content": "Dreams of the sea"})
    assert apart.apart
    wrong = signed(room, values=SOAP | {"plan": "Meant for Ben"})
    retract_note(by=room.by, note=wrong, reason="It was another person", signed_name="Robin", at=room.after)
    room.write(values=SOAP | {"plan": "Half a thought"})
    make_file_mark(make_file(room.client, title="Card of Ben", created_at=room.after))
    for by in (room.by, room.supervisor):
        text = words(made(room, by=by))
        for never in ("Dreams of the sea", "Meant for Ben", "Half a thought", "Card of Ben"):
            assert never not in text
        assert "Retracted notes: 1" in text
        assert "Notes that nobody has signed yet: 1" in text


def test_only_the_days_that_were_chosen_are_in_it(room):
    signed(room)
    later = replace(WHOLE, first=date(2026, 3, 3))
    assert "Walks twice." in words(made(room))
    assert "Walks twice." not in words(made(room, later))


def test_nobody_takes_out_what_they_may_not_read(room):
    intake = actor(room.clinic.org, "intake")
    assert Part.NOTES not in parts_for(intake)
    for by in (intake, actor(room.clinic.org, "nurse")):
        with pytest.raises(NotAllowed):
            made(room, by=by)
    assert not Event.objects.filter(action="chart.exported").exists()


def test_a_treating_provider_gets_it_and_the_accounting_says_what(room):
    signed(room)
    choice = replace(WHOLE, parts=frozenset({Part.NOTES, Part.ATTENDANCE}))
    letter = hand_out_chart(
        by=room.supervisor, client=room.client, choice=choice, handing=DOCTOR, at=room.after, language="en"
    )
    row = Disclosure.objects.get()
    assert (row.recipient, row.basis, row.method) == ("Dr. Kim", "treatment", "pdf")
    assert set(row.scopes) == {Scope.ENROLLED, Scope.SESSION_NOTES, Scope.ATTENDANCE}
    assert row.what == "Chart of 2026-02-01 to 2026-03-31: Notes, Attendance and hours"
    text = words(letter)
    assert "Dr. Kim" in text
    assert "it does not leave the house" not in text
    assert Event.objects.get(action="chart.exported").data["disclosure"] == row.public_id


def test_a_protected_record_goes_out_by_consent_only_and_with_the_notice(room):
    room.client.part2 = True
    room.client.birth_date = date(1990, 1, 1)
    room.client.save()
    with pytest.raises(DisclosureRefused):
        hand_out_chart(
            by=room.supervisor, client=room.client, choice=WHOLE, handing=DOCTOR, at=room.after, language="en"
        )
    assert Disclosure.objects.count() == 0
    assert [
        row.action for row in Event.objects.filter(action__in=("disclosure.refused", "chart.exported"))
    ] == ["disclosure.refused"]
    own = replace(DOCTOR, recipient_kind=RecipientKind.CLIENT, purpose=Reason.SELF, recipient="")
    text = words(
        hand_out_chart(
            by=room.supervisor, client=room.client, choice=WHOLE, handing=own, at=room.after, language="es"
        )
    )
    assert "42 CFR" in text
    assert "Asistencia y horas" in text


def test_a_release_of_progress_does_not_let_the_notes_of_sessions_out(room):
    mother = make_relation(room.client, "Pat Velora-Demo")
    room.client.birth_date = date(1990, 1, 1)
    room.client.save()
    pat = Handing(
        recipient_kind=RecipientKind.PERSON, purpose=Reason.SPECIFIC, scopes=frozenset(), relation=mother
    )
    wish = Wish(
        "release", relation=mother, scopes=frozenset({Scope.ENROLLED, Scope.ATTENDANCE, Scope.PROGRESS}),
        purpose=Purpose.SPECIFIC, purpose_words="To help", expires_kind=Expires.DATE, expires_on=date(2026, 12, 31),
    )  # fmt: skip
    row = prepare_consent(by=room.supervisor, client=room.client, wish=wish, at=room.after)
    name = f"{room.client.first_name} {room.client.last_name}"
    sign_consent(by=room.supervisor, consent=row, signature=Signature(name=name, agreed=True), at=room.after)
    attended = replace(WHOLE, parts=frozenset({Part.ATTENDANCE}))
    hand_out_chart(
        by=room.supervisor, client=room.client, choice=attended, handing=pat, at=room.after, language="en"
    )
    with pytest.raises(DisclosureRefused) as raised:
        hand_out_chart(
            by=room.supervisor, client=room.client, choice=replace(WHOLE, parts=frozenset({Part.NOTES})),
            handing=pat, at=room.after, language="en",
        )  # fmt: skip
    assert {scope for why in raised.value.decision.reasons for scope in why.scopes} >= {Scope.SESSION_NOTES}


def test_many_notes_ask_the_database_as_often_as_few(room):
    signed(room)
    with questions() as few:
        made(room)
    for number in range(5):
        signed(room, values=SOAP | {"plan": f"Walk {number}"})
    with questions() as many:
        made(room)
    assert len(many) == len(few)

"""Consents: prepared, signed, frozen, copied, taken back."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import date, timedelta
from io import BytesIO

import pytest
from django.db import DatabaseError, connection, transaction
from pypdf import PdfReader

from openiop.apps.audit.models import Event
from openiop.apps.clients.consent_values import forms
from openiop.apps.clients.models import Consent
from openiop.apps.clients.selectors.consents import consent_picture, standing, standings
from openiop.apps.clients.services.consents import (
    Wish,
    end_by_event,
    give_copy,
    prepare_consent,
    revoke_consent,
)
from openiop.apps.clients.services.signing import Paper, Signature, record_paper_consent, sign_consent
from openiop.apps.core.tenancy import tenant
from openiop.domain.consents import Basis, Expires, Purpose, Scope, State
from openiop.domain.errors import Conflict, DomainError, InvalidInput, NotAllowed
from tests.factories import AT, actor, make_client, make_organization, make_relation, make_site, make_user

pytestmark = pytest.mark.django_db

STROKES = "M10 90L40 60L80 120L120 70L160 110L200 80M220 60L221 61"
TREATMENT = Wish("treatment")
TPO = Wish("part2-tpo", expires_kind=Expires.EVENT, expires_event="The end of my treatment in this program")
NAMED = Signature(name="ana velora-demo", agreed=True)


@pytest.fixture
def house():
    org = make_organization("Lantern Clinic")
    with tenant(org.pk):
        site = make_site(org, "North", phone="(415) 555-0100")
        yield actor(org, "intake"), make_client(org, site=site, part2=True)


def release(client, **changes):
    wish = Wish(
        "release",
        relation=make_relation(client, "Pat Velora-Demo"),
        scopes=frozenset({Scope.ATTENDANCE, Scope.SCHEDULE}),
        purpose=Purpose.SPECIFIC,
        purpose_words="To help me come to my sessions",
        expires_kind=Expires.DATE,
        expires_on=date(2026, 12, 31),
    )
    return replace(wish, **changes)


def actions():
    return list(Event.objects.order_by("sequence").values_list("action", flat=True))


# Preparing


@pytest.mark.parametrize("template", [form.id for form in forms()])
def test_every_form_can_be_prepared_and_signed(house, template):
    by, client = house
    form = next(one for one in forms() if one.id == template)
    kind = form.expiries[0]
    wish = Wish(
        template,
        relation=make_relation(client) if form.asks_recipient else None,
        scopes=frozenset(form.scopes[:2]) if form.choose_scopes else frozenset(),
        purpose=form.purposes[0],
        purpose_words="To plan together" if form.purposes[0] is Purpose.SPECIFIC else "",
        expires_kind=kind,
        expires_on=date(2026, 12, 31) if kind is Expires.DATE else None,
        expires_event="The end of treatment" if kind is Expires.EVENT else "",
    )
    row = prepare_consent(by=by, client=client, wish=wish, at=AT)
    sign_consent(by=by, consent=row, signature=NAMED, at=AT)
    assert standing(row, at=AT).state in {State.SIGNED, State.EXPIRES_SOON}
    assert standing(row, at=AT).missing == []


def test_a_prepared_release_holds_the_exact_words_and_every_field(house):
    by, client = house
    row = prepare_consent(by=by, client=client, wish=release(client), at=AT)
    row.refresh_from_db()
    assert (row.template_id, row.template_version, row.kind) == ("release", 2, "release")
    assert row.discloser == "Lantern Clinic, North"
    assert row.recipient == "Pat Velora-Demo"
    assert row.info_description == "My schedule, My attendance"
    assert row.scopes == ["attendance", "schedule"]
    assert (row.purpose, row.purpose_words) == ("specific", "To help me come to my sessions")
    assert (row.expires_kind, row.expires_on) == ("date", date(2026, 12, 31))
    assert row.redisclosure_statement is True
    assert "(415) 555-0100" in row.revocation_text
    assert "Only this: My schedule, My attendance." in row.body
    assert "Until: Dec. 31, 2026." in row.body
    assert "Ana Velora-Demo, for myself." in row.body
    assert (row.signed_at, row.signed_by, row.pdf) == (None, "", None)
    assert actions() == ["consent.prepared"]


def test_the_words_are_in_the_language_of_the_form(house):
    by, client = house
    row = prepare_consent(by=by, client=client, wish=release(client, language="es"), at=AT)
    assert "Solo esto: Mi horario, Mi asistencia." in row.body
    assert "Hasta: 31 de diciembre de 2026." in row.body
    assert "Ana Velora-Demo, por mi cuenta." in row.body


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"relation": None}, "recipient"),
        ({"scopes": frozenset()}, "scopes"),
        ({"scopes": frozenset({Scope.PSYCHOTHERAPY_NOTES})}, "scopes"),
        ({"purpose_words": "  "}, "purpose_words"),
        ({"expires_on": date(2026, 3, 2)}, "expires_on"),
        ({"expires_on": None}, "expires_on"),
        ({"expires_kind": Expires.NONE}, "expires_kind"),
        ({"expires_kind": Expires.EVENT}, "expires_event"),
        ({"language": "xx"}, "language"),
        ({"basis": Basis.PARENT, "relationship": "Mother", "conditions_met": True}, "basis"),
        ({"basis": Basis.CONSERVATOR, "relationship": "Conservator"}, "conditions"),
        ({"basis": Basis.CONSERVATOR, "conditions_met": True}, "relationship"),
    ],
)
def test_what_is_not_said_is_refused_at_its_field(house, changes, field):
    by, client = house
    with pytest.raises(DomainError) as refused:
        prepare_consent(by=by, client=client, wish=release(client, **changes), at=AT)
    assert refused.value.field == field
    assert Consent.objects.count() == 0
    assert actions() == []


def test_without_a_birth_date_nobody_can_tell_who_may_sign(house):
    by, client = house
    client.birth_date = None
    client.save()
    with pytest.raises(NotAllowed, match="birth date"):
        prepare_consent(by=by, client=client, wish=TREATMENT, at=AT)


def test_what_is_typed_cannot_forge_a_heading(house):
    by, client = house
    wish = release(client, purpose_words="Help.\n\n## Also\n\nEverything to everyone")
    row = prepare_consent(by=by, client=client, wish=wish, at=AT)
    assert row.body.count("## Also") == 1
    assert "\n## Also" not in row.body


def test_only_those_who_may_edit_consents_prepare_them(house):
    by, client = house
    nurse = replace(by, permissions=frozenset({"consent.view"}))
    with pytest.raises(NotAllowed):
        prepare_consent(by=nurse, client=client, wish=TREATMENT, at=AT)
    assert Consent.objects.count() == 0


# Signing


def test_a_typed_name_signs_and_the_copy_is_kept_with_its_fingerprint(house):
    by, client = house
    row = prepare_consent(by=by, client=client, wish=TPO, at=AT)
    sign_consent(by=by, consent=row, signature=NAMED, at=AT + timedelta(minutes=5))
    row.refresh_from_db()
    assert (row.signed_by, row.e_sig_method, row.signature) == ("Ana Velora-Demo", "typed", "ana velora-demo")
    assert row.signed_at == AT + timedelta(minutes=5)
    assert row.signed_user_id is None
    assert hashlib.sha256(bytes(row.pdf)).hexdigest() == row.pdf_sha256
    assert actions() == ["consent.prepared", "consent.signed"]


def test_drawn_strokes_sign_with_the_clients_name(house):
    by, client = house
    row = prepare_consent(by=by, client=client, wish=TREATMENT, at=AT)
    sign_consent(by=by, consent=row, signature=Signature(strokes=STROKES, agreed=True), at=AT)
    row.refresh_from_db()
    assert (row.signed_by, row.e_sig_method, row.signature) == ("Ana Velora-Demo", "drawn", STROKES)


@pytest.mark.parametrize(
    ("signature", "field"),
    [
        (Signature(name="Ana Velora-Demo"), "agreed"),
        (Signature(name="Someone Else", agreed=True), "name"),
        (Signature(agreed=True), "name"),
        (Signature(strokes="M1 1L2 2", agreed=True), "drawn"),
        (Signature(strokes="<script>", agreed=True), "drawn"),
    ],
)
def test_what_is_no_signature_is_refused_and_nothing_changes(house, signature, field):
    by, client = house
    row = prepare_consent(by=by, client=client, wish=TREATMENT, at=AT)
    with pytest.raises(InvalidInput) as refused:
        sign_consent(by=by, consent=row, signature=signature, at=AT)
    assert refused.value.field == field
    stored = Consent.objects.get()
    assert (stored.signed_at, stored.signed_by, stored.signature, stored.pdf) == (None, "", "", None)
    assert row.signed_at is None
    assert actions() == ["consent.prepared"]


def test_words_in_another_language_need_the_interpreters_name(house):
    by, client = house
    client.language = "vi"
    client.save()
    row = prepare_consent(by=by, client=client, wish=TREATMENT, at=AT)
    with pytest.raises(InvalidInput) as refused:
        sign_consent(by=by, consent=row, signature=NAMED, at=AT)
    assert refused.value.field == "interpreter"
    sign_consent(by=by, consent=row, signature=replace(NAMED, interpreter="L. Tran-Demo"), at=AT)
    assert Consent.objects.get().interpreter == "L. Tran-Demo"


def test_a_consent_is_signed_once(house):
    by, client = house
    row = prepare_consent(by=by, client=client, wish=TREATMENT, at=AT)
    stale = Consent.objects.get(pk=row.pk)
    sign_consent(by=by, consent=row, signature=NAMED, at=AT)
    first = Consent.objects.get().pdf_sha256
    with pytest.raises(Conflict):
        sign_consent(by=by, consent=stale, signature=Signature(strokes=STROKES, agreed=True), at=AT)
    assert Consent.objects.get().pdf_sha256 == first


def test_the_database_keeps_what_is_signed(house):
    by, client = house
    row = prepare_consent(by=by, client=client, wish=TREATMENT, at=AT)
    sign_consent(by=by, consent=row, signature=NAMED, at=AT)
    for change in ("body = 'other'", "signed_by = 'other'", "scopes = '[\"plan\"]'"):
        with (
            pytest.raises(DatabaseError),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(f"UPDATE clients_consent SET {change}")
    with pytest.raises(DatabaseError), transaction.atomic():
        Consent.objects.filter(pk=row.pk).delete()
    assert Consent.objects.get().signed_by == "Ana Velora-Demo"


def test_the_client_signs_in_their_own_place_and_nobody_elses(house):
    staff, client = house
    user = make_user("Ana Velora-Demo")
    client.user = user
    client.save()
    own = actor(client.organization, "client", user=user)
    other = make_client(client.organization, "Ben", "Arden-Demo")
    row = prepare_consent(by=staff, client=client, wish=TREATMENT, at=AT)
    theirs = prepare_consent(by=staff, client=other, wish=TREATMENT, at=AT)
    sign_consent(by=own, consent=row, signature=NAMED, at=AT)
    assert Consent.objects.get(pk=row.pk).signed_user_id == user.pk
    with pytest.raises(NotAllowed):
        sign_consent(by=own, consent=theirs, signature=Signature("Ben Arden-Demo", agreed=True), at=AT)
    assert Consent.objects.get(pk=theirs.pk).signed_at is None


# Those who sign for others, and minors


def test_a_conservator_signs_with_their_own_name_and_relationship(house):
    by, client = house
    wish = replace(
        TREATMENT, basis=Basis.CONSERVATOR, relationship="Conservator of the person", conditions_met=True
    )
    row = prepare_consent(by=by, client=client, wish=wish, at=AT)
    assert "Conservator of the person of Ana Velora-Demo, who signs for them." in row.body
    sign_consent(by=by, consent=row, signature=Signature("Lou Marten-Demo", agreed=True), at=AT)
    row.refresh_from_db()
    assert (row.signed_by, row.relationship) == ("Lou Marten-Demo", "Conservator of the person")


def test_a_minor_signs_alone_where_the_law_lets_them_and_staff_confirm_its_conditions(house):
    by, client = house
    client.birth_date = date(2011, 1, 1)
    client.save()
    wish = replace(TPO, basis=Basis.MINOR_6929)
    with pytest.raises(InvalidInput) as refused:
        prepare_consent(by=by, client=client, wish=wish, at=AT)
    assert refused.value.field == "conditions"
    row = prepare_consent(by=by, client=client, wish=replace(wish, conditions_met=True), at=AT)
    sign_consent(by=by, consent=row, signature=NAMED, at=AT)
    assert Consent.objects.get().consent_basis == "minor_6929"
    assert len(Event.objects.get(action="consent.prepared").data["conditions"]) == 1


def test_a_parent_cannot_release_a_teenagers_substance_use_records(house):
    by, client = house
    client.birth_date = date(2011, 1, 1)
    client.save()
    wish = replace(TPO, basis=Basis.PARENT, relationship="Mother", conditions_met=True)
    with pytest.raises(NotAllowed):
        prepare_consent(by=by, client=client, wish=wish, at=AT)


def test_a_minors_form_is_not_signed_after_the_eighteenth_birthday(house):
    by, client = house
    client.birth_date, client.part2 = date(2008, 3, 3), False
    client.save()
    wish = replace(TREATMENT, basis=Basis.PARENT, relationship="Mother", conditions_met=True)
    row = prepare_consent(by=by, client=client, wish=wish, at=AT)
    with pytest.raises(NotAllowed):
        sign_consent(by=by, consent=row, signature=Signature("Ines", agreed=True), at=AT + timedelta(days=1))
    assert Consent.objects.get().signed_at is None


def test_where_both_must_sign_only_paper_will_do(house):
    by, client = house
    client.birth_date = date(2015, 1, 1)
    client.save()
    wish = replace(TPO, basis=Basis.PARENT_AND_MINOR, relationship="Mother", conditions_met=True)
    row = prepare_consent(by=by, client=client, wish=wish, at=AT)
    with pytest.raises(NotAllowed):
        sign_consent(by=by, consent=row, signature=Signature("Ines", agreed=True), at=AT)
    paper = Paper("Ana Velora-Demo and Ines Velora-Demo", AT.date(), "Binder 3, chart room")
    record_paper_consent(by=by, consent=row, paper=paper, at=AT)
    assert Consent.objects.get().signature == "Binder 3, chart room"


# Paper, copies, ends


def test_paper_keeps_its_own_day_and_place(house):
    by, client = house
    row = prepare_consent(by=by, client=client, wish=TREATMENT, at=AT)
    later = AT + timedelta(days=3)
    record_paper_consent(
        by=by, consent=row, paper=Paper("Ana Velora-Demo", date(2026, 3, 3), "Binder 3"), at=later
    )
    row.refresh_from_db()
    assert (row.e_sig_method, row.signature) == ("paper", "Binder 3")
    assert standing(row, at=later).value.signed_on == date(2026, 3, 3)


@pytest.mark.parametrize(
    ("paper", "field"),
    [
        (Paper("A", date(2026, 3, 2), "Binder"), "name"),
        (Paper("Ana", date(2026, 3, 2), " "), "kept_at"),
        (Paper("Ana", date(2026, 3, 1), "Binder"), "signed_on"),
        (Paper("Ana", date(2026, 3, 3), "Binder"), "signed_on"),
    ],
)
def test_paper_that_cannot_be_right_is_refused(house, paper, field):
    by, client = house
    row = prepare_consent(by=by, client=client, wish=TREATMENT, at=AT)
    with pytest.raises(InvalidInput) as refused:
        record_paper_consent(by=by, consent=row, paper=paper, at=AT)
    assert refused.value.field == field
    assert Consent.objects.get().signed_at is None


def test_a_consent_taken_back_stays_with_what_was_done_relying_on_it(house):
    by, client = house
    row = prepare_consent(by=by, client=client, wish=TPO, at=AT)
    sign_consent(by=by, consent=row, signature=NAMED, at=AT)
    revoke_consent(by=by, consent=row, revoked_by="Ana Velora-Demo", words="Changed my mind", at=AT)
    row.refresh_from_db()
    assert (row.revoked_by, row.revocation_words) == ("Ana Velora-Demo", "Changed my mind")
    assert row.signed_by == "Ana Velora-Demo"
    assert standing(row, at=AT).state is State.REVOKED
    with pytest.raises(Conflict):
        revoke_consent(by=by, consent=row, revoked_by="Ana Velora-Demo", at=AT)
    assert actions()[-1] == "consent.revoked"
    assert Event.objects.get(action="consent.revoked").data["disclosures_before"] == 0


def test_a_form_set_aside_unsigned_cannot_be_signed(house):
    by, client = house
    row = prepare_consent(by=by, client=client, wish=TREATMENT, at=AT)
    revoke_consent(by=by, consent=row, revoked_by="Intake", at=AT)
    with pytest.raises(Conflict):
        sign_consent(by=by, consent=row, signature=NAMED, at=AT)
    assert actions() == ["consent.prepared", "consent.set_aside"]


def test_the_event_ends_the_consent_on_its_day(house):
    by, client = house
    row = prepare_consent(by=by, client=client, wish=TPO, at=AT)
    with pytest.raises(InvalidInput):
        end_by_event(by=by, consent=row, event_on=AT.date(), at=AT)
    sign_consent(by=by, consent=row, signature=NAMED, at=AT)
    with pytest.raises(InvalidInput, match="to come"):
        end_by_event(by=by, consent=row, event_on=date(2026, 3, 3), at=AT)
    assert standing(row, at=AT).holds
    end_by_event(by=by, consent=row, event_on=date(2026, 3, 2), at=AT)
    assert standing(row, at=AT).state is State.EXPIRED


def test_the_first_copy_is_kept_on_the_consent_and_each_in_the_trail(house):
    by, client = house
    row = prepare_consent(by=by, client=client, wish=TREATMENT, at=AT)
    with pytest.raises(NotAllowed):
        give_copy(by=by, consent=row, how="paper", at=AT)
    sign_consent(by=by, consent=row, signature=NAMED, at=AT)
    give_copy(by=by, consent=row, how="paper", at=AT)
    give_copy(by=by, consent=row, how="pdf", at=AT + timedelta(days=1))
    row.refresh_from_db()
    assert row.copy_given_at == AT
    assert actions().count("consent.copied") == 2


# The picture


def test_what_a_client_needs_depends_on_track_and_video(house):
    by, client = house

    def gaps(*, telehealth=False):
        return [gap.template.id for gap in consent_picture(client, at=AT, telehealth=telehealth).gaps]

    assert gaps() == ["treatment", "part2-tpo"]
    assert gaps(telehealth=True) == ["treatment", "part2-tpo", "telehealth"]
    row = prepare_consent(by=by, client=client, wish=TREATMENT, at=AT)
    assert consent_picture(client, at=AT).gaps[0].prepared == row
    sign_consent(by=by, consent=row, signature=NAMED, at=AT)
    assert gaps() == ["part2-tpo"]
    client.part2 = False
    assert gaps() == []


def test_an_ended_consent_is_missing_again(house):
    by, client = house
    wish = replace(TPO, expires_kind=Expires.DATE, expires_on=date(2026, 3, 20), expires_event="")
    row = prepare_consent(by=by, client=client, wish=wish, at=AT)
    sign_consent(by=by, consent=row, signature=NAMED, at=AT)
    assert standings(client, at=AT)[0].state is State.EXPIRES_SOON
    later = AT + timedelta(days=30)
    assert "part2-tpo" in [gap.template.id for gap in consent_picture(client, at=later).gaps]
    assert [one.state for one in consent_picture(client, at=later).over] == [State.EXPIRED]


# The copy


def tags(node):
    node = node.get_object() if hasattr(node, "get_object") else node
    if isinstance(node, dict):
        if "/S" in node:
            yield str(node["/S"])
        yield from tags(node.get("/K", []))
    elif isinstance(node, list):
        for child in node:
            yield from tags(child)


@pytest.mark.parametrize(
    ("language", "words", "title"),
    [("en", "For treatment, payment, and health care operations", "Signature"),
     ("es", "Para tratamiento, pago y operaciones de atención médica", "Firma")],
)  # fmt: skip
def test_the_copy_is_tagged_and_holds_the_words_and_who_signed(house, language, words, title):
    by, client = house
    client.language = language
    client.save()
    row = prepare_consent(by=by, client=client, wish=replace(TPO, language=language), at=AT)
    sign_consent(by=by, consent=row, signature=Signature(strokes=STROKES, agreed=True), at=AT)
    reader = PdfReader(BytesIO(bytes(Consent.objects.get().pdf)))
    root = reader.trailer["/Root"]
    assert root["/Lang"] == language
    assert root["/MarkInfo"]["/Marked"]
    assert {"/H1", "/H2", "/P", "/Figure"} <= set(tags(root["/StructTreeRoot"]))
    text = " ".join(" ".join(page.extract_text() for page in reader.pages).split())
    for said in (words, title, "Ana Velora-Demo", "part2-tpo.2", "Lantern Clinic"):
        assert said in text

"""The demo's notes: each whole and about one person, and the awkward ones a house really has."""

from __future__ import annotations

from collections import Counter

import pytest
from django.db import transaction

from openiop.apps.accounts.models import Membership
from openiop.apps.accounts.selectors import actor_for
from openiop.apps.core.tenancy import tenant
from openiop.apps.demo.services import build_demo
from openiop.apps.record.models import Note, NoteVersion
from openiop.apps.record.reading import is_whole
from openiop.apps.record.selectors.notes import read_notes
from openiop.apps.record.selectors.quality import quality_of
from openiop.apps.treatment.models import TaughtUnit
from openiop.domain.notes.group import mentions
from openiop.domain.notes.standing import Standing
from openiop.domain.quality import Lapse
from tests.factories import AT

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def notes(django_db_setup, django_db_blocker):
    """Every note of the demo, built once."""
    with django_db_blocker.unblock(), transaction.atomic():
        organization = build_demo(at=AT)
        with tenant(organization.pk):
            yield read_notes(Note.objects.select_related("client", "author"))
        transaction.set_rollback(True)


def test_every_signed_note_is_what_was_signed_and_none_is_of_tomorrow(notes):
    signed = NoteVersion.objects.filter(signed_at__isnull=False)
    assert signed.count() > 100
    assert all(is_whole(row) for row in signed)
    assert signed.filter(signed_at__gt=AT).count() == 0


def test_a_house_has_notes_in_every_state(notes):
    assert {one.standing for one in notes} == {
        Standing.DRAFT, Standing.SIGNED, Standing.AWAITS_COSIGN, Standing.COSIGNED, Standing.RETRACTED,
    }  # fmt: skip
    assert any(one.late(AT) for one in notes)
    assert any(mark.mark == "addendum" for one in notes for mark in one.marks)


def test_the_charts_of_groups_with_a_curriculum_name_the_unit_that_was_taught(notes):
    named = {one.note.session_id: one.shown.values["unit"] for one in notes if "unit" in one.shown.values}
    assert len(named) > 3
    taught = {
        row.session_id: f"{row.curriculum_id}.{row.curriculum_version}.{row.unit}"
        for row in TaughtUnit.objects.filter(session_id__in=named)
    }
    assert named == taught


def test_no_chart_names_anybody_else(notes):
    names = {
        one.note.client.public_id: (one.note.client.first_name, one.note.client.last_name) for one in notes
    }
    for one in notes[::10]:
        lines = {one.note.client.public_id: one.shown.values}
        assert mentions({}, lines, names) == ()


def test_the_quality_page_has_something_of_every_kind_and_no_flood(notes):
    director = Membership.objects.filter(role="director").select_related("user").first()
    by = actor_for(director.user, director.organization_id, at=AT)
    counted = Counter(one.lapse for one in quality_of(by, at=AT))
    assert set(counted) == set(Lapse)
    assert max(counted.values()) < 40, counted

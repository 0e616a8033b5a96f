"""The house's own codes stand beside the shipped list or in its place; each version stays."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.db import DatabaseError, transaction

from openiop import catalog
from openiop.apps.audit.models import Event
from openiop.apps.core.tenancy import tenant
from openiop.apps.treatment.models import CodeList
from openiop.apps.treatment.selectors.codes import known_codes
from openiop.apps.treatment.services.codes import drop_codes, load_codes
from openiop.domain.errors import InvalidInput, NotAllowed
from openiop.domain.text import Text
from tests.factories import AT, actor, make_organization

pytestmark = pytest.mark.django_db
OWN = {
    "Z65.3": Text("Legal circumstances", "Problemas legales"),
    "F33.1": Text("Depression again", "De nuevo"),
}


@pytest.fixture
def director():
    """Somebody who may load codes."""
    organization = make_organization()
    with tenant(organization.pk):
        yield actor(organization, "director")


def test_without_an_own_list_the_shipped_one_holds(director):
    assert known_codes() == catalog.diagnoses().codes


def test_beside_the_shipped_list_it_adds_codes_and_words_the_same_anew(director):
    load_codes(by=director, codes=OWN, replaces=False, at=AT)
    known = known_codes()
    assert len(known) == len({**catalog.diagnoses().codes, **OWN})
    assert (known["F33.1"].en, known["Z65.3"].es) == ("Depression again", "Problemas legales")
    assert list(known) == sorted(known)


def test_in_its_place_nothing_else_is_offered_until_the_shipped_list_is_taken_back(director):
    load_codes(by=director, codes=OWN, replaces=True, at=AT)
    assert known_codes() == OWN
    drop_codes(by=director, at=AT)
    assert known_codes() == catalog.diagnoses().codes
    assert [row.number for row in CodeList.objects.order_by("number")] == [1, 2]
    said = [event.data for event in Event.objects.filter(action="codes.loaded").order_by("sequence")]
    assert said == [
        {"number": 1, "codes": 2, "replaces": True},
        {"number": 2, "codes": 0, "replaces": False},
    ]


def test_another_house_s_list_is_its_own(director):
    load_codes(by=director, codes=OWN, replaces=True, at=AT)
    other = make_organization()
    with tenant(other.pk):
        assert known_codes() == catalog.diagnoses().codes


def test_an_empty_list_and_a_person_without_the_permission_are_refused(director):
    with pytest.raises(InvalidInput):
        load_codes(by=director, codes={}, replaces=True, at=AT)
    nobody = replace(director, permissions=frozenset())
    with pytest.raises(NotAllowed):
        load_codes(by=nobody, codes=OWN, replaces=True, at=AT)
    with pytest.raises(NotAllowed):
        drop_codes(by=nobody, at=AT)
    assert not CodeList.objects.exists()


def test_what_was_loaded_stays_as_it_was(director):
    row = load_codes(by=director, codes=OWN, replaces=True, at=AT)
    with pytest.raises(DatabaseError), transaction.atomic():
        CodeList.objects.filter(pk=row.pk).update(codes=[])
    with pytest.raises(DatabaseError), transaction.atomic():
        CodeList.objects.filter(pk=row.pk).delete()

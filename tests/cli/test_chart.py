"""openiop chart reindex: what can be found is made anew from the records."""

from __future__ import annotations

import json

import pytest

from openiop.apps.audit.models import Event
from openiop.apps.chart.models import Passage
from openiop.apps.core.tenancy import tenant
from openiop.cli import main
from tests.apps.record.clinic import open_room

pytestmark = pytest.mark.django_db


@pytest.fixture
def org():
    """An organization with a signed group of three."""
    with open_room() as room:
        room.take()
        room.sign_group()
        return room.clinic.org


def test_it_makes_the_index_anew_and_tells_how_much_there_is(org, capsys):
    with tenant(org.pk):
        before = set(Passage.objects.values_list("source", "folded"))
        Passage.objects.all().delete()
    assert main(["chart", "reindex"]) == 0
    assert capsys.readouterr().out == f"{org.slug}: 3 pieces can be found\n"
    with tenant(org.pk):
        assert set(Passage.objects.values_list("source", "folded")) == before
        assert Event.objects.get(action="chart.reindexed").data == {"pieces": 3}


def test_for_machines_it_prints_json(org, capsys):
    assert main(["chart", "reindex", "--organization", org.slug, "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == [{"organization": org.slug, "pieces": 3}]


def test_an_organization_that_is_not_there_is_refused_in_words(org, capsys):
    assert main(["chart", "reindex", "--organization", "nowhere"]) == 2
    assert "There is no organization" in capsys.readouterr().err

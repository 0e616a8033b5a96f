"""The demo's measures: most get better, some do not, one waits in the portal; every figure is the form's own."""

from __future__ import annotations

import pytest
from django.db import transaction

from openiop.apps.core.tenancy import tenant
from openiop.apps.demo.services import build_demo
from openiop.apps.measures.models import Measure
from openiop.apps.measures.reading import asked_of, instrument_of, risks_of, scored
from tests.factories import AT

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def house(django_db_setup, django_db_blocker):
    """The demo, built once."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield build_demo(at=AT)
        transaction.set_rollback(True)


def test_the_figures_are_those_the_forms_give(house) -> None:
    with tenant(house.pk):
        rows = list(Measure.objects.filter(finished_at__isnull=False).select_related("client"))
        assert len(rows) > 500
        for row in rows:
            assert row.result == scored(instrument_of(row), row.answers, asked_of(row.client, row.day))
        assert {row.instrument for row in rows} >= {"phq-9", "gad-7", "bam-iop", "who-5"}


def test_most_get_better_and_some_do_not_and_one_speaks_of_danger(house) -> None:
    with tenant(house.pk):
        rows = Measure.objects.filter(instrument="phq-9", finished_at__isnull=False).order_by("day", "pk")
        series: dict[int, list[float]] = {}
        for row in rows:
            series.setdefault(row.client_id, []).append(row.total or 0)
        moved = [values[-1] - values[0] for values in series.values() if len(values) > 3]
        assert sum(change <= -6 for change in moved) > len(moved) / 2
        assert any(change > 0 for change in moved)
        assert any(risks_of(row) for row in rows)
        assert Measure.objects.filter(how="portal", finished_at__isnull=True).count() == 1

"""SQLite takes the index of the person, not the one of the only organisation."""

from __future__ import annotations

from datetime import timedelta

import pytest

from openiop.apps.core.statistics import refresh_statistics
from openiop.apps.groups.models import Attendance
from tests.apps.groups.clinic import MONDAY, open_clinic
from tests.factories import make_attendance

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]


def test_a_person_is_found_by_their_own_index_and_not_by_the_organization() -> None:
    with open_clinic(12) as clinic:
        for session in [*clinic.sessions, *clinic.week(MONDAY - timedelta(days=7))]:
            for episode in clinic.episodes:
                make_attendance(session, episode)
        ids = [episode.client_id for episode in clinic.episodes[:1]]
        wanted = Attendance.objects.filter(client_id__in=ids, day__lt=MONDAY)
        assert "client_id=?" not in wanted.explain()
        assert refresh_statistics() is True
        assert "client_id=?" in wanted.explain()

"""A form given to a client: half-filled, finished, corrected; what it says is raised at once."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.http import Http404

from openiop.apps.accounts.permissions import Permission
from openiop.apps.audit.models import Event
from openiop.apps.core.tenancy import tenant
from openiop.apps.measures.models import Measure
from openiop.apps.measures.reading import How, risks_of
from openiop.apps.measures.selectors import (
    access_measure,
    dues_of,
    latest_of,
    measures_of,
    own_measures,
    rows_of,
)
from openiop.apps.measures.services import (
    Filled,
    correct_measure,
    finish_measure,
    save_measure,
    start_measure,
    start_measures,
    withdraw_measure,
)
from openiop.domain.errors import Conflict, InvalidInput, NotAllowed
from openiop.domain.measures import Status
from openiop.domain.measures.track import Track
from tests.apps.treatment.clinic import open_clinic
from tests.factories import AT, actor, make_client, make_episode, make_organization, make_user
from tests.factories.measures import make_measure

pytestmark = pytest.mark.django_db
TODAY = AT.date()


@pytest.fixture
def clinic() -> Iterator[Any]:
    made = open_clinic()
    with tenant(made.client.organization_id):
        yield made


def phq(*values: int | None) -> Filled:
    keys = [f"q{number}" for number in range(1, 10)]
    return Filled({key: value for key, value in zip(keys, values, strict=False) if value is not None})


def started(clinic: Any, how: str = How.TOGETHER) -> Measure:
    return start_measure(by=clinic.licensed, client=clinic.client, instrument_id="phq-9", how=how, at=AT)


def finished(clinic: Any, *values: int) -> Measure:
    return finish_measure(
        by=clinic.licensed, row=started(clinic), filled=phq(*values), version=1, at=AT, day=TODAY
    )


def test_a_finished_form_is_scored_and_kept_with_its_versions(clinic: Any) -> None:
    row = finished(clinic, 2, 2, 1, 1, 2, 1, 1, 2, 1)
    assert (row.total, row.result["severity"], row.result["scorer"]) == (13, "moderate", 1)
    assert (row.instrument, row.instrument_version, row.answers[8]) == ("phq-9", 1, 1)
    assert risks_of(row) == ("suicide_risk",)
    event = Event.objects.get(action="measure.finished")
    assert event.data == {"form": "phq-9", "answered": 9, "flags": ["suicide_risk"]}


def test_a_half_filled_form_is_gone_on_with_and_raises_what_it_holds(clinic: Any) -> None:
    row = started(clinic)
    kept = save_measure(by=clinic.licensed, row=row, filled=Filled({"q9": 2}), version=1, at=AT)
    assert (kept.finished_at, kept.total, kept.version) == (None, None, 2)
    assert risks_of(kept) == ("suicide_risk",)
    assert started(clinic).pk == row.pk
    latest = latest_of([clinic.episode])[clinic.client.pk]
    assert (latest.value, latest.risks) == (None, ("suicide_risk",))


def test_an_item_without_an_answer_keeps_the_form_open_and_a_declined_one_does_not(clinic: Any) -> None:
    row = started(clinic)
    with pytest.raises(InvalidInput) as refused:
        finish_measure(by=clinic.licensed, row=row, filled=phq(1, 1, 1), version=1, at=AT)
    assert refused.value.field == "q4"
    row.refresh_from_db()
    assert (row.finished_at, row.answers[0]) == (None, None)
    answers = phq(0, 0, 0, 0, 0, 0, 0, 0, None).answers
    done = finish_measure(
        by=clinic.licensed, row=row, filled=Filled(answers, frozenset({"q9"})), version=1, at=AT
    )
    assert (done.total, done.declined, done.result["missing"]) == (None, ["q9"], ["q9"])


def test_what_a_form_leaves_out_by_its_own_rules_needs_no_answer(clinic: Any) -> None:
    row = start_measure(
        by=clinic.licensed, client=clinic.client, instrument_id="cssrs-screen", how=How.TOGETHER, at=AT
    )
    filled = Filled({"q1": 1, "q2": 0, "q6": 0})
    done = finish_measure(by=clinic.licensed, row=row, filled=filled, version=1, at=AT)
    assert (done.result["severity"], done.result["complete"]) == ("low", True)


def test_somebody_elses_saving_is_not_written_over(clinic: Any) -> None:
    row = started(clinic)
    save_measure(by=clinic.licensed, row=row, filled=phq(1), version=1, at=AT)
    with pytest.raises(Conflict, match="meanwhile"):
        save_measure(by=clinic.licensed, row=row, filled=phq(3), version=1, at=AT)
    row.refresh_from_db()
    assert (row.answers[0], row.version) == (1, 2)


def test_a_finished_form_stays_as_it_is_in_the_database_itself(clinic: Any) -> None:
    row = finished(clinic, *[1] * 9)
    with pytest.raises(DatabaseError), transaction.atomic():
        Measure.objects.filter(pk=row.pk).update(total=0)
    with pytest.raises(DatabaseError), transaction.atomic():
        Measure.objects.filter(pk=row.pk).delete()
    with pytest.raises(Conflict, match="finished already"):
        save_measure(by=clinic.licensed, row=row, filled=phq(0), version=2, at=AT)


def test_a_correction_takes_the_place_of_the_form_and_both_stay(clinic: Any) -> None:
    row = finished(clinic, *[3] * 9)
    later = AT + timedelta(minutes=5)
    args = {"by": clinic.licensed, "day": TODAY, "at": later}
    newer = correct_measure(row=row, filled=phq(*[1] * 9), reason="Columns read the wrong way", **args)
    assert (newer.total, newer.corrects_id) == (9, row.pk)
    assert [one.pk for one in measures_of(clinic.client)[1]] == [newer.pk]
    with pytest.raises(Conflict, match="corrected already"):
        correct_measure(row=row, filled=phq(*[0] * 9), reason="Again", **args)
    with pytest.raises(InvalidInput, match="what was wrong"):
        correct_measure(row=newer, filled=phq(*[0] * 9), reason=" ", **args)
    assert Measure.objects.count() == 2


def test_a_form_without_answers_can_be_taken_back_and_one_with_answers_not(clinic: Any) -> None:
    row = started(clinic, How.PORTAL)
    save_measure(by=clinic.licensed, row=row, filled=phq(1), version=1, at=AT)
    with pytest.raises(NotAllowed, match="answers in it"):
        withdraw_measure(by=clinic.licensed, row=row, at=AT)
    assert Measure.objects.count() == 1
    other = start_measure(
        by=clinic.licensed, client=clinic.client, instrument_id="gad-7", how=How.PORTAL, at=AT
    )
    withdraw_measure(by=clinic.licensed, row=other, at=AT)
    assert [one.instrument for one in Measure.objects.all()] == ["phq-9"]


@pytest.mark.parametrize(("form", "how"), [("isi", "together"), ("phq-9", "pigeon"), ("ciwa-ar", "portal")])
def test_a_form_whose_words_may_not_be_shown_and_one_of_staff_in_the_portal_are_refused(
    clinic: Any, form: str, how: str
) -> None:
    with pytest.raises(InvalidInput):
        start_measure(by=clinic.licensed, client=clinic.client, instrument_id=form, how=how, at=AT)
    assert not Measure.objects.exists()


def test_a_day_that_has_not_come_is_refused(clinic: Any) -> None:
    row = started(clinic)
    with pytest.raises(InvalidInput, match="not come yet"):
        finish_measure(
            by=clinic.licensed, row=row, filled=phq(*[0] * 9), version=1, at=AT, day=TODAY + timedelta(days=1)
        )


def test_the_client_fills_in_what_was_asked_in_the_portal_and_nothing_else(clinic: Any) -> None:
    user = make_user("Ana Velora-Demo")
    clinic.client.user = user
    clinic.client.save()
    by = actor(clinic.client.organization, "client", user=user)
    asked, here = started(clinic, How.PORTAL), None
    done = finish_measure(by=by, row=asked, filled=phq(*[1] * 9), version=1, at=AT)
    assert (done.total, done.how, done.finished_by_id) == (9, How.PORTAL, user.pk)
    here = started(clinic)
    with pytest.raises(NotAllowed):
        save_measure(by=by, row=here, filled=phq(1), version=1, at=AT)
    assert [len(part) for part in own_measures(clinic.client)] == [0, 1]


def test_who_does_not_care_for_clients_gives_no_form(clinic: Any) -> None:
    reviewer = actor(clinic.client.organization, "reviewer", user=make_user("Rae Quill-Demo"))
    with pytest.raises(NotAllowed):
        start_measure(by=reviewer, client=clinic.client, instrument_id="phq-9", how=How.TOGETHER, at=AT)


def test_a_form_of_another_organization_is_not_found(clinic: Any) -> None:
    row = started(clinic)
    other = make_organization("Other House")
    stranger = actor(other, "therapist", user=make_user("Sol Hart-Demo"))
    with pytest.raises(Http404):
        access_measure(stranger, row.public_id, permission=Permission.MEASURE_VIEW)


def test_the_course_says_what_moved_and_whether_it_is_on_track(clinic: Any) -> None:
    begun = clinic.episode.admitted_at
    for number, sum_ in enumerate((18, 16, 11)):
        day = begun + timedelta(weeks=number)
        values = [2] * (sum_ // 2) + [sum_ % 2] + [0] * 9
        make_measure(clinic.episode, answers=values[:9], day=day.date(), finished_at=day)
    last = begun + timedelta(weeks=2)
    row = rows_of(measures_of(clinic.client)[1], clinic.episode, at=last)[0]
    assert row.values == (18, 16, 11)
    assert (row.changes[-1].status, row.changes[-1].points) == (Status.IMPROVED, -7)
    assert row.course is not None
    assert row.course.track is Track.ON
    latest = latest_of([clinic.episode])[clinic.client.pk]
    assert (latest.value, latest.before, latest.instrument.id) == (11, 16, "phq-9")


def test_the_latest_of_many_is_one_question(clinic: Any, django_assert_num_queries: Any) -> None:
    org, site = clinic.client.organization, clinic.episode.site
    episodes = [make_episode(make_client(org, site=site), site) for _ in range(5)]
    for episode in episodes:
        make_measure(episode, answers=[1] * 9, finished_at=AT)
    with django_assert_num_queries(1):
        assert len(latest_of(episodes)) == 5


def test_several_forms_are_given_or_none(clinic: Any) -> None:
    args = {"by": clinic.licensed, "client": clinic.client, "how": How.PORTAL, "at": AT}
    with pytest.raises(InvalidInput):
        start_measures(forms=["phq-9", "ciwa-ar"], **args)
    assert not Measure.objects.exists()
    assert [row.instrument for row in start_measures(forms=["phq-9", "gad-7"], **args)] == ["phq-9", "gad-7"]


def test_what_is_due_of_many_is_one_question_and_what_is_filled_in_is_not(
    clinic: Any, django_assert_num_queries: Any
) -> None:
    episode, at = clinic.episode, clinic.episode.admitted_at + timedelta(hours=2)
    make_measure(episode, answers=[1] * 9, day=at.date(), finished_at=at)
    make_measure(episode, "gad-7", day=at.date())
    with django_assert_num_queries(1):
        found = dues_of([episode], at=at)[episode.pk]
    assert [one.form for one in found] == ["cssrs-screen", "gad-7", "audit-c", "taps-1", "pc-ptsd-5"]

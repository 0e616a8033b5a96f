"""Admission, the order and its amendments."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.db import DatabaseError, transaction

from openiop import catalog
from openiop.apps.admissions.errors import StaleOrder
from openiop.apps.admissions.models import Certification, Determination, Episode, Order
from openiop.apps.admissions.selectors.episodes import certificate_of, decided_determination
from openiop.apps.admissions.services.episodes import (
    admit_client,
    amend_order,
    certify_order,
    move_phase,
)
from openiop.apps.audit.models import Event
from openiop.apps.audit.presenters import sentence
from openiop.apps.clients.models import Client
from openiop.apps.core.tenancy import tenant
from openiop.domain.errors import Conflict, InvalidInput, NotAllowed
from openiop.domain.orders import proposed_dose
from tests.factories import (
    AT,
    actor,
    make_assessment,
    make_client,
    make_determination,
    make_organization,
    make_site,
)

pytestmark = pytest.mark.django_db
DAY = AT.date()
PROGRAM = catalog.program("depression")
DOSE = proposed_dose(PROGRAM, DAY)


@pytest.fixture
def clinic():
    """A therapist, and a client whose signed determination says IOP."""
    org = make_organization()
    with tenant(org.pk):
        client = make_client(org)
        decided = make_determination(
            make_assessment(client), actual_level="iop", signed_at=AT, signed_name="T"
        )
        yield actor(org, "therapist"), client, make_site(org), decided


def admit(clinic, **changes):
    by, client, site, decided = clinic
    base = {"client": client, "site": site, "program": PROGRAM, "determination": decided, "dose": DOSE}
    return admit_client(by=by, at=AT, **(base | changes))


def test_admission_opens_an_episode_with_phases_and_a_signed_order(clinic):
    episode = admit(clinic, certifying_physician="Dr. Demo")
    assert list(episode.phases.order_by("starts_on").values_list("key", flat=True)) == ["orientation", "core"]
    order = episode.orders.get()
    assert (order.weekly_minutes, order.weekly_days, order.number) == (540, 3, 1)
    assert (order.signed_at, order.certifying_physician) == (AT, "Dr. Demo")
    assert certificate_of(order) is None
    assert list(Event.objects.values_list("action", flat=True)) == ["episode.opened", "order.signed"]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"signed_at": None}, "not-determined"),
        ({"actual_level": "residential"}, "other-level"),
        ({"status": "blocked"}, "not-settled"),
        ({"status": "on_hold"}, "not-settled"),
    ],
)
def test_nobody_is_admitted_without_a_settled_signed_decision(clinic, change, code):
    _by, client, _site, _decided = clinic
    columns = {"actual_level": "iop", "signed_at": AT, "signed_name": "T"} | change
    if columns["signed_at"] is None:
        columns["signed_name"] = ""
    other = make_determination(make_assessment(client), **columns)
    with pytest.raises(NotAllowed) as caught:
        admit(clinic, determination=other)
    assert caught.value.code == code
    assert not Episode.objects.exists()


def test_a_newer_determination_of_a_record_that_was_merged_in_stands_before_an_older_decision(clinic):
    _by, client, _site, decided = clinic
    later = AT + timedelta(hours=1)
    newer = make_determination(
        make_assessment(client), recommended_level="emergency_first", computed_at=later
    )
    assert decided_determination(client) is None
    with pytest.raises(NotAllowed) as caught:
        admit(clinic)
    assert caught.value.code == "superseded"
    assert (Episode.objects.count(), Event.objects.count()) == (0, 0)
    Determination.objects.filter(pk=newer.pk).update(computed_at=AT - timedelta(hours=1))
    assert decided_determination(client) == decided
    assert admit(clinic).level == "iop"


def test_a_decision_that_was_superseded_while_the_page_was_open_admits_nobody(clinic):
    _by, client, _site, decided = clinic
    newer = make_determination(make_assessment(client))
    Determination.objects.filter(pk=decided.pk).update(superseded_by=newer)
    assert decided.superseded_by_id is None
    with pytest.raises(NotAllowed) as caught:
        admit(clinic)
    assert caught.value.code == "superseded"
    assert not Episode.objects.exists()


def test_nobody_is_admitted_who_has_died(clinic):
    _by, client, _site, _decided = clinic
    Client.objects.filter(pk=client.pk).update(deceased_on=DAY)
    with pytest.raises(NotAllowed) as caught:
        admit(clinic)
    assert caught.value.code == "deceased"
    assert (Episode.objects.count(), Event.objects.count()) == (0, 0)


def test_a_second_open_episode_is_refused(clinic):
    admit(clinic)
    with pytest.raises(Conflict, match="already has an open episode"):
        admit(clinic)
    assert Episode.objects.count() == 1


def test_a_dose_below_the_floor_leaves_nothing_behind(clinic):
    with pytest.raises(InvalidInput, match="9 hours") as caught:
        admit(clinic, dose=replace(DOSE, weekly_minutes=300))
    assert caught.value.field == "weekly_minutes"
    assert (Episode.objects.count(), Order.objects.count(), Event.objects.count()) == (0, 0, 0)


def test_a_track_for_adults_refuses_a_teenager(clinic):
    _by, client, _site, _decided = clinic
    client.birth_date = date(2012, 1, 1)
    client.save(update_fields=["birth_date"])
    with pytest.raises(NotAllowed, match="14 years"):
        admit(clinic)


def test_an_amended_order_keeps_the_former_one(clinic):
    by = clinic[0]
    episode = admit(clinic)
    later = DAY + timedelta(days=14)
    dose = replace(
        DOSE, weekly_minutes=720, weekly_days=4, starts_on=later, review_on=later + timedelta(days=14)
    )
    amend_order(by=by, episode=episode, dose=dose, reason="More structure is needed", version=1, at=AT)
    first, second = episode.orders.order_by("number")
    assert (first.weekly_minutes, first.ends_on) == (540, later - timedelta(days=1))
    assert (second.number, second.weekly_minutes, second.reason) == (2, 720, "More structure is needed")


@pytest.mark.parametrize(
    ("dose", "reason", "says"),
    [
        (DOSE, " ", "why"),
        (replace(DOSE, starts_on=DAY - timedelta(days=1)), "Wrong number", "before the one it replaces"),
        (DOSE, "again the same", "the order as it stands"),
    ],
)
def test_an_amendment_needs_a_reason_and_says_something_new_from_the_first_day_on(clinic, dose, reason, says):
    by = clinic[0]
    episode = admit(clinic)
    with pytest.raises(InvalidInput, match=says):
        amend_order(by=by, episode=episode, dose=dose, reason=reason, version=1, at=AT)
    order = episode.orders.get()
    assert order.ends_on is None
    assert not Event.objects.filter(action="order.corrected").exists()


def test_a_wrong_number_is_corrected_from_the_same_day_and_the_former_is_kept_and_holds_on_no_day(clinic):
    by = clinic[0]
    episode = admit(clinic)
    dose = replace(DOSE, weekly_minutes=720, weekly_days=4)
    second = amend_order(by=by, episode=episode, dose=dose, reason="Typed 9 for 12", version=1, at=AT)
    first = episode.orders.get(number=1)
    assert (first.weekly_minutes, first.starts_on, first.ends_on) == (540, DAY, DAY - timedelta(days=1))
    assert (first.was_corrected, second.was_corrected) == (True, False)
    assert (second.number, second.weekly_minutes, second.starts_on) == (2, 720, DAY)
    event = Event.objects.order_by("-sequence").first()
    assert sentence(event.action, event.data) == (
        "corrected the order from 9 hours on 3 days to 12 hours on 4 days a week: Typed 9 for 12"
    )


def test_two_who_amend_at_once_do_not_write_over_each_other(clinic):
    by = clinic[0]
    episode = admit(clinic)
    theirs, mine = replace(DOSE, weekly_minutes=720), replace(DOSE, weekly_minutes=600)
    amend_order(by=by, episode=episode, dose=theirs, reason="Typed 9 for 12", version=1, at=AT)
    with pytest.raises(StaleOrder):
        amend_order(by=by, episode=episode, dose=mine, reason="Typed 9 for 10", version=1, at=AT)
    assert list(episode.orders.order_by("number").values_list("weekly_minutes", flat=True)) == [540, 720]


def test_the_database_refuses_to_rewrite_a_signed_order(clinic):
    order = admit(clinic).orders.get()
    with pytest.raises(DatabaseError, match="kept as written"), transaction.atomic():
        Order.objects.filter(pk=order.pk).update(weekly_minutes=1)
    order.refresh_from_db()
    assert order.weekly_minutes == 540


def test_a_phase_begins_after_the_one_before(clinic):
    by = clinic[0]
    episode = admit(clinic)
    day = DAY + timedelta(weeks=9)
    assert move_phase(by=by, episode=episode, key="transition", starts_on=day, at=AT).key == "transition"
    assert episode.phases.get(key="core").ends_on == day - timedelta(days=1)
    with pytest.raises(InvalidInput, match="no such phase"):
        move_phase(by=by, episode=episode, key="nonsense", starts_on=day, at=AT)


def certify(episode: Episode, org, order: Order | None = None) -> Certification:
    return certify_order(
        by=actor(org, "prescriber"), order=order or episode.orders.get(), signed_name="P", at=AT
    )


def test_a_certificate_is_a_signature_of_its_own(clinic):
    episode = admit(clinic, certifying_physician="Dr. Demo")
    row = certify(episode, clinic[2].organization)
    assert certificate_of(episode.orders.get()) == row
    assert (row.certified_on, row.signed_name) == (DAY, "P")
    assert row.statement.startswith("I certify that this person needs at least 9 hours a week")
    assert Event.objects.order_by("-sequence").first().action == "order.certified"
    with pytest.raises(DatabaseError), transaction.atomic():
        Certification.objects.filter(pk=row.pk).update(signed_name="Q")


def test_an_order_is_certified_once_and_only_the_newest(clinic):
    by = clinic[0]
    episode = admit(clinic)
    org, first = clinic[2].organization, episode.orders.get()
    certify(episode, org)
    with pytest.raises(Conflict, match="certified already"):
        certify(episode, org)
    later = DAY + timedelta(days=7)
    dose = replace(DOSE, starts_on=later, review_on=later + timedelta(days=14))
    second = amend_order(by=by, episode=episode, dose=dose, reason="More days", version=1, at=AT)
    assert certificate_of(second) is None
    with pytest.raises(Conflict, match="newer order"):
        certify(episode, org, first)
    assert Certification.objects.count() == 1


def test_a_substance_use_track_puts_the_record_under_part_2(clinic):
    client = clinic[1]
    episode = admit(clinic, program=catalog.program("substance-use"))
    client.refresh_from_db()
    assert (episode.part2, client.part2) == (True, True)
    changed = Event.objects.get(action="client.changed")
    assert changed.data == {"changes": {"part2": [False, True]}}

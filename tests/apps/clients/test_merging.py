"""Two records of one person become one without losing anything, and can be parted again."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection

from openiop.apps.audit.models import Event
from openiop.apps.audit.selectors import client_history
from openiop.apps.clients.errors import CannotMerge
from openiop.apps.clients.models import Client, Merge
from openiop.apps.clients.selectors import absorbed_ids, access_client, duplicates
from openiop.apps.clients.selectors.duplicates import possible_duplicates
from openiop.apps.clients.selectors.lists import client_page
from openiop.apps.clients.selectors.record import merges_of
from openiop.apps.clients.services.merging import _pointing_here, merge_clients, undo_merge
from openiop.apps.clients.services.people import add_identifier, end_keep_apart, keep_apart
from openiop.apps.clients.services.records import create_client
from openiop.apps.core.tenancy import tenant
from openiop.domain.duplicates import Band, PersonFacts
from openiop.domain.errors import InvalidInput
from openiop.domain.persons import Details
from tests.factories import (
    AT,
    actor,
    make_assessment,
    make_client,
    make_consent,
    make_determination,
    make_episode,
    make_organization,
    make_referral,
    make_relation,
    make_user,
)

pytestmark = pytest.mark.django_db

BORN = date(1990, 3, 12)


@pytest.fixture
def house():
    org = make_organization()
    with tenant(org.pk):
        by = actor(org, "director")
        kept = create_client(
            by=by, details=Details(first_name="Clara", last_name="Montañez-Demo", birth_date=BORN), at=AT
        )
        absorbed = create_client(
            by=by,
            details=Details(
                first_name="Klara", last_name="Montanez-Demo", birth_date=BORN, phone="415-555-0142"
            ),
            at=AT,
        )
        yield org, by, kept, absorbed


def everything_of(client: Client) -> dict[str, int]:
    return {
        f"{model._meta.db_table}.{column}": count
        for model, column in _pointing_here()
        if (count := model.objects.filter(**{column: client}).count())
    }


def test_every_row_of_every_app_changes_hands_and_comes_back(house):
    org, by, kept, absorbed = house
    make_relation(absorbed)
    add_identifier(by=by, client=absorbed, system="s", value="7", at=AT)
    make_referral(org, client=absorbed)
    determination = make_determination(make_assessment(absorbed))
    make_episode(absorbed)
    make_consent(absorbed, signed_at=AT, signed_by="Klara", e_sig_method="typed")
    before = everything_of(absorbed)
    assert len(before) == 7
    merge = merge_clients(by=by, kept=kept, absorbed=absorbed, reason="Same birth date and mother.", at=AT)
    assert everything_of(absorbed) == {}
    assert everything_of(kept) == before
    assert merge.moved["admissions_determination.client"] == [determination.public_id]
    undo_merge(by=by, merge=merge, reason="They are cousins.", at=AT)
    assert everything_of(absorbed) == before
    assert everything_of(kept) == {}


def test_the_list_of_what_points_to_a_client_holds_every_app():
    tables = {model._meta.db_table for model, _ in _pointing_here()}
    assert {"clients_consent", "admissions_episode", "schedule_enrollment", "groups_attendance"} <= tables


@pytest.mark.sqlite
def test_no_table_that_keeps_its_rows_as_written_keeps_them_from_changing_hands(house):
    """A guard of a new table that forgot this would make merging impossible, and only once it holds a row."""
    guards = {}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tbl_name, sql FROM sqlite_master WHERE type = 'trigger' AND name LIKE '%_no_update'"
        )
        guards = dict(cursor.fetchall())
    assert {"clients_consent", "admissions_determination", "timetable_planmove"} <= set(guards)
    held = [
        f"{model._meta.db_table}.{column}"
        for model, column in _pointing_here()
        if (sql := guards.get(model._meta.db_table)) and ("WHEN" not in sql or f'NEW."{column}_id"' in sql)
    ]
    assert held == []


def test_empty_fields_are_filled_and_names_set_aside_are_kept_as_former_names(house):
    _org, by, kept, absorbed = house
    merge = merge_clients(by=by, kept=kept, absorbed=absorbed, reason="One person.", at=AT)
    row = Client.objects.get(pk=kept.pk)
    assert (row.first_name, row.phone, row.former_names) == (
        "Clara",
        "(415) 555-0142",
        ["Klara Montanez-Demo"],
    )
    assert merge.chosen["phone"] == {"before": "", "now": "(415) 555-0142", "aside": ""}
    assert merge.chosen["first_name"] == {"before": "Clara", "now": "Clara", "aside": "Klara"}
    assert [r.name for r in client_page(by, words="klara").rows] == ["Clara Montañez-Demo"]


def test_a_field_can_be_taken_from_the_other_record_and_goes_back_on_undoing(house):
    _org, by, kept, absorbed = house
    merge = merge_clients(
        by=by, kept=kept, absorbed=absorbed, take=frozenset({"first_name"}), reason="One person.", at=AT
    )
    assert Client.objects.get(pk=kept.pk).first_name == "Klara"
    undo_merge(by=by, merge=merge, reason="Two people.", at=AT)
    row = Client.objects.get(pk=kept.pk)
    assert (row.first_name, row.phone, row.former_names, row.search_key) == (
        "Clara",
        "",
        [],
        "montanez-demo clara",
    )
    assert Client.objects.get(pk=absorbed.pk).merged_into is None


def test_a_field_that_was_changed_after_the_merge_stays_on_undoing(house):
    _org, by, kept, absorbed = house
    merge = merge_clients(by=by, kept=kept, absorbed=absorbed, reason="One person.", at=AT)
    Client.objects.filter(pk=kept.pk).update(phone="(415) 555-0199")
    undo_merge(by=by, merge=merge, reason="Two people.", at=AT)
    assert Client.objects.get(pk=kept.pk).phone == "(415) 555-0199"


def test_the_old_id_answers_with_the_record_that_lives_on(house):
    org, by, kept, absorbed = house
    third = make_client(org, "Lala")
    merge_clients(by=by, kept=kept, absorbed=absorbed, reason="One person.", at=AT)
    merge_clients(by=by, kept=third, absorbed=kept, reason="One person.", at=AT)
    assert access_client(by, absorbed.public_id, permission="client.view") == third
    assert absorbed_ids(by, third) == (kept.public_id, absorbed.public_id)


def test_both_histories_tell_the_merge_in_words(house):
    _org, by, kept, absorbed = house
    merge = merge_clients(by=by, kept=kept, absorbed=absorbed, reason="Same mother.", at=AT)
    words = f"merged record {absorbed.public_id} into {kept.public_id}: Same mother."
    assert client_history(by, kept.public_id)[0].words == words
    assert client_history(by, absorbed.public_id)[0].words == words
    undo_merge(by=by, merge=merge, reason="Cousins.", at=AT)
    assert "parted records" in client_history(by, absorbed.public_id)[0].words
    assert [found.undone_at for found in merges_of(kept)] == [AT]


def test_part_2_protection_of_either_record_stays(house):
    _org, by, kept, absorbed = house
    Client.objects.filter(pk=absorbed.pk).update(part2=True)
    merge_clients(by=by, kept=kept, absorbed=absorbed, reason="One person.", at=AT)
    assert Client.objects.get(pk=kept.pk).part2 is True


def test_undoing_takes_part_2_protection_back_but_not_from_whoever_came_into_such_care_since(house):
    _org, by, kept, absorbed = house
    Client.objects.filter(pk=absorbed.pk).update(part2=True)
    for is_in_care in (False, True):
        merge = merge_clients(by=by, kept=kept, absorbed=absorbed, reason="One person.", at=AT)
        if is_in_care:
            make_episode(kept, program_id="dual", part2=True)
        undo_merge(by=by, merge=merge, reason="Two people.", at=AT)
        assert Client.objects.get(pk=kept.pk).part2 is is_in_care
        assert Client.objects.get(pk=absorbed.pk).part2 is True


def test_the_sign_in_of_the_absorbed_record_goes_along_and_back(house):
    _org, by, kept, absorbed = house
    user = make_user()
    Client.objects.filter(pk=absorbed.pk).update(user=user)
    merge = merge_clients(by=by, kept=kept, absorbed=absorbed, reason="One person.", at=AT)
    assert list(Client.objects.filter(user=user)) == [kept]
    undo_merge(by=by, merge=merge, reason="Two people.", at=AT)
    assert list(Client.objects.filter(user=user)) == [absorbed]


def refused(by, kept, absorbed, **how):
    events = Event.objects.count()
    with pytest.raises(CannotMerge) as raised:
        merge_clients(by=by, kept=kept, absorbed=absorbed, reason="One person.", at=AT, **how)
    assert (Merge.objects.filter(undone_at=None).count(), Event.objects.count()) == (
        how.get("merges", 0),
        events,
    )
    return raised.value


def test_what_stands_in_the_way_is_named_and_nothing_changes(house):
    _org, by, kept, absorbed = house
    make_episode(kept)
    make_episode(absorbed)
    make_relation(absorbed)
    before = everything_of(absorbed)
    assert "open episode" in refused(by, kept, absorbed).message
    assert everything_of(absorbed) == before
    assert refused(by, kept, kept).code == "same-record"


def test_people_who_are_kept_apart_are_two_people(house):
    _org, by, kept, absorbed = house
    pair = keep_apart(by=by, client=absorbed, other=kept, reason="Court order.", at=AT)
    assert refused(by, kept, absorbed).code == "kept-apart"
    end_keep_apart(by=by, pair=pair, at=AT)
    merge_clients(by=by, kept=kept, absorbed=absorbed, reason="One person.", at=AT)
    pair.refresh_from_db()
    assert (pair.client, pair.other) == (absorbed, kept)


def test_two_sign_ins_and_merged_records_are_refused(house):
    org, by, kept, absorbed = house
    Client.objects.filter(pk=absorbed.pk).update(user=make_user())
    Client.objects.filter(pk=kept.pk).update(user=make_user())
    assert refused(by, kept, absorbed).code == "two-sign-ins"
    Client.objects.filter(pk=absorbed.pk).update(merged_into=make_client(org, "Lala"))
    assert refused(by, kept, absorbed).code == "merged-already"


def test_reasons_are_asked_for_and_unknown_fields_refused(house):
    _org, by, kept, absorbed = house
    for how in ({"reason": " "}, {"take": frozenset({"password"})}):
        with pytest.raises(InvalidInput):
            merge_clients(**{"by": by, "kept": kept, "absorbed": absorbed, "reason": "x", "at": AT} | how)
    merge = merge_clients(by=by, kept=kept, absorbed=absorbed, reason="One person.", at=AT)
    with pytest.raises(InvalidInput):
        undo_merge(by=by, merge=merge, reason="", at=AT)
    undo_merge(by=by, merge=merge, reason="Two people.", at=AT)
    with pytest.raises(CannotMerge) as raised:
        undo_merge(by=by, merge=merge, reason="Again.", at=AT)
    assert raised.value.code == "undone"


def test_candidates_are_found_by_each_way_and_nobody_else_is_looked_at(house, django_assert_num_queries):
    org, by, kept, absorbed = house
    add_identifier(by=by, client=absorbed, system="https://h.example", value="7", at=AT)
    for n in range(30):
        make_client(org, f"Ana{n}", "Velora-Demo")
    other = make_organization()
    with tenant(other.pk):
        make_client(other, "Clara", "Montañez-Demo", birth_date=BORN, search_key="montanez-demo clara")
    person = PersonFacts(first_names=("Clara",), last_names=("Montañez-Demo",), birth_date=date(1990, 12, 3))
    with django_assert_num_queries(5):
        found = possible_duplicates(by, person)
    assert [(c.client, c.match.band) for c in found] == [(kept, Band.LIKELY), (absorbed, Band.POSSIBLE)]
    by_number = PersonFacts(identifiers=(("https://h.example", "7"),))
    assert [c.client for c in possible_duplicates(by, by_number)] == [absorbed]
    by_phone = PersonFacts(first_names=("Klara",), phones=("+1 415 555 0142",), birth_date=BORN)
    assert [c.client for c in possible_duplicates(by, by_phone, except_for=kept)] == [absorbed]
    assert possible_duplicates(by, PersonFacts()) == []


def test_an_address_is_found_in_letters_of_either_size(house):
    org, by, _kept, _absorbed = house
    theirs = make_client(org, "Zoe", "Quill-Demo", email="Zoe.Quill@Example.org", search_key="elsewhere")
    by_address = PersonFacts(
        first_names=("Zoe",), last_names=("Quill-Demo",), emails=("zoe.quill@example.ORG",)
    )
    assert [c.client for c in possible_duplicates(by, by_address)] == [theirs]


def test_a_common_name_crowds_out_nobody_who_shares_the_birth_date(house, monkeypatch):
    org, by, kept, _absorbed = house
    monkeypatch.setattr(duplicates, "_CANDIDATES", 5)
    Client.objects.filter(pk=kept.pk).update(last_name="Other-Demo", search_key="other-demo clara")
    for n in range(9):
        make_client(org, f"Ana{n}", "Velora-Demo", search_key=f"velora-demo ana{n}")
    late = make_client(org, "Clara", "Velora-Demo", birth_date=BORN, search_key="velora-demo clara")
    person = PersonFacts(first_names=("Clara",), last_names=("Velora-Demo",), birth_date=BORN)
    assert late in [c.client for c in possible_duplicates(by, person)]

"""What a client lacks, in one look and prepared in one go."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from openiop.apps.admissions.selectors.consents import consents_in_care, is_seen_by_video
from openiop.apps.audit.models import Event
from openiop.apps.clients.models import Consent
from openiop.apps.clients.selectors.consents import consent_picture
from openiop.apps.clients.services.consents import Wish, prepare_consent, revoke_consent
from openiop.apps.clients.services.needed import (
    Who,
    asks_nothing,
    missing_forms,
    prepare_needed,
    ways_for_all,
)
from openiop.apps.clients.services.signing import Signature, decline_consent, sign_consent
from openiop.apps.core.tenancy import tenant
from openiop.domain.consents import Basis, Expires, State
from openiop.domain.errors import Conflict, DomainError
from tests.factories import (
    AT,
    actor,
    make_client,
    make_consent,
    make_episode,
    make_order,
    make_organization,
    make_site,
    make_user,
)

pytestmark = pytest.mark.django_db
NAMED = Signature(name="Ana Velora-Demo", agreed=True)


@pytest.fixture
def house():
    org = make_organization("Lantern Clinic")
    with tenant(org.pk):
        site = make_site(org, "North", phone="(415) 555-0100")
        yield actor(org, "intake"), make_client(org, site=site, part2=True)


def titles(forms):
    return [form.id for form in forms]


def test_everyone_needs_treatment_part2_tracks_and_video_more(house):
    _by, client = house
    assert titles(missing_forms(client, at=AT, telehealth=True)) == ["treatment", "part2-tpo", "telehealth"]
    client.part2 = False
    assert titles(missing_forms(client, at=AT, telehealth=False)) == ["treatment"]


def test_one_click_prepares_everything_in_the_clients_language(house):
    by, client = house
    client.language = "es"
    client.save()
    made = prepare_needed(by=by, client=client, who=Who(language="es"), telehealth=True, at=AT)
    assert [row.template_id for row in made] == ["treatment", "part2-tpo", "telehealth"]
    assert {row.language for row in made} == {"es"}
    tpo = made[1]
    assert (tpo.expires_kind, tpo.expires_event) == ("event", "El final de mi tratamiento en este programa")
    assert missing_forms(client, at=AT, telehealth=True) == []
    picture = consent_picture(client, at=AT, telehealth=True)
    assert [gap.prepared for gap in picture.gaps] == made
    with pytest.raises(Conflict):
        prepare_needed(by=by, client=client, who=Who(), telehealth=True, at=AT)
    assert Consent.objects.count() == 3


def test_what_is_prepared_or_signed_is_not_prepared_again(house):
    by, client = house
    row = prepare_consent(by=by, client=client, wish=Wish("treatment"), at=AT)
    sign_consent(by=by, consent=row, signature=NAMED, at=AT)
    make_consent(client, template_id="telehealth", kind="telehealth")
    made = prepare_needed(by=by, client=client, who=Who(), telehealth=True, at=AT)
    assert [row.template_id for row in made] == ["part2-tpo"]


def test_all_forms_are_prepared_or_none(house):
    by, client = house
    client.birth_date, client.part2 = date(2012, 1, 1), True
    client.save()
    # A mother may sign for treatment, and not for the substance use records of a teenager.
    who = Who(Basis.PARENT, relationship="Mother", conditions_met=True)
    with pytest.raises(DomainError):
        prepare_needed(by=by, client=client, who=who, telehealth=False, at=AT)
    assert Consent.objects.count() == 0
    assert Event.objects.count() == 0


def test_the_ways_to_sign_all_forms_are_those_that_each_allows(house):
    _by, client = house
    forms = missing_forms(client, at=AT, telehealth=False)
    assert [way.basis for way in ways_for_all(client, forms, AT.date())] == [
        Basis.ADULT,
        Basis.CONSERVATOR,
        Basis.COURT,
    ]
    client.birth_date = date(2012, 1, 1)
    assert [way.basis for way in ways_for_all(client, forms, AT.date())] == [Basis.MINOR_6929, Basis.COURT]
    client.birth_date = None
    assert ways_for_all(client, forms, AT.date()) == ()


def test_only_an_adult_who_signs_for_themselves_needs_no_questions(house):
    _by, client = house
    forms = missing_forms(client, at=AT, telehealth=False)
    assert asks_nothing(ways_for_all(client, forms, AT.date())) is True
    client.birth_date = date(2012, 1, 1)
    assert asks_nothing(ways_for_all(client, forms, AT.date())) is False
    assert asks_nothing(()) is False


def test_whoever_declined_is_not_asked_again_by_itself(house):
    by, client = house
    row = prepare_consent(
        by=by,
        client=client,
        at=AT,
        wish=Wish("part2-tpo", expires_kind=Expires.EVENT, expires_event="The end"),
    )
    decline_consent(by=by, consent=row, words="I pay myself", at=AT)
    row.refresh_from_db()
    assert (row.declined_at, row.revoked_by, row.revocation_words) == (AT, "Ana Velora-Demo", "I pay myself")
    gap = next(gap for gap in consent_picture(client, at=AT).gaps if gap.template.id == "part2-tpo")
    assert gap.is_declined
    assert gap.over is not None
    assert gap.over.state is State.DECLINED
    assert titles(missing_forms(client, at=AT, telehealth=False)) == ["treatment"]
    with pytest.raises(Conflict):
        sign_consent(by=by, consent=row, signature=NAMED, at=AT)
    assert list(Event.objects.order_by("sequence").values_list("action", flat=True)) == [
        "consent.prepared",
        "consent.declined",
    ]


def test_the_latest_form_is_the_one_that_counts(house):
    by, client = house
    first = prepare_consent(by=by, client=client, wish=Wish("treatment"), at=AT)
    revoke_consent(by=by, consent=first, revoked_by="Intake", at=AT)
    second = prepare_consent(by=by, client=client, wish=Wish("treatment"), at=AT + timedelta(hours=1))
    gap = next(gap for gap in consent_picture(client, at=AT).gaps if gap.template.id == "treatment")
    assert gap.prepared == second
    assert gap.over is not None
    assert gap.over.row == first


def test_video_is_known_from_the_newest_signed_order(house):
    _by, client = house
    episode = make_episode(client, client.site)
    assert is_seen_by_video(client) is False
    make_order(episode, modality="telehealth", signed_at=AT, signed_by=make_user())
    assert is_seen_by_video(client) is True
    make_order(episode, number=2, modality="on_site", signed_at=AT, signed_by=make_user())
    assert is_seen_by_video(client) is False
    make_order(episode, number=3, modality="hybrid")
    assert is_seen_by_video(client) is False


def test_the_list_shows_everyone_in_care_in_a_fixed_number_of_queries(house, django_assert_num_queries):
    by, client = house
    site = client.site
    for number in range(4):
        person = make_client(by_org(client), f"Bo{number}", "Arden-Demo", site=site)
        make_episode(person, site)
        make_consent(person)
    gone = make_client(by_org(client), "Cy", "Calvent-Demo", site=site)
    make_episode(gone, site, discharged_at=AT)
    with django_assert_num_queries(3):
        found = consents_in_care(by, site, permission="consent.view", at=AT)
    assert [one.client.first_name for one in found] == ["Bo0", "Bo1", "Bo2", "Bo3"]
    assert {titles(gap.template for gap in one.picture.gaps)[0] for one in found} == {"treatment"}
    assert replace(by, permissions=frozenset()).may("consent.view") is False


def by_org(client):
    return client.organization

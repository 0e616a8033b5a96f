"""The plan in the portal: read in plain words, agreed with or not, signed; family only where it was released."""

from __future__ import annotations

import io

import pytest
import time_machine
from django.urls import reverse
from pypdf import PdfReader

from openiop.apps.core.tenancy import tenant
from openiop.apps.treatment.models import PlanAnswer
from openiop.apps.treatment.services.answers import Said, answer_as_family, cosign_plan
from openiop.domain.treatment.signing import Answer
from tests.apps.treatment.clinic import open_clinic, signed
from tests.factories import AT, make_consent, make_member, make_relation, make_user

pytestmark = pytest.mark.django_db
PLAN = reverse("portal_plan")


@pytest.fixture
def clinic():
    """A client in care with a sign-in of their own."""
    found = open_clinic()
    org = found.client.organization
    with time_machine.travel(AT, tick=False), tenant(org.pk):
        user = make_member(org, "client", user=make_user()).user
        type(found.client).objects.filter(pk=found.client.pk).update(user=user)
        found.client.user = user
        yield found


@pytest.fixture
def own(client, clinic):
    """The client's own browser."""
    client.force_login(clinic.client.user)
    return client


@pytest.fixture
def pat(client, clinic):
    """Somebody of the family and their browser."""
    user = make_member(clinic.client.organization, "family", user=make_user("Pat Moon-Demo")).user
    relation = make_relation(clinic.client, "Pat Moon-Demo", user=user)
    client.force_login(user)
    return relation


def released(clinic, relation, scopes):
    return make_consent(
        clinic.client, template_id="release", kind="release", discloser="Test Clinic", recipient=relation.name,
        recipient_relation=relation, info_description="Plan", scopes=scopes, purpose="specific",
        purpose_words="To help at home", revocation_text="You may take it back.", redisclosure_statement=True,
        expires_kind="event", expires_event="Discharge", signed_at=AT, signed_by="Ana", signature="Ana",
        e_sig_method="typed",
    )  # fmt: skip


def name_of(client):
    return f"{client.first_name} {client.last_name}"


def test_before_the_first_plan_the_page_says_what_will_come(own):
    assert "Your team writes it with you" in own.get(PLAN).content.decode()
    assert own.post(PLAN, {"answer": "agrees"}).status_code == 404


def test_the_client_reads_it_in_plain_words_and_the_first_page_asks(own, clinic):
    signed(clinic)
    assert "Read your plan" in own.get(reverse("portal_home")).content.decode()
    text = own.get(PLAN).content.decode()
    for words in (
        "I want to get up in the morning",
        "Today: 1 a week. We aim for: 5 a week",
        "2 times a week",
    ):
        assert words in text


def test_the_client_disagrees_with_words_and_signs(own, clinic):
    signed(clinic)
    form = {"answer": "disagrees", "name": name_of(clinic.client)}
    answer = own.post(PLAN, form)
    assert answer.status_code == 422
    assert not PlanAnswer.objects.exists()
    assert own.post(PLAN, form | {"words": "Mornings are better"}).status_code == 302
    given = PlanAnswer.objects.get()
    assert (given.party, given.answer, given.words, given.how) == (
        "client", "disagrees", "Mornings are better", "portal",
    )  # fmt: skip
    assert "Mornings are better" in own.get(PLAN).content.decode()
    assert "Read your plan" not in own.get(reverse("portal_home")).content.decode()


def test_a_copy_is_a_pdf(own, clinic):
    signed(clinic)
    assert own.get(reverse("portal_plan_pdf")).content.startswith(b"%PDF")


def test_family_sees_the_plan_only_where_the_client_released_it(client, clinic, pat):
    signed(clinic)
    address = reverse("family_plan", args=[pat.public_id])
    released(clinic, pat, ["schedule"])
    assert client.get(address).status_code == 404
    released(clinic, pat, ["plan"])
    assert address in client.get(reverse("family_home")).content.decode()
    assert "5 a week" in client.get(address).content.decode()
    answer = client.post(address, {"answer": "agrees", "name": "Pat Moon-Demo"})
    assert answer.status_code == 302
    given = PlanAnswer.objects.get()
    assert (given.party, given.name, given.relation) == ("family", "Pat Moon-Demo", pat)


def test_the_page_of_a_plan_under_part_2_carries_the_notice(client, clinic, pat):
    signed(clinic)
    released(clinic, pat, ["plan"])
    address = reverse("family_plan", args=[pat.public_id])
    words = "42 CFR part 2"
    assert words not in client.get(address).content.decode()
    type(clinic.client).objects.filter(pk=clinic.client.pk).update(part2=True)
    assert words in client.get(address).content.decode()


def test_what_family_and_a_supervisor_said_is_not_in_the_clients_copy(own, clinic):
    plan = signed(clinic, clinic.unlicensed)
    relation = make_relation(clinic.client, "Pat Moon-Demo")
    released(clinic, relation, ["plan"])
    by = clinic.licensed
    said = Said(Answer.DISAGREES, "He drinks again", "Pat Moon-Demo")
    answer_as_family(by=by, plan=plan, relation=relation, said=said, at=AT)
    cosign_plan(by=by, plan=plan, said=Said(Answer.SENT_BACK, "Sloppy work", by.name), at=AT)
    cosign_plan(by=by, plan=plan, said=Said(Answer.COSIGNED, "Better now", by.name), at=AT)
    own.post(PLAN, {"answer": "disagrees", "words": "Mornings are better", "name": name_of(clinic.client)})
    file = io.BytesIO(own.get(reverse("portal_plan_pdf")).content)
    text = " ".join(leaf.extract_text() for leaf in PdfReader(file).pages)
    assert "Mornings are better" in text
    assert by.name in text
    for words in ("drinks", "Pat Moon", "Sloppy", "Better now"):
        assert words not in text


def test_one_family_member_never_opens_another_ones_page(client, clinic, pat):
    signed(clinic)
    other = make_relation(clinic.client, "Rae Moon-Demo")
    released(clinic, other, ["plan"])
    assert client.get(reverse("family_plan", args=[other.public_id])).status_code == 404

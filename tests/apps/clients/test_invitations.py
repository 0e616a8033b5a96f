"""Letting clients and their families in, and out again."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.http import Http404

from openiop.apps.accounts.models import Membership, User
from openiop.apps.accounts.selectors import visit_of
from openiop.apps.audit.models import Event
from openiop.apps.clients.models import Client, Disclosure, Invitation, Relation
from openiop.apps.clients.selectors.invitations import access_invitation, doors_of, find_invitation
from openiop.apps.clients.services.consents import Wish, prepare_consent, revoke_consent
from openiop.apps.clients.services.family import family_view, share_with_family
from openiop.apps.clients.services.invitations import (
    accept_as,
    accept_as_new,
    end_access,
    invite,
    new_password_link,
    withdraw,
)
from openiop.apps.clients.services.signing import Signature, sign_consent
from openiop.apps.core.tenancy import tenant
from openiop.domain.consents import Expires, Purpose, Scope
from openiop.domain.errors import Conflict, InvalidInput, NotAllowed
from openiop.domain.invitations import InvitationState
from tests.factories import (
    AT,
    actor,
    make_client,
    make_consent,
    make_member,
    make_organization,
    make_relation,
    make_user,
)
from tests.factories.signing import PASSWORD, make_login

pytestmark = pytest.mark.django_db
EMAIL = "ana@example.org"


@pytest.fixture
def house():
    org = make_organization("Lantern Clinic")
    with tenant(org.pk):
        yield actor(org, "intake"), make_client(org, part2=True, email=EMAIL)


def released(by, client, relation, *scopes):
    wish = Wish(
        "release",
        relation=relation,
        scopes=frozenset(scopes or {Scope.SCHEDULE}),
        purpose=Purpose.SPECIFIC,
        purpose_words="To help me come",
        expires_kind=Expires.DATE,
        expires_on=date(2026, 12, 31),
    )
    row = prepare_consent(by=by, client=client, wish=wish, at=AT)
    return sign_consent(by=by, consent=row, signature=Signature("Ana Velora-Demo", agreed=True), at=AT)


def actions():
    return [
        one for one in Event.objects.order_by("sequence").values_list("action", flat=True) if "portal" in one
    ]


def family_actor(user, org):
    return visit_of(user, org.pk, at=AT).actor


# Inviting


def test_the_key_is_kept_as_a_hash_and_the_address_stays_out_of_the_trail(house):
    by, client = house
    row, key = invite(by=by, client=client, relation=None, email=" Ana@Example.org ", at=AT)
    assert key not in str(Invitation.objects.values().get())
    assert (row.email, row.expires_at) == (EMAIL, AT + timedelta(days=7))
    assert find_invitation(key, at=AT) == (row, InvitationState.OPEN)
    event = Event.objects.get(action="portal.invited")
    assert (event.client_id, event.data) == (
        client.public_id,
        {"person": "Ana Velora-Demo", "role": "client"},
    )


def test_a_new_link_stops_the_former_one(house):
    by, client = house
    _row, first = invite(by=by, client=client, relation=None, email=EMAIL, at=AT)
    _row, second = invite(by=by, client=client, relation=None, email=EMAIL, at=AT)
    assert find_invitation(first, at=AT)[1] is InvitationState.WITHDRAWN
    assert find_invitation(second, at=AT)[1] is InvitationState.OPEN
    assert find_invitation(second, at=AT + timedelta(days=7))[1] is InvitationState.EXPIRED
    assert find_invitation(second[:-1] + "!", at=AT) is None
    assert find_invitation("nonsense", at=AT) is None


def test_family_needs_a_release_that_names_them(house):
    by, client = house
    sister = make_relation(client, "Pat Velora-Demo", email="pat@example.org")
    with pytest.raises(NotAllowed) as refused:
        invite(by=by, client=client, relation=sister, email=sister.email, at=AT)
    assert refused.value.code == "no-release"
    assert Invitation.objects.count() == 0
    released(by, client, sister)
    row, _key = invite(by=by, client=client, relation=sister, email=sister.email, at=AT)
    assert row.relation == sister


def test_a_mother_of_a_small_child_stands_in_its_place_and_of_a_teenager_does_not(house):
    by, client = house
    client.part2, client.birth_date = False, date(2016, 1, 1)
    client.save()
    mother = make_relation(client, "Ines Velora-Demo", is_guardian=True)
    invite(by=by, client=client, relation=mother, email="ines@example.org", at=AT)
    client.birth_date = date(2012, 1, 1)
    client.save()
    with pytest.raises(NotAllowed):
        invite(by=by, client=client, relation=Relation.objects.get(), email="ines@example.org", at=AT)


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"email": "no address"}, InvalidInput),
        ({"email": "nurse@example.org"}, InvalidInput),
        ({"user": True}, Conflict),
        ({"deceased_on": date(2026, 1, 1)}, NotAllowed),
    ],
)
def test_what_cannot_be_right_invites_nobody(house, change, error):
    by, client = house
    make_login(client.organization, "nurse", email="nurse@example.org")
    if change.pop("user", False):
        change["user"] = make_user("Ana Velora-Demo")
    email = change.pop("email", EMAIL)
    for name, value in change.items():
        setattr(client, name, value)
    client.save()
    with pytest.raises(error):
        invite(by=by, client=client, relation=None, email=email, at=AT)
    assert Invitation.objects.count() == 0
    assert actions() == []


def test_only_those_who_may_invite_do(house):
    by, client = house
    stranger = replace(by, permissions=by.permissions - {"portal.invite"})
    with pytest.raises(NotAllowed):
        invite(by=stranger, client=client, relation=None, email=EMAIL, at=AT)
    row, _key = invite(by=by, client=client, relation=None, email=EMAIL, at=AT)
    with pytest.raises(NotAllowed):
        withdraw(by=stranger, invitation=row, at=AT)
    with pytest.raises(Http404):
        access_invitation(by, make_client(client.organization, "Ben"), row.public_id)


def test_a_withdrawn_invitation_opens_nothing(house):
    by, client = house
    row, key = invite(by=by, client=client, relation=None, email=EMAIL, at=AT)
    withdraw(by=by, invitation=row, at=AT)
    row, state = find_invitation(key, at=AT)
    assert state is InvitationState.WITHDRAWN
    with pytest.raises(Conflict):
        accept_as_new(invitation=row, password=PASSWORD, at=AT)
    with pytest.raises(Conflict):
        withdraw(by=by, invitation=row, at=AT)
    assert User.objects.filter(email=EMAIL).count() == 0
    assert actions() == ["portal.invited", "portal.withdrawn"]


# Accepting


def test_the_client_gets_a_sign_in_and_their_own_role_and_nothing_else(house):
    by, client = house
    row, _key = invite(by=by, client=client, relation=None, email=EMAIL, at=AT)
    user = accept_as_new(invitation=row, password=PASSWORD, at=AT)
    client.refresh_from_db()
    assert client.user == user
    assert (user.username, user.email, user.display_name) == (EMAIL, EMAIL, "Ana Velora-Demo")
    assert user.check_password(PASSWORD)
    visit = visit_of(user, client.organization_id, at=AT)
    assert (visit.actor.roles, visit.actor.permissions) == (("client",), frozenset({"portal.own"}))
    event = Event.objects.get(action="portal.accepted")
    assert (event.actor, event.actor_name, event.actor_roles) == (user.public_id, "Ana Velora-Demo", "client")


def test_a_link_works_once(house):
    by, client = house
    row, key = invite(by=by, client=client, relation=None, email=EMAIL, at=AT)
    stale = Invitation.objects.select_related("client__organization").get()
    accept_as_new(invitation=row, password=PASSWORD, at=AT)
    assert find_invitation(key, at=AT)[1] is InvitationState.ACCEPTED
    with pytest.raises(Conflict):
        accept_as(invitation=stale, user=User.objects.get(email=EMAIL), at=AT)
    assert Membership.objects.filter(role="client").count() == 1


def test_an_expired_link_is_too_late_even_if_the_page_was_open(house):
    by, client = house
    row, _key = invite(by=by, client=client, relation=None, email=EMAIL, at=AT)
    with pytest.raises(Conflict):
        accept_as_new(invitation=row, password=PASSWORD, at=AT + timedelta(days=7))
    assert not User.objects.filter(email=EMAIL).exists()
    assert Client.objects.get().user is None


def test_family_is_not_let_in_once_the_release_is_taken_back(house):
    by, client = house
    sister = make_relation(client, "Pat Velora-Demo")
    consent = released(by, client, sister)
    row, _key = invite(by=by, client=client, relation=sister, email="pat@example.org", at=AT)
    revoke_consent(by=by, consent=consent, revoked_by="Ana Velora-Demo", at=AT)
    with pytest.raises(NotAllowed):
        accept_as_new(invitation=row, password=PASSWORD, at=AT + timedelta(days=1))
    assert not User.objects.filter(email="pat@example.org").exists()
    assert Invitation.objects.get().accepted_at is None


def test_a_sign_in_from_elsewhere_gets_the_role_here_when_it_is_theirs(house):
    by, client = house
    other = make_organization("Other Clinic")
    pat = make_login(other, "therapist", email="pat@example.org")
    sister = make_relation(client, "Pat Velora-Demo")
    released(by, client, sister)
    row, _key = invite(by=by, client=client, relation=sister, email="pat@example.org", at=AT)
    with pytest.raises(Conflict):
        accept_as_new(invitation=row, password=PASSWORD, at=AT)
    with pytest.raises(NotAllowed):
        accept_as(invitation=row, user=make_user("Someone Else-Demo", email="x@example.org"), at=AT)
    accept_as(invitation=row, user=pat, at=AT)
    assert visit_of(pat, client.organization_id, at=AT).actor.roles == ("family",)
    assert Relation.objects.get().user == pat


def test_someone_who_works_here_is_not_let_in_with_their_working_sign_in(house):
    by, client = house
    row, _key = invite(by=by, client=client, relation=None, email="late@example.org", at=AT)
    colleague = make_login(client.organization, "nurse", email="late@example.org")
    with pytest.raises(NotAllowed):
        accept_as(invitation=row, user=colleague, at=AT)
    assert Client.objects.get().user is None


# Seeing and ending


def test_the_familys_view_follows_the_release_and_ends_with_it(house):
    by, client = house
    sister = make_relation(client, "Pat Velora-Demo")
    consent = released(by, client, sister, Scope.SCHEDULE)
    row, _key = invite(by=by, client=client, relation=sister, email="pat@example.org", at=AT)
    user = accept_as_new(invitation=row, password=PASSWORD, at=AT)
    sister.refresh_from_db()
    pat = family_actor(user, client.organization)
    shared = share_with_family(by=pat, relation=sister, at=AT)
    assert (shared.scopes, shared.in_their_place) == (frozenset({Scope.SCHEDULE}), False)
    assert set(shared.refused) == {Scope.ENROLLED, Scope.ATTENDANCE, Scope.PLAN}
    share_with_family(by=pat, relation=sister, at=AT + timedelta(hours=1))
    assert Disclosure.objects.get().scopes == ["schedule"]
    revoke_consent(by=by, consent=consent, revoked_by="Ana Velora-Demo", at=AT)
    assert share_with_family(by=pat, relation=sister, at=AT).scopes == frozenset()
    assert Disclosure.objects.count() == 1


def test_who_stands_in_the_clients_place_sees_all_parts_and_it_is_accounted_for(house):
    by, client = house
    client.part2, client.birth_date = False, date(2016, 1, 1)
    client.save()
    mother = make_relation(client, "Ines Velora-Demo", is_guardian=True)
    row, _key = invite(by=by, client=client, relation=mother, email="ines@example.org", at=AT)
    user = accept_as_new(invitation=row, password=PASSWORD, at=AT)
    mother.refresh_from_db()
    shared = share_with_family(by=family_actor(user, client.organization), relation=mother, at=AT)
    assert shared.scopes == frozenset({Scope.ENROLLED, Scope.SCHEDULE, Scope.ATTENDANCE, Scope.PLAN})
    assert shared.in_their_place
    row = Disclosure.objects.get()
    assert (row.basis, row.purpose, row.consent) == ("representative", "self", None)


def test_a_conservator_who_signed_for_an_adult_stands_in_their_place(house):
    _by, client = house
    lou = make_relation(client, "Lou Marten-Demo", kind="other", is_guardian=True)
    assert not any(decision.allowed for decision in family_view(lou, at=AT).values())
    make_consent(
        client, consent_basis="conservator", signed_by="Lou Marten-Demo", relationship="Conservator",
        signed_at=AT, e_sig_method="typed", signature="Lou Marten-Demo",
    )  # fmt: skip
    assert all(decision.allowed for decision in family_view(lou, at=AT).values())


def test_closing_the_way_in_ends_the_role_and_signs_out(house):
    by, client = house
    row, key = invite(by=by, client=client, relation=None, email=EMAIL, at=AT)
    user = accept_as_new(invitation=row, password=PASSWORD, at=AT)
    client.refresh_from_db()
    end_access(by=by, client=client, relation=None, at=AT + timedelta(hours=1))
    user.refresh_from_db()
    assert Client.objects.get().user is None
    assert user.signed_out_at == AT + timedelta(hours=1)
    assert visit_of(user, client.organization_id, at=AT + timedelta(hours=2)) is None
    assert find_invitation(key, at=AT)[1] is InvitationState.ENDED
    with pytest.raises(Conflict):
        end_access(by=by, client=Client.objects.get(), relation=None, at=AT)
    assert actions() == ["portal.invited", "portal.accepted", "portal.closed"]


def test_a_mother_of_two_keeps_the_role_for_the_other_child(house):
    by, client = house
    client.part2, client.birth_date = False, date(2016, 1, 1)
    client.save()
    other = make_client(client.organization, "Bo", birth_date=date(2017, 1, 1))
    one = make_relation(client, "Ines Velora-Demo", is_guardian=True)
    two = make_relation(other, "Ines Velora-Demo", is_guardian=True)
    row, _key = invite(by=by, client=client, relation=one, email="ines@example.org", at=AT)
    user = accept_as_new(invitation=row, password=PASSWORD, at=AT)
    row, _key = invite(by=by, client=other, relation=two, email="ines@example.org", at=AT)
    accept_as(invitation=row, user=user, at=AT)
    assert Membership.objects.filter(user=user, role="family").count() == 1
    one.refresh_from_db()
    end_access(by=by, client=client, relation=one, at=AT)
    assert visit_of(user, client.organization_id, at=AT).actor.roles == ("family",)


def test_no_password_link_for_a_client_who_has_come_to_work_here(house):
    by, client = house
    row, _key = invite(by=by, client=client, relation=None, email=EMAIL, at=AT)
    user = accept_as_new(invitation=row, password=PASSWORD, at=AT)
    assert new_password_link(by=by, user=user, at=AT).startswith(f"{user.public_id}-")
    before = Event.objects.count()
    work = make_member(client.organization, "administrator", user=user)
    with pytest.raises(NotAllowed) as refused:
        new_password_link(by=by, user=user, at=AT)
    assert refused.value.code == "works-here"
    assert Event.objects.count() == before
    Membership.objects.filter(pk=work.pk).update(ended_at=AT)
    assert new_password_link(by=by, user=user, at=AT).startswith(f"{user.public_id}-")


def test_staff_see_who_has_a_way_in_and_who_may_be_invited(house):
    by, client = house
    sister = make_relation(client, "Pat Velora-Demo")
    make_relation(client, "Dr. Chen-Demo", kind="provider")
    own, pat = doors_of(client, at=AT)
    assert (own.name, own.may_invite, own.state) == ("Ana Velora-Demo", True, None)
    assert (pat.name, pat.may_invite, pat.scopes) == ("Pat Velora-Demo", False, [])
    released(by, client, sister)
    row, _key = invite(by=by, client=client, relation=None, email=EMAIL, at=AT)
    accept_as_new(invitation=row, password=None, at=AT)
    own, pat = doors_of(Client.objects.get(), at=AT)
    assert (own.state, own.can_sign_in, own.may_invite) == (InvitationState.ACCEPTED, False, False)
    assert (pat.may_invite, pat.scopes) == (True, [Scope.SCHEDULE])

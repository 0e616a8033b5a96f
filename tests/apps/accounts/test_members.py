"""People of an organisation: invitation, roles and places, leaving, and help with the sign-in."""

from __future__ import annotations

from datetime import timedelta

import pytest

from openiop.apps.accounts.members import access_member, members_of
from openiop.apps.accounts.models import Membership, User
from openiop.apps.accounts.permissions import Permission
from openiop.apps.accounts.policies import reach_of
from openiop.apps.accounts.roles import BY_KEY, ROLES, STAFF_ROLES
from openiop.apps.accounts.services import members as service
from openiop.apps.audit.models import Event
from openiop.apps.core.tenancy import before_tenant, tenant
from openiop.domain.errors import Conflict, InvalidInput, NotAllowed
from tests.factories import AT, actor, make_member, make_organization, make_site, make_user
from tests.factories.signing import give_app, make_login

pytestmark = pytest.mark.django_db
LATER = AT + timedelta(days=1)


@pytest.fixture
def org():
    organization = make_organization()
    with tenant(organization.pk):
        yield organization


@pytest.fixture
def admin(org):
    return actor(org, "administrator")


def events(org):
    rows = Event.objects.filter(organization_id=org.pk).order_by("sequence")
    return list(rows.values_list("action", "data"))


def open_roles(user):
    """Return the person's open roles in every organisation."""
    rows = Membership.objects.filter(user=user, ended_at__isnull=True).order_by("role", "site_id")
    with before_tenant():
        return list(rows.values_list("role", "site_id"))


def invite(by, **changes):
    given = {
        "name": "Sam Lindqvist-Demo",
        "email": "Sam@Example.org",
        "credentials": "LMFT",
        "roles": ["therapist"],
        "sites": [],
    }
    return service.invite_member(by=by, at=LATER, **(given | changes))


class TestInvitation:
    def test_makes_a_sign_in_without_a_password(self, org, admin):
        site = make_site(org, "Oakland")
        user = invite(admin, roles=["therapist", "auditor"], sites=[site])
        assert (user.username, user.email, user.shown_name) == (
            "sam@example.org",
            "sam@example.org",
            "Sam Lindqvist-Demo, LMFT",
        )
        assert not user.has_usable_password()
        assert open_roles(user) == [("auditor", None), ("therapist", site.pk)]
        assert events(org) == [
            ("member.invited", {"person": "Sam Lindqvist-Demo, LMFT"}),
            ("membership.granted", {"person": "Sam Lindqvist-Demo, LMFT", "role": "auditor", "site": ""}),
            (
                "membership.granted",
                {"person": "Sam Lindqvist-Demo, LMFT", "role": "therapist", "site": "Oakland"},
            ),
        ]

    @pytest.mark.parametrize(
        ("changes", "error", "field"),
        [
            ({"name": "  "}, InvalidInput, "name"),
            ({"email": "sam"}, InvalidInput, "email"),
            ({"email": f"{'s' * 60}@{'m' * 60}.{'a' * 29}"}, InvalidInput, "email"),
            ({"name": "S" * 115}, InvalidInput, "name"),
            ({"credentials": "L" * 41}, InvalidInput, "credentials"),
            ({"roles": []}, InvalidInput, "roles"),
            ({"roles": ["king"]}, InvalidInput, "roles"),
            ({"roles": ["client"]}, InvalidInput, "roles"),
            ({"email": "TAKEN@example.org"}, Conflict, "email"),
            ({"email": "Name@example.org"}, Conflict, "email"),
        ],
    )
    def test_refuses_at_the_field_and_changes_nothing(self, org, admin, changes, error, field):
        make_user(email="taken@example.org")
        make_user(username="name@example.org")
        people = User.objects.count()
        with pytest.raises(error) as refused:
            invite(admin, **changes)
        assert refused.value.field == field
        assert User.objects.count() == people
        assert events(org) == []

    def test_does_not_help_itself_to_the_sign_in_of_another_organisation(self, org, admin):
        stranger = make_member(make_organization("Other"), "therapist").user
        stranger.email = "robin@example.org"
        stranger.save()
        with pytest.raises(Conflict):
            invite(admin, email="robin@example.org")
        assert open_roles(stranger) == [("therapist", None)]


class TestChange:
    def change(self, by, user, roles, sites=(), **names):
        given = {"name": user.display_name, "credentials": user.credentials} | names
        service.change_member(by=by, member=user, roles=roles, sites=list(sites), at=LATER, **given)

    def test_ends_what_is_gone_and_opens_what_is_new(self, org, admin):
        site = make_site(org, "Oakland")
        user = make_member(org, "therapist").user
        make_member(org, "nurse", user=user)
        self.change(admin, user, ["therapist", "director"], [site])
        assert open_roles(user) == [("director", site.pk), ("therapist", site.pk)]
        assert [action for action, _data in events(org)] == [
            *["membership.ended"] * 2,
            *["membership.granted"] * 2,
        ]
        ended = Membership.objects.filter(user=user, ended_at__isnull=False)
        assert {row.ended_at for row in ended} == {LATER}

    def test_the_same_again_writes_nothing(self, org, admin):
        user = make_member(org, "therapist").user
        self.change(admin, user, ["therapist"])
        assert events(org) == []

    def test_nobody_gives_themselves_a_role(self, org, admin):
        user = User.objects.get(pk=admin.user_id)
        with pytest.raises(NotAllowed):
            self.change(admin, user, ["administrator", "therapist"])
        assert open_roles(user) == [("administrator", None)]

    def test_nobody_takes_their_own_administrator_role(self, org, admin):
        make_member(org, "administrator")
        user = User.objects.get(pk=admin.user_id)
        make_member(org, "auditor", user=user)
        with pytest.raises(NotAllowed):
            self.change(admin, user, ["auditor"])
        assert open_roles(user) == [("administrator", None), ("auditor", None)]

    def test_one_administrator_remains_whatever_happens(self, org, admin):
        other = make_member(org, "administrator").user
        Membership.objects.filter(user_id=admin.user_id).update(ended_at=AT)
        with pytest.raises(Conflict):
            self.change(admin, other, ["auditor"])
        with pytest.raises(Conflict):
            service.end_membership(by=admin, member=other, at=LATER)
        assert open_roles(other) == [("administrator", None)]
        assert events(org) == []

    def test_the_name_of_somebody_who_works_elsewhere_too_is_theirs(self, org, admin):
        user = make_member(org, "therapist").user
        make_member(make_organization("Other"), "therapist", user=user)
        with pytest.raises(NotAllowed):
            self.change(admin, user, ["therapist"], name="Somebody Else-Demo")
        self.change(admin, user, ["nurse"])
        assert [action for action, _data in events(org)] == ["membership.ended", "membership.granted"]


class TestLeaving:
    def test_ends_every_role_here_and_none_elsewhere(self, org, admin):
        user = make_member(org, "therapist").user
        make_member(org, "nurse", user=user)
        other = make_organization("Other")
        make_member(other, "therapist", user=user)
        service.end_membership(by=admin, member=user, at=LATER)
        assert open_roles(user) == [("therapist", None)]
        assert [action for action, _data in events(org)] == ["membership.ended"] * 2

    def test_is_not_for_oneself(self, org, admin):
        make_member(org, "administrator")
        with pytest.raises(NotAllowed):
            service.end_membership(by=admin, member=User.objects.get(pk=admin.user_id), at=LATER)

    def test_is_done_once(self, org, admin):
        user = make_member(org, "therapist").user
        service.end_membership(by=admin, member=user, at=LATER)
        with pytest.raises(Conflict):
            service.end_membership(by=admin, member=user, at=LATER)


class TestHelp:
    def test_a_lost_second_factor_goes_and_every_session_with_it(self, org, admin):
        user = make_login(org, "therapist")
        give_app(user)
        service.reset_second_factor(by=admin, member=user, at=LATER)
        assert user.authenticator_set.count() == 0
        assert User.objects.get(pk=user.pk).signed_out_at == LATER
        assert [action for action, _data in events(org)] == ["member.factor_reset"]

    def test_nobody_takes_over_a_sign_in_that_opens_another_organisation(self, org, admin):
        user = make_login(org, "therapist")
        give_app(user)
        make_member(make_organization("Other"), "therapist", user=user)
        with pytest.raises(NotAllowed):
            service.reset_second_factor(by=admin, member=user, at=LATER)
        with pytest.raises(NotAllowed):
            service.make_password_link(by=admin, member=user, at=LATER)
        assert user.authenticator_set.count() == 2
        assert events(org) == []

    def test_oneself_is_helped_elsewhere(self, org, admin):
        own = User.objects.get(pk=admin.user_id)
        for help_with in (service.reset_second_factor, service.make_password_link):
            with pytest.raises(NotAllowed):
                help_with(by=admin, member=own, at=LATER)


class TestReach:
    def rows(self, org, *pairs):
        user = make_user()
        return [make_member(org, role, site=site, user=user) for role, site in pairs]

    def test_a_role_at_a_site_reaches_that_site(self, org):
        site = make_site(org)
        reach = reach_of(self.rows(org, ("therapist", site)))
        assert reach.site_ids == frozenset({site.pk})
        assert reach.permissions == {str(word) for word in BY_KEY["therapist"].permissions}

    def test_an_administrator_who_also_treats_sees_their_own_site_only(self, org):
        site = make_site(org)
        reach = reach_of(self.rows(org, ("administrator", None), ("therapist", site)))
        assert reach.site_ids == frozenset({site.pk})
        assert {Permission.MEMBER_EDIT, Permission.CLIENT_VIEW} <= reach.permissions

    def test_different_roles_at_different_sites_open_only_what_both_hold(self, org):
        reach = reach_of(self.rows(org, ("therapist", make_site(org)), ("biller", make_site(org))))
        both = BY_KEY["therapist"].permissions & BY_KEY["biller"].permissions
        assert reach.permissions == {str(word) for word in both}
        assert Permission.ASSESSMENT_VIEW not in reach.permissions

    def test_somebody_who_is_also_a_client_here_loses_nothing(self, org):
        site = make_site(org)
        reach = reach_of(self.rows(org, ("client", None), ("therapist", site)))
        assert reach.site_ids == frozenset({site.pk})
        assert {Permission.PORTAL, Permission.ORDER_EDIT} <= reach.permissions


class TestRoles:
    def test_are_those_the_program_knows(self):
        assert [role.key for role in ROLES] == [
            "intake", "therapist", "prescriber", "nurse", "reviewer", "biller", "director", "administrator",
            "client", "family", "auditor",
        ]  # fmt: skip

    def test_who_sees_no_clinical_record_holds_no_key_to_one(self):
        record = {
            Permission.CLIENT_VIEW,
            Permission.ASSESSMENT_VIEW,
            Permission.CONSENT_VIEW,
            Permission.HOURS_VIEW,
        }
        for key in ("administrator", "auditor", "client", "family"):
            assert not record & BY_KEY[key].permissions

    def test_the_auditor_changes_nothing(self):
        changing = {word for word in Permission if word.rpartition(".")[2] != "view"}
        assert not changing & BY_KEY["auditor"].permissions

    def test_clients_and_families_open_nothing_of_the_staff(self):
        assert BY_KEY["client"].permissions == {Permission.PORTAL}
        assert BY_KEY["family"].permissions == {Permission.FAMILY}
        assert {role.key for role in ROLES} - {role.key for role in STAFF_ROLES} == {"client", "family"}

    def test_emergency_access_is_for_those_who_meet_clients_and_its_review_for_directors(self):
        may_open = {role.key for role in ROLES if Permission.BREAK_GLASS in role.permissions}
        assert may_open == {"intake", "therapist", "prescriber", "nurse", "director"}
        assert [role.key for role in ROLES if Permission.REVIEW_GLASS in role.permissions] == ["director"]


def test_the_list_of_people_names_no_client_and_nobody_elsewhere(org, admin):
    make_member(org, "client")
    make_member(make_organization("Other"), "therapist")
    gone = make_member(org, "nurse").user
    Membership.objects.filter(user=gone).update(ended_at=AT)
    found = members_of(admin)
    assert [(member.roles, member.is_open) for member in found] == [(("administrator",), True), ((), False)]


def test_a_person_of_another_organisation_is_not_there(org, admin):
    from django.http import Http404

    stranger = make_member(make_organization("Other"), "therapist").user
    client = make_member(org, "client").user
    for user in (stranger, client):
        with pytest.raises(Http404):
            access_member(admin, user.public_id, permission=Permission.MEMBER_EDIT)

"""Opening an organisation on the server: its sites, its first people, a way back in."""

from __future__ import annotations

from datetime import timedelta

import pytest

from openiop.apps.accounts.models import Membership, Organization, Site, User
from openiop.apps.accounts.selectors import operator, system_actor
from openiop.apps.accounts.services import opening
from openiop.apps.accounts.services.opening import Place
from openiop.apps.audit.models import Event
from openiop.apps.audit.selectors import verify_chain
from openiop.apps.core.tenancy import tenant
from openiop.domain.errors import Conflict, InvalidInput
from tests.factories import AT, make_organization, make_site, make_user
from tests.factories.signing import give_app, make_login

pytestmark = pytest.mark.django_db
LATER = AT + timedelta(days=1)
OAKLAND = Place("Oakland", "America/Los_Angeles", [(0, 480, 1260)])


def events(organization):
    with tenant(organization.pk):
        rows = Event.objects.filter(organization_id=organization.pk).order_by("sequence")
        return list(rows.values_list("action", "data", "actor_name", "via"))


def open_one(**changes):
    given = {"name": "Bay Recovery", "slug": "", "place": OAKLAND}
    return opening.open_organization(by=operator("the command"), at=AT, **(given | changes))


def bring_in(organization, email="robin@example.org", **changes):
    given = {"name": "Robin Reyes-Demo", "credentials": "", "roles": ["administrator"], "sites": []}
    by = system_actor(organization, "the command")
    with tenant(organization.pk):
        return opening.bring_in_member(by=by, email=email, at=LATER, **(given | changes))


class TestOrganization:
    def test_opens_with_its_site_and_asks_for_a_second_factor(self):
        made = open_one(name="  Bay   Recovery ")
        assert (made.name, made.slug, made.requires_mfa, made.is_demo) == (
            "Bay Recovery", "bay-recovery", True, False,
        )  # fmt: skip
        with tenant(made.pk):
            site = Site.objects.get()
        assert (site.name, site.time_zone, site.opening_hours) == (
            "Oakland", "America/Los_Angeles", [[0, 480, 1260]],
        )  # fmt: skip
        assert events(made) == [
            ("organization.created", {"name": "Bay Recovery"}, "the command", "cli"),
            ("site.added", {"site": "Oakland"}, "the command", "cli"),
        ]
        with tenant(made.pk):
            assert verify_chain(made.pk) is None

    @pytest.mark.parametrize(
        ("changes", "error", "field"),
        [
            ({"name": " "}, InvalidInput, "name"),
            ({"name": "x" * 121}, InvalidInput, "name"),
            ({"name": "???"}, InvalidInput, "slug"),
            ({"slug": "Bay Recovery"}, InvalidInput, "slug"),
            ({"slug": "taken"}, Conflict, "slug"),
            ({"place": Place(" ", "America/Los_Angeles", [(0, 480, 1260)])}, InvalidInput, "site"),
            ({"place": Place("Oakland", "Oakland", [(0, 480, 1260)])}, InvalidInput, "time_zone"),
            ({"place": Place("Oakland", "America/Los_Angeles", [])}, InvalidInput, "open"),
        ],
    )
    def test_refuses_at_the_field_and_leaves_nothing_behind(self, changes, error, field):
        make_organization(slug="taken")
        with pytest.raises(error) as refused:
            open_one(**changes)
        assert refused.value.field == field
        assert list(Organization.objects.values_list("slug", flat=True)) == ["taken"]

    def test_a_site_is_added_once(self):
        organization = make_organization()
        by = system_actor(organization, "the command")
        with tenant(organization.pk):
            opening.add_site(by=by, place=OAKLAND, at=AT)
            with pytest.raises(Conflict):
                opening.add_site(by=by, place=Place("OAKLAND", "UTC", [(0, 0, 60)]), at=AT)
            assert Site.objects.count() == 1
        assert [event[0] for event in events(organization)] == ["site.added"]


class TestFirstPeople:
    def test_the_first_administrator_gets_a_sign_in_without_a_password(self):
        organization = open_one()
        user, is_new = bring_in(organization, "Robin@Example.org", roles=["administrator", "director"])
        assert is_new
        assert (user.username, user.display_name) == ("robin@example.org", "Robin Reyes-Demo")
        assert not user.has_usable_password()
        assert not user.is_superuser
        assert [event[0] for event in events(organization)][2:] == [
            "member.invited", "membership.granted", "membership.granted",
        ]  # fmt: skip

    def test_somebody_who_works_elsewhere_keeps_their_sign_in(self):
        here, there = make_organization(), make_organization("Other")
        user = make_login(there, "therapist", username="robin", email="robin@example.org", name="Robin Reyes")
        before = User.objects.get(pk=user.pk)
        assert bring_in(here, "ROBIN@example.org", name="Another Name") == (user, False)
        after = User.objects.get(pk=user.pk)
        assert (after.password, after.display_name) == (before.password, before.display_name)
        assert [event[:2] for event in events(here)] == [
            ("membership.granted", {"person": "Robin Reyes", "role": "administrator", "site": ""}),
            ("member.joined", {"person": "Robin Reyes"}),
        ]
        assert events(there) == []

    def test_roles_are_added_to_those_held_and_never_twice(self):
        organization = make_organization()
        site = make_site(organization, "Oakland")
        user, _new = bring_in(organization)
        bring_in(organization, roles=["therapist"], sites=[site])
        with pytest.raises(Conflict):
            bring_in(organization, roles=["therapist", "administrator"], sites=[site])
        with tenant(organization.pk):
            rows = Membership.objects.filter(user=user, ended_at__isnull=True).order_by("role")
            assert list(rows.values_list("role", "site_id")) == [
                ("administrator", None),
                ("therapist", site.pk),
            ]

    @pytest.mark.parametrize(
        ("changes", "field"),
        [({"name": ""}, "name"), ({"email": "robin"}, "email"), ({"roles": ["king"]}, "roles")],
    )
    def test_refuses_at_the_field_and_changes_nothing(self, changes, field):
        organization = make_organization()
        with pytest.raises(InvalidInput) as refused:
            bring_in(organization, **changes)
        assert refused.value.field == field
        assert User.objects.count() == 0
        assert events(organization) == []


class TestWayBackIn:
    @pytest.fixture
    def person(self):
        """Somebody of two organisations, with an app."""
        here, there = make_organization(), make_organization("Other")
        user = make_login(here, "administrator", username="robin", email="robin@example.org")
        bring_in(there, "robin@example.org", roles=["auditor"])
        give_app(user)
        return user, here, there

    def test_a_link_is_told_to_every_organisation_and_touches_nothing_else(self, person):
        user, here, there = person
        key = opening.let_back_in(by=operator("the command"), user=user, forget_factor=False, at=LATER)
        assert key.startswith(f"{user.public_id}-")
        for organization in (here, there):
            assert events(organization)[-1][0] == "member.link_made"
        assert user.authenticator_set.count() == 2
        assert User.objects.get(pk=user.pk).signed_out_at is None

    def test_a_lost_factor_goes_with_every_session(self, person):
        user, here, there = person
        opening.let_back_in(by=operator("the command"), user=user, forget_factor=True, at=LATER)
        assert user.authenticator_set.count() == 0
        assert User.objects.get(pk=user.pk).signed_out_at == LATER
        for organization in (here, there):
            assert [event[0] for event in events(organization)][-2:] == [
                "member.factor_reset",
                "member.link_made",
            ]

    def test_somebody_without_a_role_gets_none(self):
        user = make_user()
        give_app(user)
        with pytest.raises(Conflict):
            opening.let_back_in(by=operator("the command"), user=user, forget_factor=True, at=LATER)
        assert user.authenticator_set.count() == 2

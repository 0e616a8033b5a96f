"""What staff may lead, in rows: written down, changed, taken off the list; groups are named."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from openiop.apps.audit.models import Event
from openiop.apps.core.tenancy import tenant
from openiop.apps.schedule.models import Appointment, GroupSeries, StaffProfile
from openiop.apps.schedule.selectors.house import colleagues_at
from openiop.apps.schedule.selectors.week import staff_at
from openiop.apps.schedule.services.profiles import (
    NarrowsCare,
    ProfileChanged,
    ProfilePlan,
    end_staff_profile,
    set_staff_profile,
)
from openiop.domain.errors import Conflict, InvalidInput, NotAllowed
from openiop.domain.schedule.cover import Unfit
from openiop.domain.schedule.problem import Span
from tests.factories import (
    AT,
    actor,
    make_appointment,
    make_client,
    make_member,
    make_organization,
    make_series,
    make_session,
    make_site,
    make_slot,
    make_user,
)

pytestmark = pytest.mark.django_db
TODAY = AT.date()
PLAN = ProfilePlan(
    services=("skills", "individual"),
    tracks=("depression",),
    licence=" LMFT ",
    is_licensed=True,
    hours=(Span(2, 540, 1020), Span(0, 540, 1020)),
)


class House:
    """Ruth works at the site; nobody wrote down yet what she may lead."""

    def __init__(self) -> None:
        self.org = make_organization()

    def open(self) -> House:
        self.site, self.by = make_site(self.org), actor(self.org, "administrator")
        self.ruth = make_user("Ruth Staff-Demo")
        make_member(self.org, "therapist", user=self.ruth, site=self.site)
        return self

    def set(self, plan=PLAN, **more):
        standing = StaffProfile.objects.filter(user=more.get("user", self.ruth), site=self.site).first()
        version = {"version": standing.version if standing else 0}
        return set_staff_profile(
            **{"by": self.by, "user": self.ruth, "site": self.site, "at": AT} | version | more, plan=plan
        )

    def end(self):
        end_staff_profile(by=self.by, user=self.ruth, site=self.site, at=AT)


@pytest.fixture
def house():
    made = House()
    with tenant(made.org.pk):
        yield made.open()


def events(action):
    return list(Event.objects.filter(action=action).values_list("data", flat=True))


def test_who_is_written_down_can_be_chosen_for_groups(house):
    assert staff_at(house.site) == []
    profile = house.set()
    assert staff_at(house.site) == [house.ruth]
    assert (profile.licence, profile.working_hours) == ("LMFT", [[0, 540, 1020], [2, 540, 1020]])
    (data,) = events("staff_profile.set")
    assert (data["person"], data["services"], data["former"]) == (
        "Ruth Staff-Demo", ["skills", "individual"], {}
    )  # fmt: skip


def test_a_second_time_changes_the_same_row_and_keeps_the_former_values_in_the_trail(house):
    first = house.set()
    again = house.set(replace(PLAN, services=("meal",)))
    assert again.pk == first.pk
    assert StaffProfile.objects.get().services == ["meal"]
    assert events("staff_profile.set")[-1]["former"]["services"] == ["skills", "individual"]


def test_the_same_values_leave_no_second_event(house):
    house.set()
    house.set()
    assert len(events("staff_profile.set")) == 1


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"services": ()}, "services"),
        ({"tracks": ()}, "tracks"),
        ({"licence": " "}, "licence"),
        ({"max_week_minutes": 0}, "max_week_minutes"),
        ({"hours": (Span(0, 600, 540),)}, "hours"),
        ({"hours": (Span(0, 540, 700), Span(0, 600, 720))}, "hours"),
    ],
)
def test_what_cannot_be_is_named_at_its_field(house, change, field):
    with pytest.raises(InvalidInput) as caught:
        house.set(replace(PLAN, **change))
    assert caught.value.field == field
    assert not StaffProfile.objects.exists()


@pytest.mark.parametrize("role", ["client", "therapist"])
def test_who_holds_no_staff_role_at_the_site_leads_nothing_there(house, role):
    other = make_user("Far Staff-Demo")
    make_member(house.org, role, user=other, site=make_site(house.org) if role == "therapist" else None)
    with pytest.raises(NotAllowed, match="no role at this site"):
        house.set(user=other)
    assert not StaffProfile.objects.exists()


def test_the_list_offers_roles_of_care_of_this_site_with_or_without_a_profile(house):
    house.set()
    make_member(house.org, "nurse", user=make_user("Ada Staff-Demo"))
    make_member(house.org, "biller", user=make_user("Bo Staff-Demo"))
    make_member(house.org, "therapist", user=make_user("Far Staff-Demo"), site=make_site(house.org))
    rows = colleagues_at(house.by, house.site)
    assert [(one.user.display_name, one.profile is not None) for one in rows] == [
        ("Ada Staff-Demo", False),
        ("Ruth Staff-Demo", True),
    ]


def test_who_is_taken_off_the_list_is_offered_no_more(house):
    house.set()
    house.end()
    assert staff_at(house.site) == []
    (data,) = events("staff_profile.ended")
    assert data["former"]["licence"] == "LMFT"
    with pytest.raises(Conflict, match="not on the list"):
        house.end()


def test_who_stands_in_running_groups_is_not_taken_off_and_they_are_named(house):
    house.set()
    make_series(house.site, "Skills", lead=house.ruth)
    make_series(house.site, "Process", co_lead=house.ruth)
    make_series(house.site, "Old", lead=house.ruth, ends_on=TODAY - timedelta(days=1))
    covered = make_slot(make_series(house.site, "Covered"), weekday=2)
    make_session(covered, TODAY + timedelta(days=2), lead=house.ruth)
    with pytest.raises(Conflict, match="“Covered”, “Process”, “Skills”"):
        house.end()
    assert staff_at(house.site) == [house.ruth]
    assert events("staff_profile.ended") == []


def test_who_has_planned_visits_is_not_taken_off(house):
    house.set()
    make_appointment(make_client(house.org), house.ruth, house.site, AT + timedelta(days=1))
    with pytest.raises(Conflict, match="has 1 planned appointment here"):
        house.end()
    assert StaffProfile.objects.count() == 1


def leads(house):
    """Ruth leads Skills on Monday at nine, and has a visit on Wednesday at ten."""
    house.set()
    series = make_series(house.site, lead=house.ruth, programs=["depression"])
    make_slot(series, weekday=0, start_minute=540, minutes=90)
    wednesday = AT + timedelta(days=2, hours=1)
    make_appointment(make_client(house.org), house.ruth, house.site, wednesday)


def test_a_narrower_profile_names_what_it_would_break_and_changes_nothing_before_it_is_confirmed(house):
    leads(house)
    narrow = replace(PLAN, services=("process",), hours=(Span(2, 540, 1020),))
    with pytest.raises(NarrowsCare) as caught:
        house.set(narrow)
    assert [(one.task.name, one.lacks) for one in caught.value.broken] == [
        ("Skills", (Unfit.SERVICE, Unfit.HOURS)),
        ("individual", (Unfit.SERVICE,)),
    ]
    assert StaffProfile.objects.get().services == ["skills", "individual"]
    assert len(events("staff_profile.set")) == 1
    assert house.set(narrow, confirmed=True).services == ["process"]
    assert events("staff_profile.set")[-1]["leaves"] == ["Skills", "individual"]


def test_without_the_licence_a_group_led_is_named_and_one_helped_in_is_not(house):
    leads(house)
    helped = make_series(house.site, "Process", lead=make_user(), co_lead=house.ruth)
    make_slot(helped, weekday=2, start_minute=540, minutes=90)
    with pytest.raises(NarrowsCare) as caught:
        house.set(replace(PLAN, is_licensed=False, licence=""))
    assert [(one.task.name, one.lacks) for one in caught.value.broken] == [("Skills", (Unfit.LICENCE,))]


def test_groups_that_have_ended_and_visits_that_are_over_break_nothing(house):
    leads(house)
    GroupSeries.objects.update(ends_on=TODAY - timedelta(days=1))
    Appointment.objects.update(state="held")
    assert house.set(replace(PLAN, services=("process",))).services == ["process"]


def test_a_date_somebody_covers_counts_too(house):
    house.set()
    other = make_series(house.site, "Process", lead=make_user(), service="skills")
    session = make_session(make_slot(other, weekday=4, start_minute=540), TODAY + timedelta(days=4))
    session.lead = house.ruth
    session.save()
    with pytest.raises(NarrowsCare) as caught:
        house.set(replace(PLAN, services=("family",), hours=()))
    assert [one.task.name for one in caught.value.broken] == ["Process"]


def test_two_who_change_one_profile_the_later_is_told_and_the_first_stands(house):
    seen = house.set().version
    first = house.set(replace(PLAN, languages=("es",)), version=seen)
    assert first.version == seen + 1
    with pytest.raises(ProfileChanged) as caught:
        house.set(replace(PLAN, languages=("en", "es")), version=seen)
    assert caught.value.profile.languages == ["es"]
    assert StaffProfile.objects.get().languages == ["es"]
    assert house.set(replace(PLAN, languages=("en", "es")), version=seen + 1).version == seen + 2


def test_a_profile_written_down_by_two_at_once_is_written_down_once(house):
    house.set(version=0)
    with pytest.raises(ProfileChanged):
        house.set(replace(PLAN, languages=("es",)), version=0)
    assert StaffProfile.objects.count() == 1

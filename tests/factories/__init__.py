"""Rows for tests, made by plain functions with explicit arguments: what a test relies on, it says."""

from tests.factories.care import (
    make_appointment,
    make_attendance,
    make_enrollment,
    make_room,
    make_series,
    make_session,
    make_slot,
    make_staff_profile,
    make_window,
)
from tests.factories.people import (
    AT,
    actor,
    make_client,
    make_member,
    make_organization,
    make_relation,
    make_site,
    make_user,
)
from tests.factories.records import (
    make_assessment,
    make_consent,
    make_determination,
    make_episode,
    make_order,
    make_referral,
)

__all__ = [
    "AT",
    "actor",
    "make_appointment",
    "make_assessment",
    "make_attendance",
    "make_client",
    "make_consent",
    "make_determination",
    "make_enrollment",
    "make_episode",
    "make_member",
    "make_order",
    "make_organization",
    "make_referral",
    "make_relation",
    "make_room",
    "make_series",
    "make_session",
    "make_site",
    "make_slot",
    "make_staff_profile",
    "make_user",
    "make_window",
]

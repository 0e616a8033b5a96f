"""What may be done: one word for each kind of act. Roles (roles.py) are sets of these."""

from __future__ import annotations

from enum import StrEnum


class Permission(StrEnum):
    """Checked for every route; services check again where a rule depends on the row."""

    CLIENT_VIEW = "client.view"
    CLIENT_EDIT = "client.edit"
    CLIENT_MERGE = "client.merge"
    REFERRAL_VIEW = "referral.view"
    REFERRAL_EDIT = "referral.edit"
    CONSENT_VIEW = "consent.view"
    CONSENT_EDIT = "consent.edit"
    DISCLOSE = "disclosure.make"
    ASSESSMENT_VIEW = "assessment.view"
    ASSESSMENT_EDIT = "assessment.edit"
    DETERMINATION_SIGN = "determination.sign"
    ORDER_VIEW = "order.view"
    ORDER_EDIT = "order.edit"
    ORDER_CERTIFY = "order.certify"
    SCHEDULE_VIEW = "schedule.view"
    SCHEDULE_EDIT = "schedule.edit"
    ENROLL = "schedule.enroll"
    ATTENDANCE_VIEW = "attendance.view"
    ATTENDANCE_EDIT = "attendance.edit"
    ABSENCE_EDIT = "absence.edit"
    HOURS_VIEW = "hours.view"
    BOARD_VIEW = "board.view"
    HISTORY_VIEW = "history.view"
    AUDIT_VIEW = "audit.view"
    MEMBER_VIEW = "member.view"
    MEMBER_EDIT = "member.edit"
    BREAK_GLASS = "glass.break"
    REVIEW_GLASS = "glass.review"
    PORTAL_INVITE = "portal.invite"
    SIGN_HERE = "device.sign"
    """Given by no role: only to a session while its device is in a client's hand."""
    PORTAL = "portal.own"
    FAMILY = "portal.family"

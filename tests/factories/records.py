"""Referrals, assessments, determinations, episodes, orders and consents."""

from __future__ import annotations

from datetime import date
from typing import Any

from openiop.apps.accounts.models import Organization, Site
from openiop.apps.admissions.models import Assessment, Determination, Episode, Order, Referral
from openiop.apps.clients.models import Client, Consent
from tests.factories.people import AT, make_site, put


def make_referral(org: Organization, **columns: Any) -> Referral:
    """Make a phone enquiry that arrived at AT."""
    return put(
        Referral,
        **{
            "organization": org,
            "stage": "enquiry",
            "source": "phone",
            "received_at": AT,
            "stage_since": AT,
            "first_name": "Noor",
            "last_name": "Calvent-Demo",
            "created_at": AT,
        }
        | columns,
    )


def make_assessment(client: Client, **columns: Any) -> Assessment:
    """Make a draft assessment without findings."""
    return put(
        Assessment,
        **{
            "organization": client.organization,
            "client": client,
            "criteria_id": "open-loc",
            "criteria_version": 1,
            "assessed_on": AT.date(),
            "created_at": AT,
            "updated_at": AT,
        }
        | columns,
    )


def make_determination(assessment: Assessment, **columns: Any) -> Determination:
    """Make an unsigned determination that recommends IOP."""
    return put(
        Determination,
        **{
            "organization": assessment.organization,
            "client": assessment.client,
            "assessment": assessment,
            "criteria_id": assessment.criteria_id,
            "criteria_version": assessment.criteria_version,
            "status": "complete",
            "urgency": "routine",
            "recommended_level": "iop",
            "result": {},
            "computed_at": AT,
            "created_at": AT,
        }
        | columns,
    )


def make_episode(client: Client, site: Site | None = None, **columns: Any) -> Episode:
    """Open an episode in the depression track."""
    return put(
        Episode,
        **{
            "organization": client.organization,
            "client": client,
            "site": site or make_site(client.organization),
            "program_id": "depression",
            "program_version": 1,
            "level": "iop",
            "admitted_at": AT,
            "created_at": AT,
        }
        | columns,
    )


def make_order(episode: Episode, **columns: Any) -> Order:
    """Order 9 hours on 3 days a week, on site."""
    return put(
        Order,
        **{
            "organization": episode.organization,
            "episode": episode,
            "weekly_minutes": 540,
            "weekly_days": 3,
            "modality": "on_site",
            "starts_on": AT.date(),
            "review_on": date(2026, 4, 1),
            "created_at": AT,
        }
        | columns,
    )


def make_consent(client: Client, **columns: Any) -> Consent:
    """Prepare an unsigned treatment consent."""
    return put(
        Consent,
        **{
            "organization": client.organization,
            "client": client,
            "template_id": "treatment",
            "template_version": 1,
            "kind": "treatment",
            "language": "en",
            "purpose": "TPO",
            "expires_kind": "none",
            "body": "I agree to treatment.",
            "created_at": AT,
        }
        | columns,
    )

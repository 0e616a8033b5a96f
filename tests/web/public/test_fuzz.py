"""Whatever is sent to a public form: never a server error, and nothing stored without consent.

A small count in every run; `--long` sends the 10,000 to each form that the figures name.
"""

from __future__ import annotations

import random
from typing import Any

import pytest
import time_machine
from django.core import signing
from django.test import Client

from openiop import catalog
from openiop.apps.admissions.models import Referral, ReferralDocument
from openiop.apps.core.tenancy import tenant
from openiop.apps.front.models import StatusLink
from openiop.apps.schedule.models import Consult
from openiop.web.public.cost_form import STEPS
from tests.factories import AT, make_member, make_organization, make_site

pytestmark = pytest.mark.django_db
SMALL, LONG = 40, 10_000
STAMP = signing.dumps(0, salt="public form")
BITS = (
    "", " ", "yes", "no", "on", "0", "-1", "31", "1e9", "NaN", "Infinity", "99999999999999999999", "1,500", "$4000", "2026-03-05",
    "2026-02-30", "0001-01-01", "9999-12-31", "2026-03-05T10:00:00-08:00", "in", "coinsurance", "copay", "not_covered", "next",
    "back", "skip", "finish", "send", "resume", "edit-plan", "edit-age", "plan", "program", "age", "me", "my_child", "self",
    "medicare", "es", "xx", "depression", "415-555-0150", "a@b.example", "Noor", "\x00", "\ud7ff", "ñ" * 300, "<b>", "';--", "{{ 7 }}",
    "%s", "../../etc", "\u202e", STAMP, "aggregate", "embedded", "daily", "weekly_not_enough",
)  # fmt: skip


def names() -> tuple[str, ...]:
    screener = catalog.screener("iop-fit")
    findings = catalog.criteria(*screener.criteria).findings
    cost = [name for form in STEPS.values() for name in form.base_fields]
    fixed = [
        "asker",
        "warned",
        "at",
        "go",
        "way",
        "language",
        "first_name",
        "phone",
        "email",
        "best_time",
        "stamp",
    ]
    more = [
        "website",
        "time",
        "referrer_name",
        "referrer_phone",
        "note",
        "birth_date",
        "risk_note",
        "is_urgent",
    ]
    return (*fixed, *more, *cost, *findings, *(f"a-{key}" for key in findings))


@pytest.fixture
def house() -> Any:
    with time_machine.travel(AT, tick=False):
        organization = make_organization()
        site = make_site(organization)
        with tenant(organization.pk):
            make_member(organization, "intake", site=site)
            yield organization


@pytest.mark.parametrize(
    "address",
    [
        "/right-for-me/questions/",
        "/right-for-me/answers.pdf",
        "/cost/questions/",
        "/cost/estimate.pdf",
        "/at/{}/answers/",
        "/at/{}/refer/",
        "/at/{}/talk/",
        "/enquire/{}/",
    ],
)
def test_no_form_breaks_and_nothing_is_stored_without_consent(house: Any, long: bool, address: str) -> None:
    client = Client(raise_request_exception=False)
    chance, known, url = random.Random(address), names(), address.format(house.slug)
    broken = []
    for number in range(LONG if long else SMALL):
        sent = {name: chance.choice(BITS) for name in chance.sample(known, chance.randint(0, 30))}
        answer = client.post(url, sent, REMOTE_ADDR=f"192.0.{number % 200}.{number // 200 % 250}")
        if answer.status_code >= 500:
            broken.append(sent)
    assert broken == []
    # Neither `agree` nor a call that was asked for is among what is sent, but for the form that asks for one.
    if not url.startswith("/enquire/"):
        assert Referral.objects.count() == ReferralDocument.objects.count() == StatusLink.objects.count() == 0
    if not url.endswith("/talk/"):
        assert Consult.objects.count() == 0
    assert Consult.objects.exclude(referral=None).count() == 0

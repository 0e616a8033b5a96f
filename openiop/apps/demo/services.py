"""Making the demo organisation, whole or not at all."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django_scopes import scopes_disabled

from openiop.apps.accounts.models import Organization
from openiop.apps.core.tenancy import tenant
from openiop.apps.demo.cases import add_cases
from openiop.apps.demo.census import admit_everyone
from openiop.apps.demo.charts import index_charts
from openiop.apps.demo.consents import sign_consents
from openiop.apps.demo.curricula import teach
from openiop.apps.demo.decisions import decide_all
from openiop.apps.demo.directory import fill_directory
from openiop.apps.demo.files import bring_documents
from openiop.apps.demo.history import attend
from openiop.apps.demo.house import PLAN, House
from openiop.apps.demo.joined import join_groups
from openiop.apps.demo.measures import measure_care
from openiop.apps.demo.notes import write_notes
from openiop.apps.demo.own import write_pages
from openiop.apps.demo.pipeline import fill_pipeline
from openiop.apps.demo.place import furnish, open_house
from openiop.apps.demo.plans import plan_care
from openiop.apps.demo.timetable import fill_week
from openiop.domain.errors import NotAllowed

Tell = Callable[[str], None]

STEPS: tuple[tuple[str, Callable[[House], None]], ...] = (
    ("sites, rooms and staff", furnish),
    ("the week and its sessions", fill_week),
    ("clients with orders and seats", admit_everyone),
    ("the awkward cases", add_cases),
    ("the referral pipeline", fill_pipeline),
    ("level-of-care decisions", decide_all),
    ("eight weeks of attendance", attend),
    ("a day on which two groups were one", join_groups),
    ("consents and disclosures", sign_consents),
    ("the public pages", write_pages),
    ("treatment plans", plan_care),
    ("what the groups taught", teach),
    ("notes of two weeks", write_notes),
    ("documents from outside", bring_documents),
    ("measures week by week", measure_care),
    ("the audit trail", House.write_trail),
    ("the words of the charts", index_charts),
    ("programs in the finder", fill_directory),
)


def build_demo(*, at: datetime, seed: int = 7, tell: Tell = lambda _line: None) -> Organization:
    """Make the demo organisation and return it; if it is there already, return it untouched.

    The same seed and day give the same people. Refuses outside the demo profile.
    """
    if not settings.IS_DEMO:
        raise NotAllowed("The demo organization can be made only with OPENIOP_PROFILE=demo.")
    found = Organization.objects.filter(slug=PLAN["organization"]["slug"]).first()
    if found is not None:
        return found
    with transaction.atomic(), scopes_disabled():
        house = open_house(at=at, seed=seed)
        with tenant(house.organization.pk):
            for words, step in STEPS:
                tell(words)
                step(house)
    return house.organization

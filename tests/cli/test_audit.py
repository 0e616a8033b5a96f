"""openiop audit verify: every chain is walked, and the first broken link is named."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client as Browser

from openiop.apps.audit.models import Event
from openiop.apps.core.actor import NOBODY
from openiop.apps.core.tenancy import tenant
from openiop.cli import main
from tests.factories import make_organization
from tests.factories.signing import make_login

pytestmark = pytest.mark.django_db


@pytest.fixture
def tried():
    """One refused sign-in of somebody, and two under names that nobody has."""
    organization = make_organization(slug="sun-house")
    make_login(organization, "therapist", username="robin")
    for name in ("robin", "nobody", "somebody"):
        Browser().post("/accounts/login/", {"login": name, "password": "not this one"})
    return organization


def verified(capsys, *more):
    code = main(["audit", "verify", *more])
    return code, capsys.readouterr().out


def tamper(chain, sequence):
    with connection.cursor() as cursor:
        cursor.execute("DROP TRIGGER audit_event_no_update")
    with tenant(chain):
        Event.objects.filter(organization_id=chain, sequence=sequence).update(action="session.opened")


def test_every_chain_is_walked_the_door_s_too(tried, capsys):
    code, told = verified(capsys, "--json")
    rows = json.loads(told)
    assert code == 0
    assert [(row["organization"], row["events"], row["holds"]) for row in rows] == [
        ("sun-house", 1, True), (None, 2, True),
    ]  # fmt: skip
    with tenant(NOBODY):
        newest = Event.objects.get(organization_id=NOBODY, sequence=2)
    assert rows[1]["head"] == newest.hash


def test_a_changed_refusal_of_an_unknown_name_is_found(tried, capsys):
    tamper(NOBODY, 2)
    code, told = verified(capsys)
    assert code == 1
    assert (
        "(no organization): 2 events, the chain BROKEN at event 2: it was changed after it was written"
        in told
    )
    assert "sun-house: 1 events, the chain holds" in told


def test_one_organization_is_checked_alone(tried, capsys):
    tamper(NOBODY, 1)
    code, told = verified(capsys, "--organization", "sun-house")
    assert code == 0
    assert "no organization" not in told
    assert main(["audit", "verify", "--organization", "nowhere"]) == 2


def in_words(tmp_path, **settings):
    """Run the command as people do, in a house that was never prepared."""
    env = {"OPENIOP_VAR": str(tmp_path), "PATH": "", "PYTHONPATH": str(Path(__file__).parents[2]), **settings}
    run = subprocess.run(
        [sys.executable, "-m", "openiop", "audit", "verify"],
        env=env, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert (run.returncode, run.stdout) == (1, "")
    return run.stderr


def test_an_empty_database_is_told_in_words(tmp_path):
    told = in_words(tmp_path)
    assert told == "openiop: The database is not ready. Run `openiop up` once, then try again.\n"


def test_a_setting_that_cannot_be_is_told_in_words(tmp_path):
    told = in_words(tmp_path, OPENIOP_PROFIL="demo")
    assert told.startswith("openiop: ")
    assert "OPENIOP_PROFIL" in told
    assert "Traceback" not in told

"""A route that names no permission stops the start, and opens to nobody even if it did not; HEAD changes nothing."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
from django.core import checks
from django.test import override_settings

from tests.factories.registry import routes, url_of
from tests.security.expectations import YES, lines
from tests.security.visitors import ACTORS
from tests.security.world import SESSION, World, statements, undone, written

pytestmark = pytest.mark.django_db
UNLABELLED = "tests.security.unlabelled"


@override_settings(ROOT_URLCONF=UNLABELLED)
def test_a_route_without_a_permission_is_an_error_that_names_it() -> None:
    found = [message for message in checks.run_checks() if message.id == "openiop.E001"]
    assert [message.msg for message in found] == ["Route 'forgotten' (forgotten/) has no permission label."]


def test_every_route_of_ours_names_one() -> None:
    assert [message for message in checks.run_checks() if message.is_serious()] == []


def test_the_server_refuses_to_start_with_it() -> None:
    code = f"import tests.settings as s; s.ROOT_URLCONF = '{UNLABELLED}'; import openiop.wsgi"
    env = os.environ | {"DJANGO_SETTINGS_MODULE": "tests.settings"}
    done = subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, text=True, check=False)
    assert done.returncode != 0
    assert "Route 'forgotten' (forgotten/) has no permission label." in done.stderr


@override_settings(ROOT_URLCONF=UNLABELLED)
def test_nobody_opens_it_where_it_runs_all_the_same(world: World) -> None:
    for who in ACTORS:
        with undone():
            answer = world.visitors[who].send("GET", "/forgotten/")
        assert (answer.status_code, b"said" in answer.content) == (404, False)  # type: ignore[attr-defined]


def test_head_leaves_nothing_behind(world: World) -> None:
    named = {route.name: route for route in routes()}
    wrong = []
    for line in lines():
        who = next((who for who in ACTORS if line.cells[who] == YES), "")
        if line.method != "GET" or not who:
            continue
        before = world.trail()
        with statements() as asked:
            answer = world.visitors[who].send("HEAD", url_of(world.here, named[line.route]))
        if world.trail() != before or answer.status_code >= 500:
            wrong.append(f"{line.route}: {answer.status_code} wrote {sorted(written(asked) - {SESSION})}")
    assert wrong == []

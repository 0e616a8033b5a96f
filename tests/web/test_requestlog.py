"""One line for each request: ids, the route, the answer; never the address."""

from __future__ import annotations

import io
import json
import logging

import pytest
from django.db import IntegrityError, connection
from django.test import Client as Browser
from django.urls import reverse

from openiop.apps.core.logs import formatter
from tests.factories import make_client, make_organization
from tests.factories.signing import make_login, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def lines():
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(formatter())
    root, level = logging.getLogger(), logging.getLogger().level
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    yield lambda: [json.loads(line) for line in written.getvalue().splitlines()]
    root.removeHandler(handler)
    root.setLevel(level)


@pytest.fixture
def house():
    """An organisation, somebody who takes enquiries there, their browser and a client."""
    org = make_organization()
    user = make_login(org, "intake")
    return org, user, signed_in(user, org), make_client(org)


def test_a_page_leaves_one_line_with_ids_alone(house, lines):
    org, user, browser, client = house
    answer = browser.get(reverse("client", args=[client.public_id]), {"q": "Velora"})
    assert answer.status_code == 200
    (line,) = lines()
    number = answer.headers["X-Request-ID"]
    assert len(number) == 16
    assert isinstance(line.pop("ms"), int)
    del line["at"]
    assert line == {
        "level": "info", "logger": "openiop.request", "event": "request", "request": number,
        "actor": user.public_id, "organization": org.public_id, "route": "client", "method": "GET", "status": 200,
    }  # fmt: skip


def test_a_stranger_has_no_ids_and_each_request_its_own_number(lines):
    numbers = {Browser().get("/accounts/login/").headers["X-Request-ID"] for _ in range(2)}
    assert {line["request"] for line in lines()} == numbers
    assert len(numbers) == 2
    assert all("actor" not in line and "organization" not in line for line in lines())


def test_what_was_typed_into_the_address_is_not_written(house, lines):
    _org, _user, browser, _client = house
    assert browser.get("/staff/clients/Ana-Velora/").status_code == 404
    assert browser.get("/nobody/Ana-Velora/").status_code == 404
    assert [line.get("route") for line in lines()] == ["client", None]
    assert "Velora" not in json.dumps(lines())


def test_styles_and_the_supervisor_leave_none(lines):
    Browser().get("/healthz")
    Browser().get("/static/css/nothing.css")
    assert lines() == []


def test_a_fault_names_its_kind_and_place_under_the_request_s_number(house, lines):
    _org, _user, browser, client = house

    def fail(execute, sql, params, many, context):
        if 'FROM "clients_client"' in sql:
            raise IntegrityError(f"Ana Velora: {params}")
        return execute(sql, params, many, context)

    browser.raise_request_exception = False
    with connection.execute_wrapper(fail):
        answer = browser.get(reverse("client_edit", args=[client.public_id]))
    assert answer.status_code == 500
    assert "Velora" not in answer.content.decode()
    django, ours = lines()
    assert (django["level"], django["error"], ours["level"], ours["status"]) == (
        "error", "IntegrityError", "error", 500,
    )  # fmt: skip
    assert django["where"].endswith(" fail")
    assert django["request"] == ours["request"] == answer.headers["X-Request-ID"]
    assert "Velora" not in json.dumps(lines())

"""A request that failed because the database went away is not told to be the person's own fault."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from typing import Any

import pytest
from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.exceptions import SessionInterrupted
from django.contrib.sessions.middleware import SessionMiddleware
from django.db import OperationalError, connection
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from openiop.web.refusals import bad_request

pytestmark = pytest.mark.django_db


def answer_when(break_it: Callable[[SessionStore, ExitStack], None]) -> HttpResponse:
    """Let a page write the session of somebody for whom something breaks meanwhile."""
    store = SessionStore()
    store["seen"] = 1
    store.save()
    request = RequestFactory().get("/")
    request.COOKIES[settings.SESSION_COOKIE_NAME] = store.session_key or ""
    with ExitStack() as meanwhile:

        def page(request: HttpRequest) -> HttpResponse:
            request.session["seen"] = 2
            break_it(store, meanwhile)
            return HttpResponse()

        with pytest.raises(SessionInterrupted) as caught:
            SessionMiddleware(page)(request)
    return bad_request(request, caught.value)


def lose_the_database(_store: SessionStore, meanwhile: ExitStack) -> None:
    def refuse(_execute: Any, sql: str, *_rest: Any) -> Any:
        if "UPDATE" in sql:
            raise OperationalError("the connection is closed")
        return _execute(sql, *_rest)

    meanwhile.enter_context(connection.execute_wrapper(refuse))


def end_the_session(store: SessionStore, _meanwhile: ExitStack) -> None:
    store.delete()


def test_a_database_that_went_away_is_the_servers_fault() -> None:
    assert answer_when(lose_the_database).status_code == 500


def test_a_session_that_somebody_ended_is_not() -> None:
    assert answer_when(end_the_session).status_code == 400

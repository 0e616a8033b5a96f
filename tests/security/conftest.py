"""One world for all tests of a file: two houses, a demo house, everybody signed in. Nothing of it stays."""

from __future__ import annotations

import logging
from collections.abc import Iterator

import pytest
import time_machine
from django.core.cache import cache
from django.db import transaction

from openiop.apps.front.services import reading as limits
from tests.factories.people import AT
from tests.security.world import World, make_world


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: pytest.FixtureRequest) -> Iterator[World]:
    """Make the world inside a transaction that is rolled back when the file's last test is done."""
    with (
        django_db_blocker.unblock(),  # type: ignore[attr-defined]
        time_machine.travel(AT, tick=False),
        transaction.atomic(),
    ):
        yield make_world()
        transaction.set_rollback(True)


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    """A thousand answers of 404 are what these tests are about; nobody needs a log line for each."""
    cache.clear()
    limits.forget()
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)

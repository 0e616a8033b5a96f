"""Fresh databases for a run, made once of each kind."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from tests.crash.processes import Databases, why_not


@pytest.fixture(scope="session")
def databases(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Databases]:
    """Hand out migrated databases; the PostgreSQL server ends with the run."""
    with ExitStack() as stack:
        yield Databases(tmp_path_factory.mktemp("databases"), stack)


@pytest.fixture(params=["sqlite", "postgresql"])
def kind(request: pytest.FixtureRequest) -> str:
    """Name the database; where it cannot be had, say what to install."""
    if reason := why_not(request.param):
        pytest.skip(reason)
    return str(request.param)

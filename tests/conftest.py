"""What every test stands on: no network but this machine, and no skip where skips are forbidden."""

from __future__ import annotations

import os
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import pytest_socket
from hypothesis import HealthCheck, settings

from tests import template
from tests.figures import Figures

if TYPE_CHECKING:
    from _pytest.reports import CollectReport, TestReport

HEAVY = ("browser", "postgres", "crash", "fuzz", "bench", "long")
"""Rings of their own: left out of a plain `pytest`, chosen by `./test <ring>` with -m."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the switch between a taste and the full count."""
    parser.addoption(
        "--long", action="store_true", help="run the full counts of the figures that issues name"
    )
    parser.addoption("--figures", metavar="FOLDER", help="write the tables of figures into this folder")


FIGURES = pytest.StashKey[Figures]()


def pytest_configure(config: pytest.Config) -> None:
    """Begin with no figures; judge generated inputs by what comes out, never by the clock of a busy machine.

    The rings that every change passes meet the same inputs each time; `--long` looks for new ones.
    """
    config.stash[FIGURES] = Figures()
    settings.register_profile(
        "house",
        deadline=None,
        derandomize=not config.getoption("--long"),
        suppress_health_check=[HealthCheck.too_slow],
    )
    settings.load_profile("house")


@pytest.fixture(scope="session")
def figures(request: pytest.FixtureRequest) -> Figures:
    """Where a test notes what it measured; the tables are printed when all tests are done."""
    return request.config.stash[FIGURES]


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, exitstatus: int, config: pytest.Config
) -> None:
    """Print the figures with the machine; write them down where a folder is given and no test failed.

    Tests chosen with `-k` are a part of a run: their lines join those of the other parts.
    """
    figures, folder = config.stash[FIGURES], config.getoption("--figures")
    if not figures.areas:
        return
    terminalreporter.section("figures")
    for line in figures.machine.lines():
        terminalreporter.line(line)
    for area in figures.areas:
        terminalreporter.line(f"\n{area}")
        terminalreporter.line(figures.text(area))
    if folder and exitstatus == 0:
        figures.write(Path(folder), is_part=bool(config.option.keyword))


@pytest.fixture(scope="session")
def long(request: pytest.FixtureRequest) -> bool:
    """Tell whether the full counts were asked for (`./test long`)."""
    return bool(request.config.getoption("--long"))


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> Iterator[None]:
    """Lay a migrated database under the tests, before Django asks what there is to migrate."""
    with template.laid():
        yield


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> None:
    """Keep what was migrated for the next run."""
    from django.db import connection

    with django_db_blocker.unblock():
        if connection.vendor == "sqlite":
            connection.ensure_connection()
            template.keep(connection.connection)


def pytest_runtest_setup() -> None:
    """Let tests talk to this machine only."""
    pytest_socket.socket_allow_hosts(["127.0.0.1", "::1", "localhost"], allow_unix_socket=True)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave the heavy rings out unless -m chooses among them."""
    if config.option.markexpr:
        return
    heavy = [item for item in items if any(item.get_closest_marker(mark) for mark in HEAVY)]
    if heavy:
        config.hook.pytest_deselected(items=heavy)
        items[:] = [item for item in items if item not in set(heavy)]


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, TestReport, TestReport]:
    """Turn a skip into a failure where OPENIOP_FORBID_SKIPS is set."""
    report = yield
    _forbid(report)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, CollectReport, CollectReport]:
    """Turn the skip of a whole file into a failure where OPENIOP_FORBID_SKIPS is set."""
    report = yield
    _forbid(report)
    return report


def _forbid(report: TestReport | CollectReport) -> None:
    if report.skipped and os.environ.get("OPENIOP_FORBID_SKIPS") == "1" and not hasattr(report, "wasxfail"):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr
        report.outcome = "failed"
        report.longrepr = f"Skips are forbidden here (OPENIOP_FORBID_SKIPS=1). {reason}"

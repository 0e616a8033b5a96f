"""Start Django for a command that reads or writes rows, and find the organisation it is about."""

from __future__ import annotations

from typing import Any


def start() -> None:
    """Load the settings and the apps; safe to call more than once. A wrong setting is told in words."""
    import django
    from django.apps import apps

    from openiop.cli.up import settings_in_words

    settings_in_words()
    if not apps.ready:
        django.setup()


def check_ready() -> None:
    """Refuse in words where the tables are not there yet, or not in their newest shape."""
    from django.db import DatabaseError, connection
    from django.db.migrations.executor import MigrationExecutor

    from openiop.domain.errors import NotAllowed

    try:
        executor = MigrationExecutor(connection)
        behind = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError as error:
        raise NotAllowed(f"The database does not answer: {error}", code="database") from error
    if behind:
        raise NotAllowed(
            "The database is not ready. Run `openiop up` once, then try again.", code="not-ready"
        )


def named_organization(slug: str | None) -> Any:
    """Return the organisation of the short name; without one, the only one there is."""
    from django.http import Http404

    from openiop.apps.accounts.selectors import only_organization, organization_by_slug
    from openiop.domain.errors import InvalidInput

    check_ready()
    if slug is None:
        only = only_organization()
        if only is None:
            raise InvalidInput(
                "There is not exactly one organization here: name it with --organization SLUG.",
                field="organization",
            )
        return only
    try:
        return organization_by_slug(slug)
    except Http404:
        raise InvalidInput(f"There is no organization “{slug}”.", field="organization") from None


def named_sites(by: Any, names: list[str]) -> list[Any]:
    """Return the organisation's sites of these names, whatever their capitals."""
    from openiop.apps.accounts.selectors import sites_of
    from openiop.domain.errors import InvalidInput

    here = {site.name.casefold(): site for site in sites_of(by)}
    for name in names:
        if name.casefold() not in here:
            known = ", ".join(site.name for site in here.values())
            raise InvalidInput(f"There is no site “{name}” here; there are: {known}.", field="site")
    return [here[name.casefold()] for name in names]

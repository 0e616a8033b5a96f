"""What of a record 42 CFR Part 2 protects: all of it once it is marked, and single records by their own mark.

The rows are those of apps that stand above this one; they are reached by the names under which they point
to a client.
"""

from __future__ import annotations

from collections.abc import Collection

from openiop import catalog
from openiop.apps.clients.models import Client
from openiop.domain.consents import Scope

_MARKED: dict[Scope, str] = {
    Scope.LEVEL_OF_CARE: "assessments",
    Scope.PLAN: "treatment_plans",
    Scope.PROGRESS: "notes",
    Scope.SESSION_NOTES: "notes",
}
"""Kinds of record that may carry the mark although the client's whole record does not."""


def is_protected(client: Client, scopes: Collection[Scope]) -> bool:
    """Tell whether something of these kinds of record is a Part 2 record (42 CFR 2.12)."""
    if client.part2:
        return True
    names = {_MARKED[scope] for scope in scopes if scope in _MARKED}
    if any(getattr(client, name).filter(part2=True).exists() for name in names):
        return True
    kinds = [kind.key for kind in catalog.file_kinds() if kind.scope in scopes]
    files = getattr(client, "files")  # noqa: B009 - a relation that an app above this one brings
    return bool(kinds) and files.filter(kind__in=kinds, part2=True).exists()


def was_in_protected_care(client: Client) -> bool:
    """Tell whether the client is or was in a substance use program here: then the mark of the record stays.

    The program decides, and not the mark that the episode took over from the record: that one may be the slip.
    """
    episodes = getattr(client, "episodes")  # noqa: B009 - a relation that an app above this one brings
    rows = episodes.values_list("program_id", "program_version").distinct()
    return any(_protects(program_id, version) for program_id, version in rows)


def _protects(program_id: str, version: int) -> bool:
    try:
        return catalog.program(program_id, version).part2
    except catalog.NotInCatalog:
        return True

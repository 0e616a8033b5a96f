"""Every route names its permission; the one list of routes that all probes walk (ADR 0011)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponseBase
from django.urls import URLPattern, URLResolver, get_resolver, path

PUBLIC = "public"
"""Open to everyone, also before sign-in."""

SIGNED_IN = "signed-in"
"""Open to every signed-in person of an organisation, whatever the role."""

View = Callable[..., HttpResponseBase]

THIRD_PARTY: dict[str, str] = {}
"""Permission by URL-name prefix for routes of libraries; filled by `openiop.urls`."""


@dataclass(frozen=True, slots=True)
class Route:
    """One row of the URL registry."""

    name: str
    pattern: str
    permission: str | None
    methods: tuple[str, ...]
    parameters: tuple[str, ...]


def route(
    pattern: str, view: View, *, name: str, permission: str, methods: tuple[str, ...] = ("GET",)
) -> URLPattern:
    """Declare a URL with the permission it needs and the methods it takes."""

    def guarded(*args: Any, **kwargs: Any) -> HttpResponseBase:
        return view(*args, **kwargs)

    guarded.__name__ = getattr(view, "__name__", name)
    guarded.__doc__ = view.__doc__
    guarded.__dict__.update(view.__dict__)
    guarded.openiop_permission = str(permission)  # type: ignore[attr-defined]
    guarded.openiop_methods = methods  # type: ignore[attr-defined]
    return path(pattern, guarded, name=name)


def permission_of(callback: Any, url_name: str | None) -> str | None:
    """Return the label of a resolved view, or None where nobody gave one."""
    label = getattr(callback, "openiop_permission", None)
    if label is not None:
        return str(label)
    matches = [prefix for prefix in THIRD_PARTY if (url_name or "").startswith(prefix)]
    return THIRD_PARTY[max(matches, key=len)] if matches else None


def all_routes() -> Iterator[Route]:
    """Yield each route of the project, libraries' routes included."""
    yield from _walk(get_resolver().url_patterns, "", "")


def _walk(patterns: list[Any], prefix: str, namespace: str) -> Iterator[Route]:
    for entry in patterns:
        pattern = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            inner = f"{namespace}{entry.namespace}:" if entry.namespace else namespace
            yield from _walk(entry.url_patterns, pattern, inner)
            continue
        yield Route(
            name=f"{namespace}{entry.name or pattern}",
            pattern=pattern,
            permission=permission_of(entry.callback, entry.name),
            methods=getattr(entry.callback, "openiop_methods", ("GET", "POST")),
            parameters=tuple(entry.pattern.regex.groupindex),
        )

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

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
"""Methods that change nothing (RFC 9110, 9.2.1)."""


@dataclass(frozen=True, slots=True)
class Route:
    """One row of the URL registry."""

    name: str
    pattern: str
    permission: str | None
    post: str | None
    methods: tuple[str, ...]
    parameters: tuple[str, ...]

    def needed(self, method: str) -> str | None:
        """Return the permission that a request by this method needs."""
        return self.permission if method in SAFE else self.post


def route(
    pattern: str,
    view: View,
    *,
    name: str,
    permission: str,
    methods: tuple[str, ...] = ("GET",),
    post: str = "",
) -> URLPattern:
    """Declare a URL with the permission it needs and the methods it takes.

    `post` is the permission to send the page's form, where looking at it needs another one.
    """

    def guarded(*args: Any, **kwargs: Any) -> HttpResponseBase:
        return view(*args, **kwargs)

    guarded.__name__ = getattr(view, "__name__", name)
    guarded.__doc__ = view.__doc__
    guarded.__dict__.update(view.__dict__)
    guarded.openiop_permission = str(permission)  # type: ignore[attr-defined]
    guarded.openiop_post = str(post or permission)  # type: ignore[attr-defined]
    guarded.openiop_methods = methods  # type: ignore[attr-defined]
    return path(pattern, guarded, name=name)


def permission_of(callback: Any, method: str = "GET") -> str | None:
    """Return the label of a resolved view for a method, or None where nobody gave one."""
    label = getattr(callback, "openiop_permission" if method in SAFE else "openiop_post", None)
    return None if label is None else str(label)


def all_routes() -> Iterator[Route]:
    """Yield each route of the project."""
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
            permission=permission_of(entry.callback),
            post=permission_of(entry.callback, "POST"),
            methods=getattr(entry.callback, "openiop_methods", ("GET", "POST")),
            parameters=tuple(entry.pattern.regex.groupindex),
        )

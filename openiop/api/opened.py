"""Open data of the directory: JSON and FHIR R4, read only, without an account, for any finder."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse

from openiop.apps.core import clock
from openiop.apps.core.addresses import address_of
from openiop.apps.directory.selectors.live import live_of
from openiop.apps.directory.selectors.opened import AHEAD, coming_of, open_page, plain
from openiop.apps.directory.selectors.pages import facility_of
from openiop.apps.front.services.reading import may_ask
from openiop.formats.fhir import programs as fhir

A_PAGE, MOST = 50, 200
FRESH_SECONDS = 60
FHIR = "application/fhir+json"
Answer = Callable[..., tuple[Any, str]]


def opened(view: Answer) -> Callable[..., HttpResponse]:
    """Answer with JSON that any page may read and any cache may keep for a minute; the same again is 304."""

    def answer(request: HttpRequest, **parts: str) -> HttpResponse:
        if not may_ask(address_of(request), at=clock.now()):
            response = HttpResponse('{"error": "Too many questions; wait a minute."}', status=429)
            response.headers["Retry-After"] = "60"
            return _public(response, "application/json")
        body, kind = view(request, **parts)
        raw = json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
        tag = f'"{hashlib.sha256(raw).hexdigest()[:32]}"'
        is_known = tag in [
            one.strip().removeprefix("W/") for one in request.headers.get("If-None-Match", "").split(",")
        ]
        response = HttpResponse(status=304) if is_known else HttpResponse(raw)
        response.headers["ETag"] = tag
        return _public(response, kind)

    answer.__name__, answer.__doc__ = view.__name__, view.__doc__
    return answer


@opened
def programs(request: HttpRequest) -> tuple[Any, str]:
    """A page of places in the order of their ids; `live=1` gives only programs whose schedule is here."""
    limit = request.GET.get("limit", "")
    count = (
        min(max(int(limit), 1), MOST) if limit.isascii() and limit.isdigit() and len(limit) < 5 else A_PAGE
    )
    only_live = request.GET.get("live") == "1"
    rows, after = open_page(
        at=clock.now(), after=request.GET.get("after", "")[:16], count=count, only_live=only_live
    )
    more = "&live=1" if only_live else ""
    link = request.build_absolute_uri(f"{reverse('open_programs')}?after={after}&limit={count}{more}")
    return {"programs": [plain(*row) for row in rows], "next": link if after else None}, "application/json"


@opened
def program(request: HttpRequest, facility_id: str) -> tuple[Any, str]:
    """One place."""
    return _plain_of(facility_id), "application/json"


@opened
def services(request: HttpRequest) -> tuple[Any, str]:
    """Every program whose schedule is here, as HealthcareService."""
    return fhir.searchset(list(map(fhir.healthcare_service, _live_places())), address=_here(request)), FHIR


@opened
def service(request: HttpRequest, facility_id: str) -> tuple[Any, str]:
    """One of them."""
    return fhir.healthcare_service(_with_schedule(facility_id)), FHIR


@opened
def schedules(request: HttpRequest) -> tuple[Any, str]:
    """The schedule of each program."""
    return fhir.searchset(list(map(_schedule, _live_places())), address=_here(request)), FHIR


@opened
def schedule(request: HttpRequest, facility_id: str) -> tuple[Any, str]:
    """One of them."""
    return _schedule(_with_schedule(facility_id)), FHIR


@opened
def slots(request: HttpRequest) -> tuple[Any, str]:
    """The sessions of the next two weeks, free or busy; `schedule=ID` gives those of one program."""
    wanted = request.GET.get("schedule", "").removeprefix("Schedule/")
    rows = [row for row, _live, _listings in _live_rows() if wanted in ("", row.public_id)]
    found = [
        fhir.slot(
            id=one.id, schedule_id=one.facility_id, start=one.starts_at, end=one.ends_at, is_free=one.is_free
        )
        for one in coming_of(rows, at=clock.now())
    ]
    return fhir.searchset(found, address=_here(request)), FHIR


def _schedule(place: dict[str, Any]) -> dict[str, Any]:
    today = clock.now().date()
    return fhir.schedule(place, first=today, last=today + timedelta(days=AHEAD.days))


def _live_rows() -> list[Any]:
    rows, _after = open_page(at=clock.now(), count=MOST, only_live=True)
    return rows


def _live_places() -> list[dict[str, Any]]:
    return [plain(*row) for row in _live_rows()]


def _plain_of(facility_id: str) -> dict[str, Any]:
    row = facility_of(facility_id)
    live = live_of([row], at=clock.now()).get(row.pk)
    return plain(row, live, list(row.listings.filter(gone_on__isnull=True).order_by("source")))


def _with_schedule(facility_id: str) -> dict[str, Any]:
    place = _plain_of(facility_id)
    if place["live"] is None:
        raise Http404
    return place


def _public(response: HttpResponse, kind: str) -> HttpResponse:
    response.headers["Content-Type"] = f"{kind}; charset=utf-8"
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    response.headers["Cache-Control"] = (
        f"public, max-age={FRESH_SECONDS}" if response.status_code < 400 else "no-store"
    )
    response.is_open_data = True  # type: ignore[attr-defined]
    return response


def _here(request: HttpRequest) -> str:
    return request.build_absolute_uri(request.path)

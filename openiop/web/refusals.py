"""What is answered where a request could not be read at all."""

from __future__ import annotations

from django.contrib.sessions.exceptions import SessionInterrupted
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.views import defaults


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Say that the request was at fault, unless the database was.

    A database that goes away while the session is written looks to Django like a session that somebody deleted.
    """
    if isinstance(exception, SessionInterrupted) and _came_of_a_lost_database(exception):
        return defaults.server_error(request)
    return defaults.bad_request(request, exception)


def _came_of_a_lost_database(exception: BaseException) -> bool:
    reason: BaseException | None = exception
    while reason is not None and not isinstance(reason, OperationalError):
        reason = reason.__cause__ or reason.__context__
    return reason is not None

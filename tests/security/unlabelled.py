"""Routes of which one names no permission; test_default_deny.py starts with them."""

from django.http import HttpRequest, HttpResponse
from django.urls import path

from openiop.urls import urlpatterns as real


def forgotten(_request: HttpRequest) -> HttpResponse:
    """Say something that nobody may read."""
    return HttpResponse("said")


urlpatterns = [*real, path("forgotten/", forgotten, name="forgotten")]

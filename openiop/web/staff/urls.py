"""Routes of the staff's pages, area by area."""

from django.urls import include, path

AREAS = (
    "audit",
    "clients",
    "emergency",
    "consents",
    "groups",
    "members",
    "pages",
    "referrals",
    "levelofcare",
    "listings",
    "schedule",
    "plans",
    "treatment",
    "measures",
    "notes",
    "files",
)
"""Each area is a module `urls_<area>.py` beside this one, so that areas grow apart."""

urlpatterns = [path("", include(f"openiop.web.staff.urls_{area}")) for area in AREAS]

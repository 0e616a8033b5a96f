"""Django's handle on the timetable app."""

from django.apps import AppConfig


class TimetableConfig(AppConfig):
    """See this package's docstring."""

    name = "openiop.apps.timetable"
    label = "timetable"
    default_auto_field = "django.db.models.BigAutoField"

"""Django's handle on the schedule app."""

from django.apps import AppConfig


class ScheduleConfig(AppConfig):
    """See this package's docstring."""

    name = "openiop.apps.schedule"
    label = "schedule"
    default_auto_field = "django.db.models.BigAutoField"

"""Django's handle on the record app."""

from django.apps import AppConfig


class RecordConfig(AppConfig):
    """See this package's docstring."""

    name = "openiop.apps.record"
    label = "record"
    default_auto_field = "django.db.models.BigAutoField"

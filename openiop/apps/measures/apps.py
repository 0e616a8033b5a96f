"""Django's handle on the measures app."""

from django.apps import AppConfig


class MeasuresConfig(AppConfig):
    """See this package's docstring."""

    name = "openiop.apps.measures"
    label = "measures"
    default_auto_field = "django.db.models.BigAutoField"

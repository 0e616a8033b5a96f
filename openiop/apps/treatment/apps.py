"""Django's handle on the treatment app."""

from django.apps import AppConfig


class TreatmentConfig(AppConfig):
    """See this package's docstring."""

    name = "openiop.apps.treatment"
    label = "treatment"
    default_auto_field = "django.db.models.BigAutoField"

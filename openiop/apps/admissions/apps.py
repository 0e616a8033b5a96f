"""Django's handle on the admissions app."""

from django.apps import AppConfig


class AdmissionsConfig(AppConfig):
    """See this package's docstring."""

    name = "openiop.apps.admissions"
    label = "admissions"
    default_auto_field = "django.db.models.BigAutoField"

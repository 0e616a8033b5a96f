"""Django's handle on the audit app."""

from django.apps import AppConfig


class AuditConfig(AppConfig):
    """See this package's docstring."""

    name = "openiop.apps.audit"
    label = "audit"
    default_auto_field = "django.db.models.BigAutoField"

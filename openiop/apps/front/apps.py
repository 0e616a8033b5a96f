"""Django's handle on the public side."""

from django.apps import AppConfig


class FrontConfig(AppConfig):
    """See this package's docstring."""

    name = "openiop.apps.front"
    label = "front"
    default_auto_field = "django.db.models.BigAutoField"

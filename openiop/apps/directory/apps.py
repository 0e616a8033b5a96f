"""Django's handle on the directory app."""

from django.apps import AppConfig


class DirectoryConfig(AppConfig):
    """See this package's docstring."""

    name = "openiop.apps.directory"
    label = "directory"
    default_auto_field = "django.db.models.BigAutoField"

"""Django's handle on the files app."""

from django.apps import AppConfig


class FilesConfig(AppConfig):
    """See this package's docstring."""

    name = "openiop.apps.files"
    label = "files"
    default_auto_field = "django.db.models.BigAutoField"

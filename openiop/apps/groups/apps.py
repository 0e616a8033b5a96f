"""Django's handle on the groups app."""

from django.apps import AppConfig


class GroupsConfig(AppConfig):
    """See this package's docstring."""

    name = "openiop.apps.groups"
    label = "groups"
    default_auto_field = "django.db.models.BigAutoField"

"""Django's handle on the accounts app."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """See this package's docstring."""

    name = "openiop.apps.accounts"
    label = "accounts"
    default_auto_field = "django.db.models.BigAutoField"

"""Django's handle on the clients app."""

from django.apps import AppConfig


class ClientsConfig(AppConfig):
    """See this package's docstring."""

    name = "openiop.apps.clients"
    label = "clients"
    default_auto_field = "django.db.models.BigAutoField"

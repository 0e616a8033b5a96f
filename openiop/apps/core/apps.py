"""Django's handle on the core app."""

from django.apps import AppConfig


class CoreConfig(AppConfig):
    """Ids, clock, tenancy, actors, routes and database guards."""

    name = "openiop.apps.core"
    label = "core"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register the start-up checks, so that an unlabelled route stops the server; set the log up."""
        from openiop.apps.core import checks, logs  # noqa: F401, PLC0415 - Django wants checks imported here

        logs.set_up()

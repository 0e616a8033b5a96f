"""Reading client records."""

from openiop.apps.clients.selectors.access import access_client, read_client

__all__ = ["access_client", "read_client"]

"""Reading client records."""

from openiop.apps.clients.selectors.access import absorbed_ids, access_client

__all__ = ["absorbed_ids", "access_client"]

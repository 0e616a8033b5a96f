"""The Django apps: rows, services, selectors and permissions."""

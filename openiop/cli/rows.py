"""Start Django for a command that reads or writes rows."""

from __future__ import annotations

import os


def start() -> None:
    """Load the settings and the apps; safe to call more than once."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "openiop.settings")
    import django
    from django.apps import apps

    if not apps.ready:
        django.setup()

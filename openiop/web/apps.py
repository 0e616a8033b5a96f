"""Django's handle on the pages: templates, static files and template tags."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    """Pages have no rows of their own."""

    name = "openiop.web"
    label = "web"

"""Django's handle on the chart app."""

from django.apps import AppConfig


class ChartConfig(AppConfig):
    """See this package's docstring."""

    name = "openiop.apps.chart"
    label = "chart"
    default_auto_field = "django.db.models.BigAutoField"

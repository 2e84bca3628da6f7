"""App config."""

from django.apps import AppConfig


class DashboardsConfig(AppConfig):
    """Pages that read; no models."""

    name = "dashboards"

"""Application configs of the project itself."""

from django.apps import AppConfig
from django.contrib.staticfiles.apps import StaticFilesConfig as DjangoStaticFilesConfig


class DownstreamConfig(AppConfig):
    """The project as an app: holds the commands that span all apps (demo, import_data)."""

    name = "config"
    label = "downstream"

    def ready(self) -> None:
        """Count what Celery's workers do."""
        from config.metrics import tasks

        tasks.connect()


class StaticFilesConfig(DjangoStaticFilesConfig):
    """Of the npm packages only what a page loads is served and collected."""

    ignore_patterns = [
        *DjangoStaticFilesConfig.ignore_patterns,
        "*.rtl.*",
        "bootstrap-grid*",
        "bootstrap-reboot*",
        "bootstrap-utilities*",
        "*.esm.*",
        "*.mjs",
        "echarts.common*",
        "echarts.simple*",
        "echarts.js",
        "echarts.js.map",
        "*.scss",
        "extension",
    ]

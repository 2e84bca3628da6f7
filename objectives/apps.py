"""App config."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ObjectivesConfig(AppConfig):
    """The company plan, needs, dialogues, objectives."""

    name = "objectives"
    verbose_name = _("Objectives")

"""App config."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SurveysConfig(AppConfig):
    """Ratings and rollups."""

    name = "surveys"
    verbose_name = _("Ratings")

"""App config: registers what is audited."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DealershipConfig(AppConfig):
    """The organisation of a store."""

    name = "dealership"
    verbose_name = _("Dealership")

    def ready(self) -> None:
        """Register the audited models once all models are loaded."""
        from dealership.audit import register_models

        register_models()

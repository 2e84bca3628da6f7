"""App config: registers what is audited."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SupplychainConfig(AppConfig):
    """Links and interactions."""

    name = "supplychain"
    verbose_name = _("Supply chains")

    def ready(self) -> None:
        """Register the audited models once all models are loaded."""
        from auditlog.registry import auditlog

        from supplychain.models import Item, Link

        auditlog.register(Item)
        auditlog.register(Link)

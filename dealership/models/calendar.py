"""Days on which a store does not keep to its week: holidays of its own, and days it works although others do not."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from dealership.models.base import StoreOwned
from dealership.querysets import StoreQuerySet


class SpecialDay(StoreOwned):
    """One day of a store that differs from its week and from the country's holidays (dealership/working_days.py)."""

    day = models.DateField(_("day"))
    is_working = models.BooleanField(
        _("the store works"), default=False, help_text=_("Unticked: the store is closed for lead times and windows.")
    )
    name = models.CharField(_("name"), max_length=100, blank=True, help_text=_("Such as “stocktaking”."))

    objects: ClassVar[Any] = StoreQuerySet["SpecialDay"].as_manager()

    class Meta:
        verbose_name = _("special day")
        verbose_name_plural = _("special days")
        ordering = ["day"]
        constraints = [
            models.UniqueConstraint(
                fields=["dealership", "day"],
                name="special_day_once",
                violation_error_message=_("This day is in the list already."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.day:%Y-%m-%d} {self.name}".strip()

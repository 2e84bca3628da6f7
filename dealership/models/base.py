"""What many models share: belonging to a store, and a name that reads in both languages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from dealership.models.organisation import Dealership


class StoreOwned(models.Model):
    """A row that belongs to one dealership."""

    dealership: models.ForeignKey[Any, Dealership] = models.ForeignKey(
        "dealership.Dealership", on_delete=models.PROTECT, related_name="+", verbose_name=_("dealership")
    )
    dealership_id: int

    class Meta:
        abstract = True

    #: Names of foreign keys whose targets must belong to the same dealership; checked by clean().
    same_store_fields: tuple[str, ...] = ()

    def clean(self) -> None:
        """Refuse a reference to another store's row."""
        super().clean()
        for name in self.same_store_fields:
            if getattr(self, f"{name}_id", None) and self.dealership_id:
                target = getattr(self, name)
                if target.dealership_id != self.dealership_id:
                    raise ValidationError(
                        {name: ValidationError(_("This belongs to another store."), code="other_store")}
                    )

    def get_additional_data(self) -> dict[str, int]:
        """Return what the audit log keeps beside a change, so that a store's log can be told from another's."""
        return {"dealership": self.dealership_id}


class TranslatedName(models.Model):
    """A name in the store's own language, and optionally in the two languages of the pages."""

    name = models.CharField(_("name"), max_length=100)
    name_zh_hans = models.CharField(
        _("name in Chinese"), max_length=100, blank=True, help_text=_("Shown to readers of Chinese, if given.")
    )
    name_en = models.CharField(
        _("name in English"), max_length=100, blank=True, help_text=_("Shown to readers of English, if given.")
    )

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        """The name in the reader's language, or else as the store wrote it."""
        return localized(self.name, self.name_zh_hans, self.name_en)


def localized(name: str, name_zh_hans: str, name_en: str) -> str:
    """Pick the name for the active language; an empty translation falls back to `name`."""
    translated = name_zh_hans if (get_language() or "").startswith("zh") else name_en
    return translated or name

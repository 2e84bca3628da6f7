"""Rows that are written once: what was signed or adopted stays as it is."""

from __future__ import annotations

from typing import Any, NoReturn

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from dealership.models import StoreOwned


class KeptRow(StoreOwned):
    """A row that can be added, and then neither changed nor deleted; in bulk, KeptQuerySet refuses the same."""

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Add the row. Raises ValidationError (code `frozen`) if it is there already."""
        if not self._state.adding:
            self._refuse()
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Refuse: ValidationError with code `frozen`."""
        self._refuse()

    def _refuse(self) -> NoReturn:
        raise ValidationError(_("What was signed or adopted is kept as it is."), code="frozen")

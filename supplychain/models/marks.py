"""The outbox of changes: which link changed on which day."""

from __future__ import annotations

import datetime
from typing import Any, ClassVar

from django.db import models
from django.utils import timezone

from dealership.querysets import StoreQuerySet


class Mark(models.Model):
    """Says: the figures of this link on this day may have changed. Appended in the transaction of the change.

    No unique key and no foreign key, on purpose: an insert that could be absorbed by somebody else's uncommitted
    row loses changes, and a referenced row would be locked by every writer (docs/rollups.md). Consumed by
    surveys/rollups.py.
    """

    dealership_id = models.BigIntegerField()
    link_id = models.BigIntegerField()
    day = models.DateField()
    created_at = models.DateTimeField(default=timezone.now)

    objects: ClassVar[Any] = StoreQuerySet["Mark"].as_manager()

    class Meta:
        verbose_name = "mark"
        indexes = [models.Index(fields=["dealership_id"], name="mark_dealership")]

    def __str__(self) -> str:
        return f"{self.link_id} {self.day:%Y-%m-%d}"


def append_mark(*, dealership_id: int, link_id: int, day: datetime.date) -> None:
    """Note that a link's figures on a local day may have changed; call it in the transaction of the change."""
    Mark.objects.create(dealership_id=dealership_id, link_id=link_id, day=day)

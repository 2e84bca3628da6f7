"""What is told of confidential ratings: frozen blocks of several people (R20): docs/confidentiality.md."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from dealership.models import Dealership, StoreOwned
from dealership.querysets import StoreQuerySet
from surveys.counts import SCORE_FIELDS, Counts
from surveys.querysets import SealedBlockQuerySet


class SealedBatch(StoreOwned):
    """A month whose confidential ratings have been frozen; it is frozen once."""

    month = models.DateField(_("month"))
    frozen_at = models.DateTimeField(_("frozen"), default=timezone.now)

    objects: ClassVar[Any] = StoreQuerySet["SealedBatch"].as_manager()

    class Meta:
        verbose_name = _("batch of confidential ratings")
        verbose_name_plural = _("batches of confidential ratings")
        constraints = [models.UniqueConstraint(fields=["dealership", "month"], name="sealed_batch_once_a_month")]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m}"


class SealedBlock(StoreOwned):
    """Confidential ratings of enough people together: the smallest figures that are ever told. Never changed."""

    dealership = models.ForeignKey(Dealership, on_delete=models.PROTECT, related_name="+", db_index=False)
    batch = models.ForeignKey(SealedBatch, on_delete=models.PROTECT, related_name="blocks", db_index=False)
    #: First days of the first and the last month it holds ratings of.
    start = models.DateField()
    end = models.DateField()
    #: Ids of the links it holds ratings on.
    links = models.JSONField()
    #: Whether all of its ratings came at short notice (R12) or none did; empty for some: they are not told apart.
    short_notice = models.BooleanField(null=True)
    binary_0 = models.IntegerField(default=0)
    binary_1 = models.IntegerField(default=0)
    five_1 = models.IntegerField(default=0)
    five_2 = models.IntegerField(default=0)
    five_3 = models.IntegerField(default=0)
    five_4 = models.IntegerField(default=0)
    five_5 = models.IntegerField(default=0)
    #: How often each reason was given: {code: times}.
    reasons = models.JSONField(default=dict)
    #: What was written, in no order and without a day.
    comments = models.JSONField(default=list)

    objects: ClassVar[Any] = SealedBlockQuerySet["SealedBlock"].as_manager()

    same_store_fields = ("batch",)

    class Meta:
        verbose_name = _("block of confidential ratings")
        verbose_name_plural = _("blocks of confidential ratings")
        indexes = [models.Index(fields=["dealership", "start"], name="sealed_block_store_start")]

    def __str__(self) -> str:
        return f"{self.start:%Y-%m}"

    def counts(self, threshold: int) -> Counts:
        """Return the block's ratings, to be read under the store's threshold."""
        scores = {name: getattr(self, name) for name in SCORE_FIELDS}
        short = {f"short_{name}": count for name, count in scores.items()} if self.short_notice else {}
        return Counts(**scores, **short, threshold=threshold)

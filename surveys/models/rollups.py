"""Rollups: counts per link and week, and per link and month. What they mean: surveys/counts.py."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from dealership.models import Dealership, StoreOwned
from supplychain.models import Link
from surveys.counts import COUNT_FIELDS, Counts
from surveys.querysets import RollupQuerySet


class Grain(models.IntegerChoices):
    """How long a rollup row's period is. There are no day rows: days are read from the ratings."""

    WEEK = 1, _("week")
    MONTH = 2, _("month")


class Rollup(StoreOwned):
    """Counts of one link in one week or month; recomputed from the ratings, never adjusted.

    The key's order makes a store's months one range of its index: what every page reads. Derived rows need no
    foreign keys in the database: a recount drops what no longer stands (docs/rollups.md).
    """

    pk = models.CompositePrimaryKey("dealership_id", "grain", "start", "link_id")
    dealership = models.ForeignKey(
        Dealership, on_delete=models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    link = models.ForeignKey(
        Link, on_delete=models.PROTECT, related_name="rollups", db_index=False, db_constraint=False
    )
    link_id: int
    grain = models.SmallIntegerField(choices=Grain.choices)
    start = models.DateField()
    interactions = models.IntegerField(default=0)
    due = models.IntegerField(default=0)
    expired = models.IntegerField(default=0)
    #: Interactions that were rated, confidentially or not; the scores below are of ratings told openly alone (R20).
    rated = models.IntegerField(default=0)
    binary_0 = models.IntegerField(default=0)
    binary_1 = models.IntegerField(default=0)
    five_1 = models.IntegerField(default=0)
    five_2 = models.IntegerField(default=0)
    five_3 = models.IntegerField(default=0)
    five_4 = models.IntegerField(default=0)
    five_5 = models.IntegerField(default=0)
    #: Of the ratings above, those on short-notice interactions (R12).
    short_binary_0 = models.IntegerField(default=0)
    short_binary_1 = models.IntegerField(default=0)
    short_five_1 = models.IntegerField(default=0)
    short_five_2 = models.IntegerField(default=0)
    short_five_3 = models.IntegerField(default=0)
    short_five_4 = models.IntegerField(default=0)
    short_five_5 = models.IntegerField(default=0)

    objects: ClassVar[Any] = RollupQuerySet["Rollup"].as_manager()

    class Meta:
        verbose_name = _("rollup")
        verbose_name_plural = _("rollups")

    def __str__(self) -> str:
        return f"{self.link_id} {self.get_grain_display()} {self.start:%Y-%m-%d}"

    def counts(self, threshold: int) -> Counts:
        """Return the row's counts, to be read under the store's threshold."""
        return Counts(**{name: getattr(self, name) for name in COUNT_FIELDS}, threshold=threshold)


class ShardRun(models.Model):
    """When a shard of stores was last found without waiting marks; what "as of" on the pages comes from."""

    shard = models.PositiveSmallIntegerField(primary_key=True)
    finished_at = models.DateTimeField()

    objects: ClassVar[Any] = models.Manager()

    def __str__(self) -> str:
        return f"{self.shard}: {self.finished_at:%Y-%m-%d %H:%M}"

"""A row like a rating, without the product's rules."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.utils import timezone


class BareRating(models.Model):
    """The columns of a rating and its covering index; no foreign keys, no constraints."""

    dealership_id = models.BigIntegerField()
    interaction_id = models.BigIntegerField()
    link_id = models.BigIntegerField()
    day = models.DateField()
    scale = models.CharField(max_length=6)
    score = models.SmallIntegerField()
    rater_id = models.BigIntegerField()
    rated_at = models.DateTimeField(default=timezone.now)
    reasons = models.JSONField(default=list)
    comment = models.CharField(max_length=500, blank=True)
    made_interaction = models.BooleanField(default=False)

    objects: ClassVar[Any] = models.Manager()

    class Meta:
        app_label = "bare"
        db_table = "bench_bare_rating"
        indexes = [models.Index(fields=["link_id", "day", "score", "scale"], name="bench_bare_cover")]

    def __str__(self) -> str:
        return f"{self.interaction_id}: {self.score}"

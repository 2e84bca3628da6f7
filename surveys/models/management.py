"""How a manager's own management is judged: by the superior, and by the subordinates (R3, R29)."""

from __future__ import annotations

from typing import Any, ClassVar

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from dealership.models import Department, StoreOwned, User
from surveys.counts import Counts
from surveys.querysets_management import ManagementBlockQuerySet, ManagementRatingQuerySet


class ManagementSide(models.TextChoices):
    """From where a manager is judged."""

    SUPERIOR = "superior", _("superior")
    SUBORDINATE = "subordinate", _("subordinate")


class ManagementRating(StoreOwned):
    """One person's verdict on a manager's month, on the five-point scale.

    Written by surveys/actions_management.py alone. What a superior gives stays. What a subordinate gives goes into a
    ManagementBlock when that is published, and the row with the name is deleted (R20).
    """

    department = models.ForeignKey(
        Department, on_delete=models.PROTECT, related_name="+", db_index=False, verbose_name=_("department")
    )
    department_id: int
    manager = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="management_ratings", verbose_name=_("manager")
    )
    manager_id: int
    month = models.DateField(_("month"), help_text=_("Its first day."))
    given_by = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="+", db_index=False, verbose_name=_("given by")
    )
    given_by_id: int
    side = models.CharField(_("side"), max_length=11, choices=ManagementSide.choices)
    score = models.PositiveSmallIntegerField(_("score"), validators=[MinValueValidator(1), MaxValueValidator(5)])
    comment = models.CharField(_("comment"), max_length=500, blank=True)
    #: Among how many raters a subordinate was promised to be, whatever the store chooses later.
    least_raters = models.PositiveSmallIntegerField(default=5, editable=False)
    rated_at = models.DateTimeField(_("rated at"), default=timezone.now)

    objects: ClassVar[Any] = ManagementRatingQuerySet["ManagementRating"].as_manager()

    same_store_fields = ("department", "manager", "given_by")

    class Meta:
        verbose_name = _("rating of management")
        verbose_name_plural = _("ratings of management")
        ordering = ["-month", "department__rank"]
        constraints = [
            models.UniqueConstraint(
                fields=["dealership", "department", "manager", "month", "given_by", "side"],
                name="management_rating_once_a_month",
            ),
            models.CheckConstraint(name="management_rating_on_five_points", condition=Q(score__gte=1, score__lte=5)),
            # R30: nobody rates themself.
            models.CheckConstraint(name="management_rating_by_another", condition=~Q(manager=F("given_by"))),
        ]
        indexes = [models.Index(fields=["given_by", "month"], name="management_rating_given")]

    def __str__(self) -> str:
        return f"{self.department_id} {self.month:%Y-%m}: {self.side}"


class ManagementBlock(StoreOwned):
    """What at least so many subordinates together said of a manager, published once and never changed (R20).

    A rating lies in one block at most, so blocks added and subtracted are again whole blocks
    (surveys/confidentiality.py). `comments` are in no order and say no month.
    """

    department = models.ForeignKey(
        Department, on_delete=models.PROTECT, related_name="+", db_index=False, verbose_name=_("department")
    )
    department_id: int
    manager = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="management_blocks", verbose_name=_("manager")
    )
    manager_id: int
    start = models.DateField(_("first month"))
    end = models.DateField(_("last month"))
    raters = models.PositiveSmallIntegerField(_("people"))
    five_1 = models.PositiveSmallIntegerField(default=0)
    five_2 = models.PositiveSmallIntegerField(default=0)
    five_3 = models.PositiveSmallIntegerField(default=0)
    five_4 = models.PositiveSmallIntegerField(default=0)
    five_5 = models.PositiveSmallIntegerField(default=0)
    comments = models.JSONField(_("comments"), default=list)
    frozen_at = models.DateTimeField(_("published at"), default=timezone.now)

    objects: ClassVar[Any] = ManagementBlockQuerySet["ManagementBlock"].as_manager()

    same_store_fields = ("department", "manager")

    class Meta:
        verbose_name = _("published sum of subordinates' ratings")
        verbose_name_plural = _("published sums of subordinates' ratings")
        ordering = ["-end", "-start"]
        constraints = [
            models.UniqueConstraint(
                fields=["dealership", "department", "manager", "start", "end"], name="management_block_once"
            ),
            models.CheckConstraint(name="management_block_ends_after_start", condition=Q(end__gte=F("start"))),
        ]

    def __str__(self) -> str:
        return f"{self.department_id} {self.start:%Y-%m} - {self.end:%Y-%m}"

    def counts(self, threshold: int) -> Counts:
        """Return what was rated, under a store's threshold."""
        scores: dict[str, Any] = {f"five_{score}": getattr(self, f"five_{score}") for score in range(1, 6)}
        return Counts(**scores, threshold=threshold)

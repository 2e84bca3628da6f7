"""Facts: what the owner recorded against a criterion, with evidence; and what the customer says of them (R22)."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from dealership.models import Department, StoreOwned, User
from dealership.querysets import StoreQuerySet
from objectives.models.objectives import Objective


class FactState(models.TextChoices):
    """What was said of a fact. Struck and withdrawn facts count no more; a disputed one waits for the superior."""

    RECORDED = "recorded", _("recorded")
    CONFIRMED = "confirmed", _("confirmed by the customer")
    DISPUTED = "disputed", _("disputed: with the superior")
    UPHELD = "upheld", _("upheld by the superior")
    STRUCK = "struck", _("struck by the superior")
    WITHDRAWN = "withdrawn", _("taken back")


#: Facts that a verdict reads.
COUNTING = (FactState.RECORDED, FactState.CONFIRMED, FactState.DISPUTED, FactState.UPHELD)


class Fact(StoreOwned):
    """What was so on a day: a number reached, a day something happened, a thing proven. Never edited.

    `criterion`: the number of the criterion, the same in every version of the terms. `value`: for numbers, amounts and
    percentages; `holds`: for proven facts, whether it is so. A date criterion reads `happened_on` alone.
    """

    objective = models.ForeignKey(
        Objective, on_delete=models.PROTECT, related_name="facts", db_index=False, verbose_name=_("objective")
    )
    objective_id: int
    criterion = models.PositiveSmallIntegerField(_("criterion"))
    happened_on = models.DateField(_("on which day it was so"))
    value = models.DecimalField(_("value"), max_digits=14, decimal_places=2, null=True, blank=True)
    holds = models.BooleanField(_("it is so"), null=True, blank=True)
    words = models.CharField(_("words"), max_length=500, blank=True)
    recorded_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name=_("recorded by"))
    recorded_by_id: int
    recorded_at = models.DateTimeField(_("recorded at"), default=timezone.now)
    state = models.CharField(_("state"), max_length=9, choices=FactState.choices, default=FactState.RECORDED)
    version = models.PositiveIntegerField(default=1, editable=False)
    #: The customer that confirmed or disputed it, with its statement; the owner's statement; the superior's decision.
    answered_for = models.ForeignKey(
        Department, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("answered for")
    )
    answered_for_id: int | None
    answered_by = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("answered by")
    )
    answered_by_id: int | None
    answered_at = models.DateTimeField(_("answered at"), null=True, blank=True)
    customer_statement = models.CharField(_("the customer's statement"), max_length=500, blank=True)
    owner_statement = models.CharField(_("the owner's statement"), max_length=500, blank=True)
    superior = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("superior")
    )
    superior_id: int | None
    decision = models.CharField(_("the superior's words"), max_length=500, blank=True)
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)
    submission_key = models.UUIDField(_("submission"), null=True, blank=True, editable=False)

    objects: ClassVar[Any] = StoreQuerySet["Fact"].as_manager()

    same_store_fields = ("objective", "recorded_by", "answered_for", "answered_by", "superior")

    class Meta:
        verbose_name = _("fact")
        verbose_name_plural = _("facts")
        ordering = ["happened_on", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["dealership", "submission_key"], name="fact_submission_once"),
            models.CheckConstraint(
                name="fact_disputed_with_words", condition=~Q(state="disputed") | ~Q(customer_statement="")
            ),
        ]
        indexes = [
            models.Index(fields=["objective", "criterion", "happened_on"], name="fact_objective"),
            models.Index(fields=["superior"], condition=Q(state="disputed"), name="fact_disputed"),
        ]

    def __str__(self) -> str:
        return f"{self.objective_id}.{self.criterion}: {self.happened_on}"


class Evidence(StoreOwned):
    """A file that proves a fact. Its content is in the database: one backup holds everything, and no server serves it.

    Read and served by objectives/evidence.py alone.
    """

    fact = models.ForeignKey(Fact, on_delete=models.PROTECT, related_name="evidence", verbose_name=_("fact"))
    fact_id: int
    name = models.CharField(_("file"), max_length=100)
    content_type = models.CharField(_("type"), max_length=100)
    size = models.PositiveIntegerField(_("size in bytes"))
    sha256 = models.CharField(max_length=64, editable=False)
    content = models.BinaryField(editable=False)
    uploaded_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name=_("uploaded by"))
    uploaded_by_id: int
    uploaded_at = models.DateTimeField(_("uploaded at"), default=timezone.now)

    objects: ClassVar[Any] = StoreQuerySet["Evidence"].as_manager()

    same_store_fields = ("fact", "uploaded_by")

    class Meta:
        verbose_name = _("evidence")
        verbose_name_plural = _("evidence")
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.name

"""Needs: what a customer wants from a supplier in the time ahead (R24-R26)."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from dealership.models import Department, StoreOwned, User
from objectives.models.dialogues import Dialogue
from objectives.models.plans import PlanEntry
from objectives.querysets import NeedQuerySet
from supplychain.models import Flow, StatedNeed


class NeedState(models.TextChoices):
    """What became of a need. It is answered once it is acknowledged, an objective, or declined with a reason."""

    RAISED = "raised", _("waits for an answer")
    ACKNOWLEDGED = "acknowledged", _("acknowledged")
    OBJECTIVE = "objective", _("became an objective")
    DECLINED = "declined", _("declined")
    WITHDRAWN = "withdrawn", _("withdrawn")


class Need(StoreOwned):
    """A need of a customer towards its supplier, in one flow. Written by objectives/actions_needs.py alone.

    Where it came from, if not raised by itself: a dialogue, the answer to a call (`stated_need`), or what a department
    expects in the company plan (`expectation`).
    """

    flow = models.CharField(_("flow"), max_length=12, choices=Flow.choices)
    customer = models.ForeignKey(
        Department, on_delete=models.PROTECT, related_name="needs_raised", verbose_name=_("customer (downstream)")
    )
    customer_id: int
    supplier = models.ForeignKey(
        Department, on_delete=models.PROTECT, related_name="needs_received", verbose_name=_("supplier (upstream)")
    )
    supplier_id: int
    what = models.CharField(_("what is needed"), max_length=200)
    why = models.CharField(_("what for"), max_length=500, blank=True)
    quantity = models.PositiveIntegerField(_("quantity"), null=True, blank=True)
    wanted_on = models.DateField(_("needed on"), null=True, blank=True)
    raised_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name=_("raised by"))
    raised_by_id: int
    raised_at = models.DateTimeField(_("raised at"), default=timezone.now)
    #: The last day for an answer; after it the need ages in the open.
    answer_by = models.DateField(_("answer due on"))
    state = models.CharField(_("state"), max_length=12, choices=NeedState.choices, default=NeedState.RAISED)
    version = models.PositiveIntegerField(default=1, editable=False)
    #: Who of the supplier takes care of it.
    owner = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("taken care of by")
    )
    owner_id: int | None
    reason = models.CharField(_("reason"), max_length=500, blank=True)
    answered_at = models.DateTimeField(_("answered at"), null=True, blank=True)
    #: When those who decide for the supplier were reminded, and when their superior was told: each once.
    reminded_at = models.DateTimeField(_("reminded at"), null=True, blank=True, editable=False)
    superior_told_at = models.DateTimeField(_("superior told at"), null=True, blank=True, editable=False)
    dialogue = models.ForeignKey(
        Dialogue, null=True, blank=True, on_delete=models.PROTECT, related_name="needs", verbose_name=_("dialogue")
    )
    dialogue_id: int | None
    #: Empty again once the answer is changed: the need stands by its own words, and is not lost with it.
    stated_need = models.ForeignKey(
        StatedNeed,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("answer to a call"),
    )
    stated_need_id: int | None
    expectation = models.ForeignKey(
        PlanEntry, null=True, blank=True, on_delete=models.SET_NULL, related_name="needs", verbose_name=_("expectation")
    )
    expectation_id: int | None
    submission_key = models.UUIDField(_("submission"), null=True, blank=True, editable=False)

    objects: ClassVar[Any] = NeedQuerySet["Need"].as_manager()

    same_store_fields = (
        "customer",
        "supplier",
        "raised_by",
        "owner",
        "dialogue",
        "stated_need",
        "expectation",
    )

    class Meta:
        verbose_name = _("need")
        verbose_name_plural = _("needs")
        ordering = ["-raised_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["dealership", "submission_key"], name="need_submission_once"),
            models.UniqueConstraint(fields=["dealership", "stated_need"], name="need_of_a_stated_need_once"),
            models.CheckConstraint(name="need_of_another", condition=~Q(customer=F("supplier"))),
            models.CheckConstraint(name="need_declined_with_reason", condition=~Q(state="declined") | ~Q(reason="")),
        ]
        indexes = [
            models.Index(fields=["supplier", "state", "answer_by"], name="need_supplier"),
            models.Index(fields=["customer", "state"], name="need_customer"),
        ]

    def __str__(self) -> str:
        return self.summary

    @property
    def summary(self) -> str:
        """What is needed, with how many: "2 × receptionists"."""
        return self.what if self.quantity is None else f"{self.quantity} × {self.what}"

    @property
    def is_open(self) -> bool:
        """Whether something is still to come of it: no answer yet, or acknowledged and no objective yet."""
        return self.state in (NeedState.RAISED, NeedState.ACKNOWLEDGED)

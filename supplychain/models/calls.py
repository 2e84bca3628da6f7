"""Calls for needs (R14): a supplier asks its customers for their needs before they ask."""

from __future__ import annotations

import datetime
from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from dealership.models import Department, StoreOwned, User
from dealership.querysets import StoreQuerySet
from supplychain.models.links import Flow, Item, Link
from supplychain.models.requests import SupplyRequest
from supplychain.querysets_requests import CallQuerySet, InvitationQuerySet


class CallForNeeds(StoreOwned):
    """A supplier's question to its customers of an item, with the last day to answer."""

    flow = models.CharField(_("flow"), max_length=12, choices=Flow.choices)
    supplier = models.ForeignKey(
        Department, on_delete=models.PROTECT, related_name="calls", verbose_name=_("supplier (upstream)")
    )
    supplier_id: int
    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="+", verbose_name=_("item"))
    item_id: int
    question = models.CharField(_("question"), max_length=500)
    deadline = models.DateField(_("answer by"), help_text=_("The last day to answer."))
    opened_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name=_("opened by"))
    opened_by_id: int
    opened_at = models.DateTimeField(_("opened at"), default=timezone.now)
    closed_at = models.DateTimeField(_("closed at"), null=True, blank=True)
    submission_key = models.UUIDField(_("submission"), null=True, blank=True, editable=False)

    objects: ClassVar[Any] = CallQuerySet["CallForNeeds"].as_manager()

    same_store_fields = ("supplier", "item", "opened_by")

    class Meta:
        verbose_name = _("call for needs")
        verbose_name_plural = _("calls for needs")
        ordering = ["-opened_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["dealership", "submission_key"], name="call_submission_once"),
        ]

    def __str__(self) -> str:
        return self.question

    def takes_answers_on(self, day: datetime.date) -> bool:
        """Return whether it can be answered on a local day: its last day is a whole day."""
        return self.closed_at is None and day <= self.deadline


class CallInvitation(StoreOwned):
    """One customer that a call asks, over one link. "Nothing needed" is an answer too."""

    call = models.ForeignKey(
        CallForNeeds,
        on_delete=models.PROTECT,
        related_name="invitations",
        db_index=False,
        verbose_name=_("call for needs"),
    )
    call_id: int
    link = models.ForeignKey(Link, on_delete=models.PROTECT, related_name="+", verbose_name=_("supply link"))
    link_id: int
    answered_at = models.DateTimeField(_("answered at"), null=True, blank=True)
    answered_by = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("answered by")
    )
    answered_by_id: int | None
    nothing_needed = models.BooleanField(_("nothing needed"), default=False)
    reminded_at = models.DateTimeField(_("reminded at"), null=True, blank=True)
    #: Counts the answers: who sends one over an answer they have not seen is told so.
    version = models.PositiveIntegerField(default=0, editable=False)

    objects: ClassVar[Any] = InvitationQuerySet["CallInvitation"].as_manager()

    same_store_fields = ("call", "link", "answered_by")

    class Meta:
        verbose_name = _("customer asked for needs")
        verbose_name_plural = _("customers asked for needs")
        ordering = ["link__customer__rank", "link__customer__code", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["call", "link", "dealership"], name="invitation_once_a_link"),
            models.CheckConstraint(
                name="invitation_answered_by_somebody",
                condition=Q(answered_at=None, answered_by=None, nothing_needed=False)
                | Q(answered_at__isnull=False, answered_by__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.call_id}: {self.link_id}"


class StatedNeed(StoreOwned):
    """A need stated in answer to a call: what, how many, wanted when. One tap makes it a request."""

    invitation = models.ForeignKey(
        CallInvitation, on_delete=models.PROTECT, related_name="needs", verbose_name=_("customer asked for needs")
    )
    invitation_id: int
    what = models.CharField(_("what is needed"), max_length=200)
    quantity = models.PositiveIntegerField(_("quantity"), null=True, blank=True)
    wanted_on = models.DateField(_("needed on"))
    request = models.ForeignKey(
        SupplyRequest, null=True, blank=True, on_delete=models.PROTECT, related_name="needs", verbose_name=_("request")
    )
    request_id: int | None

    objects: ClassVar[Any] = StoreQuerySet["StatedNeed"].as_manager()

    same_store_fields = ("invitation", "request")

    class Meta:
        verbose_name = _("need")
        verbose_name_plural = _("needs")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["dealership", "request"], name="need_became_one_request"),
        ]

    def __str__(self) -> str:
        return self.what if self.quantity is None else f"{self.quantity} × {self.what}"

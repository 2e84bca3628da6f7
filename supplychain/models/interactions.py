"""Interactions: one occasion on which a supplier served a customer over a link."""

from __future__ import annotations

import datetime
from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from dealership.models import Dealership, StoreOwned, User
from supplychain.models.links import Link
from supplychain.querysets import InteractionQuerySet


class InteractionState(models.TextChoices):
    """Where an interaction stands on its way to a rating."""

    OPEN = "open", _("waits for a rating")
    RATED = "rated", _("rated")
    EXPIRED = "expired", _("expired without a rating")
    DISMISSED = "dismissed", _("did not take place")


class Interaction(StoreOwned):
    """One occasion on a link. All but dismissed ones are due for a rating; expired ones stay in the response rate."""

    # Indexes below begin with the store and with the link: a rating waits for each index it writes to.
    dealership = models.ForeignKey(
        Dealership, on_delete=models.PROTECT, related_name="+", db_index=False, verbose_name=_("dealership")
    )
    link = models.ForeignKey(
        Link, on_delete=models.PROTECT, related_name="interactions", db_index=False, verbose_name=_("supply link")
    )
    link_id: int
    occurred_at = models.DateTimeField(_("took place"))
    day = models.DateField(_("day"), editable=False, help_text=_("The store's calendar day of occurred_at."))
    state = models.CharField(_("state"), max_length=10, choices=InteractionState.choices, default=InteractionState.OPEN)
    requester = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("requester")
    )
    requester_id: int | None
    logged_by = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("entered by")
    )
    #: The request it came from, if any; one that turned out not to be done yet leaves a dismissed interaction behind.
    request = models.ForeignKey(
        "supplychain.SupplyRequest",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="interactions",
        db_index=False,
        verbose_name=_("request"),
    )
    request_id: int | None
    #: That request was asked outside the window or short of the lead time (R12); the rating carries it on.
    short_notice = models.BooleanField(_("short notice"), default=False)
    note = models.CharField(_("note"), max_length=300, blank=True)
    external_id = models.CharField(_("external id"), max_length=100, null=True, blank=True)
    submission_key = models.UUIDField(_("submission"), null=True, blank=True, editable=False)
    created_at = models.DateTimeField(_("entered"), default=timezone.now, editable=False)

    objects: ClassVar[Any] = InteractionQuerySet["Interaction"].as_manager()

    same_store_fields = ("link", "requester", "request")

    class Meta:
        verbose_name = _("interaction")
        verbose_name_plural = _("interactions")
        ordering = ["-occurred_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["dealership", "external_id"], name="interaction_external_id_unique_in_store"
            ),
            # A form that is sent twice carries the same key twice: the second insert finds the first.
            models.UniqueConstraint(fields=["dealership", "submission_key"], name="interaction_submission_once"),
            # A request is done once. Partial, so that the many without a request cost no index.
            models.UniqueConstraint(
                fields=["request", "dealership"],
                condition=Q(request__isnull=False) & ~Q(state="dismissed"),
                name="interaction_once_per_request",
            ),
        ]
        indexes = [
            models.Index(fields=["link", "day", "state"], name="interaction_link_day"),
            models.Index(fields=["dealership", "occurred_at"], name="interaction_store_time"),
            models.Index(fields=["link", "occurred_at"], condition=Q(state="open"), name="interaction_open"),
        ]

    def __str__(self) -> str:
        return f"{self.link} · {self.day:%Y-%m-%d}"

    @property
    def expires_on(self) -> datetime.date:
        """The last local day on which it can still be rated."""
        return self.day + datetime.timedelta(days=self.dealership.rating_days)

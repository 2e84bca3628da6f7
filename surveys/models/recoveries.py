"""Recoveries: how a "not good" is mended (R21). The rating itself never changes through them."""

from __future__ import annotations

import datetime
from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from dealership.models import StoreOwned, User
from dealership.querysets import StoreQuerySet
from supplychain.models import Interaction, Link
from surveys.querysets_recoveries import RecoveryQuerySet


class RecoveryState(models.TextChoices):
    """Where the mending of a "not good" stands."""

    OPEN = "open", _("waits for the supplier's answer")
    PLANNED = "planned", _("the supplier has said what it will do")
    ESCALATED = "escalated", _("not mended: with the superior")
    MENDED = "mended", _("mended")
    UNSAID = "unsaid", _("the customer did not say whether it is mended")
    DROPPED = "dropped", _("the rating was changed or taken back")


#: States in which somebody still has to do something.
RUNNING = (RecoveryState.OPEN, RecoveryState.PLANNED, RecoveryState.ESCALATED)


class Recovery(StoreOwned):
    """What a supplier does about one "not good", and whether its customer calls it mended.

    Written by surveys/actions_recovery.py alone, each change with its event; `version` counts them, as of requests.
    `link` and `day` repeat the interaction's.
    """

    interaction = models.ForeignKey(
        Interaction,
        on_delete=models.PROTECT,
        related_name="recoveries",
        db_index=False,
        verbose_name=_("interaction"),
    )
    interaction_id: int
    link = models.ForeignKey(
        Link, on_delete=models.PROTECT, related_name="recoveries", db_index=False, verbose_name=_("supply link")
    )
    link_id: int
    day = models.DateField(_("day"), editable=False)
    state = models.CharField(_("state"), max_length=10, choices=RecoveryState.choices, default=RecoveryState.OPEN)
    version = models.PositiveIntegerField(default=1, editable=False)
    #: Whose turn it is on the supplier's side: its manager, then the superior each time it is not mended.
    owner = models.ForeignKey(
        User,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="recoveries",
        db_index=False,
        verbose_name=_("owner"),
    )
    owner_id: int | None
    opened_at = models.DateTimeField(_("opened at"), default=timezone.now)
    due_on = models.DateField(_("answer due on"))
    plan = models.CharField(_("what will be done"), max_length=500, blank=True)
    promised_on = models.DateField(_("by when"), null=True, blank=True)
    #: How often it was said not to be mended.
    setbacks = models.PositiveSmallIntegerField(default=0)
    closed_at = models.DateTimeField(_("closed at"), null=True, blank=True)

    objects: ClassVar[Any] = RecoveryQuerySet["Recovery"].as_manager()

    same_store_fields = ("interaction", "link", "owner")

    class Meta:
        verbose_name = _("recovery")
        verbose_name_plural = _("recoveries")
        ordering = ["-opened_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["interaction", "dealership"], name="recovery_once_per_interaction"),
            models.CheckConstraint(
                name="recovery_planned_says_what_and_when",
                condition=~Q(state="planned") | (Q(promised_on__isnull=False) & ~Q(plan="")),
            ),
            models.CheckConstraint(
                name="recovery_closed_has_its_moment",
                condition=Q(state__in=["open", "planned", "escalated"], closed_at=None)
                | Q(state__in=["mended", "unsaid", "dropped"], closed_at__isnull=False),
            ),
        ]
        indexes = [
            # All that the figures of a page read (surveys/recovery_figures.py).
            models.Index(
                fields=["link", "day", "state", "opened_at", "closed_at", "due_on", "promised_on"],
                name="recovery_link_day_cover",
            ),
            models.Index(
                fields=["dealership", "due_on"],
                condition=Q(state__in=["open", "planned", "escalated"]),
                name="recovery_running",
            ),
            models.Index(
                fields=["owner"], condition=Q(state__in=["open", "planned", "escalated"]), name="recovery_owner"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.interaction_id}: {self.state}"

    @property
    def is_running(self) -> bool:
        """Whether somebody still has to do something."""
        return self.state in RUNNING

    @property
    def next_due(self) -> datetime.date:
        """The day by which the next word or deed is due."""
        if self.state == RecoveryState.PLANNED and self.promised_on is not None:
            return self.promised_on
        return self.due_on


class RecoveryEventKind(models.TextChoices):
    """What happened to a recovery; each act writes the event of its name."""

    OPEN = "open", _("opened")
    ANSWER = "answer", _("answered")
    MENDED = "mended", _("mended")
    NOT_MENDED = "not_mended", _("not mended")
    DROP = "drop", _("dropped")
    LAPSE = "lapse", _("closed without a word of the customer")
    COMMENT = "comment", _("comment")


class RecoveryEvent(StoreOwned):
    """A line of a recovery's talk. Never changed, never deleted.

    Whom the supplier's side reads here: the customer department, never the rater (R20); `side` says whose word it is.
    """

    class Side(models.TextChoices):
        """Whose word it is."""

        CUSTOMER = "customer", _("customer")
        SUPPLIER = "supplier", _("supplier")
        SYSTEM = "system", _("system")

    recovery = models.ForeignKey(
        Recovery, on_delete=models.PROTECT, related_name="events", db_index=False, verbose_name=_("recovery")
    )
    recovery_id: int
    version = models.PositiveIntegerField(null=True)
    kind = models.CharField(_("what happened"), max_length=10, choices=RecoveryEventKind.choices)
    side = models.CharField(_("side"), max_length=8, choices=Side.choices)
    at = models.DateTimeField(_("when"), default=timezone.now)
    person = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("who"))
    person_id: int | None
    text = models.CharField(_("words"), max_length=500, blank=True)
    data = models.JSONField(default=dict)

    objects: ClassVar[Any] = StoreQuerySet["RecoveryEvent"].as_manager()

    same_store_fields = ("recovery",)

    class Meta:
        verbose_name = _("event of a recovery")
        verbose_name_plural = _("events of recoveries")
        ordering = ["at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["recovery", "version", "dealership"], name="recovery_event_once_a_version"),
        ]

    def __str__(self) -> str:
        return f"{self.recovery_id}: {self.kind}"

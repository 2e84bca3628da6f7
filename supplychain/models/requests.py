"""Requests: what a customer asks of its supplier over a link, and everything that became of it (R11-R13)."""

from __future__ import annotations

import datetime
from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from dealership.models import StoreOwned, User
from dealership.querysets import StoreQuerySet
from supplychain.models.links import Link
from supplychain.querysets_requests import RequestQuerySet


class RequestState(models.TextChoices):
    """Where a request stands. Done, it has an interaction: whether that is rated, the interaction's state says."""

    ASKED = "asked", _("asked")
    ACCEPTED = "accepted", _("accepted")
    DONE = "done", _("done")
    DECLINED = "declined", _("declined")
    WITHDRAWN = "withdrawn", _("withdrawn")
    EXPIRED = "expired", _("expired without an answer")


class SupplyRequest(StoreOwned):
    """A customer asks its supplier over a link: what, and by when it is wanted.

    Written by supplychain/actions_requests.py alone, each change with its event. `version` counts the changes: who
    acts on a version that is no longer the latest was too late, and is told so.
    """

    link = models.ForeignKey(
        Link, on_delete=models.PROTECT, related_name="requests", db_index=False, verbose_name=_("supply link")
    )
    link_id: int
    what = models.CharField(_("what is asked for"), max_length=200)
    quantity = models.PositiveIntegerField(_("quantity"), null=True, blank=True)
    wanted_on = models.DateField(_("wanted on"))
    wanted_time = models.TimeField(_("at what time"), null=True, blank=True)
    #: Found when it was asked, under the terms and the calendar of that day; both were told before it was sent (R11).
    outside_window = models.BooleanField(_("outside the service window"), default=False)
    short_of_lead_time = models.BooleanField(_("short of the lead time"), default=False)
    #: How early the customer asked, in the store's working days.
    notice_days = models.SmallIntegerField(_("notice in working days"), default=0)
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name=_("asked by"))
    asked_by_id: int
    asked_at = models.DateTimeField(_("asked at"), default=timezone.now)
    state = models.CharField(_("state"), max_length=10, choices=RequestState.choices, default=RequestState.ASKED)
    version = models.PositiveIntegerField(default=1, editable=False)
    #: The first promise is the one that is judged; a later word on when moves `expected_on` only.
    promised_on = models.DateField(_("promised for"), null=True, blank=True)
    expected_on = models.DateField(_("now expected for"), null=True, blank=True)
    #: Who has it in hand (R13); nobody in particular while it is only asked.
    held_by = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("held by")
    )
    held_by_id: int | None
    #: How often the customer had to come: one, if everything was right at the first time.
    trips = models.PositiveSmallIntegerField(_("trips"), default=1)
    finished_on = models.DateField(_("done on"), null=True, blank=True)
    #: How late the supplier delivered, in working days after the promised day; negative: before it.
    late_days = models.SmallIntegerField(_("working days late"), null=True, blank=True)
    reminded_at = models.DateTimeField(_("reminded to rate"), null=True, blank=True, editable=False)
    submission_key = models.UUIDField(_("submission"), null=True, blank=True, editable=False)

    objects: ClassVar[Any] = RequestQuerySet["SupplyRequest"].as_manager()

    same_store_fields = ("link", "asked_by", "held_by")

    class Meta:
        verbose_name = _("request")
        verbose_name_plural = _("requests")
        ordering = ["-asked_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["dealership", "submission_key"], name="request_submission_once"),
            models.CheckConstraint(
                name="request_accepted_has_a_promise",
                condition=~Q(state__in=["accepted", "done"]) | Q(promised_on__isnull=False),
            ),
            models.CheckConstraint(
                name="request_done_has_its_day",
                condition=Q(state="done", finished_on__isnull=False, late_days__isnull=False)
                | (~Q(state="done") & Q(finished_on=None, late_days=None)),
            ),
            models.CheckConstraint(name="request_at_least_one_trip", condition=Q(trips__gte=1)),
        ]
        indexes = [
            models.Index(fields=["link", "asked_at"], name="request_link_asked"),
            models.Index(
                fields=["dealership", "wanted_on"],
                condition=Q(state__in=["asked", "accepted"]),
                name="request_waiting",
            ),
            models.Index(fields=["asked_by", "asked_at"], name="request_asked_by"),
        ]

    def __str__(self) -> str:
        return self.summary

    @property
    def summary(self) -> str:
        """What is asked for, with how many: "2 × insurance specialists"."""
        return self.what if self.quantity is None else f"{self.quantity} × {self.what}"

    @property
    def short_notice(self) -> bool:
        """Whether it was asked outside the window or short of the lead time (R11)."""
        return self.outside_window or self.short_of_lead_time

    @property
    def is_waiting(self) -> bool:
        """Whether the supplier still has something to do about it."""
        return self.state in (RequestState.ASKED, RequestState.ACCEPTED)

    def is_overdue_on(self, day: datetime.date) -> bool:
        """Return whether the promise is broken, or the day it was wanted for passed without an answer; over rows:
        `overdue_on` in querysets_requests.py."""
        if self.state == RequestState.ACCEPTED:
            return self.promised_on is not None and self.promised_on < day
        return self.state == RequestState.ASKED and self.wanted_on < day


class RequestEventKind(models.TextChoices):
    """What happened to a request; each act of supplychain/acts.py writes the event of its name."""

    ASK = "ask", _("asked")
    ACCEPT = "accept", _("accepted")
    DECLINE = "decline", _("declined")
    PROMISE = "promise", _("new date")
    FINISH = "finish", _("done")
    REOPEN = "reopen", _("not done yet")
    WITHDRAW = "withdraw", _("withdrawn")
    ESCALATE = "escalate", _("taken to the superior")
    DECIDE = "decide", _("decided by the superior")
    TRIP = "trip", _("another trip")
    EXPIRE = "expire", _("expired")
    COMMENT = "comment", _("comment")


class RequestEvent(StoreOwned):
    """A line of a request's timeline: who did what, when. Never changed, never deleted.

    `version`: the request's version that the act made; empty for a comment, which changes nothing. `data`: what the
    words need, such as {"promised_on": "2026-11-30"}.
    """

    request = models.ForeignKey(
        SupplyRequest, on_delete=models.PROTECT, related_name="events", db_index=False, verbose_name=_("request")
    )
    request_id: int
    version = models.PositiveIntegerField(null=True)
    kind = models.CharField(_("what happened"), max_length=10, choices=RequestEventKind.choices)
    at = models.DateTimeField(_("when"), default=timezone.now)
    person = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("who"))
    person_id: int | None
    text = models.CharField(_("words"), max_length=500, blank=True)
    data = models.JSONField(default=dict)

    objects: ClassVar[Any] = StoreQuerySet["RequestEvent"].as_manager()

    same_store_fields = ("request",)

    class Meta:
        verbose_name = _("event of a request")
        verbose_name_plural = _("events of requests")
        ordering = ["at", "pk"]
        constraints = [
            # Two acts cannot both have made the same version, whatever the code above does.
            models.UniqueConstraint(fields=["request", "version", "dealership"], name="request_event_once_a_version"),
        ]

    def __str__(self) -> str:
        return f"{self.request_id}: {self.kind}"


class EscalationOutcome(models.TextChoices):
    """What became of an exception that was taken to the superior."""

    PENDING = "pending", _("waits for the superior")
    ALLOWED = "allowed", _("allowed")
    REFUSED = "refused", _("refused")
    DROPPED = "dropped", _("no longer needed")


class Escalation(StoreOwned):
    """An exception the supplier took to its own superior (R13): the customer waits, and makes no second trip."""

    request = models.ForeignKey(
        SupplyRequest, on_delete=models.PROTECT, related_name="escalations", db_index=False, verbose_name=_("request")
    )
    request_id: int
    what = models.CharField(_("the exception"), max_length=500)
    raised_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name=_("raised by"))
    raised_by_id: int
    raised_at = models.DateTimeField(_("raised at"), default=timezone.now)
    superior = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="escalations", db_index=False, verbose_name=_("superior")
    )
    superior_id: int
    outcome = models.CharField(
        _("outcome"), max_length=8, choices=EscalationOutcome.choices, default=EscalationOutcome.PENDING
    )
    answer = models.CharField(_("the superior's words"), max_length=500, blank=True)
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)

    objects: ClassVar[Any] = StoreQuerySet["Escalation"].as_manager()

    same_store_fields = ("request", "raised_by", "superior")

    class Meta:
        verbose_name = _("exception taken to the superior")
        verbose_name_plural = _("exceptions taken to superiors")
        ordering = ["raised_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["request", "dealership"], condition=Q(outcome="pending"), name="escalation_one_pending"
            ),
            models.CheckConstraint(name="escalation_goes_to_somebody_else", condition=~Q(raised_by=F("superior"))),
        ]
        indexes = [
            models.Index(fields=["request"], name="escalation_request"),
            models.Index(fields=["superior"], condition=Q(outcome="pending"), name="escalation_pending"),
        ]

    def __str__(self) -> str:
        return f"{self.request_id}: {self.outcome}"

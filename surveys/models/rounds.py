"""Survey rounds: once a quarter or a year, a short questionnaire on every supplier one has (R4-R6, R20)."""

from __future__ import annotations

import datetime
from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from dealership.models import Dealership, Department, StoreOwned, User
from dealership.querysets import StoreQuerySet
from supplychain.models import Flow
from surveys.period_words import period_label
from surveys.periods import Period, period_of
from surveys.querysets_rounds import InvitationQuerySet, RoundAnswerQuerySet, RoundQuerySet


class RoundState(models.TextChoices):
    """Where a survey round stands."""

    DRAFT = "draft", _("prepared")
    OPEN = "open", _("open for answers")
    CLOSED = "closed", _("closed")
    PUBLISHED = "published", _("published")


class RoundKind(models.TextChoices):
    """What a round looks back on."""

    QUARTER = "quarter", _("quarter")
    YEAR = "year", _("year")


class SurveyRound(StoreOwned):
    """One round. Written by surveys/actions_rounds.py alone; what follows what: prepared, open, closed, published."""

    dealership = models.ForeignKey(
        Dealership, on_delete=models.PROTECT, related_name="+", db_index=False, verbose_name=_("dealership")
    )
    kind = models.CharField(_("looks back on"), max_length=7, choices=RoundKind.choices, default=RoundKind.QUARTER)
    start = models.DateField(_("first day of the period"))
    opens_on = models.DateField(_("opens on"))
    #: The last day on which people answer.
    closes_on = models.DateField(_("closes on"))
    state = models.CharField(_("state"), max_length=9, choices=RoundState.choices, default=RoundState.DRAFT)
    #: Among so many people at least everybody's answers are told (R20): the store's promise as it stood on opening.
    least_raters = models.PositiveSmallIntegerField(_("people a figure needs"), default=5)
    reminded_on = models.DateField(_("last reminded on"), null=True)
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name=_("prepared by"))
    created_at = models.DateTimeField(_("prepared at"), default=timezone.now)
    opened_at = models.DateTimeField(_("opened at"), null=True)
    closed_at = models.DateTimeField(_("closed at"), null=True)
    published_at = models.DateTimeField(_("published at"), null=True)
    #: Kept on publishing, when invitations and answers go: how many were asked, answered, and stand in a figure.
    invited = models.PositiveIntegerField(null=True)
    answered = models.PositiveIntegerField(null=True)
    raters = models.PositiveIntegerField(null=True)

    objects: ClassVar[Any] = RoundQuerySet["SurveyRound"].as_manager()

    same_store_fields = ("created_by",)

    class Meta:
        verbose_name = _("survey round")
        verbose_name_plural = _("survey rounds")
        ordering = ["-opens_on", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["dealership", "kind", "start"],
                name="round_once_a_period",
                violation_error_message=_("There is a round on this period already."),
            ),
            models.CheckConstraint(
                name="round_closes_after_it_opens",
                condition=Q(closes_on__gt=F("opens_on")),
                violation_error_message=_("A round closes after it opens."),
            ),
            models.CheckConstraint(
                name="round_state_has_its_moments",
                condition=Q(state="draft", opened_at=None, closed_at=None, published_at=None)
                | Q(state="open", opened_at__isnull=False, closed_at=None, published_at=None)
                | Q(state="closed", opened_at__isnull=False, closed_at__isnull=False, published_at=None)
                | Q(state="published", opened_at__isnull=False, closed_at__isnull=False, published_at__isnull=False),
            ),
        ]
        indexes = [
            models.Index(
                fields=["dealership"], condition=Q(state__in=["draft", "open", "closed"]), name="round_running"
            ),
        ]

    def __str__(self) -> str:
        return self.period.name

    @property
    def period(self) -> Period:
        """The quarter or year it looks back on."""
        return period_of(self.kind, self.start)

    @property
    def label(self) -> str:
        """That period as the reader writes it."""
        return period_label(self.period)

    @property
    def takes_answers(self) -> bool:
        """Whether people may answer: it is open, and its last day has not passed, closed by the job or not yet."""
        return self.state == RoundState.OPEN and self.dealership.today() <= self.closes_on

    @property
    def response_rate(self) -> float | None:
        """The share of the people asked who answered; None before it is published, and where nobody was."""
        return self.answered / self.invited if self.invited and self.answered is not None else None

    def reminder_days(self) -> list[datetime.date]:
        """Return the days on which who has not answered is reminded: at half time, and two days before the end."""
        half = self.opens_on + (self.closes_on - self.opens_on) / 2
        days = {half, self.closes_on - datetime.timedelta(days=2)}
        return sorted(day for day in days if self.opens_on < day <= self.closes_on)


class RoundInvitation(StoreOwned):
    """That a person is asked in a round: one a person, so one answer a person. Goes when the round is published."""

    round = models.ForeignKey(SurveyRound, on_delete=models.CASCADE, related_name="invitations", db_index=False)
    round_id: int
    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name=_("person"))
    person_id: int
    #: The first of their departments, by which the response is told.
    department = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="+", db_index=False)
    department_id: int
    saved_at = models.DateTimeField(_("draft saved at"), null=True)
    answered_at = models.DateTimeField(_("answered at"), null=True)

    objects: ClassVar[Any] = InvitationQuerySet["RoundInvitation"].as_manager()

    same_store_fields = ("round", "person", "department")

    class Meta:
        verbose_name = _("invitation to a survey round")
        verbose_name_plural = _("invitations to survey rounds")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["round", "person", "dealership"], name="invitation_once_a_round"),
        ]

    def __str__(self) -> str:
        return f"{self.round_id}: {self.pk}"


class RoundAnswer(StoreOwned):
    """What a person is asked about one supplier in one flow, and what they say. Goes when the round is published.

    Made on opening, so that what is asked stays. `scores`: {quality: 1 to 5, or None for "can't say"}. Nobody but the
    person reads it, and nothing counts it before the person sends it: then `invitation.answered_at` is set.
    """

    invitation = models.ForeignKey(RoundInvitation, on_delete=models.CASCADE, related_name="answers", db_index=False)
    invitation_id: int
    flow = models.CharField(_("flow"), max_length=12, choices=Flow.choices)
    supplier = models.ForeignKey(
        Department, on_delete=models.PROTECT, related_name="+", db_index=False, verbose_name=_("supplier (upstream)")
    )
    supplier_id: int
    #: The first of the person's departments that this supplier serves in this flow.
    customer = models.ForeignKey(
        Department, on_delete=models.PROTECT, related_name="+", db_index=False, verbose_name=_("customer (downstream)")
    )
    customer_id: int
    scores = models.JSONField(_("scores"), default=dict)
    comment = models.CharField(_("comment"), max_length=500, blank=True)

    objects: ClassVar[Any] = RoundAnswerQuerySet["RoundAnswer"].as_manager()

    same_store_fields = ("invitation", "supplier", "customer")

    class Meta:
        verbose_name = _("answer in a survey round")
        verbose_name_plural = _("answers in survey rounds")
        ordering = ["supplier__rank", "supplier__code", "flow"]
        constraints = [
            models.UniqueConstraint(
                fields=["invitation", "supplier", "flow", "dealership"], name="round_answer_once_a_supplier_and_flow"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.invitation_id}: {self.pk}"


class RoundResult(StoreOwned):
    """What a published round says of one supplier, frozen. Without blocks where too few answered: then it is held back.

    `flows`: in which it was asked about. `asked`: how many people were; `raters`: how many of them said something,
    None where that is held back; `flow_raters`: the same of each flow that is not told together with another.
    `blocks`: as surveys.rounds.Block keeps them; `comments`: words, in no order of time.
    """

    round = models.ForeignKey(SurveyRound, on_delete=models.PROTECT, related_name="results", db_index=False)
    round_id: int
    supplier = models.ForeignKey(
        Department, on_delete=models.PROTECT, related_name="+", db_index=False, verbose_name=_("supplier (upstream)")
    )
    supplier_id: int
    flows = models.JSONField(default=list)
    asked = models.PositiveIntegerField()
    raters = models.PositiveIntegerField(null=True)
    flow_raters = models.JSONField(default=dict)
    blocks = models.JSONField(default=list)
    comments = models.JSONField(default=list)

    objects: ClassVar[Any] = StoreQuerySet["RoundResult"].as_manager()

    same_store_fields = ("round", "supplier")

    class Meta:
        verbose_name = _("result of a survey round")
        verbose_name_plural = _("results of survey rounds")
        ordering = ["supplier__rank", "supplier__code"]
        constraints = [
            models.UniqueConstraint(fields=["round", "supplier", "dealership"], name="round_result_once_a_supplier"),
        ]

    def __str__(self) -> str:
        return f"{self.round_id}: {self.supplier_id}"

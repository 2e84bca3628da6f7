"""Objectives, the terms that were agreed, and their criteria (R22, R24, R27, R28)."""

from __future__ import annotations

from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from dealership.models import Department, StoreOwned, User
from dealership.querysets import StoreQuerySet
from objectives.models.dialogues import Dialogue
from objectives.models.kept import KeptRow
from objectives.models.measures import Measure, measure_is_whole
from objectives.models.needs import Need
from objectives.models.plans import CompanyGoal
from objectives.querysets import CriterionQuerySet, KeptQuerySet, ObjectiveQuerySet


class ObjectiveState(models.TextChoices):
    """Where an objective stands."""

    DRAFT = "draft", _("draft")
    PROPOSED = "proposed", _("proposed")
    AGREED = "agreed", _("agreed")
    RUNNING = "running", _("running")
    JUDGED = "judged", _("judged")
    CLOSED = "closed", _("closed")
    DROPPED = "dropped", _("dropped")


class Source(models.TextChoices):
    """Where the work comes from (R28)."""

    CUSTOMER = "customer", _("an internal customer")
    SUPERIOR = "superior", _("the superior")
    OWN = "own", _("own idea")


class Verdict(models.TextChoices):
    """What the facts say, held against the criteria: see objectives/verdicts.py."""

    MET = "met", _("met")
    PARTLY = "partly", _("partly met")
    NOT_MET = "not_met", _("not met")


class Objective(StoreOwned):
    """What a department promises its internal customers. Written by objectives/actions_objectives.py and its like.

    `title` and `description` can be changed while it is a draft; the criteria stand in its terms. `due_on` repeats the
    latest due day of the terms in force, or else of the draft. `verdict` is kept once it is judged; until then it is
    worked out from the facts. `version` counts everything that happened.
    """

    year = models.PositiveSmallIntegerField(_("fiscal year"))
    owner = models.ForeignKey(
        Department, on_delete=models.PROTECT, related_name="objectives", db_index=False, verbose_name=_("department")
    )
    owner_id: int
    #: Who takes care of it, if one person does.
    owner_person = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("taken care of by")
    )
    owner_person_id: int | None
    title = models.CharField(_("objective"), max_length=200)
    description = models.CharField(_("description"), max_length=1000, blank=True)
    source = models.CharField(_("where it came from"), max_length=8, choices=Source.choices, default=Source.CUSTOMER)
    #: Which customer it came from, where it came from a customer.
    source_department = models.ForeignKey(
        Department, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("from whom")
    )
    source_department_id: int | None
    goal = models.ForeignKey(
        CompanyGoal,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="objectives",
        verbose_name=_("serves the company goal"),
    )
    goal_id: int | None
    need = models.ForeignKey(
        Need, null=True, blank=True, on_delete=models.PROTECT, related_name="objectives", verbose_name=_("need")
    )
    need_id: int | None
    dialogue = models.ForeignKey(
        Dialogue, null=True, blank=True, on_delete=models.PROTECT, related_name="objectives", verbose_name=_("dialogue")
    )
    dialogue_id: int | None
    state = models.CharField(_("state"), max_length=8, choices=ObjectiveState.choices, default=ObjectiveState.DRAFT)
    version = models.PositiveIntegerField(default=1, editable=False)
    starts_on = models.DateField(_("work starts on"), null=True, blank=True)
    due_on = models.DateField(_("due on"), null=True, blank=True)
    verdict = models.CharField(_("verdict"), max_length=7, choices=Verdict.choices, blank=True)
    judged_at = models.DateTimeField(_("judged at"), null=True, blank=True)
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name=_("created by"))
    created_by_id: int
    created_at = models.DateTimeField(_("created"), default=timezone.now)
    submission_key = models.UUIDField(_("submission"), null=True, blank=True, editable=False)

    objects: ClassVar[Any] = ObjectiveQuerySet["Objective"].as_manager()

    same_store_fields = ("owner", "owner_person", "source_department", "goal", "need", "dialogue", "created_by")

    class Meta:
        verbose_name = _("objective")
        verbose_name_plural = _("objectives")
        ordering = ["due_on", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["dealership", "submission_key"], name="objective_submission_once"),
            models.CheckConstraint(
                name="objective_from_a_customer_says_whom",
                condition=Q(source="customer", source_department__isnull=False)
                | (~Q(source="customer") & Q(source_department=None)),
            ),
            models.CheckConstraint(
                name="objective_judged_has_its_verdict",
                condition=Q(state__in=["judged", "closed"], judged_at__isnull=False) & ~Q(verdict="")
                | Q(state__in=["draft", "proposed", "agreed", "running", "dropped"], judged_at=None, verdict=""),
            ),
        ]
        indexes = [
            models.Index(fields=["dealership", "year", "state"], name="objective_year"),
            models.Index(fields=["owner", "year", "state"], name="objective_owner"),
        ]

    def __str__(self) -> str:
        return self.title


class ObjectiveCustomer(StoreOwned):
    """An internal customer of an objective; once it is judged, whether they are satisfied with it.

    Satisfaction is asked apart from the verdict and never mixed with it.
    """

    objective = models.ForeignKey(
        Objective, on_delete=models.PROTECT, related_name="customers", db_index=False, verbose_name=_("objective")
    )
    objective_id: int
    department = models.ForeignKey(
        Department, on_delete=models.PROTECT, related_name="objectives_for", verbose_name=_("internal customer")
    )
    department_id: int
    satisfied = models.BooleanField(_("satisfied"), null=True, blank=True)
    words = models.CharField(_("words"), max_length=500, blank=True)
    answered_by = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("answered by")
    )
    answered_by_id: int | None
    answered_at = models.DateTimeField(_("answered at"), null=True, blank=True)

    objects: ClassVar[Any] = StoreQuerySet["ObjectiveCustomer"].as_manager()

    same_store_fields = ("objective", "department", "answered_by")

    class Meta:
        verbose_name = _("internal customer of an objective")
        verbose_name_plural = _("internal customers of objectives")
        ordering = ["department__rank", "department__code"]
        constraints = [
            models.UniqueConstraint(fields=["objective", "department", "dealership"], name="objective_customer_once"),
            models.CheckConstraint(
                name="objective_satisfaction_said_by_somebody",
                condition=Q(satisfied=None, answered_by=None, answered_at=None)
                | Q(satisfied__isnull=False, answered_by__isnull=False, answered_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.objective_id}: {self.department_id}"


class TermsState(models.TextChoices):
    """Where a version of the terms stands. Only a draft can be written in; everything else is kept as it is."""

    DRAFT = "draft", _("draft")
    PROPOSED = "proposed", _("proposed")
    IN_FORCE = "in_force", pgettext_lazy("terms of an objective", "in force")
    REPLACED = "replaced", _("replaced")
    REFUSED = "refused", _("not agreed")


class Terms(StoreOwned):
    """One version of an objective's criteria (R27): in force once both sides signed, kept when another replaces it."""

    objective = models.ForeignKey(
        Objective, on_delete=models.PROTECT, related_name="terms", verbose_name=_("objective")
    )
    objective_id: int
    number = models.PositiveSmallIntegerField(_("version"))
    state = models.CharField(_("state"), max_length=8, choices=TermsState.choices, default=TermsState.DRAFT)
    #: Why they are changed; empty for the first version.
    reason = models.CharField(_("reason"), max_length=500, blank=True)
    written_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name=_("written by"))
    written_by_id: int
    written_at = models.DateTimeField(_("written at"), default=timezone.now)
    in_force_at = models.DateTimeField(_("in force since"), null=True, blank=True)

    objects: ClassVar[Any] = StoreQuerySet["Terms"].as_manager()

    same_store_fields = ("objective", "written_by")

    class Meta:
        verbose_name = _("terms of an objective")
        verbose_name_plural = _("terms of objectives")
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["objective", "number", "dealership"], name="terms_once_a_number"),
            models.UniqueConstraint(
                fields=["objective", "dealership"], condition=Q(state="in_force"), name="terms_one_in_force"
            ),
            models.UniqueConstraint(
                fields=["objective", "dealership"], condition=Q(state__in=["draft", "proposed"]), name="terms_one_open"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.objective_id}: {self.number}"

    @property
    def is_draft(self) -> bool:
        """Whether they can still be written in."""
        return self.state == TermsState.DRAFT


class TermsSignature(KeptRow):
    """A signature under one version of the terms, for the owner department or one of the customers."""

    terms = models.ForeignKey(Terms, on_delete=models.PROTECT, related_name="signatures", verbose_name=_("terms"))
    terms_id: int
    department = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="+", verbose_name=_("department"))
    department_id: int
    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name=_("signed by"))
    person_id: int
    signed_at = models.DateTimeField(_("signed at"), default=timezone.now)

    objects: ClassVar[Any] = KeptQuerySet["TermsSignature"].as_manager()

    same_store_fields = ("terms", "department", "person")

    class Meta:
        verbose_name = _("signature under terms")
        verbose_name_plural = _("signatures under terms")
        ordering = ["signed_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["terms", "department", "dealership"], name="terms_signed_once_a_department"
            ),
            # Nobody signs for both sides.
            models.UniqueConstraint(fields=["terms", "person", "dealership"], name="terms_signed_once_a_person"),
        ]

    def __str__(self) -> str:
        return f"{self.terms_id}: {self.person_id}"


class Criterion(Measure):
    """One criterion of a version of the terms. `number` stays the same from version to version: facts name it."""

    terms = models.ForeignKey(
        Terms, on_delete=models.PROTECT, related_name="criteria", db_index=False, verbose_name=_("terms")
    )
    terms_id: int
    number = models.PositiveSmallIntegerField(_("number"))

    objects: ClassVar[Any] = CriterionQuerySet["Criterion"].as_manager()

    same_store_fields = ("terms",)

    class Meta:
        verbose_name = _("criterion")
        verbose_name_plural = _("criteria")
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["terms", "number", "dealership"], name="criterion_once_a_number"),
            measure_is_whole("criterion"),
        ]

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save. Raises ValidationError (code `frozen`) unless the terms are a draft (R27)."""
        self._refuse_if_frozen()
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Delete. Raises ValidationError (code `frozen`) unless the terms are a draft (R27)."""
        self._refuse_if_frozen()
        return super().delete(*args, **kwargs)

    def _refuse_if_frozen(self) -> None:
        """Ask the database, not the object in memory: of the terms it names, and of those it is stored under."""
        named = Q(pk=self.terms_id)
        touched = Terms.objects.filter(named | Q(criteria=self.pk) if self.pk else named)
        if touched.exclude(state=TermsState.DRAFT).exists():
            raise ValidationError(_("These criteria are frozen: both sides have to sign a change."), code="frozen")

"""The company plan of a year: boards, goals, signatures, and the editions that were adopted (R23)."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from dealership.models import Department, StoreOwned, User
from dealership.querysets import StoreQuerySet
from objectives.models.kept import KeptRow
from objectives.models.measures import Measure, measure_is_whole
from objectives.querysets import KeptQuerySet


class PlanState(models.TextChoices):
    """Where the plan of a year stands."""

    DRAFTING = "drafting", _("being made")
    SIGNING = "signing", _("waits for signatures")
    ADOPTED = "adopted", _("adopted")


class CompanyPlan(StoreOwned):
    """The plan of one fiscal year. Written by objectives/actions_plan.py alone.

    `edition`: which edition is being made, or is adopted. `revision` counts the changes of its text: a signature is
    for the revision that was read, so that any change asks everybody again. `version` counts everything that happened.
    """

    year = models.PositiveSmallIntegerField(_("fiscal year"))
    state = models.CharField(_("state"), max_length=8, choices=PlanState.choices, default=PlanState.DRAFTING)
    edition = models.PositiveSmallIntegerField(_("edition"), default=1)
    revision = models.PositiveIntegerField(default=1, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)
    opened_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name=_("opened by"))
    opened_by_id: int
    opened_at = models.DateTimeField(_("opened at"), default=timezone.now)
    adopted_at = models.DateTimeField(_("adopted at"), null=True, blank=True)

    objects: ClassVar[Any] = StoreQuerySet["CompanyPlan"].as_manager()

    same_store_fields = ("opened_by",)

    class Meta:
        verbose_name = _("company plan")
        verbose_name_plural = _("company plans")
        ordering = ["-year"]
        constraints = [
            models.UniqueConstraint(fields=["dealership", "year"], name="plan_once_a_year"),
            models.CheckConstraint(
                name="plan_adopted_has_its_moment",
                condition=Q(state="adopted", adopted_at__isnull=False) | (~Q(state="adopted") & Q(adopted_at=None)),
            ),
        ]

    def __str__(self) -> str:
        return str(self.year)


class Board(models.TextChoices):
    """The boards of a plan: where we stand (STATE), the four of SWOT, and what each expects of the others."""

    STATE = "state", _("where we stand")
    STRENGTH = "strength", _("strengths")
    WEAKNESS = "weakness", _("weaknesses")
    OPPORTUNITY = "opportunity", _("opportunities")
    THREAT = "threat", _("threats")
    EXPECTATION = "expectation", _("expectations")


class PlanEntry(StoreOwned):
    """One department's contribution to a board; an expectation is towards a department, or towards the company."""

    plan = models.ForeignKey(
        CompanyPlan, on_delete=models.PROTECT, related_name="entries", verbose_name=_("company plan")
    )
    plan_id: int
    board = models.CharField(_("board"), max_length=11, choices=Board.choices)
    department = models.ForeignKey(
        Department, on_delete=models.PROTECT, related_name="+", verbose_name=_("contributed by")
    )
    department_id: int
    towards = models.ForeignKey(
        Department, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("expected of")
    )
    towards_id: int | None
    text = models.CharField(_("words"), max_length=500)
    author = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name=_("written by"))
    author_id: int
    written_at = models.DateTimeField(_("written at"), default=timezone.now)

    objects: ClassVar[Any] = StoreQuerySet["PlanEntry"].as_manager()

    same_store_fields = ("plan", "department", "towards", "author")

    class Meta:
        verbose_name = _("contribution to a plan")
        verbose_name_plural = _("contributions to plans")
        ordering = ["board", "department__rank", "department__code", "pk"]
        constraints = [
            models.CheckConstraint(
                name="plan_entry_towards_another",
                condition=Q(towards=None) | (Q(board="expectation") & ~Q(towards=models.F("department"))),
            ),
        ]

    def __str__(self) -> str:
        return self.text


class CompanyGoal(StoreOwned):
    """A goal of the company in a plan. One that a later edition gives up keeps the objectives that served it."""

    plan = models.ForeignKey(
        CompanyPlan, on_delete=models.PROTECT, related_name="goals", verbose_name=_("company plan")
    )
    plan_id: int
    rank = models.PositiveSmallIntegerField(_("order"), default=100)
    title = models.CharField(_("goal"), max_length=200)
    why = models.CharField(_("why"), max_length=500, blank=True)
    given_up_at = models.DateTimeField(_("given up at"), null=True, blank=True)

    objects: ClassVar[Any] = StoreQuerySet["CompanyGoal"].as_manager()

    same_store_fields = ("plan",)

    class Meta:
        verbose_name = _("company goal")
        verbose_name_plural = _("company goals")
        ordering = ["rank", "pk"]

    def __str__(self) -> str:
        return self.title


class GoalMeasure(Measure):
    """How a company goal is measured; a goal may have several."""

    goal = models.ForeignKey(
        CompanyGoal, on_delete=models.PROTECT, related_name="measures", verbose_name=_("company goal")
    )
    goal_id: int

    objects: ClassVar[Any] = StoreQuerySet["GoalMeasure"].as_manager()

    same_store_fields = ("goal",)

    class Meta:
        verbose_name = _("measure of a goal")
        verbose_name_plural = _("measures of goals")
        ordering = ["pk"]
        constraints = [measure_is_whole("goal_measure")]


class PlanSignature(KeptRow):
    """A manager's signature under one revision of a plan's text, for the department they manage."""

    plan = models.ForeignKey(
        CompanyPlan, on_delete=models.PROTECT, related_name="signatures", verbose_name=_("company plan")
    )
    plan_id: int
    edition = models.PositiveSmallIntegerField(_("edition"))
    revision = models.PositiveIntegerField(_("revision"))
    department = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="+", verbose_name=_("department"))
    department_id: int
    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name=_("signed by"))
    person_id: int
    signed_at = models.DateTimeField(_("signed at"), default=timezone.now)

    objects: ClassVar[Any] = KeptQuerySet["PlanSignature"].as_manager()

    same_store_fields = ("plan", "department", "person")

    class Meta:
        verbose_name = _("signature under a plan")
        verbose_name_plural = _("signatures under plans")
        ordering = ["signed_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["plan", "revision", "department", "dealership"], name="plan_signed_once_a_department"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.plan_id}: {self.person_id}"


class PlanEdition(KeptRow):
    """The text of a plan as it was adopted: never changed, never deleted.

    `content`: {"entries": [{"board", "department", "towards", "text"}], "goals": [{"goal", "title", "why",
    "measures": [...]}], "signatures": [{"department", "person", "signed_at"}]}, names as they were that day.
    """

    plan = models.ForeignKey(
        CompanyPlan, on_delete=models.PROTECT, related_name="editions", verbose_name=_("company plan")
    )
    plan_id: int
    number = models.PositiveSmallIntegerField(_("edition"))
    content = models.JSONField(_("text"))
    adopted_at = models.DateTimeField(_("adopted at"), default=timezone.now)

    objects: ClassVar[Any] = KeptQuerySet["PlanEdition"].as_manager()

    same_store_fields = ("plan",)

    class Meta:
        verbose_name = _("adopted edition of a plan")
        verbose_name_plural = _("adopted editions of plans")
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "number", "dealership"], name="plan_edition_once"),
        ]

    def __str__(self) -> str:
        return f"{self.plan_id}: {self.number}"

"""Dealer groups, stores, and the department tree (R1)."""

from __future__ import annotations

import datetime
import zoneinfo
from typing import Any, ClassVar

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils import timezone
from django.utils.dates import MONTHS
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from dealership.countries import supported_countries
from dealership.models.base import StoreOwned, TranslatedName
from dealership.querysets import DealershipQuerySet, DepartmentQuerySet
from dealership.working_days import format_week, parse_week


def validate_time_zone(name: str) -> None:
    """Refuse a name that is no IANA time zone."""
    if name not in zoneinfo.available_timezones():
        raise ValidationError(_("“%(name)s” is no IANA time zone, such as Asia/Shanghai."), params={"name": name})


class DealerGroup(models.Model):
    """A dealer group: owns one store or a thousand."""

    name = models.CharField(_("name"), max_length=100)
    slug = models.SlugField(_("short name"), unique=True, help_text=_("Letters, digits and hyphens; used in commands."))

    class Meta:
        verbose_name = _("dealer group")
        verbose_name_plural = _("dealer groups")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Disclosure(models.IntegerChoices):
    """Who learns how a person rated (R20). A rating keeps what it was given under, whatever the store chooses later."""

    OPEN = 0, _("open: both departments read who rated how")
    DEPARTMENT = 1, _("department: the supplier reads which department rated how, not who")
    CONFIDENTIAL = 2, _("confidential: only figures of several people together, after the month ends")


class Dealership(models.Model):
    """One store: a tenant, with its own people, links, zone and rating policy."""

    group = models.ForeignKey(
        DealerGroup,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="dealerships",
        verbose_name=_("dealer group"),
    )
    name = models.CharField(_("name"), max_length=100)
    slug = models.SlugField(_("short name"), unique=True, help_text=_("Letters, digits and hyphens; used in commands."))
    time_zone = models.CharField(
        _("time zone"),
        max_length=64,
        default="Asia/Shanghai",
        validators=[validate_time_zone],
        help_text=_("Days, weeks and months are cut in this zone, so it is chosen once, before the first rating."),
    )
    language = models.CharField(_("language"), max_length=10, choices=settings.LANGUAGES, default="zh-hans")
    not_good_threshold = models.PositiveSmallIntegerField(
        _("five-point: not good up to"),
        default=2,
        validators=[MinValueValidator(1), MaxValueValidator(3)],
        help_text=_("A five-point score at or under this counts as “not good”. 4 and 5 are always good."),
    )
    rating_days = models.PositiveSmallIntegerField(
        _("days to rate"),
        default=14,
        validators=[MinValueValidator(1), MaxValueValidator(90)],
        help_text=_("An interaction waits this many days for its rating, then expires and stays in the response rate."),
    )
    answer_days = models.PositiveSmallIntegerField(
        _("days to answer a request"),
        default=14,
        validators=[MinValueValidator(1), MaxValueValidator(90)],
        help_text=_("A request nobody accepted or declined expires so many days after the day it was wanted for."),
    )
    recovery_days = models.PositiveSmallIntegerField(
        _("working days to answer a “not good”"),
        default=3,
        validators=[MinValueValidator(1), MaxValueValidator(30)],
        help_text=_("The supplier says within so many working days what it will do, and by when."),
    )
    confidentiality = models.PositiveSmallIntegerField(
        _("who learns how a person rated"),
        choices=Disclosure,
        default=Disclosure.OPEN,
        help_text=_("Holds for ratings from now on. What was given more confidentially stays so."),
    )
    least_raters = models.PositiveSmallIntegerField(
        _("confidential: figures of at least so many people"),
        default=5,
        validators=[MinValueValidator(3), MaxValueValidator(20)],
        help_text=_("What fewer people said together is not shown. Holds for ratings from now on."),
    )
    #: The day of the first confidential rating: before it there is nothing to hold back, and nothing is asked for.
    sealed_since = models.DateField(null=True, editable=False)
    working_week = models.CharField(
        _("working week"),
        max_length=27,
        default="mon tue wed thu fri",
        help_text=_("Days on which lead times count."),
    )
    holiday_calendar = models.CharField(
        _("holidays of"),
        max_length=2,
        blank=True,
        default="CN",
        help_text=_("The country whose public holidays and make-up working days the store keeps. Empty: none."),
    )
    fiscal_year_start = models.PositiveSmallIntegerField(
        _("fiscal year starts in"),
        default=1,
        choices=list(MONTHS.items()),
        help_text=_("The month with which the year of plans and objectives, and its first quarter, begins."),
    )
    mails_notices = models.BooleanField(
        _("send notices by e-mail too"),
        default=False,
        help_text=_("What people find in their inbox is also sent to those with an e-mail address."),
    )
    is_demo = models.BooleanField(
        _("demo"), default=False, editable=False, help_text=_("Its accounts are shown on the sign-in page.")
    )
    created_at = models.DateTimeField(_("created"), default=timezone.now, editable=False)

    objects: ClassVar[Any] = DealershipQuerySet["Dealership"].as_manager()

    class Meta:
        verbose_name = _("dealership")
        verbose_name_plural = _("dealerships")
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                name="dealership_not_good_threshold_1_to_3",
                condition=models.Q(not_good_threshold__gte=1, not_good_threshold__lte=3),
                violation_error_message=_("The threshold must be 1, 2 or 3."),
            ),
            models.CheckConstraint(
                name="dealership_least_raters_at_least_3",
                condition=models.Q(least_raters__gte=3),
                violation_error_message=_("At least 3 people."),
            ),
            models.CheckConstraint(
                name="dealership_fiscal_year_starts_in_a_month",
                condition=models.Q(fiscal_year_start__gte=1, fiscal_year_start__lte=12),
                violation_error_message=_("The year starts in one of twelve months."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @cached_property
    def zone(self) -> zoneinfo.ZoneInfo:
        """The store's time zone."""
        return zoneinfo.ZoneInfo(self.time_zone)

    def local_day(self, moment: datetime.datetime) -> datetime.date:
        """Return the store's calendar day at an aware moment."""
        return moment.astimezone(self.zone).date()

    def today(self) -> datetime.date:
        """Return the store's calendar day now."""
        return self.local_day(timezone.now())

    def clean(self) -> None:
        """Refuse a week without a readable day and a country without known holidays; keep the week Monday first."""
        super().clean()
        errors = {}
        try:
            self.working_week = format_week(parse_week(self.working_week))
        except ValueError as error:
            text = _("“%(word)s” is no day of the week. Write, for example, mon tue wed thu fri.")
            errors["working_week"] = ValidationError(text, code="day", params={"word": error})
        if not self.working_week:
            errors["working_week"] = ValidationError(_("A week has at least one working day."), code="no_day")
        if self.holiday_calendar and self.holiday_calendar not in supported_countries():
            errors["holiday_calendar"] = ValidationError(
                _("The holidays of this country are not known."), code="country"
            )
        if errors:
            raise ValidationError(errors)

    def get_additional_data(self) -> dict[str, int]:
        """Return what the audit log keeps beside a change of the store itself."""
        return {"dealership": self.pk}


class Department(StoreOwned, TranslatedName):
    """A node of the store's tree; a team inside a department is a department too (R1, R9)."""

    code = models.SlugField(_("code"), max_length=50, help_text=_("Short English word; used in imports and addresses."))
    parent = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="children",
        verbose_name=_("part of"),
        help_text=_("The department above. A team belongs to its department."),
    )
    parent_id: int | None
    heads_store = models.BooleanField(
        _("general manager's office"), default=False, help_text=_("Its manager is the general manager of the store.")
    )
    is_active = models.BooleanField(
        _("active"), default=True, help_text=_("Untick instead of deleting: the department keeps its history.")
    )
    rank = models.PositiveSmallIntegerField(_("order"), default=100, help_text=_("Lower numbers come first in lists."))

    objects: ClassVar[Any] = DepartmentQuerySet["Department"].as_manager()

    same_store_fields = ("parent",)

    class Meta:
        verbose_name = _("department")
        verbose_name_plural = _("departments")
        ordering = ["rank", "code"]
        constraints = [
            models.UniqueConstraint(
                fields=["dealership", "code"],
                name="department_code_unique_in_store",
                violation_error_message=_("The store has a department with this code already."),
            ),
            models.UniqueConstraint(
                fields=["dealership"],
                condition=models.Q(heads_store=True),
                name="department_one_head_of_store",
                violation_error_message=_("The store has a general manager's office already."),
            ),
        ]

    def clean(self) -> None:
        """Refuse a parent of another store and a loop in the tree."""
        super().clean()
        seen = {self.pk} if self.pk else set()
        above = self.parent
        while above is not None:
            if above.pk in seen:
                raise ValidationError(
                    {
                        "parent": ValidationError(
                            _("A department cannot be part of itself or of its own teams."), code="loop"
                        )
                    }
                )
            seen.add(above.pk)
            above = above.parent

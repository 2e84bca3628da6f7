"""What can be measured: a date, a number, an amount, a percentage, or a proven fact (R22)."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from dealership.models import StoreOwned


class MeasureKind(models.TextChoices):
    """The five kinds of criteria."""

    DATE = "date", _("date")
    NUMBER = "number", _("number")
    AMOUNT = "amount", _("amount")
    PERCENTAGE = "percentage", _("percentage")
    FACT = "fact", _("proven fact")


class Comparison(models.TextChoices):
    """How a fact is held against the target. Numbers: the first three; dates: by, on; proven facts: proven."""

    AT_LEAST = "at_least", _("at least")
    AT_MOST = "at_most", _("at most")
    EXACTLY = "exactly", _("exactly")
    BY = "by", _("on or before the day")
    ON = "on", _("on the day")
    PROVEN = "proven", _("is proven")


NUMERIC = (MeasureKind.NUMBER, MeasureKind.AMOUNT, MeasureKind.PERCENTAGE)

#: Which comparisons a kind knows; the first is offered.
COMPARISONS: dict[str, tuple[Comparison, ...]] = {
    MeasureKind.DATE: (Comparison.BY, Comparison.ON),
    MeasureKind.NUMBER: (Comparison.AT_LEAST, Comparison.AT_MOST, Comparison.EXACTLY),
    MeasureKind.AMOUNT: (Comparison.AT_LEAST, Comparison.AT_MOST, Comparison.EXACTLY),
    MeasureKind.PERCENTAGE: (Comparison.AT_LEAST, Comparison.AT_MOST, Comparison.EXACTLY),
    MeasureKind.FACT: (Comparison.PROVEN,),
}


def measure_is_whole(prefix: str) -> models.CheckConstraint:
    """Return the constraint that a measure of each kind has the target and the comparison that its kind needs."""
    numbers = [Comparison.AT_LEAST, Comparison.AT_MOST, Comparison.EXACTLY]
    return models.CheckConstraint(
        name=f"{prefix}_is_whole",
        condition=Q(
            kind__in=[str(kind) for kind in NUMERIC],
            target__isnull=False,
            comparison__in=[str(known) for known in numbers],
        )
        | Q(kind="date", target=None, comparison__in=["by", "on"])
        | Q(kind="fact", target=None, comparison="proven"),
    )


class Measure(StoreOwned):
    """A measurable target: what, compared how, with which target, due when.

    "3 qualified fitters on duty 30 days before the second quarter starts": kind number, what "qualified fitters on
    duty", at least, target 3, due_on 2026-03-02, due_words "30 days before the second quarter starts".
    """

    kind = models.CharField(_("kind"), max_length=10, choices=MeasureKind.choices)
    what = models.CharField(_("what is measured"), max_length=200)
    comparison = models.CharField(_("comparison"), max_length=8, choices=Comparison.choices)
    target = models.DecimalField(_("target"), max_digits=14, decimal_places=2, null=True, blank=True)
    unit = models.CharField(_("unit"), max_length=20, blank=True)
    due_on = models.DateField(_("due on"))
    #: How the day was said, where it was said in words; the day is what counts.
    due_words = models.CharField(_("due, in words"), max_length=100, blank=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.what

    def clean(self) -> None:
        """Refuse a target or a comparison that does not belong to the kind."""
        super().clean()
        errors: dict[str, ValidationError] = {}
        if self.kind in COMPARISONS and self.comparison not in COMPARISONS[self.kind]:
            errors["comparison"] = ValidationError(_("This comparison does not fit the kind."), code="comparison")
        if self.kind in NUMERIC and self.target is None:
            errors["target"] = ValidationError(_("Say the number that is to be reached."), code="required")
        if self.kind not in NUMERIC and self.target is not None:
            errors["target"] = ValidationError(_("A date or a proven fact has no number."), code="no_number")
        if errors:
            raise ValidationError(errors)

"""A measure in words: what, how much, by which day; for criteria, company goals and lines as they are typed."""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Protocol

from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from objectives.models import Comparison, MeasureKind


class Measured(Protocol):
    """What a measure says; rows and typed lines alike."""

    kind: str
    what: str
    comparison: str
    target: Decimal | None
    unit: str
    due_on: datetime.date
    due_words: str


def measure_words(measure: Measured) -> str:
    """Return a measure as one sentence part: "qualified fitters on duty: at least 3 by 2 March 2026"."""
    day = date_format(measure.due_on, "DATE_FORMAT")
    if measure.due_words:
        day = _("%(day)s (%(words)s)") % {"day": day, "words": measure.due_words}
    values = {"what": measure.what, "day": day, "much": _much(measure)}
    return _sentence(measure.comparison) % values


def figure_words(value: Decimal) -> str:
    """Return a number as the reader's language writes it, without trailing zeros.

    >>> figure_words(Decimal("3.00")), figure_words(Decimal("0.50")), figure_words(Decimal("100"))
    ('3', '0.5', '100')
    """
    whole = value == value.to_integral_value()
    return number_format(value.quantize(Decimal(1)) if whole else value.normalize(), force_grouping=True)


def share_words(value: Decimal) -> str:
    """Return a percentage as the reader's language writes it: "96.5 %", 96.5%."""
    return _("%(number)s %%") % {"number": figure_words(value)}


def _sentence(comparison: str) -> str:
    if comparison == Comparison.AT_LEAST:
        return _("%(what)s: at least %(much)s by %(day)s")
    if comparison == Comparison.AT_MOST:
        return _("%(what)s: at most %(much)s by %(day)s")
    if comparison == Comparison.EXACTLY:
        return _("%(what)s: exactly %(much)s by %(day)s")
    if comparison == Comparison.BY:
        return pgettext("a measure", "%(what)s: by %(day)s")
    if comparison == Comparison.ON:
        return pgettext("a measure", "%(what)s: on %(day)s")
    return _("%(what)s: proven by %(day)s")


def _much(measure: Measured) -> str:
    """Return the target with its unit; a percentage without one has its sign."""
    if measure.target is None:
        return ""
    if measure.kind == MeasureKind.PERCENTAGE and not measure.unit:
        return share_words(Decimal(measure.target))
    return f"{figure_words(Decimal(measure.target))} {measure.unit}".strip()

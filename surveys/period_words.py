"""Months, quarters and years as the reader writes them."""

from __future__ import annotations

import datetime

from django.utils.formats import date_format
from django.utils.functional import lazy
from django.utils.translation import gettext as _

from surveys.periods import Period


def month_label(day: datetime.date) -> str:
    """Return the month of a day as the reader writes it: November 2026, 2026年11月."""
    return date_format(day, "YEAR_MONTH_FORMAT")


def period_label(period: Period) -> str:
    """Return a month, quarter or year as the reader writes it."""
    if "Q" in period.name:
        # Translators: a quarter of a year, e.g. "Q4 2026".
        return _("Q%(quarter)s %(year)s") % {"quarter": period.name[-1], "year": period.start.year}
    if "-" in period.name:
        return month_label(period.start)
    # Translators: a calendar year, e.g. "2026".
    return _("Year %(year)s") % {"year": period.start.year}


#: The same, worked out in each reader's language.
lazy_period_label = lazy(period_label, str)

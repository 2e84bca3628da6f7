"""Twelve months in a row, against what chance alone explains."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from dashboards.choice import month_label
from surveys.counts import Counts, Figures, total
from surveys.periods import Period, add_months
from surveys.statistics import control_limits

#: Fewer rated months than this make no trend to speak of.
ENOUGH_MONTHS = 3


@dataclass(frozen=True)
class Month:
    """One month of a trend."""

    start: datetime.date
    figures: Figures
    limits: tuple[float, float] | None
    url: str

    @property
    def label(self) -> str:
        """The month as the reader writes it."""
        return month_label(self.start)

    @property
    def without(self) -> dict[str, Any] | None:
        """What the chart draws of the month without short notice (R12); None where nothing was rated but so."""
        figures = self.figures.without or self.figures
        if not figures.n:
            return None
        return {"rate": figures.satisfied_rate, "n": figures.n, "marked": self.figures.n_short > 0}

    @property
    def is_low(self) -> bool:
        """Whether the month lies below what chance alone explains."""
        rate = self.figures.satisfied_rate
        return rate is not None and self.limits is not None and rate < self.limits[0]


@dataclass(frozen=True)
class Trend:
    """The months of the long view, oldest first."""

    months: list[Month]
    mean: float | None

    @cached_property
    def rated(self) -> list[Month]:
        """Months with ratings."""
        return [month for month in self.months if month.figures.n]

    @cached_property
    def has_short_notice(self) -> bool:
        """Whether any rating of these months came at short notice (R12)."""
        return any(month.figures.n_short for month in self.rated)

    @property
    def lowest(self) -> Month | None:
        """The last month below its limits: the finding worth a title; None if there is none."""
        return next((month for month in reversed(self.months) if month.is_low), None)

    @property
    def is_steady(self) -> bool:
        """Whether there are enough months to say that none stands out."""
        return len(self.rated) >= ENOUGH_MONTHS and self.lowest is None

    @property
    def data(self) -> dict[str, Any]:
        """What the chart draws (shape: static/js/charts.js)."""
        return {
            "points": [
                {
                    "label": month.label,
                    "rate": month.figures.satisfied_rate,
                    "low": month.figures.interval_low,
                    "high": month.figures.interval_high,
                    "n": month.figures.n,
                    "not_good": month.figures.not_good,
                    "url": month.url,
                    **({"without": month.without} if self.has_short_notice else {}),
                }
                for month in self.months
            ],
            "mean": self.mean,
            "limits": [
                {"low": month.limits[0], "high": month.limits[1]} if month.limits else None for month in self.months
            ],
        }


def trend(by_month: dict[datetime.date, Counts], long: Period, urls: dict[datetime.date, str], threshold: int) -> Trend:
    """Return the trend over the twelve months `long`.

    `by_month`: counts per first day of the month; `urls`: where a month's ratings are.
    """
    starts = [add_months(long.start, step) for step in range(12)]
    counts = {start: by_month.get(start, Counts(threshold=threshold)) for start in starts}
    mean = total(counts.values(), threshold).figures().satisfied_rate
    months = []
    for start in starts:
        figures = counts[start].figures()
        limits = None if mean is None else control_limits(mean, figures.n)
        months.append(Month(start, figures, limits, urls.get(start, "") if figures.n else ""))
    return Trend(months, mean)

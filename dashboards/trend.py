"""Twelve months in a row, against what chance alone explains."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from surveys.control import Point, Signal, control_chart
from surveys.counts import Counts, Figures
from surveys.period_words import month_label
from surveys.periods import Period, add_months

#: Fewer rated months than this make no trend to speak of.
ENOUGH_MONTHS = 3

#: What a signal says, by its rule and whether it is low: as a finding, and in a few words beside its last month.
WORDS: dict[tuple[str, bool], tuple[Promise, Promise]] = {
    ("beyond", True): (_("%(month)s was unusually low"), _("unusually low")),
    ("beyond", False): (_("%(month)s was unusually high"), _("unusually high")),
    ("two_of_three", True): (_("Two of the three months up to %(month)s were clearly low"), _("two of three low")),
    ("two_of_three", False): (_("Two of the three months up to %(month)s were clearly high"), _("two of three high")),
    ("four_of_five", True): (_("Four of the five months up to %(month)s were rather low"), _("four of five low")),
    ("four_of_five", False): (_("Four of the five months up to %(month)s were rather high"), _("four of five high")),
    ("eight", True): (_("Eight months in a row up to %(month)s lay below the mean"), _("eight in a row below")),
    ("eight", False): (_("Eight months in a row up to %(month)s lay above the mean"), _("eight in a row above")),
}


@dataclass(frozen=True)
class Mark:
    """A signal of the control chart in words: what chance alone does not explain."""

    signal: Signal
    month: str

    @property
    def low(self) -> bool:
        """Whether it is on the low side."""
        return self.signal.low

    @property
    def finding(self) -> str:
        """It as the beginning of a sentence."""
        return str(WORDS[self.signal.rule, self.signal.low][0]) % {"month": self.month}

    @property
    def words(self) -> str:
        """It in a few words."""
        return str(WORDS[self.signal.rule, self.signal.low][1])


@dataclass(frozen=True)
class Month:
    """One month of a trend."""

    start: datetime.date
    figures: Figures
    point: Point | None
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
    def limits(self) -> tuple[float, float] | None:
        """Where the month's rate lies by chance alone; None where that cannot be said."""
        return self.point.limits if self.point else None

    @cached_property
    def marks(self) -> list[Mark]:
        """The signals that end with this month, the strongest first."""
        return [Mark(signal, self.label) for signal in self.point.signals] if self.point else []


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

    @cached_property
    def found(self) -> Month | None:
        """The last month that completes a signal: the finding worth a title; None if there is none."""
        return next((month for month in reversed(self.months) if month.marks), None)

    @property
    def is_steady(self) -> bool:
        """Whether there are enough months to say that none stands out."""
        return len(self.rated) >= ENOUGH_MONTHS and self.found is None

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
                    "held_back": month.figures.held_back,
                    "not_good": month.figures.not_good,
                    "url": month.url,
                    **({"signals": [mark.words for mark in month.marks]} if month.marks else {}),
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
    figures = [counts[start].figures() for start in starts]
    chart = control_chart([(each.good, each.n) for each in figures])
    months = [
        Month(start, each, point, urls.get(start, "") if each.n else "")
        for start, each, point in zip(starts, figures, chart.points, strict=True)
    ]
    return Trend(months, chart.mean)

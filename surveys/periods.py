"""Periods of local days: weeks start on Monday, quarters and years are sums of months. Pure: imports no Django.

All bounds are inclusive local days.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import dataclass

Day = datetime.date
ONE_DAY = datetime.timedelta(days=1)

GRAINS = ("day", "week", "month", "quarter", "year", "all")
_MONTHS = {"month": 1, "quarter": 3, "year": 12}


@dataclass(frozen=True, order=True)
class Period:
    """A run of local days with a name: `2026-11`, `2026-W47`, `2026-Q4`, `2026`, `2026-11-23`, `all`."""

    start: Day
    end: Day
    name: str = ""

    def __contains__(self, day: Day) -> bool:
        return self.start <= day <= self.end

    @property
    def days(self) -> int:
        """Number of days."""
        return (self.end - self.start).days + 1


def week_start(day: Day) -> Day:
    """Return the Monday of the day's week.

    >>> week_start(datetime.date(2026, 11, 22)).isoformat()
    '2026-11-16'
    """
    return day - datetime.timedelta(days=day.weekday())


def month_start(day: Day) -> Day:
    """Return the first day of the day's month."""
    return day.replace(day=1)


def add_months(first: Day, months: int) -> Day:
    """Return the first day of the month `months` after (or, negative, before) the month of `first`.

    >>> add_months(datetime.date(2026, 1, 31), -11).isoformat()
    '2025-02-01'
    """
    index = first.year * 12 + first.month - 1 + months
    return Day(index // 12, index % 12 + 1, 1)


def period_of(grain: str, day: Day) -> Period:
    """Return the day, week, month, quarter or year that `day` lies in.

    >>> period_of("quarter", datetime.date(2026, 11, 23))
    Period(start=datetime.date(2026, 10, 1), end=datetime.date(2026, 12, 31), name='2026-Q4')
    """
    if grain == "day":
        return Period(day, day, day.isoformat())
    if grain == "week":
        start = week_start(day)
        year, week, _weekday = start.isocalendar()
        return Period(start, start + 6 * ONE_DAY, f"{year:04}-W{week:02}")
    months = _MONTHS[grain]
    start = Day(day.year, (day.month - 1) // months * months + 1, 1)
    name = (
        f"{start.year:04}" + {"month": f"-{start.month:02}", "quarter": f"-Q{start.month // 3 + 1}", "year": ""}[grain]
    )
    return Period(start, add_months(start, months) - ONE_DAY, name)


def parse_period(name: str) -> Period:
    """Return the month, quarter, year, week or day named as in Period. Raises ValueError for anything else."""
    try:
        if "-W" in name:
            return period_of("week", Day.fromisocalendar(int(name[:4]), int(name[6:]), 1))
        if "-Q" in name:
            quarter = int(name[6:])
            if not 1 <= quarter <= 4:
                raise ValueError(name)
            return period_of("quarter", Day(int(name[:4]), quarter * 3, 1))
        parts = [int(part) for part in name.split("-")]
        grain = {1: "year", 2: "month", 3: "day"}[len(parts)]
        found = period_of(grain, Day(*[*parts, 1, 1][:3]))
    except (KeyError, TypeError, OverflowError) as error:
        raise ValueError(name) from error
    if found.name != name:
        raise ValueError(name)
    return found


def periods_between(grain: str, start: Day, end: Day) -> Iterator[Period]:
    """Yield the periods of a grain that touch [start, end], cut to it; the name stays that of the whole period."""
    if start > end:
        return
    if grain == "all":
        yield Period(start, end, "all")
        return
    day = start
    while day <= end:
        whole = period_of(grain, day)
        yield Period(max(whole.start, start), min(whole.end, end), whole.name)
        day = whole.end + ONE_DAY


def last_12_months(end: Day) -> Period:
    """Return the twelve whole months up to and including the month of `end` (the long view of R17)."""
    last = period_of("month", end).end
    return Period(add_months(month_start(end), -11), last)


def split_by_rollups(period: Period, grain: str) -> tuple[Period | None, list[Period]]:
    """Split days into what whole rollup rows cover and the days at the edges that must be read from the ratings.

    `grain`: "week" or "month", the rollup rows to use. Returns (whole, edges); `whole` is None if there is none.

    >>> whole, edges = split_by_rollups(Period(datetime.date(2026, 1, 31), datetime.date(2026, 3, 1)), "month")
    >>> whole.start.isoformat(), whole.end.isoformat(), [edge.days for edge in edges]
    ('2026-02-01', '2026-02-28', [1, 1])
    """
    first, last = period_of(grain, period.start), period_of(grain, period.end)
    start = period.start if first.start == period.start else first.end + ONE_DAY
    end = period.end if last.end == period.end else last.start - ONE_DAY
    if start > end:
        return None, [period]
    edges = []
    if period.start < start:
        edges.append(Period(period.start, start - ONE_DAY))
    if end < period.end:
        edges.append(Period(end + ONE_DAY, period.end))
    return Period(start, end), edges

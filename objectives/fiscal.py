"""Fiscal years and their quarters. A fiscal year is named after the calendar year in which it starts."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

ONE_DAY = datetime.timedelta(days=1)


@dataclass(frozen=True, order=True)
class FiscalYear:
    """A fiscal year of a store: `year` in which it starts, `start_month` 1 to 12 (the store's setting).

    >>> FiscalYear(2026).quarter(2)
    (datetime.date(2026, 4, 1), datetime.date(2026, 6, 30))
    >>> FiscalYear(2026, start_month=4).quarter(4)
    (datetime.date(2027, 1, 1), datetime.date(2027, 3, 31))
    """

    year: int
    start_month: int = 1

    @classmethod
    def of(cls, day: datetime.date, start_month: int = 1) -> FiscalYear:
        """Return the fiscal year a day lies in.

        >>> FiscalYear.of(datetime.date(2026, 3, 31), start_month=4).year
        2025
        """
        return cls(day.year if day.month >= start_month else day.year - 1, start_month)

    @property
    def first_day(self) -> datetime.date:
        """Its first day."""
        return datetime.date(self.year, self.start_month, 1)

    @property
    def last_day(self) -> datetime.date:
        """Its last day."""
        return datetime.date(self.year + 1, self.start_month, 1) - ONE_DAY

    def quarter(self, number: int) -> tuple[datetime.date, datetime.date]:
        """Return the first and the last day of a quarter, 1 to 4."""
        return self._months(3 * (number - 1), 3)

    def half(self, number: int) -> tuple[datetime.date, datetime.date]:
        """Return the first and the last day of a half, 1 or 2."""
        return self._months(6 * (number - 1), 6)

    def month(self, number: int) -> tuple[datetime.date, datetime.date]:
        """Return the first and the last day of a calendar month (1 to 12) as it lies in this fiscal year."""
        return self._months((number - self.start_month) % 12, 1)

    def _months(self, after: int, count: int) -> tuple[datetime.date, datetime.date]:
        return self._month_start(after), self._month_start(after + count) - ONE_DAY

    def _month_start(self, after: int) -> datetime.date:
        months = self.start_month - 1 + after
        return datetime.date(self.year + months // 12, months % 12 + 1, 1)

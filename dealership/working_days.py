"""Working days of a store: its week, the days it is closed, the days it works all the same (R11). Imports no Django.

A lead time of three days asked for on a Friday is met on Wednesday:

>>> week = WorkingCalendar(weekdays=parse_week("mon tue wed thu fri"))
>>> friday = datetime.date(2026, 11, 27)
>>> week.add(friday, 3).isoformat()
'2026-12-02'
>>> week.between(friday, datetime.date(2026, 12, 2))
3

Counted from a day off, the first working day is the next one; none ahead is the day itself:

>>> saturday = datetime.date(2026, 11, 28)
>>> week.add(saturday, 1).isoformat(), week.add(saturday, 0).isoformat()
('2026-11-30', '2026-11-28')

A holiday is no working day; a make-up day is one, whatever its weekday or the list of holidays says:

>>> monday, sunday = datetime.date(2026, 11, 30), datetime.date(2026, 11, 29)
>>> moved = WorkingCalendar(week.weekdays, closed={monday: "Stocktaking"}, extra=frozenset({sunday}))
>>> moved.is_working(sunday), moved.is_working(monday), moved.is_holiday(monday), moved.is_holiday(saturday)
(True, False, True, False)
>>> moved.name_of(monday)
'Stocktaking'
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

#: The days of the week as they are written in settings and imports, Monday first.
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_DAY = datetime.timedelta(days=1)


class TooFarError(ValueError):
    """So many working days ahead there is no date any more: the calendar ends with the year 9999."""


def parse_week(text: str) -> frozenset[int]:
    """Return the weekdays (0 is Monday) named in a text such as `mon tue wed`.

    Raises ValueError with the word that names no day.

    >>> sorted(parse_week("Fri mon,sat"))
    [0, 4, 5]
    """
    days = set()
    for word in text.lower().replace(",", " ").split():
        if word not in DAYS:
            raise ValueError(word)
        days.add(DAYS.index(word))
    return frozenset(days)


def format_week(weekdays: Iterable[int]) -> str:
    """Return the text form of weekdays, Monday first; parse_week of it gives the same days.

    >>> format_week({4, 0})
    'mon fri'
    """
    return " ".join(DAYS[weekday] for weekday in sorted(set(weekdays)))


@dataclass(frozen=True)
class WorkingCalendar:
    """Which days are worked: the week, but for the days `closed` (each with its name), and the days `extra` always.

    A calendar without any weekday is refused with ValueError: nothing would ever be due in it.
    """

    weekdays: frozenset[int]
    closed: Mapping[datetime.date, str] = field(default_factory=dict)
    extra: frozenset[datetime.date] = frozenset()

    def __post_init__(self) -> None:
        if not self.weekdays or not self.weekdays <= set(range(7)):
            raise ValueError(f"no week: {sorted(self.weekdays)}")

    def is_working(self, day: datetime.date) -> bool:
        """Return whether the store works on the day."""
        return day in self.extra or (day.weekday() in self.weekdays and day not in self.closed)

    def is_holiday(self, day: datetime.date) -> bool:
        """Return whether the store is closed for a reason with a name; a mere weekly day off is no holiday."""
        return day in self.closed and day not in self.extra

    def name_of(self, day: datetime.date) -> str:
        """Return the name of the holiday on the day; empty if it is none."""
        return self.closed[day] if self.is_holiday(day) else ""

    def add(self, day: datetime.date, days: int) -> datetime.date:
        """Return the `days`-th working day after `day`; 0 is the day itself, whether it is worked or not.

        It ends for every calendar: a week has a working day, and holidays are a finite list. Raises TooFarError where
        the dates end, ValueError for a negative number.
        """
        if days < 0:
            raise ValueError(days)
        found = day
        try:
            while days:
                found += _DAY
                days -= self.is_working(found)
        except OverflowError:
            raise TooFarError(day) from None
        return found

    def between(self, first: datetime.date, last: datetime.date) -> int:
        """Return how many working days come after `first`, up to and including `last`; negative when last is earlier.

        `between(day, add(day, n)) == n`, and `between(a, b) + between(b, c) == between(a, c)`: lateness and earliness
        are counted alike. Worked out by weeks, not day by day, so that a mistyped year costs nothing.
        """
        if last < first:
            return -self.between(last, first)
        weeks, rest = divmod((last - first).days, 7)
        count = weeks * len(self.weekdays)
        count += sum((last.weekday() - back) % 7 in self.weekdays for back in range(rest))
        for day in self.closed.keys() | self.extra:
            if first < day <= last:
                count += self.is_working(day) - (day.weekday() in self.weekdays)
        return count

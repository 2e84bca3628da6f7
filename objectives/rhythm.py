"""The days of a rhythm: month ends, days off, and a day that was moved by hand. Imports no Django (R26).

A rhythm has a first day; the later ones fall on the same day of their month, or on its last day where the month is
shorter, and on the working day after it where that day is not worked.

>>> january = datetime.date(2026, 1, 31)
>>> [in_step(january, 1, step).isoformat() for step in (1, 2, 3)]
['2026-02-28', '2026-03-31', '2026-04-30']
"""

from __future__ import annotations

import datetime
from calendar import monthrange
from typing import Protocol

#: How many months lie between two days of a rhythm.
MONTHS = {"monthly": 1, "quarterly": 3}
#: Nobody works on fewer days than one in so many; past that, the day itself is taken.
LONGEST_CLOSURE = 60
_DAY = datetime.timedelta(days=1)


class Calendar(Protocol):
    """What a rhythm asks of a store's calendar."""

    def is_working(self, day: datetime.date) -> bool:
        """Return whether the store works on the day."""


def in_step(first: datetime.date, months: int, step: int) -> datetime.date:
    """Return the day that lies `step` times `months` months after the first, within its month."""
    place = first.year * 12 + first.month - 1 + months * step
    year, month = place // 12, place % 12 + 1
    return datetime.date(year, month, min(first.day, monthrange(year, month)[1]))


def working_day(day: datetime.date, calendar: Calendar) -> datetime.date:
    """Return the day, or the first working day after it."""
    for ahead in range(LONGEST_CLOSURE):
        if calendar.is_working(day + ahead * _DAY):
            return day + ahead * _DAY
    return day


def next_day(
    first: datetime.date, rhythm: str, *, last: datetime.date, after: datetime.date, calendar: Calendar
) -> datetime.date | None:
    """Return the next day of a rhythm; None for one that has none (once).

    `last`: the day of the latest dialogue, wherever it was moved: it stands for the day of the rhythm that is nearest
    to it, and the next one follows. `after`: a day that has to lie before the next one, such as today. Days further
    back are left out: nobody talks about a quarter that is over.
    """
    months = MONTHS.get(rhythm)
    if months is None:
        return None
    step = _nearest(first, months, last) + 1
    while (day := working_day(in_step(first, months, step), calendar)) <= max(last, after):
        step += 1
    return day


def _nearest(first: datetime.date, months: int, day: datetime.date) -> int:
    """Return the step of the rhythm that lies nearest to a day; the first day's is 0, and none comes before it."""
    about = ((day.year - first.year) * 12 + day.month - first.month) // months
    steps = [step for step in (about - 1, about, about + 1) if step >= 0] or [0]
    return min(steps, key=lambda step: (abs((in_step(first, months, step) - day).days), step))

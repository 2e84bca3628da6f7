"""When a manager's month may be judged, and when subordinates' ratings may be shown (R20, R29). Pure: no Django.

The superior rates the running month, and the one before until the 10th; subordinates rate the running month alone:

>>> [month.isoformat() for month in months_to_rate("superior", Day(2026, 11, 10))]
['2026-11-01', '2026-10-01']
>>> [month.isoformat() for month in months_to_rate("superior", Day(2026, 11, 11))]
['2026-11-01']
>>> [month.isoformat() for month in months_to_rate("subordinate", Day(2026, 11, 2))]
['2026-11-01']

What subordinates give is published when the month has ended and a day has passed: alone where enough people rated in
it; else what is left of the quarter together, when that has ended; else what is left of the year. January had five
raters; February and March had three each, four people together; so they wait for the rest of the year:

>>> few = [Cell((Day(2026, 2, 1),), frozenset({1, 2, 3}), 5), Cell((Day(2026, 3, 1),), frozenset({2, 3, 4}), 5)]
>>> january = Cell((Day(2026, 1, 1),), frozenset({1, 2, 3, 4, 5}), 5)
>>> [[str(month) for month in block] for block in due_blocks([january, *few], Day(2026, 4, 2))]
[['2026-01-01']]
>>> later = [*few, Cell((Day(2026, 8, 1),), frozenset({5}), 5)]
>>> due_blocks(later, Day(2026, 12, 31))
[]
>>> [[str(month) for month in block] for block in due_blocks(later, Day(2027, 1, 2))]
[['2026-02-01', '2026-03-01', '2026-08-01']]

What even a year is too small for is never shown, and forgotten:

>>> [str(month) for month in never_shown(few, Day(2027, 1, 2))]
['2026-02-01', '2026-03-01']
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from typing import cast

from surveys.confidentiality import Cell, partition
from surveys.periods import ONE_DAY, add_months, month_start, period_of

Day = datetime.date

#: Until this day of a month the superior may rate the month before.
LAST_DAY_FOR_MONTH_BEFORE = 10
#: In the last so many days of a month the inbox asks for what is not rated yet.
ASKING_DAYS = 7
#: Until this day of a month it asks the superior for the month before.
ASKING_UNTIL = LAST_DAY_FOR_MONTH_BEFORE


def months_to_rate(side: str, today: Day) -> list[Day]:
    """Return the months a side ("superior" or "subordinate") may rate today, the running one first."""
    this = month_start(today)
    late = side == "superior" and today.day <= LAST_DAY_FOR_MONTH_BEFORE
    return [this, add_months(this, -1)] if late else [this]


def last_day_to_rate(side: str, month: Day) -> Day:
    """Return the last day on which a side may rate a month.

    >>> last_day_to_rate("superior", Day(2026, 11, 1)).isoformat()
    '2026-12-10'
    """
    if side == "superior":
        return add_months(month, 1).replace(day=LAST_DAY_FOR_MONTH_BEFORE)
    return period_of("month", month).end


def months_asked(today: Day) -> list[Day]:
    """Return the months whose ratings the inbox asks for: the one about to end, and until the 10th the one before.

    The one before is the superior's alone (`months_to_rate`).

    >>> [[f"{month:%m}" for month in months_asked(Day(2026, 11, day))] for day in (10, 11, 23, 24)]
    [['10'], [], [], ['11']]
    """
    found = [add_months(today, -1)] if today.day <= ASKING_UNTIL else []
    return [*found, month_start(today)] if period_of("month", today).end - today < ASKING_DAYS * ONE_DAY else found


def is_over(grain: str, month: Day, today: Day) -> bool:
    """Return whether a month, quarter or year that holds a month has ended and a day has passed since."""
    return today > period_of(grain, month).end + ONE_DAY


def due_blocks(cells: Iterable[Cell], today: Day) -> list[list[Day]]:
    """Return the blocks of months that may be published of one manager's cells, one a month, which are in none yet.

    Each cell's path is its month. The same whether one asks every day or once a year: months come before quarters.
    """
    left = {_month_of(cell): cell for cell in cells if cell.raters}
    found: list[list[Day]] = []
    for grain in ("month", "quarter", "year"):
        for name in sorted({period_of(grain, month).name for month in left}):
            months = sorted(month for month in left if period_of(grain, month).name == name)
            if not is_over(grain, months[0], today):
                continue
            # One path for all: they are told apart no further than this.
            together = [Cell((name,), left[month].raters, left[month].least, month) for month in months]
            if partition(together):
                found.append(months)
                for month in months:
                    del left[month]
    return found


def never_shown(cells: Iterable[Cell], today: Day) -> list[Day]:
    """Return the months whose year has ended without enough raters."""
    cells = [cell for cell in cells if is_over("year", _month_of(cell), today)]
    shown = {month for block in due_blocks(cells, today) for month in block}
    return sorted({_month_of(cell) for cell in cells} - shown)


def _month_of(cell: Cell) -> Day:
    return cast(Day, cell.path[0])

"""Whether what a customer asks for keeps to the service windows and the lead time, and when it would (R11). No Django.

Nothing here forbids: a request outside is marked "short notice", and the next slot is offered. Finance reimburses on
Mondays. Service asks on Tuesday, 24 November 2026, for that Tuesday, and is offered the Monday after:

>>> from supplychain.windows import parse_windows
>>> from dealership.working_days import parse_week
>>> monday = parse_windows("mon")
>>> week = WorkingCalendar(parse_week("mon tue wed thu fri"))
>>> found = assess(
...     asked_at=datetime.datetime(2026, 11, 24, 10, 0), wanted_on=datetime.date(2026, 11, 24), wanted_time=None,
...     windows=monday, lead_time_days=None, calendar=week,
... )
>>> found.outside_window, found.short_of_lead_time, found.short_notice, found.next_slot.day.isoformat()
(True, False, True, '2026-11-30')

docs/appointments.md has the rules in prose and a table of cases.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import dataclass

from dealership.working_days import WorkingCalendar
from supplychain.windows import Window

#: So many days ahead a free window is looked for; a store is not on holiday for longer.
HORIZON = 400
_DAY = datetime.timedelta(days=1)


@dataclass(frozen=True)
class Slot:
    """A day on which the supplier serves, and the window of that day; None where no windows are agreed."""

    day: datetime.date
    window: Window | None


@dataclass(frozen=True)
class Assessment:
    """What is off about a wanted day, and what would be right."""

    outside_window: bool
    short_of_lead_time: bool
    #: How early the customer asks, in working days; negative when the day is past.
    notice_days: int
    #: The first day that keeps to the lead time.
    earliest: datetime.date
    #: Where the request could be moved to; None only if there is no window within HORIZON days.
    next_slot: Slot | None
    #: The name of the holiday the wanted day falls on, where windows are agreed; else empty.
    holiday: str = ""

    @property
    def short_notice(self) -> bool:
        """Whether it is marked: outside the window or short of the lead time."""
        return self.outside_window or self.short_of_lead_time


def assess(
    *,
    asked_at: datetime.datetime,
    wanted_on: datetime.date,
    wanted_time: datetime.time | None,
    windows: tuple[Window, ...],
    lead_time_days: int | None,
    calendar: WorkingCalendar,
) -> Assessment:
    """Compare what is wanted with what is agreed. `asked_at` is what the clock on the store's wall shows (naive).

    A window's start belongs to it, its end does not. A window that is over when it is asked for is none. A holiday has
    no windows; a weekly day off has, if one is agreed. Without windows every day is right that keeps to the lead time.
    Raises TooFarError (working_days.py) if the lead time ends after the year 9999.
    """
    asked_on = asked_at.date()
    earliest = calendar.add(asked_on, lead_time_days or 0)
    outside = bool(windows) and not any(
        wanted_time is None or _contains(window, wanted_time)
        for window in _open_windows(wanted_on, windows, calendar, asked_at)
    )
    return Assessment(
        outside_window=outside,
        short_of_lead_time=wanted_on < earliest,
        notice_days=calendar.between(asked_on, wanted_on),
        earliest=earliest,
        next_slot=_next_slot(max(wanted_on, earliest), wanted_on, wanted_time, windows, calendar, asked_at),
        holiday=calendar.name_of(wanted_on) if windows else "",
    )


def _next_slot(
    first: datetime.date,
    wanted_on: datetime.date,
    wanted_time: datetime.time | None,
    windows: tuple[Window, ...],
    calendar: WorkingCalendar,
    asked_at: datetime.datetime,
) -> Slot | None:
    """Return the first slot from the day `first` on; on the wanted day, none that ends before the wanted time."""
    if not windows:
        return Slot(first, None)
    for ahead in range(min(HORIZON, (datetime.date.max - first).days) + 1):
        day = first + ahead * _DAY
        for window in _open_windows(day, windows, calendar, asked_at):
            if day != wanted_on or wanted_time is None or not _ends_by(window, wanted_time):
                return Slot(day, window)
    return None


def _open_windows(
    day: datetime.date, windows: tuple[Window, ...], calendar: WorkingCalendar, asked_at: datetime.datetime
) -> Iterator[Window]:
    """Yield the windows of a day that are not over yet, in their order; of a holiday and of a past day none."""
    if day < asked_at.date() or calendar.is_holiday(day):
        return
    for window in sorted(windows):
        over = day == asked_at.date() and _ends_by(window, asked_at.time())
        if window.weekday == day.weekday() and not over:
            yield window


def _is_whole_day(window: Window) -> bool:
    return window.start == window.end


def _contains(window: Window, time: datetime.time) -> bool:
    return _is_whole_day(window) or window.start <= time < window.end


def _ends_by(window: Window, time: datetime.time) -> bool:
    return not _is_whole_day(window) and window.end <= time

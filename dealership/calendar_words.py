"""The calendar of a store in the words of the reader's language."""

from __future__ import annotations

import datetime
from collections.abc import Collection
from dataclasses import dataclass

from django.utils.dates import WEEKDAYS
from django.utils.translation import get_language, gettext, pgettext

from dealership.calendars import calendar_of
from dealership.countries import country_names, knows_make_up_days
from dealership.models import Dealership
from dealership.working_days import WorkingCalendar

_DAY = datetime.timedelta(days=1)


@dataclass(frozen=True)
class Holiday:
    """A time the store is closed: the name of its first day, and its first and last day."""

    name: str
    first: datetime.date
    last: datetime.date


@dataclass(frozen=True)
class StoreCalendar:
    """What a store's admin is told of its calendar."""

    week: str
    #: The name of the country whose holidays are kept; empty: none.
    country: str
    next_holiday: Holiday | None
    #: Years, this and the next, whose make-up working days neither the library nor the store knows yet.
    unknown_years: list[int]


def store_calendar(store: Dealership, *, today: datetime.date) -> StoreCalendar:
    """Return a store's calendar as it stands on its day `today`, in words; one query."""
    calendar = calendar_of(store, around=today)
    return StoreCalendar(
        week=week_in_words(calendar.weekdays),
        country=country_names(get_language() or "en").get(store.holiday_calendar, ""),
        next_holiday=_next_holiday(calendar, today),
        unknown_years=[
            year
            for year in (today.year, today.year + 1)
            if not knows_make_up_days(store.holiday_calendar, year) and not any(d.year == year for d in calendar.extra)
        ],
    )


def week_in_words(weekdays: Collection[int]) -> str:
    """Return weekdays in words: "Monday to Friday", "Monday, Wednesday", "every day"."""
    days = sorted(weekdays)
    if len(days) == 7:
        return gettext("every day")
    if len(days) > 2 and days[-1] - days[0] == len(days) - 1:
        # Translators: a run of weekdays, e.g. "Monday to Friday".
        return gettext("%(first)s to %(last)s") % {"first": WEEKDAYS[days[0]], "last": WEEKDAYS[days[-1]]}
    return pgettext("between items of a list", ", ").join(str(WEEKDAYS[day]) for day in days)


def _next_holiday(calendar: WorkingCalendar, today: datetime.date) -> Holiday | None:
    """Return the time off that begins with the next holiday, today's if it is one."""
    first = min((day for day in calendar.closed if day >= today and calendar.is_holiday(day)), default=None)
    if first is None:
        return None
    last = first
    while last < datetime.date.max and not calendar.is_working(last + _DAY):
        last += _DAY
    return Holiday(calendar.name_of(first), first, last)

"""The working calendar of a store: its week, its country's holidays and make-up days, its own special days (R11)."""

from __future__ import annotations

import datetime

from django.utils.translation import get_language, gettext

from dealership.countries import days_of_country
from dealership.models import Dealership, SpecialDay
from dealership.working_days import WorkingCalendar, parse_week

#: A calendar knows the holidays of so many years before and after that of its day; beyond, it knows the week only.
#: What is asked for lies three years ahead at the most, and its slot a year after that.
YEARS_BEFORE, YEARS_AFTER = 1, 5


def calendar_of(dealership: Dealership, *, around: datetime.date | None = None) -> WorkingCalendar:
    """Return the store's calendar for the years about a day (today unless given), holidays named for the reader.

    A special day of the store goes before the country's holidays and make-up days, and these before the week. One
    query: keep the calendar where a page asks for many days.
    """
    year = (around or dealership.today()).year
    years = range(max(year - YEARS_BEFORE, datetime.MINYEAR), min(year + YEARS_AFTER, datetime.MAXYEAR) + 1)
    closed: dict[datetime.date, str] = {}
    extra: set[datetime.date] = set()
    for known in years:
        days = days_of_country(dealership.holiday_calendar, known, get_language() or "en")
        closed.update(days.closed)
        extra.update(days.worked)
    first, last = datetime.date(years[0], 1, 1), datetime.date(years[-1], 12, 31)
    for special in SpecialDay.objects.filter(dealership=dealership, day__range=(first, last)):
        if special.is_working:
            extra.add(special.day)
        else:
            extra.discard(special.day)
            closed[special.day] = special.name or gettext("the store is closed")
    return WorkingCalendar(_week_of(dealership), closed, frozenset(extra))


def _week_of(dealership: Dealership) -> frozenset[int]:
    """Return the store's week; one that is empty or unreadable, which no form lets pass, counts as Monday to Friday."""
    try:
        return parse_week(dealership.working_week) or _USUAL_WEEK
    except ValueError:
        return _USUAL_WEEK


_USUAL_WEEK = parse_week("mon tue wed thu fri")

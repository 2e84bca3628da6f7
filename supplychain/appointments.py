"""What is asked over a link, held against the link's windows and lead time and the store's calendar (R11)."""

from __future__ import annotations

import datetime

from dealership.calendars import calendar_of
from dealership.working_days import WorkingCalendar
from supplychain.booking import Assessment, assess
from supplychain.models import Link
from supplychain.windows import parse_windows


def assess_link(
    link: Link,
    *,
    asked_at: datetime.datetime,
    wanted_on: datetime.date,
    wanted_time: datetime.time | None = None,
    calendar: WorkingCalendar | None = None,
) -> Assessment:
    """Return what is off about a day (and time) wanted over a link, and the next slot.

    `asked_at` is aware: the day it falls on, and whether today's window is over, are read off the store's clock. Pass
    the store's `calendar` when several are assessed; else it is read with one query.
    """
    wall = asked_at.astimezone(link.dealership.zone).replace(tzinfo=None)
    return assess(
        asked_at=wall,
        wanted_on=wanted_on,
        wanted_time=wanted_time,
        windows=parse_windows(link.windows),
        lead_time_days=link.lead_time_days,
        calendar=calendar or calendar_of(link.dealership, around=wall.date()),
    )

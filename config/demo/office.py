"""The demo store's clock and working calendar: days counted back and ahead, moments inside office hours."""

from __future__ import annotations

import datetime

from dealership.calendars import calendar_of
from dealership.models import Dealership
from dealership.working_days import WorkingCalendar

_DAY = datetime.timedelta(days=1)
OPENS, CLOSES = 8.25, 18.0


class Office:
    """When the store works. Each year's calendar is read once."""

    def __init__(self, dealership: Dealership) -> None:
        self.dealership = dealership
        self._calendars: dict[int, WorkingCalendar] = {}

    def calendar(self, day: datetime.date) -> WorkingCalendar:
        """Return the calendar as the actions read it on a day."""
        if day.year not in self._calendars:
            self._calendars[day.year] = calendar_of(self.dealership, around=day)
        return self._calendars[day.year]

    def moment(self, day: datetime.date, hour: float) -> datetime.datetime:
        """Return the moment of an hour of the store's clock, such as 9.5, on a day."""
        minutes = int(hour * 60)
        local = datetime.datetime.combine(day, datetime.time(minutes // 60, minutes % 60), self.dealership.zone)
        return local.astimezone(datetime.UTC)

    def day_of(self, moment: datetime.datetime) -> datetime.date:
        """Return the store's day of a moment."""
        return self.dealership.local_day(moment)

    def back(self, day: datetime.date, days: int) -> datetime.date:
        """Return the last working day so many working days before a day; 0 is the day itself, worked or not."""
        calendar, found = self.calendar(day), day
        for _number in range(days):
            while not calendar.is_working(found):
                found -= _DAY
            found -= _DAY
        while days and not calendar.is_working(found):
            found -= _DAY
        return found

    def ahead(self, day: datetime.date, days: int) -> datetime.date:
        """Return the working day so many working days after a day; 0 is the day itself."""
        return self.calendar(day).add(day, days)

    def days_between(self, first: datetime.date, last: datetime.date) -> int:
        """Return how many working days lie after the first day, up to the last; negative when that is earlier."""
        return self.calendar(last).between(first, last)

    def at_work(self, moment: datetime.datetime) -> datetime.datetime:
        """Return the moment itself inside office hours, else soon after the store opens again."""
        local = moment.astimezone(self.dealership.zone)
        day, hour = local.date(), local.hour + local.minute / 60
        works = self.calendar(day).is_working(day)
        if works and OPENS <= hour < CLOSES:
            return moment
        morning = OPENS + 0.25 + local.minute / 45
        return self.moment(day if works and hour < OPENS else self.ahead(day, 1), morning)

    def on_the_way(self, start: datetime.datetime, end: datetime.datetime, share: float) -> datetime.datetime:
        """Return a moment at a share of the time from start to end, inside office hours if such lie between."""
        plain = start + (end - start) * share
        worked = self.at_work(plain)
        if start < worked < end:
            return worked
        day = self.day_of(plain)
        if not self.calendar(day).is_working(day) or plain < self.moment(day, CLOSES):
            day = self.back(day, 1)
        evening = self.moment(day, CLOSES - 0.5)
        return evening if start < evening < end else plain

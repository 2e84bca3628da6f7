"""What calls for needs are worked out with: who is asked, how many answered, when to remind (R14)."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count

from dealership.access import Access
from dealership.working_days import WorkingCalendar
from supplychain.models import CallForNeeds, CallInvitation

#: A store is never closed for longer; past that a reminder goes out on the day before the deadline.
LONGEST_CLOSURE = 30
_DAY = datetime.timedelta(days=1)


@dataclass(frozen=True)
class Coverage:
    """How many of the customers asked have answered. "Nothing needed" is an answer."""

    answered: int = 0
    asked: int = 0

    @property
    def is_complete(self) -> bool:
        """Whether everybody answered."""
        return self.answered == self.asked


def coverage_of(calls: Iterable[CallForNeeds]) -> dict[int, Coverage]:
    """Return the coverage of calls by primary key, in one query."""
    counted = CallInvitation.objects.filter(call__in=[call.pk for call in calls]).order_by().values("call")
    rows = counted.annotate(answered=Count("answered_at"), asked=Count("pk"))
    return {row["call"]: Coverage(row["answered"], row["asked"]) for row in rows}


def runs_calls_of(access: Access, department_id: int) -> bool:
    """Return whether the person opens, reminds of and closes a department's calls: its people, and who leads it."""
    return department_id in access.own or department_id in access.led


def asked_departments(access: Access) -> set[int]:
    """Return the departments for which the person is asked: their own, and the teams of one they manage.

    Who manages the store may answer for every department below, but each has people of its own who are asked.
    """
    tree = access.tree
    teams = {
        department.pk
        for department in tree.departments
        if department.parent_id in access.managed and not tree.by_id[department.parent_id].heads_store
    }
    return access.own | teams


def reminder_day(calendar: WorkingCalendar, *, opened_on: datetime.date, deadline: datetime.date) -> datetime.date:
    """Return the day from which those who have not answered are reminded: the working day before the deadline.

    Not on the day of the call itself, which has just reached them: then the day after it. A call that is open for one
    day only gets a day after its deadline, and so no reminder.
    """
    day = deadline - _DAY
    for ahead in range(LONGEST_CLOSURE):
        if calendar.is_working(deadline - _DAY - ahead * _DAY):
            day = deadline - _DAY - ahead * _DAY
            break
    return max(day, opened_on + _DAY)

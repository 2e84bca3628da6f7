"""Who held which position on a day, held in memory: for work on many past moments at once (imports, the demo)."""

from __future__ import annotations

import datetime
from collections import defaultdict
from typing import NamedTuple

from dealership.models import Dealership, Department, Position, Role


class Held(NamedTuple):
    """A position as history keeps it: where, whether as manager, and from when to when (both days included)."""

    department_id: int
    is_manager: bool
    start: datetime.date
    end: datetime.date


class PositionHistory:
    """All positions of a store. Answers for any day what dealership.access answers for today. Two queries."""

    def __init__(self, dealership: Dealership) -> None:
        self._parent_of: dict[int, int | None] = dict(
            Department.objects.filter(dealership=dealership).values_list("pk", "parent_id")
        )
        self._held: dict[int, list[Held]] = defaultdict(list)
        positions = Position.objects.filter(dealership=dealership)
        for person, department, role, start, end in positions.values_list(
            "person_id", "department_id", "role", "start", "end"
        ):
            held = Held(department, role == Role.MANAGER, start or datetime.date.min, end or datetime.date.max)
            self._held[person].append(held)

    def is_of(self, person_id: int, department_id: int, day: datetime.date) -> bool:
        """Return whether the person held a position in the department on that local day."""
        return any(
            held.department_id == department_id and held.start <= day <= held.end
            for held in self._held.get(person_id, ())
        )

    def speaks_for(self, person_id: int, department_id: int, day: datetime.date) -> bool:
        """Return whether the person could rate for the department on that day (R15; see Access.rates_for)."""
        parent = self._parent_of.get(department_id)
        return any(
            held.start <= day <= held.end
            and (held.department_id == department_id or (held.is_manager and held.department_id == parent))
            for held in self._held.get(person_id, ())
        )

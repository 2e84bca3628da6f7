"""Who of the demo store acts on which side on a day, held in memory."""

from __future__ import annotations

import datetime

from dealership.history import PositionHistory
from dealership.models import Dealership, Department, Position, Role, User
from supplychain.models import Link

MANAGER_WEIGHT, MEMBER_WEIGHT, ABOVE_WEIGHT = 3.0, 1.0, 0.3

#: People, and how often each of them acts.
Crew = tuple[list[int], list[float]]


class Staff:
    """The people of one demo store, read once."""

    def __init__(self, dealership: Dealership) -> None:
        self.history = PositionHistory(dealership)
        self.names = dict(User.objects.filter(dealership=dealership).values_list("pk", "full_name"))
        self._positions = list(Position.objects.filter(dealership=dealership).order_by("pk"))
        self._managers = {
            position.department_id: position.person_id for position in self._positions if position.role == Role.MANAGER
        }
        self._parent_of = dict(Department.objects.filter(dealership=dealership).values_list("pk", "parent_id"))
        self._moved_on = {position.start for position in self._positions if position.start}
        self._raters: dict[tuple[int, int, int], Crew] = {}
        self._servers: dict[tuple[int, int], Crew] = {}

    def _phase(self, day: datetime.date) -> int:
        return sum(1 for moved in self._moved_on if moved <= day)

    def raters_of(self, link: Link, day: datetime.date) -> Crew:
        """Return who could rate on a link on a day (R15), and how often each of them does."""
        key = (link.supplier_id, link.customer_id, self._phase(day))
        if key not in self._raters:
            weights: dict[int, float] = {}
            parent = self._parent_of[link.customer_id]
            for position in self._positions:
                if position.department_id not in (link.customer_id, parent):
                    continue
                person = position.person_id
                if self.history.speaks_for(person, link.customer_id, day) and not self.history.is_of(
                    person, link.supplier_id, day
                ):
                    if position.department_id == link.customer_id:
                        weights[person] = MANAGER_WEIGHT if position.role == Role.MANAGER else MEMBER_WEIGHT
                    else:
                        weights.setdefault(person, ABOVE_WEIGHT)
            self._raters[key] = (list(weights), list(weights.values()))
        return self._raters[key]

    def servers_of(self, department_id: int, day: datetime.date) -> Crew:
        """Return who of a supplier's own people takes requests in hand on a day, and how often each of them does."""
        key = (department_id, self._phase(day))
        if key not in self._servers:
            weights = {
                position.person_id: MANAGER_WEIGHT if position.role == Role.MANAGER else MEMBER_WEIGHT
                for position in self._positions
                if position.department_id == department_id
                and self.history.is_of(position.person_id, department_id, day)
            }
            self._servers[key] = (list(weights), list(weights.values()))
        return self._servers[key]

    def may_ask(self, person: int, link: Link, day: datetime.date) -> bool:
        """Return whether a person of the customer's own could ask over a link on a day."""
        return (
            link.is_active_on(day)
            and self.history.is_of(person, link.customer_id, day)
            and not self.history.is_of(person, link.supplier_id, day)
        )

    def manager_of(self, department_id: int) -> int:
        """Return who manages a department; in the demo nobody ever gives such a chair up."""
        return self._managers[department_id]

    def superior_of(self, person: int, department_id: int) -> int:
        """Return who stands above a person in the line from a department up to the general manager, who stays."""
        above: int | None = department_id
        line: list[int] = []
        while above is not None:
            line.append(self.manager_of(above))
            above = self._parent_of[above]
        if person not in line:
            return line[0]
        return line[min(line.index(person) + 1, len(line) - 1)]

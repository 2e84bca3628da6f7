"""Who stands above whom on a day, for a whole store at once (R3). The rule itself: hierarchy.superior_of."""

from __future__ import annotations

import datetime
from functools import cached_property

from dealership.access import Tree
from dealership.models import Dealership, Department, Position, Role


class Superiors:
    """The positions of a store held on a day, in memory. One query, and one for the departments unless given."""

    def __init__(self, dealership: Dealership, on: datetime.date, tree: Tree | None = None) -> None:
        self.dealership = dealership
        self.on = on
        self.tree = tree or Tree(tuple(Department.objects.filter(dealership=dealership)))

    @cached_property
    def positions(self) -> list[Position]:
        """The positions held on the day."""
        return list(Position.objects.filter(dealership=self.dealership).held_on(self.on).select_related("person"))

    @cached_property
    def _managers(self) -> dict[int, list[Position]]:
        found: dict[int, list[Position]] = {}
        for position in self.positions:
            if position.role == Role.MANAGER:
                found.setdefault(position.department_id, []).append(position)
        return found

    @cached_property
    def managers(self) -> list[Position]:
        """Who manages the active departments, in display order."""
        active = [department for department in self.tree.departments if department.is_active]
        return [position for department in active for position in self._managers.get(department.pk, [])]

    def manager_of(self, department_id: int, *, other_than: int | None = None) -> Position | None:
        """Return who manages a department; `other_than`: key of a person who is passed over."""
        held = self._managers.get(department_id, [])
        return next((position for position in held if position.person_id != other_than), None)

    def above(self, position: Position) -> Position | None:
        """Return the position in which a position's superior stands above it; None for the general manager."""
        department = self.tree.by_id[position.department_id]
        is_manager = position.role == Role.MANAGER
        line = [*([] if is_manager else [department.pk]), *self.tree.above(department.pk)]
        for department_id in line:
            found = self.manager_of(department_id, other_than=position.person_id)
            if found is not None:
                return found
        head = self.tree.head
        if head is None or (is_manager and department.heads_store):
            return None
        return self.manager_of(head.pk, other_than=position.person_id)

    def managers_below(self, person_id: int) -> list[Position]:
        """Return the managers whose superior a person is, in display order."""
        return [position for position in self.managers if self._is_above(person_id, position)]

    def managers_above(self, person_id: int) -> list[Position]:
        """Return the positions in which a person's superiors stand above them, each once."""
        own = [position for position in self.positions if position.person_id == person_id]
        found = {above.pk: above for position in own if (above := self.above(position)) is not None}
        return list(found.values())

    def _is_above(self, person_id: int, position: Position) -> bool:
        above = self.above(position)
        return above is not None and above.person_id == person_id

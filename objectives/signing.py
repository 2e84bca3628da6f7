"""Who signs, proposes and confirms for a department: its manager and deputies; where nobody leads it, who is above.

Nobody signs for two sides: the models hold that, and `other_than` names who stands in.
"""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Collection
from functools import cached_property

from dealership.access import Tree
from dealership.models import Dealership, Department, Position, Role, User


class Signers:
    """A store's leaders on a day. Costs two queries, however many departments are asked about."""

    def __init__(self, store: Dealership, on: datetime.date | None = None) -> None:
        self.store = store
        self.on = on or store.today()

    @cached_property
    def tree(self) -> Tree:
        """The departments of the store."""
        return Tree(tuple(Department.objects.filter(dealership=self.store)))

    @cached_property
    def _leaders(self) -> dict[int, list[Position]]:
        """Positions that lead a department, by its key; managers before deputies."""
        held = Position.objects.filter(dealership=self.store, role__in=(Role.MANAGER, Role.DEPUTY)).held_on(self.on)
        found: dict[int, list[Position]] = defaultdict(list)
        for position in held.select_related("person").order_by("pk"):
            if position.person.is_active:
                found[position.department_id].append(position)
        for positions in found.values():
            positions.sort(key=lambda position: position.role != Role.MANAGER)
        return found

    def of(self, department_id: int, *, other_than: int | Collection[int] | None = None) -> list[User]:
        """Return who signs for a department, its manager first: its own leaders, or those of the nearest above.

        `other_than`: key of a person who signs for the other side, or of several, who are passed over here.
        """
        passed_over = {other_than} if other_than is None or isinstance(other_than, int) else set(other_than)
        line = [department_id, *self.tree.above(department_id)]
        if self.tree.head is not None and self.tree.head.pk not in line:
            line.append(self.tree.head.pk)
        for place in line:
            found = [p.person for p in self._leaders.get(place, ()) if p.person_id not in passed_over]
            if found:
                return found
        return []

    def managers_of(self, department_id: int) -> list[User]:
        """Return who manages a department itself; empty where the chair is vacant."""
        return [p.person for p in self._leaders.get(department_id, ()) if p.role == Role.MANAGER]

    def may_sign(self, user: User, department_id: int, *, other_than: int | Collection[int] | None = None) -> bool:
        """Return whether a person signs for a department."""
        return any(person.pk == user.pk for person in self.of(department_id, other_than=other_than))

    def departments_of(self, user: User) -> set[int]:
        """Return the keys of the departments a person signs for."""
        return {department.pk for department in self.tree.departments if self.may_sign(user, department.pk)}

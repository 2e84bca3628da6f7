"""Who may see and do what: one object a person, answered from one query.

Roles, from the positions held today in the store's zone:
- a person *acts for* a department in which they hold any position;
- a person *leads* a department as its manager or deputy, and every department below it;
- the *general manager* is the manager of the department that heads the store;
- a *store admin* configures the store.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied

from dealership.models import Department, Position, Role, User
from dealership.prepared import Prepared

if TYPE_CHECKING:
    from collections.abc import Iterable

POSITIONS = Prepared(lambda store, person: Position.objects.filter(dealership=store, person=person).order_by())


@dataclass(frozen=True)
class Tree:
    """A store's departments, held in memory to walk up and down. `departments` in display order."""

    departments: tuple[Department, ...]

    @cached_property
    def by_id(self) -> dict[int, Department]:
        """Departments by primary key."""
        return {department.pk: department for department in self.departments}

    @cached_property
    def by_code(self) -> dict[str, Department]:
        """Departments by code."""
        return {department.code: department for department in self.departments}

    @cached_property
    def head(self) -> Department | None:
        """The department that heads the store, if the store has one."""
        return next((department for department in self.departments if department.heads_store), None)

    @cached_property
    def crown(self) -> int | None:
        """Id of the department that all others stand below: the flagged head, or else the only root."""
        if self.head is not None:
            return self.head.pk
        roots = [department for department in self.departments if department.parent_id is None]
        return roots[0].pk if len(roots) == 1 else None

    def units(self, stops: Iterable[int | None] = ()) -> dict[int, int]:
        """Return, per department id, the id of the highest department above it below the crown and below `stops`.

        A department counts with its teams: this is the one that pages count it with.
        """
        ends = {self.crown, *stops}
        found: dict[int, int] = {}
        for department in self.departments:
            unit = department.pk
            for above in self.above(department.pk):
                if above in ends:
                    break
                unit = above
            found[department.pk] = unit
        return found

    def children(self, department_id: int) -> list[Department]:
        """Return the departments directly below, in display order."""
        return [department for department in self.departments if department.parent_id == department_id]

    def above(self, department_id: int) -> list[int]:
        """Return the ids of all departments above, nearest first."""
        found: list[int] = []
        parent = self.by_id[department_id].parent_id
        while parent is not None and parent not in found:
            found.append(parent)
            parent = self.by_id[parent].parent_id
        return found

    def with_teams(self, department_id: int) -> set[int]:
        """Return the ids of the department and of everything below it."""
        return {d.pk for d in self.departments if d.pk == department_id or department_id in self.above(d.pk)}


class Access:
    """What one person may see and do in their store. Costs two queries, once a request."""

    def __init__(self, user: User) -> None:
        self.user = user

    @cached_property
    def positions(self) -> list[Position]:
        """The positions held today, manager before deputy before member."""
        if self.user.dealership is None:
            return []
        today = self.user.dealership.today()
        own = POSITIONS(self.user.dealership.pk, self.user.pk)
        order = [Role.MANAGER, Role.DEPUTY, Role.MEMBER]
        held = [position for position in own if position.is_held_on(today)]
        return sorted(held, key=lambda position: (order.index(Role(position.role)), position.pk))

    @cached_property
    def tree(self) -> Tree:
        """The departments of the person's store."""
        return Tree(tuple(Department.objects.visible_to(self.user)) if self.user.dealership_id else ())

    @cached_property
    def own(self) -> set[int]:
        """Ids of the departments the person holds a position in."""
        return {position.department_id for position in self.positions}

    @cached_property
    def managed(self) -> set[int]:
        """Ids of the departments the person is the manager of."""
        return {position.department_id for position in self.positions if position.role == Role.MANAGER}

    @cached_property
    def led(self) -> set[int]:
        """Ids of the departments the person leads: manager or deputy, with everything below."""
        led: set[int] = set()
        for position in self.positions:
            if position.role in (Role.MANAGER, Role.DEPUTY):
                led |= self.tree.with_teams(position.department_id)
        return led

    def speaks_for(self, department: Department) -> bool:
        """Whether the person may rate for a department (R15): their own, or directly below one they manage."""
        return department.pk in self.own or department.parent_id in self.managed

    @cached_property
    def rates_for(self) -> set[int]:
        """Ids of the departments the person may rate for."""
        return {department.pk for department in self.tree.departments if self.speaks_for(department)}

    @property
    def is_general_manager(self) -> bool:
        """Whether the person manages the department that heads the store."""
        head = self.tree.head
        return head is not None and head.pk in self.managed

    @property
    def is_store_admin(self) -> bool:
        """Whether the person configures the store."""
        return self.user.is_store_admin

    @property
    def reads_store(self) -> bool:
        """Whether the person reads the figures of the whole store."""
        return self.is_general_manager or self.is_store_admin

    def reads_figures_of(self, department_id: int) -> bool:
        """Whether the person may read a department's figures: its people, who leads it, who reads the store."""
        return self.reads_store or department_id in self.led or department_id in self.own

    def reads_ratings_of(self, department_id: int) -> bool:
        """Whether the person may open the single ratings behind a department's figures: not its members."""
        return self.reads_store or department_id in self.led

    @cached_property
    def main_department(self) -> Department | None:
        """The department the person's pages open with: the highest-ranking position's."""
        return self.tree.by_id[self.positions[0].department_id] if self.positions else None

    def departments(self, ids: Iterable[int]) -> list[Department]:
        """Return the departments with these ids, in display order."""
        wanted = set(ids)
        return [department for department in self.tree.departments if department.pk in wanted]


def access_of(user: User | AnonymousUser) -> Access:
    """Return the person's Access, made once and kept on the user object.

    Raises PermissionDenied for somebody who is not signed in.
    """
    if not user.is_authenticated:
        raise PermissionDenied
    access: Access | None = getattr(user, "_access", None)
    if access is None:
        access = Access(user)
        user._access = access  # type: ignore[attr-defined]
    return access

"""Superiors (R3): everybody has one, up to the general manager."""

from __future__ import annotations

import datetime

from dealership.models import Department, Position, Role, User

#: Who answers for a department, in this order.
LEADERS = (Role.MANAGER, Role.DEPUTY)


def superior_of(position: Position, on: datetime.date) -> User | None:
    """Return the superior of a person in a position on a day, or None for the general manager.

    A deputy's or member's superior manages the same department; a manager's superior manages the department
    above. A vacant chair is passed over upwards; above the top stands the general manager. Nobody is their
    own superior.
    """
    department: Department = position.department
    is_manager = position.role == Role.MANAGER
    superior = _upwards(department.parent if is_manager else department, on, other_than=position.person_id)
    if superior is not None or (is_manager and department.heads_store):
        return superior
    return _general_manager(department.dealership_id, on, other_than=position.person_id)


def manager_for(department: Department, on: datetime.date, *, other_than: int | None = None) -> User | None:
    """Return who answers for a department on a day: its manager, or where that chair is vacant the nearest above.

    Above the top stands the general manager. `other_than`: key of a person who is passed over like a vacant chair.
    """
    found = _upwards(department, on, other_than=other_than)
    return found or _general_manager(department.dealership_id, on, other_than=other_than)


def superior_in_line(person: User, department: Department, on: datetime.date) -> User | None:
    """Return who stands above a person in the line from a department up to the general manager, or None for nobody.

    A person who holds no position in that line (any more) counts as standing below it.
    """
    line: list[Department] = []
    above: Department | None = department
    while above is not None:
        line.append(above)
        above = above.parent
    roles = dict(
        Position.objects.filter(dealership=department.dealership_id, person=person, department__in=line)
        .held_on(on)
        .values_list("department", "role")
    )
    start: Department | None = department
    for place in line:  # the highest place counts: whoever manages it manages everything below
        if place.pk in roles:
            start = place.parent if roles[place.pk] == Role.MANAGER else place
    found = _upwards(start, on, other_than=person.pk)
    return found or _general_manager(department.dealership_id, on, other_than=person.pk)


def leaders_of(department: Department, on: datetime.date) -> list[User]:
    """Return the manager and the deputies of a department on a day, the manager first; empty where nobody leads it."""
    held = Position.objects.filter(dealership=department.dealership_id, department=department, role__in=LEADERS)
    positions = held.held_on(on).select_related("person").order_by("pk")
    return [position.person for role in LEADERS for position in positions if position.role == role]


def _upwards(department: Department | None, on: datetime.date, *, other_than: int | None) -> User | None:
    while department is not None:
        found = _manager_of(department, on, other_than=other_than)
        if found is not None:
            return found
        department = department.parent
    return None


def _general_manager(dealership_id: int, on: datetime.date, *, other_than: int | None) -> User | None:
    head = Department.objects.filter(dealership=dealership_id, heads_store=True).first()
    return _manager_of(head, on, other_than=other_than) if head else None


def _manager_of(department: Department, on: datetime.date, *, other_than: int | None) -> User | None:
    held = Position.objects.filter(dealership=department.dealership_id, department=department, role=Role.MANAGER)
    position = held.held_on(on).exclude(person=other_than).select_related("person").first()
    return position.person if position else None

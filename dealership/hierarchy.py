"""Superiors (R3): everybody has one, up to the general manager."""

from __future__ import annotations

import datetime

from dealership.models import Department, Position, Role, User


def superior_of(position: Position, on: datetime.date) -> User | None:
    """Return the superior of a person in a position on a day, or None for the general manager.

    A deputy's or member's superior manages the same department; a manager's superior manages the department
    above. A vacant chair is passed over upwards; above the top stands the general manager. Nobody is their
    own superior.
    """
    department: Department | None = position.department
    if position.role == Role.MANAGER and department is not None:
        department = department.parent
    while department is not None:
        superior = _manager_of(department, on, other_than=position.person_id)
        if superior is not None:
            return superior
        department = department.parent
    if position.role == Role.MANAGER and position.department.heads_store:
        return None
    head = Department.objects.filter(dealership=position.dealership_id, heads_store=True).first()
    return _manager_of(head, on, other_than=position.person_id) if head else None


def _manager_of(department: Department, on: datetime.date, *, other_than: int) -> User | None:
    held = (
        Position.objects.filter(dealership=department.dealership_id, department=department, role=Role.MANAGER)
        .held_on(on)
        .exclude(person=other_than)
        .select_related("person")
        .first()
    )
    return held.person if held else None

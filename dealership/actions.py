"""Writes to the organisation that touch more than one row."""

from __future__ import annotations

import datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from dealership.models import Department, Position, User


def require_store_admin(user: User, dealership_id: int) -> None:
    """Raise PermissionDenied unless the person configures this store (or runs the installation)."""
    runs_installation = user.is_superuser and user.dealership_id is None
    if runs_installation or (user.dealership_id == dealership_id and (user.is_store_admin or user.is_superuser)):
        return
    raise PermissionDenied


@transaction.atomic
def move_person(
    *, acting_user: User, position: Position, department: Department, role: str, first_day: datetime.date
) -> Position:
    """Move a person to another position; the old one ends the day before, and stays in the history (R2).

    Returns the new position. Raises PermissionDenied unless the person acting is the store's admin, ValidationError
    if the old position has ended or would end before it starts, if nothing changes, or if the new one is refused.
    """
    require_store_admin(acting_user, position.dealership_id)
    if position.end is not None:
        raise ValidationError(_("This position has ended already."), code="ended")
    if position.department_id == department.pk and position.role == role:
        raise ValidationError(_("This is the position the person holds already."), code="unchanged")
    if position.start is not None and first_day <= position.start:
        raise ValidationError(
            {"first_day": ValidationError(_("The new position must start after the present one."), code="too_early")}
        )
    position.end = first_day - datetime.timedelta(days=1)
    position.full_clean()
    position.save(update_fields=["end"])
    successor = Position(
        dealership_id=position.dealership_id,
        person_id=position.person_id,
        department=department,
        role=role,
        start=first_day,
    )
    successor.full_clean()
    successor.save()
    return successor

"""Whom something can be handed to: the people of departments and their teams, and who decides for them."""

from __future__ import annotations

from collections.abc import Collection

from dealership.models import Position, User
from objectives.signing import Signers


def people_of(departments: Collection[int], signers: Signers) -> list[User]:
    """Return the people of departments and their teams, and who signs for them, by name. One query."""
    places = {team for department in departments for team in signers.tree.with_teams(department)}
    held = Position.objects.filter(dealership=signers.store, department__in=places).held_on(signers.on)
    people = {position.person_id: position.person for position in held.select_related("person")}
    for department in departments:
        people.update({person.pk: person for person in signers.of(department)})
    return sorted((person for person in people.values() if person.is_active), key=str)

"""The department tree as an outline: each department followed by its teams, with its depth."""

from __future__ import annotations

from collections.abc import Iterable

from dealership.models import Department

#: What one level of depth looks like in a plain list of choices, where nothing can be indented.
INDENT = "\u2003"


def outline(departments: Iterable[Department]) -> list[tuple[Department, int]]:
    """Return (department, depth) in reading order; siblings keep the order they come in.

    A department whose parent is not among `departments` stands at the top. Costs no query.
    """
    given = list(departments)
    known = {department.pk for department in given}
    below: dict[int | None, list[Department]] = {}
    for department in given:
        parent = department.parent_id if department.parent_id in known else None
        below.setdefault(parent, []).append(department)
    found: list[tuple[Department, int]] = []
    waiting = [(department, 0) for department in reversed(below.get(None, []))]
    while waiting:
        department, depth = waiting.pop()
        found.append((department, depth))
        waiting.extend((team, depth + 1) for team in reversed(below.get(department.pk, [])))
    return found


def indented(department: Department, depth: int) -> str:
    """Return the department's name as a choice in a list: teams are moved in below their department."""
    return f"{INDENT * depth}{department.label}"

"""Which departments a page counts as one.

A page about a department counts its teams in. Seen from there, another department counts its own teams in too:
Service rates Parts, whether it was the workshop or the parts counter that did. The department that heads the store
does not count the store in: those below it are departments of their own.
"""

from __future__ import annotations

from dealership.access import Tree
from dealership.models import Department


def crown(tree: Tree) -> int | None:
    """Return the id of the department that all others stand below: the flagged head, or else the only root."""
    if tree.head is not None:
        return tree.head.pk
    roots = [department for department in tree.departments if department.parent_id is None]
    return roots[0].pk if len(roots) == 1 else None


def scope_of(tree: Tree, department: Department) -> set[int]:
    """Return the ids of the department and its teams; of the head of the store, its own alone."""
    return {department.pk} if department.pk == crown(tree) else tree.with_teams(department.pk)


def units(tree: Tree, seen_from: Department | None = None) -> dict[int, int]:
    """Return, per department id, the id of the department it counts with, seen from a department or from the store.

    That is the highest department above it that neither heads the store nor holds `seen_from`.
    """
    stops = {crown(tree)}
    if seen_from is not None:
        stops |= {seen_from.pk, *tree.above(seen_from.pk)}
    found: dict[int, int] = {}
    for department in tree.departments:
        unit = department.pk
        for above in tree.above(department.pk):
            if above in stops:
                break
            unit = above
        found[department.pk] = unit
    return found

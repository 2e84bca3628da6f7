"""Which departments a page counts as one.

A page about a department counts its teams in. Seen from there, another department counts its own teams in too:
Service rates Parts, whether it was the workshop or the parts counter that did. The department that heads the store
does not count the store in: those below it are departments of their own.
"""

from __future__ import annotations

from functools import cached_property

from dealership.access import Tree
from dealership.models import Department
from supplychain.models import Link

SUPPLIER, CUSTOMER, INSIDE = "supplier", "customer", "inside"


def scope_of(tree: Tree, department: Department) -> set[int]:
    """Return the ids of the department and its teams; of the head of the store, its own alone."""
    return {department.pk} if department.pk == tree.crown else tree.with_teams(department.pk)


def units(tree: Tree, seen_from: Department | None = None) -> dict[int, int]:
    """Return, per department id, the id of the department it counts with, seen from a department or from the store.

    That is the highest department above it that neither heads the store nor holds `seen_from`.
    """
    return tree.units([] if seen_from is None else [seen_from.pk, *tree.above(seen_from.pk)])


def side_of(supplier_id: int, customer_id: int, scope: set[int]) -> str:
    """Return on which side of a link the departments of `scope` stand; "inside" for both."""
    if supplier_id in scope:
        return INSIDE if customer_id in scope else SUPPLIER
    return CUSTOMER


class Viewpoint:
    """A department from which links are looked at: the side it stands on, and the two ends as its page names them."""

    def __init__(self, tree: Tree, department: Department) -> None:
        self.tree = tree
        self.department = department

    @cached_property
    def scope(self) -> set[int]:
        """Ids of the department and the teams that count with it."""
        return scope_of(self.tree, self.department)

    @cached_property
    def _units(self) -> dict[int, int]:
        return units(self.tree, self.department)

    def side(self, link: Link) -> str:
        """Return the department's side of a link."""
        return side_of(link.supplier_id, link.customer_id, self.scope)

    def ends(self, link: Link) -> tuple[Department, Department]:
        """Return who counts as supplier and customer: this department, and the other with its teams; inside, teams."""
        side = self.side(link)
        if side == SUPPLIER:
            return self.department, self._unit(link.customer_id)
        if side == CUSTOMER:
            return self._unit(link.supplier_id), self.department
        return self.tree.by_id[link.supplier_id], self.tree.by_id[link.customer_id]

    def _unit(self, department_id: int) -> Department:
        return self.tree.by_id[self._units[department_id]]

"""What the page of one department shows: as supplier, as customer, and its teams among themselves (R31)."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from dashboards.choice import Choice
from dashboards.lines import Behind, Board, FlowVerdict, GroupLine, LinkLine, by_flow, group, silent, together, unhappy
from dashboards.trend import Trend, trend
from dashboards.units import scope_of, units
from dealership.access import Access
from dealership.models import Department
from supplychain.models import Link
from surveys.counts import Figures
from surveys.periods import add_months, period_of

SUPPLIER, CUSTOMER, INSIDE = "supplier", "customer", "inside"


def side_of(supplier_id: int, customer_id: int, scope: set[int]) -> str:
    """Return on which side of a link the departments of `scope` stand; "inside" for both."""
    if supplier_id in scope:
        return INSIDE if customer_id in scope else SUPPLIER
    return CUSTOMER


@dataclass(frozen=True)
class Side:
    """One direction of a department's page."""

    name: str
    lines: list[LinkLine]
    groups: list[GroupLine]
    flows: list[FlowVerdict]
    now: Figures
    long: Figures
    now_url: str
    long_url: str

    @cached_property
    def unhappy(self) -> list[LinkLine]:
        """Links that are denied "satisfied" in the period, the most not good first."""
        return unhappy(self.lines)


class DepartmentPage:
    """The figures of one department in a period, from link rows of the rollups. Three queries."""

    def __init__(self, access: Access, department: Department, choice: Choice) -> None:
        assert access.user.dealership is not None
        self.access = access
        self.department = department
        self.choice = choice
        self.scope = scope_of(access.tree, department)
        links = Link.objects.visible_to(access.user).touching(self.scope).with_names()
        self.board = Board(access.user.dealership, list(links), choice)
        self.behind = Behind(department.code, choice, access.reads_ratings_of(department.pk))
        self._units = units(access.tree, department)
        self._threshold = access.user.dealership.not_good_threshold

    @cached_property
    def _lines(self) -> dict[str, list[LinkLine]]:
        found: dict[str, list[LinkLine]] = {SUPPLIER: [], CUSTOMER: [], INSIDE: []}
        for link in self.board.links:
            found[self._side(link)].append(self.board.line(link, self.behind))
        return found

    def _side(self, link: Link) -> str:
        return side_of(link.supplier_id, link.customer_id, self.scope)

    def _unit(self, department_id: int) -> Department:
        return self.access.tree.by_id[self._units[department_id]]

    @cached_property
    def as_supplier(self) -> Side:
        """How the others rate this department: per customer and flow."""
        return self._side_of(SUPPLIER)

    @cached_property
    def as_customer(self) -> Side:
        """How this department rates the others: per supplier and flow."""
        return self._side_of(CUSTOMER)

    @cached_property
    def inside(self) -> Side:
        """How the teams of this department rate each other (R9)."""
        return self._side_of(INSIDE)

    def _side_of(self, name: str) -> Side:
        lines = self._lines[name]
        now, long = together(lines, self._threshold)
        return Side(
            name=name,
            lines=lines,
            groups=group(lines, self._ends, lambda *_ends: self.behind, self._filters, self._threshold),
            flows=by_flow(lines, self.behind, self._threshold, side=name),
            now=now,
            long=long,
            now_url=self.behind.url({"side": name}) if now.n else "",
            long_url=self.behind.url({"side": name}, long=True) if long.n else "",
        )

    def _ends(self, line: LinkLine) -> tuple[Department, Department]:
        """Return who counts as supplier and customer: this department, and the other with its teams."""
        side = self._side(line.link)
        if side == SUPPLIER:
            return self.department, self._unit(line.link.customer_id)
        if side == CUSTOMER:
            return self._unit(line.link.supplier_id), self.department
        return self._own(line.link.supplier), self._own(line.link.customer)

    def _own(self, department: Department) -> Department:
        return self.access.tree.by_id[department.pk]

    def _filters(self, supplier: Department, customer: Department) -> dict[str, str | int]:
        """Return the filters that lead to the ratings between two ends."""
        side = side_of(supplier.pk, customer.pk, self.scope)
        if side == INSIDE:
            return {"side": side, "supplier": supplier.code, "customer": customer.code}
        return {"side": side, "other": (customer if side == SUPPLIER else supplier).code}

    @cached_property
    def trend(self) -> Trend:
        """How the others rated this department, month by month."""
        long = self.choice.long
        urls: dict[datetime.date, str] = {}
        for step in range(12):
            start = add_months(long.start, step)
            month = Choice("month", period_of("month", start), self.choice.today)
            urls[start] = Behind(self.department.code, month, self.behind.allowed).url({"side": SUPPLIER})
        links: Iterable[Link] = (line.link for line in self._lines[SUPPLIER])
        return trend(self.board.by_month(links), long, urls, self._threshold)

    @cached_property
    def we_are_silent(self) -> list[LinkLine]:
        """Links on which this department was served and rated nothing."""
        return silent(self._lines[CUSTOMER])

    @cached_property
    def they_are_silent(self) -> list[LinkLine]:
        """Links on which this department served and nobody rated; its teams among themselves too."""
        return silent([*self._lines[SUPPLIER], *self._lines[INSIDE]])

    @property
    def others(self) -> list[Department]:
        """Departments whose figures the reader may read as well, in display order; this one included."""
        return [
            department
            for department in self.access.tree.departments
            if department.pk == self.department.pk
            or (department.is_active and self.access.reads_figures_of(department.pk))
        ]

"""What the page of the whole store shows: every supplier and every customer, worst first."""

from __future__ import annotations

from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from dashboards.choice import Choice
from dashboards.lines import (
    Behind,
    Board,
    FlowVerdict,
    GroupLine,
    LinkLine,
    by_flow,
    group,
    silent,
    unhappy,
)
from dashboards.movements import NAMED as NAMED_MOVES
from dashboards.movements import Flip, Worse, flips, worsened
from dashboards.store_charts import Cell, SupplierLine, matrix, ranking
from dashboards.units import INSIDE, SUPPLIER, units
from dealership.access import Access
from dealership.models import Department
from supplychain.models import InteractionState, Link
from surveys.counts import Figures

#: So many links are named in words; the table below holds them all.
NAMED = 8
#: So many rows of a table are shown; the export holds them all.
MOST_ROWS = 300


class StorePage:
    """The figures of a store in a period, from rollups and sealed blocks. Three to five queries.

    Teams count with their department; what they supply each other stands on the diagonal. `flow`: one flow, or all.
    """

    def __init__(self, access: Access, choice: Choice, flow: str = "") -> None:
        assert access.user.dealership is not None
        self.access = access
        self.choice = choice
        self.flow = flow
        links = Link.objects.visible_to(access.user).with_names()
        self.board = Board(access.user.dealership, list(links.filter(flow=flow) if flow else links), choice)
        self._units = units(access.tree)

    def unit(self, department_id: int) -> Department:
        """Return the department that a department counts with."""
        return self.access.tree.by_id[self._units[department_id]]

    def _behind(self, department: Department) -> Behind:
        return Behind(department.code, self.choice, allowed=True)

    def _ends(self, line: LinkLine) -> tuple[Department, Department]:
        return self.unit(line.link.supplier_id), self.unit(line.link.customer_id)

    @staticmethod
    def _filters(supplier: Department, customer: Department) -> dict[str, str | int]:
        if supplier.pk == customer.pk:
            return {"side": INSIDE}
        return {"side": SUPPLIER, "other": customer.code}

    @cached_property
    def lines(self) -> list[LinkLine]:
        """Every link."""
        return [self.board.line(link, self._behind(self.unit(link.supplier_id))) for link in self.board.links]

    @cached_property
    def groups(self) -> list[GroupLine]:
        """Supplier × customer × flow, the worst first."""
        return group(
            self.board, self.lines, self._ends, lambda supplier, _customer: self._behind(supplier), self._filters
        )

    @cached_property
    def _together(self) -> tuple[Figures, Figures]:
        return self.board.together(self.lines)

    @property
    def now(self) -> Figures:
        """The store in the period."""
        return self._together[0]

    @property
    def long(self) -> Figures:
        """The store over the twelve months."""
        return self._together[1]

    def _interactions_url(self, state: str) -> str:
        """Return the address of the period's interactions in a state."""
        days = {"first": self.choice.period.start, "last": self.choice.period.end}
        return f"{reverse('interaction_list')}?{urlencode({**days, 'state': state, 'flow': self.flow})}"

    @property
    def rated_url(self) -> str:
        """The period's rated interactions."""
        return self._interactions_url(InteractionState.RATED) if self.now.counts.rated else ""

    @property
    def expired_url(self) -> str:
        """The period's interactions whose time has passed unrated."""
        return self._interactions_url(InteractionState.EXPIRED) if self.now.counts.expired else ""

    @property
    def rated(self) -> int:
        """How many links were rated in the period."""
        return sum(1 for line in self.lines if line.now.n)

    @cached_property
    def unhappy(self) -> list[LinkLine]:
        """All links that a not good denies "satisfied" in the period, the most not good first."""
        return unhappy(self.lines)

    @property
    def named(self) -> list[LinkLine]:
        """The unhappiest links, as many as are said in words."""
        return self.unhappy[:NAMED]

    @cached_property
    def silent(self) -> list[LinkLine]:
        """Links with interactions due for a rating in the period and none rated."""
        return silent(self.lines)

    @cached_property
    def cells(self) -> list[Cell]:
        """Supplier × customer over the flows shown; only those with ratings in the twelve months."""
        gathered: dict[tuple[int, int], list[GroupLine]] = {}
        for line in self.groups:
            gathered.setdefault((line.supplier.pk, line.customer.pk), []).append(line)
        found = []
        for lines in gathered.values():
            now, long = self.board.together(lines)
            if long.n:
                supplier, customer = lines[0].supplier, lines[0].customer
                filters = {**self._filters(supplier, customer), "flow": self.flow}
                difference = (long.satisfied_rate or 0.0) - (self.long.satisfied_rate or 0.0)
                url = self._behind(supplier).url(filters, long=True)
                found.append(Cell(supplier, customer, now, long, difference, url))
        return found

    @property
    def matrix(self) -> dict[str, Any]:
        """What the matrix draws: the twelve months, marked where the period denies "satisfied"."""
        return matrix(self.cells, self.access.tree.departments, self.long.satisfied_rate, self.choice.now_words)

    @cached_property
    def worst_cells(self) -> list[Cell]:
        """The cells, the lowest first, as many as a table shows."""
        return sorted(self.cells, key=lambda cell: cell.long.satisfied_rate or 0.0)[:MOST_ROWS]

    @property
    def worst_groups(self) -> list[GroupLine]:
        """The lines per flow, the worst first, as many as a table shows."""
        return self.groups[:MOST_ROWS]

    @property
    def is_cut(self) -> bool:
        """Whether the tables leave anything out."""
        return len(self.groups) > MOST_ROWS

    @property
    def most_rows(self) -> int:
        """So many rows a table shows."""
        return MOST_ROWS

    @cached_property
    def suppliers(self) -> list[SupplierLine]:
        """Departments by how the others rate them over the twelve months, the least satisfying first."""
        found = []
        for department in self.access.tree.departments:
            lines = [
                line for line in self.groups if line.supplier.pk == department.pk and line.customer.pk != department.pk
            ]
            if not lines:
                continue
            now, long = self.board.together(lines)
            behind, filters = self._behind(department), {"side": SUPPLIER, "flow": self.flow}
            found.append(
                SupplierLine(
                    department=department,
                    now=now,
                    long=long,
                    now_url=behind.url(filters) if now.n else "",
                    not_good_url=behind.url({**filters, "outcome": "not_good"}) if now.not_good else "",
                    url=behind.url(filters, long=True) if long.n else "",
                    flows=by_flow(self.board, lines, behind, side=SUPPLIER),
                )
            )
        return sorted(found, key=lambda line: 2.0 if line.long.satisfied_rate is None else line.long.satisfied_rate)

    @property
    def ranking(self) -> dict[str, Any]:
        """What the ranking draws."""
        return ranking(self.suppliers, self.long.satisfied_rate)

    @cached_property
    def denied_together(self) -> list[tuple[Department, FlowVerdict]]:
        """Suppliers denied "satisfied" in a flow by what is told of several customers together alone (R20)."""
        named = {(self.unit(line.link.supplier_id).pk, line.flow) for line in self.unhappy}
        return [
            (line.department, flow)
            for line in self.suppliers
            for flow in line.flows
            if flow.now.not_good and (line.department.pk, flow.flow) not in named
        ]

    @cached_property
    def rated_suppliers(self) -> list[SupplierLine]:
        """Suppliers that were rated in the period."""
        return [line for line in self.suppliers if line.now.n]

    @property
    def denied_suppliers(self) -> list[SupplierLine]:
        """Suppliers that a "not good" denies "satisfied" in the period."""
        return [line for line in self.rated_suppliers if line.now.vetoed]

    @cached_property
    def worsened(self) -> list[Worse]:
        """Where less is good in the last three months than before, by more than chance."""
        return worsened(self.board, self.groups)[:NAMED_MOVES]

    @cached_property
    def flips(self) -> list[Flip]:
        """Where one side is content and the other is not."""
        return flips(self.groups, self.long.satisfied_rate)[:NAMED_MOVES]

    @cached_property
    def furthest(self) -> Cell | None:
        """The pair furthest below the store's mean, on enough ratings and beyond chance: the matrix's finding."""
        below = [cell for cell in self.cells if self._is_clearly_below(cell.long)]
        return min(below, key=lambda cell: cell.long.satisfied_rate or 0.0, default=None)

    @cached_property
    def lowest_supplier(self) -> SupplierLine | None:
        """The supplier furthest below the store's mean, likewise: the ranking's finding."""
        return next((line for line in self.suppliers if self._is_clearly_below(line.long)), None)

    def _is_clearly_below(self, figures: Figures) -> bool:
        """Whether figures stand on enough ratings and their whole interval lies below the store's mean."""
        mean, high = self.long.satisfied_rate, figures.interval_high
        return mean is not None and high is not None and not figures.is_small and high < mean

"""What the page of one department shows: as supplier, as customer, and its teams among themselves (R31)."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import urlencode

from django.urls import reverse

from dashboards.choice import Choice
from dashboards.lines import Behind, Board, FlowVerdict, GroupLine, LinkLine, by_flow, group, silent, unhappy
from dashboards.trend import Trend, trend
from dashboards.units import CUSTOMER, INSIDE, SUPPLIER, Viewpoint, side_of
from dealership.access import Access
from dealership.models import Department
from supplychain.models import Link
from surveys.counts import Figures
from surveys.periods import add_months, period_of
from surveys.recovery_counts import NOTHING, Mending, total_mending
from surveys.recovery_figures import mending_by_link


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
    def mending(self) -> Mending:
        """What became of the "not good" of this direction (R21)."""
        return total_mending(line.mending for line in self.lines)

    @cached_property
    def unhappy(self) -> list[LinkLine]:
        """Links that are denied "satisfied" in the period, the most not good first."""
        return unhappy(self.lines)


class DepartmentPage:
    """The figures of one department in a period, from rollups, sealed blocks and recoveries. Four to six queries."""

    def __init__(self, access: Access, department: Department, choice: Choice) -> None:
        assert access.user.dealership is not None
        self.access = access
        self.department = department
        self.choice = choice
        self.seen = Viewpoint(access.tree, department)
        links = Link.objects.visible_to(access.user).touching(self.seen.scope).with_names()
        self.board = Board(access.user.dealership, list(links), choice)
        self.behind = Behind(department.code, choice, access.reads_ratings_of(department.pk))
        self._threshold = access.user.dealership.not_good_threshold

    @cached_property
    def _lines(self) -> dict[str, list[LinkLine]]:
        found: dict[str, list[LinkLine]] = {SUPPLIER: [], CUSTOMER: [], INSIDE: []}
        links = self.board.links
        mending = mending_by_link(
            [link.pk for link in links], now=self.choice.period, long=self.choice.long, today=self.choice.today
        )
        for link in links:
            line = self.board.line(link, self.behind, mending.get(link.pk, NOTHING))
            found[self.seen.side(link)].append(line)
        return found

    @property
    def recoveries_url(self) -> str:
        """The department's recoveries; empty for who may not read single ratings."""
        query = urlencode({"tab": "all", "department": self.department.pk})
        return f"{reverse('recovery_list')}?{query}" if self.behind.allowed else ""

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
        now, long = self.board.together(lines)
        return Side(
            name=name,
            lines=lines,
            groups=group(
                self.board,
                lines,
                lambda line: self.seen.ends(line.link),
                lambda *_ends: self.behind,
                self._filters,
            ),
            flows=by_flow(self.board, lines, self.behind, side=name),
            now=now,
            long=long,
            now_url=self.behind.url({"side": name}) if now.n else "",
            long_url=self.behind.url({"side": name}, long=True) if long.n else "",
        )

    def _filters(self, supplier: Department, customer: Department) -> dict[str, str | int]:
        """Return the filters that lead to the ratings between two ends."""
        side = side_of(supplier.pk, customer.pk, self.seen.scope)
        if side == INSIDE:
            return {"side": side, "supplier": supplier.code, "customer": customer.code}
        return {"side": side, "other": (customer if side == SUPPLIER else supplier).code}

    @property
    def has_short_notice(self) -> bool:
        """Whether any figure of the page holds ratings that came at short notice (R12)."""
        sides = (self.as_supplier, self.as_customer, self.inside)
        return any(side.now.n_short or side.long.n_short for side in sides)

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

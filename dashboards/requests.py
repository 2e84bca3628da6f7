"""What the page of a department's requests shows: how it was asked, and how promises were kept (R11, R13).

Both lenses, as for satisfaction: the period beside the twelve months. A request lies in the period it was asked in.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.db.models.functions import Coalesce

from dashboards.choice import Choice
from dashboards.lines import FLOW_ORDER
from dashboards.units import CUSTOMER, INSIDE, SUPPLIER, Viewpoint
from dealership.access import Access
from dealership.models import Department
from dealership.wall_clock import day_begins
from supplychain.models import Link, SupplyRequest
from supplychain.promises import PromiseCounts, total
from supplychain.reliability import asked_between, count_by_link
from surveys.periods import Period
from surveys.statistics import wilson_interval

#: So many overdue requests are listed, the longest overdue first.
LISTED = 50


@dataclass(frozen=True)
class Rate:
    """A share of `n` with its 95 % interval, as components/interval.html draws it."""

    good: int
    n: int

    @property
    def value(self) -> float | None:
        """The share; None of nothing."""
        return self.good / self.n if self.n else None

    @cached_property
    def interval(self) -> tuple[float, float] | tuple[None, None]:
        """The interval's bounds; None of nothing."""
        return wilson_interval(self.good, self.n) or (None, None)

    @property
    def low(self) -> float | None:
        """The interval's lower bound."""
        return self.interval[0]

    @property
    def high(self) -> float | None:
        """The interval's upper bound."""
        return self.interval[1]


@dataclass(frozen=True)
class Both:
    """Requests under both lenses: asked in the period, and in the twelve months."""

    now: PromiseCounts
    long: PromiseCounts

    @cached_property
    def on_time(self) -> Rate:
        """Promises kept over the twelve months."""
        return Rate(self.long.kept, self.long.judged)

    @cached_property
    def first_time(self) -> Rate:
        """Done without a second trip over the twelve months (R13)."""
        return Rate(self.long.first_time, self.long.done)


@dataclass(frozen=True)
class LinkRequests(Both):
    """The requests over one link."""

    link: Link = field(kw_only=True)

    @property
    def lead_time_days(self) -> int | None:
        """The lead time agreed on the link today; None: none."""
        return self.link.lead_time_days


@dataclass(frozen=True)
class PairRequests(Both):
    """The requests over all links of a flow between two departments, their teams counted in."""

    supplier: Department = field(kw_only=True)
    customer: Department = field(kw_only=True)
    flow: str = field(kw_only=True)
    lines: list[LinkRequests] = field(kw_only=True)

    @property
    def only(self) -> LinkRequests | None:
        """The link, where it is one and stands between the two departments themselves."""
        first = self.lines[0]
        same = (first.link.supplier_id, first.link.customer_id) == (self.supplier.pk, self.customer.pk)
        return first if len(self.lines) == 1 and same else None

    @property
    def lead_time_days(self) -> int | None:
        """The lead time that all the links agree on; None where they differ, or some have none."""
        agreed = {line.lead_time_days for line in self.lines}
        return agreed.pop() if len(agreed) == 1 else None


@dataclass(frozen=True)
class RequestSide(Both):
    """One direction of the page."""

    name: str = field(kw_only=True)
    pairs: list[PairRequests] = field(kw_only=True)


class RequestsPage:
    """The requests of one department in a period. Four queries, whatever their number, and one for earlier ones."""

    def __init__(self, access: Access, department: Department, choice: Choice) -> None:
        assert access.user.dealership is not None
        self.access = access
        self.department = department
        self.choice = choice
        self.dealership = access.user.dealership
        self.seen = Viewpoint(access.tree, department)
        self.links = list(Link.objects.visible_to(access.user).touching(self.seen.scope).with_names())
        self._requests = SupplyRequest.objects.visible_to(access.user).filter(link__in=[link.pk for link in self.links])
        self._now, self._long = self._count(choice.period), self._count(choice.long)

    def _count(self, span: Period) -> dict[int, PromiseCounts]:
        asked = self._requests.filter(asked_between(self.dealership, span.start, span.end))
        return count_by_link(asked, today=self.choice.today)

    @cached_property
    def as_supplier(self) -> RequestSide:
        """What the others asked of this department, and how it kept its word."""
        return self._side_of(SUPPLIER)

    @cached_property
    def as_customer(self) -> RequestSide:
        """What this department asked of the others, how early, and what became of it."""
        return self._side_of(CUSTOMER)

    @cached_property
    def inside(self) -> RequestSide:
        """What the teams of this department asked of each other (R9)."""
        return self._side_of(INSIDE)

    @property
    def sides(self) -> list[RequestSide]:
        """The directions in which anything was asked in either lens."""
        return [side for side in (self.as_supplier, self.as_customer, self.inside) if side.pairs]

    def _side_of(self, name: str) -> RequestSide:
        lines = [
            LinkRequests(self._now.get(link.pk, PromiseCounts()), self._long.get(link.pk, PromiseCounts()), link=link)
            for link in self.links
            if self.seen.side(link) == name and (link.pk in self._now or link.pk in self._long)
        ]
        gathered: dict[tuple[int, int, str], list[LinkRequests]] = {}
        for line in lines:
            supplier, customer = self.seen.ends(line.link)
            gathered.setdefault((supplier.pk, customer.pk, line.link.flow), []).append(line)
        by_id = self.access.tree.by_id
        pairs = [
            PairRequests(
                *_together(members),
                supplier=by_id[supplier_id],
                customer=by_id[customer_id],
                flow=flow,
                lines=sorted(members, key=lambda line: worst_first(line, line.link.supplier, line.link.flow)),
            )
            for (supplier_id, customer_id, flow), members in gathered.items()
        ]
        pairs.sort(key=lambda pair: worst_first(pair, pair.supplier, pair.flow))
        return RequestSide(*_together(lines), name=name, pairs=pairs)

    @cached_property
    def overdue(self) -> list[Any]:
        """Requests of these links overdue today, the longest first; only such as the reader may open. At most LISTED,
        and one more where there are more."""
        late = SupplyRequest.objects.readable_by(self.access).filter(link__in=[link.pk for link in self.links])
        late = late.overdue_on(self.choice.today).with_names().order_by(Coalesce("promised_on", "wanted_on"), "pk")
        return list(late[: LISTED + 1])

    @property
    def listed(self) -> list[Any]:
        """The overdue requests that are listed."""
        return self.overdue[:LISTED]

    @cached_property
    def has_earlier(self) -> bool:
        """Whether anything was asked before the period."""
        return self._requests.filter(asked_at__lt=day_begins(self.choice.period.start, self.dealership.zone)).exists()


def _together(lines: Iterable[Both]) -> tuple[PromiseCounts, PromiseCounts]:
    lines = list(lines)
    return total(line.now for line in lines), total(line.long for line in lines)


def worst_first(line: Both, supplier: Department, flow: str) -> tuple[object, ...]:
    """Sort key: the most broken promises of the period first, then by the twelve months, then as departments stand."""
    rate = line.on_time.value
    return (-line.now.broken, 2.0 if rate is None else rate, FLOW_ORDER.index(flow), supplier.rank, supplier.code)

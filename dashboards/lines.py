"""Lines of a page: a link, or several links as one, under both lenses (R16, R17).

A page reads links once and month rollups once, whatever the number of ratings; all else is adding up.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Mapping, Set
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType
from urllib.parse import urlencode

from django.urls import reverse

from dashboards.choice import Choice
from dealership.models import Dealership, Department
from supplychain.models import Link
from surveys.counts import Counts, Figures, total
from surveys.figures import months_by_link
from surveys.models import Rollup
from surveys.period_words import month_label
from surveys.periods import Period, add_months, month_start, period_of
from surveys.recovery_counts import NOTHING, Mending, total_mending
from surveys.told import told_of

Day = datetime.date

NO_FILTERS: Mapping[str, str | int] = MappingProxyType({})
FLOW_ORDER = ("information", "service", "material")


@dataclass(frozen=True)
class Behind:
    """Makes the addresses of the ratings behind a department's figures; empty ones for who may not open them."""

    code: str
    choice: Choice
    allowed: bool

    def url(self, filters: Mapping[str, str | int] = NO_FILTERS, *, long: bool = False, span: str = "") -> str:
        """Return the address of the ratings that match the filters, in the period or (`long`) in the twelve months.

        `span`: the months of the twelve that are meant, by a key of ratings.SPANS.
        """
        if not self.allowed:
            return ""
        named = {name: value for name, value in filters.items() if value != ""}
        span = span or ("year" if long else "")
        query = urlencode({**named, "period": self.choice.name, **({"span": span} if span else {})})
        return f"{reverse('department_ratings', args=[self.code])}?{query}"


@dataclass(frozen=True)
class Line:
    """One or several links as one line: this period's verdict beside the twelve months, never one without the other."""

    supplier: Department
    customer: Department
    flow: str
    now: Figures
    long: Figures
    behind: Behind
    filters: dict[str, str | int] = field(default_factory=dict)

    @property
    def link_ids(self) -> set[int]:
        """Ids of the links that make the line."""
        raise NotImplementedError

    @cached_property
    def now_url(self) -> str:
        """The period's ratings."""
        return self.behind.url(self.filters) if self.now.n else ""

    @cached_property
    def not_good_url(self) -> str:
        """The period's ratings that deny "satisfied"."""
        return self.behind.url({**self.filters, "outcome": "not_good"}) if self.now.not_good else ""

    @cached_property
    def long_url(self) -> str:
        """The ratings of the twelve months."""
        return self.behind.url(self.filters, long=True) if self.long.n else ""


@dataclass(frozen=True)
class LinkLine(Line):
    """One link."""

    link: Link = field(kw_only=True)
    #: What became of the "not good" on it (R21), where the page shows that.
    mending: Mending = field(default=NOTHING, kw_only=True)
    #: Since when each month with ratings had a "not good", where that is more than one.
    denied_since: Day | None = field(default=None, kw_only=True)

    @property
    def denied_since_words(self) -> str:
        """That month as the reader writes it."""
        return month_label(self.denied_since) if self.denied_since else ""

    @property
    def link_ids(self) -> set[int]:
        """The link's own id."""
        return {self.link.pk}

    @property
    def item(self) -> str:
        """What flows."""
        return self.link.item.label

    @property
    def ended_on(self) -> Day | None:
        """The link's last day, if that has passed (R10)."""
        end = self.link.active_to
        return end if end is not None and end < self.behind.choice.today else None


@dataclass(frozen=True)
class GroupLine(Line):
    """All links of a flow between two departments, their teams counted in."""

    links: list[LinkLine] = field(kw_only=True)

    @property
    def link_ids(self) -> set[int]:
        """Ids of its links."""
        return {line.link.pk for line in self.links}

    @cached_property
    def mending(self) -> Mending:
        """What became of the "not good" on its links (R21)."""
        return total_mending(line.mending for line in self.links)

    @property
    def only(self) -> LinkLine | None:
        """The link, where it is one and stands between the two departments themselves."""
        first = self.links[0]
        same = (first.supplier.pk, first.customer.pk) == (self.supplier.pk, self.customer.pk)
        return first if len(self.links) == 1 and same else None


class Board:
    """The links of a page with their counts per month: from rollups, and what may be told of confidential ratings.

    Confidential ratings are told in blocks over several links and months (R20). So the figures of several links are
    never the sum of each one's: they are counted for all of them together. Two to four queries, and one for whether
    there are earlier figures.
    """

    def __init__(self, dealership: Dealership, links: list[Link], choice: Choice) -> None:
        self.dealership = dealership
        self.choice = choice
        self._months = months_by_link(dealership, [link.pk for link in links], choice.span)
        self._told = told_of(dealership, choice.span)
        self._told_of = self._told.links()
        self._sums: dict[tuple[int, bool], Counts] = {}
        self.links = [link for link in links if self._belongs(link)]

    def _belongs(self, link: Link) -> bool:
        """Whether a link was in force during the period, or has figures in either lens."""
        period = self.choice.period
        begins, ends = link.active_from or Day.min, link.active_to or Day.max
        return (begins <= period.end and ends >= period.start) or link.pk in self._months or link.pk in self._told_of

    @cached_property
    def has_earlier(self) -> bool:
        """Whether anything is known about these links before the period."""
        rows = Rollup.objects.filter(dealership=self.dealership, link__in=[link.pk for link in self.links])
        return bool(rows.filter(grain=2, start__lt=self.choice.period.start).exists())

    def counts(self, link_ids: Set[int], *, long: bool = False) -> Counts:
        """Return the counts of links together, in the period or in the twelve months."""
        span = self.choice.long if long else self.choice.period
        return self._sum(self._open(pk, long) for pk in link_ids) + self._told.counts(link_ids, span)

    def _open(self, link_id: int, long: bool) -> Counts:
        """Return what of a link is told openly, added up once: a page counts it in many sums."""
        key = (link_id, long)
        if key not in self._sums:
            span = self.choice.long if long else self.choice.period
            months = self._months.get(link_id, {})
            self._sums[key] = self._sum(counts for month, counts in months.items() if month in span)
        return self._sums[key]

    def counts_in(self, link_ids: Set[int], span: Period) -> Counts:
        """Return the counts of links together in any whole months of the page's span."""
        openly = (c for pk in link_ids for month, c in self._months.get(pk, {}).items() if month in span)
        return self._sum(openly) + self._told.counts(link_ids, span)

    def _sum(self, counts: Iterable[Counts]) -> Counts:
        return total(counts, self.dealership.not_good_threshold)

    def figures(self, link_ids: Set[int]) -> tuple[Figures, Figures]:
        """Return the figures of links together: of the period, and of the twelve months."""
        return self.counts(link_ids).figures(), self.counts(link_ids, long=True).figures()

    def together(self, lines: Iterable[Line]) -> tuple[Figures, Figures]:
        """Return the figures of lines together, likewise."""
        return self.figures(set[int]().union(*(line.link_ids for line in lines)))

    def together_since(self, lines: Iterable[Line], since: Day | None) -> tuple[Figures, Figures]:
        """Return the figures of lines together, likewise, of the months from `since` on alone; None: of all of them.

        Sums of whole blocks as everywhere: one that began earlier is in none, and the figures say so (R20).
        """
        link_ids = set[int]().union(*(line.link_ids for line in lines))
        if since is None:
            return self.figures(link_ids)
        now, long = (
            self.counts_in(link_ids, Period(max(span.start, since), span.end)) if since <= span.end else self._sum([])
            for span in (self.choice.period, self.choice.long)
        )
        return now.figures(), long.figures()

    def by_month(self, links: Iterable[Link]) -> dict[Day, Counts]:
        """Return the counts of links together, per month that has any; blocks of several months are in none."""
        link_ids = {link.pk for link in links}
        months = {month for pk in link_ids for month in self._months.get(pk, {})} | self._told.months()
        found = {}
        for month in sorted(months):
            openly = self._sum(self._months[pk][month] for pk in link_ids if month in self._months.get(pk, {}))
            found[month] = openly + self._told.counts(link_ids, period_of("month", month))
        return found

    def line(self, link: Link, behind: Behind, mending: Mending = NOTHING) -> LinkLine:
        """Return the line of one link; `mending`: of its recoveries."""
        now, long = self.figures({link.pk})
        return LinkLine(
            link=link,
            supplier=link.supplier,
            customer=link.customer,
            flow=link.flow,
            now=now,
            long=long,
            behind=behind,
            filters={"link": link.pk},
            mending=mending,
            denied_since=self._denied_since({link.pk}) if now.not_good else None,
        )

    def _denied_since(self, link_ids: Set[int]) -> Day | None:
        """Return the first of the months in a row, up to the period, in each of which a "not good" was told.

        Months in which nothing is told are passed over. None where it is one month alone.
        """
        denied = []
        month = month_start(self.choice.period.end)
        while month >= self.choice.long.start:
            figures = self.counts_in(link_ids, period_of("month", month)).figures()
            if figures.n and not figures.not_good:
                break
            denied += [month] if figures.n else []
            month = add_months(month, -1)
        return denied[-1] if len(denied) > 1 else None


def group(
    board: Board,
    lines: Iterable[LinkLine],
    ends: Callable[[LinkLine], tuple[Department, Department]],
    behind: Callable[[Department, Department], Behind],
    filters: Callable[[Department, Department], dict[str, str | int]],
) -> list[GroupLine]:
    """Gather links between the same two ends in the same flow.

    `ends`: the supplier and the customer a link counts for; `behind` and `filters`: where the group's ratings are, by
    its ends. The worst come first: denied ones, then by the twelve months; those without any rating last.
    """
    gathered: dict[tuple[int, int, str], tuple[Department, Department, list[LinkLine]]] = {}
    for line in lines:
        supplier, customer = ends(line)
        gathered.setdefault((supplier.pk, customer.pk, line.flow), (supplier, customer, []))[2].append(line)
    found = []
    for (_supplier, _customer, flow), (supplier, customer, members) in gathered.items():
        now, long = board.together(members)
        found.append(
            GroupLine(
                supplier=supplier,
                customer=customer,
                flow=flow,
                now=now,
                long=long,
                behind=behind(supplier, customer),
                filters={**filters(supplier, customer), "flow": flow},
                links=sorted(members, key=worst_first),
            )
        )
    return sorted(found, key=worst_first)


def worst_first(line: Line) -> tuple[object, ...]:
    """Sort key: the unhappiest of the period first, then by the twelve months, then in the order of departments."""
    rate = line.long.satisfied_rate
    return (
        -line.now.not_good,
        2.0 if rate is None else rate,
        FLOW_ORDER.index(line.flow),
        (line.supplier.rank, line.supplier.code, line.customer.rank, line.customer.code),
    )


def unhappy(lines: Iterable[LinkLine]) -> list[LinkLine]:
    """Return the links that a not good denies "satisfied" in the period, the most first."""
    return sorted((line for line in lines if line.now.not_good), key=worst_first)


def silent(lines: Iterable[LinkLine]) -> list[LinkLine]:
    """Return the links with interactions due for a rating in the period and none rated, the most first."""
    return sorted(
        (line for line in lines if line.now.silent), key=lambda line: (-line.now.counts.due, worst_first(line))
    )


@dataclass(frozen=True)
class FlowVerdict:
    """A supplier in one flow, under both lenses (R16)."""

    flow: str
    now: Figures
    long: Figures
    now_url: str
    long_url: str


def by_flow(board: Board, lines: Iterable[Line], behind: Behind, **filters: str) -> list[FlowVerdict]:
    """Return the verdict per flow that has lines."""
    lines = list(lines)
    found = []
    for flow in FLOW_ORDER:
        of_flow = [line for line in lines if line.flow == flow]
        if of_flow:
            now, long = board.together(of_flow)
            found.append(
                FlowVerdict(
                    flow=flow,
                    now=now,
                    long=long,
                    now_url=behind.url({**filters, "flow": flow}) if now.n else "",
                    long_url=behind.url({**filters, "flow": flow}, long=True) if long.n else "",
                )
            )
    return found

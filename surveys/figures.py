"""Figures for any span of days: per group and period, summed from rollups, with the edges read from the ratings.

Days are read from the ratings through their covering index, weeks from week rollups, everything longer from month
rollups. A span that cuts a week or month in two is completed, day by day, from the ratings (docs/rollups.md).
"""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import Q

from dealership.models import Dealership
from supplychain.models import Interaction, Link
from surveys.counts import Counts
from surveys.models import Rollup
from surveys.periods import Period, month_start, period_of, split_by_rollups
from surveys.recount import count_by
from surveys.told import told_of

Day = datetime.date

#: group_by -> the parts of a link that make the group.
GROUPS: dict[str, tuple[str, ...]] = {
    "link": ("flow", "supplier", "customer", "item"),
    "item": ("item",),
    "supplier": ("supplier",),
    "customer": ("customer",),
    "pair": ("supplier", "customer"),
    "flow": ("flow",),
    "store": (),
}


@dataclass(frozen=True, order=True)
class Group:
    """What figures are given for; parts that do not make the group are empty."""

    flow: str = ""
    supplier: str = ""
    customer: str = ""
    item: str = ""
    store: str = ""

    @property
    def name(self) -> str:
        """How the group is written in commands and exports.

        >>> Group(flow="service", supplier="finance", customer="service", item="reimbursement").name
        'service:finance>service:reimbursement'
        >>> Group(supplier="finance", customer="service").name
        'finance>service'
        >>> Group(item="reimbursement").name, Group(store="demo").name
        ('reimbursement', 'demo')
        """
        pair = f"{self.supplier}>{self.customer}" if self.supplier and self.customer else self.supplier or self.customer
        return ":".join(part for part in (self.flow, pair, self.item) if part) or self.store


@dataclass(frozen=True)
class FigureRow:
    """The counts of one group in one period; the period is cut to the days asked for."""

    group: Group
    period: Period
    counts: Counts


def figure_rows(
    dealership: Dealership,
    *,
    grain: str,
    group_by: str,
    start: Day | None = None,
    end: Day | None = None,
) -> list[FigureRow]:
    """Return the figures of a store, per group and period, sorted by group and then by time.

    `grain`: one of periods.GRAINS; `group_by`: a key of GROUPS. `start`, `end`: local days, both included; left out,
    the periods reach as far as there is data. Only groups and periods with interactions get a row. Weeks start on
    Monday; the first and last period hold only the days asked for.
    """
    data = days_with_data(dealership)
    if data is None:
        return []
    asked = _asked(data, grain, start, end)
    groups = _groups(dealership, group_by)
    summed: dict[tuple[Group, Period], Counts] = {}
    for link_id, day, counts in _cells(dealership, list(groups), asked, data, grain):
        key = (groups[link_id], _cut(grain, day, asked))
        summed[key] = summed[key] + counts if key in summed else counts
    _add_told(summed, dealership, groups, _around(dealership, data, start, end))
    rows = [FigureRow(group, period, counts) for (group, period), counts in summed.items() if counts.interactions]
    return sorted(rows, key=lambda row: (row.group, row.period.start))


def _add_told(
    summed: dict[tuple[Group, Period], Counts], dealership: Dealership, groups: dict[int, Group], span: Period
) -> None:
    """Add to the sums of each group and period what may be told of confidential ratings (R20).

    A block of several links and months counts for groups and periods that hold it wholly; a month cut in two holds
    none. Where something is held back, the sum says so. `span`: the days asked for; all there are where none were.
    """
    if span.start > span.end:
        return
    whole, _edges = split_by_rollups(span, "month")
    told = told_of(dealership, Period(month_start(span.start), period_of("month", span.end).end))
    if not told:
        return
    links_of: dict[Group, set[int]] = defaultdict(set)
    for link_id, group in groups.items():
        links_of[group].add(link_id)
    for group, period in list(summed):
        days = span if period.name == "all" else period
        links, inside = links_of[group], _whole_months(days, whole)
        counts = told.counts(links, inside) if inside is not None else Counts(threshold=told.threshold)
        months = Period(month_start(days.start), period_of("month", days.end).end)
        is_cut = inside is None or (months.start, months.end) != (inside.start, inside.end)
        held_back = counts.held_back or (is_cut and told.touches(links, months))
        summed[group, period] += replace(counts, held_back=held_back)


def _whole_months(period: Period, whole: Period | None) -> Period | None:
    """Return the whole months of a period that were asked for; None where there are none."""
    if whole is None or period.days < 28:
        return None
    start, end = max(period.start, whole.start), min(period.end, whole.end)
    found, _edges = split_by_rollups(Period(start, end), "month") if start <= end else (None, [])
    return found


def days_with_data(dealership: Dealership) -> Period | None:
    """Return the days from the first interaction to the last; None without any. Two queries on an index."""
    ordered = Interaction.objects.filter(dealership=dealership).order_by("occurred_at").values_list("day", flat=True)
    first, last = ordered.first(), ordered.last()
    return None if first is None or last is None else Period(first, last)


def _asked(data: Period, grain: str, start: Day | None, end: Day | None) -> Period:
    """Return the days asked for; where none were given, whole periods around the data."""
    if grain == "all":
        return Period(start or min(data.start, end or data.start), end or max(data.end, start or data.end), "all")
    return Period(
        start or period_of(grain, data.start).start,
        end or period_of(grain, data.end).end,
    )


def _around(dealership: Dealership, data: Period, start: Day | None, end: Day | None) -> Period:
    """Return the days asked for, to the edge of a whole month where nothing lies beyond them."""
    last = max(data.end, dealership.today())
    return Period(
        start if start is not None and start > data.start else month_start(data.start),
        end if end is not None and end < last else period_of("month", last).end,
    )


def _cut(grain: str, day: Day, asked: Period) -> Period:
    """Return the period a day lies in, cut to the days asked for."""
    if grain == "all":
        return asked
    whole = period_of(grain, day)
    return replace(whole, start=max(whole.start, asked.start), end=min(whole.end, asked.end))


def _groups(dealership: Dealership, group_by: str) -> dict[int, Group]:
    """Return the group of every link of the store, by the link's primary key. One query."""
    parts = GROUPS[group_by]
    links = Link.objects.filter(dealership=dealership).order_by()
    codes = links.values_list("pk", "flow", "supplier__code", "customer__code", "item__code")
    found: dict[int, Group] = {}
    for pk, *values in codes:
        named = dict(zip(GROUPS["link"], values, strict=True))
        found[pk] = Group(**{part: named[part] for part in parts}) if parts else Group(store=dealership.slug)
    return found


def _cells(
    dealership: Dealership, link_ids: list[int], asked: Period, data: Period, grain: str
) -> Iterator[tuple[int, Day, Counts]]:
    """Yield (link id, a day of the cell, counts): rollup rows for whole weeks or months, single days at the edges."""
    rollup_grain = "week" if grain == "week" else "month"
    if asked.start > data.end or asked.end < data.start:
        return
    # Nothing lies outside the data: a bound beyond it may as well stand at the edge of a whole week or month.
    start = asked.start if asked.start > data.start else period_of(rollup_grain, data.start).start
    end = asked.end if asked.end < data.end else period_of(rollup_grain, data.end).end
    span = Period(start, end)
    whole, edges = (None, [span]) if grain == "day" else split_by_rollups(span, rollup_grain)
    threshold = dealership.not_good_threshold
    if whole is not None:
        rollups = Rollup.objects.filter(dealership=dealership)
        rows = rollups.weeks(whole) if rollup_grain == "week" else rollups.months(whole)
        summed: dict[Any, Counts] = rows.counts_by("link_id", "start", threshold=threshold)
        for (link_id, day), counts in summed.items():
            yield link_id, day, counts
    for edge in edges:
        yield from _days(link_ids, edge, threshold)


def _days(link_ids: list[int], edge: Period, threshold: int) -> Iterator[tuple[int, Day, Counts]]:
    # By links, not by store: the covering indexes begin with the link.
    counted = count_by(
        "link_id", "day", where=Q(link__in=link_ids), start=edge.start, end=edge.end, threshold=threshold
    )
    for (link_id, day), counts in counted.items():
        yield link_id, day, counts


def months_by_link(dealership: Dealership, link_ids: Iterable[int], span: Period) -> dict[int, dict[Day, Counts]]:
    """Return the month rollups of links: {link id: {first day of the month: counts}}. One query.

    `span`: whole months.
    """
    rows = Rollup.objects.filter(dealership=dealership, link__in=list(link_ids)).months(span)
    found: dict[int, dict[Day, Counts]] = {}
    # Month rows are unique per link and start, so nothing needs to be summed here.
    for row in rows.iterator():
        found.setdefault(row.link_id, {})[month_start(row.start)] = row.counts(dealership.not_good_threshold)
    return found

"""What may be told of confidential ratings: sums of whole frozen blocks, and whether anything is held back (R20)."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Collection, Set
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, Q, Sum
from django.db.models.functions import Coalesce

from dealership.models import Dealership
from surveys.counts import SCORE_FIELDS, Counts
from surveys.models import Rating, SealedBlock
from surveys.periods import Period

Day = datetime.date


@dataclass(frozen=True)
class Block:
    """A frozen block, for adding up. `start`, `end`: first days of its first and last month."""

    links: frozenset[int]
    start: Day
    end: Day
    counts: Counts
    #: Whether it is told apart what came at short notice (R12).
    tells_short_notice: bool = True


@dataclass(frozen=True)
class Told:
    """The blocks of a store over some months, and the links on which ratings are held back, per month."""

    threshold: int
    blocks: list[Block] = field(default_factory=list)
    waiting: dict[Day, set[int]] = field(default_factory=dict)

    def counts(self, links: Set[int], period: Period) -> Counts:
        """Return what is told of some links in some months: the sum of the blocks that lie wholly within.

        `period`: whole months. Marked as held back where a block lies within only in part, or ratings wait. What came
        at short notice is told apart only where every block does.
        """
        found = Counts(threshold=self.threshold)
        held_back, tells_short_notice = False, True
        for block in self.blocks:
            if block.links <= links and block.start in period and block.end in period:
                found += block.counts
                tells_short_notice = tells_short_notice and block.tells_short_notice
            elif block.start <= period.end and block.end >= period.start and not block.links.isdisjoint(links):
                held_back = True
        held_back = held_back or any(month in period and not links.isdisjoint(on) for month, on in self.waiting.items())
        return found.with_notes(held_back=held_back, tells_short_notice=tells_short_notice)

    def __bool__(self) -> bool:
        return bool(self.blocks or self.waiting)

    def touches(self, links: Set[int], period: Period) -> bool:
        """Return whether anything of some links in some months is told or held back."""
        return any(
            block.start <= period.end and block.end >= period.start and not block.links.isdisjoint(links)
            for block in self.blocks
        ) or any(month in period and not links.isdisjoint(on) for month, on in self.waiting.items())

    def months(self) -> set[Day]:
        """Return the first days of the months of which anything is told or held back."""
        return {block.start for block in self.blocks if block.start == block.end}.union(self.waiting)

    def links(self) -> set[int]:
        """Return the ids of all links of which anything is told or held back."""
        return {link for block in self.blocks for link in block.links}.union(*self.waiting.values())


def told_in(stores: Collection[Dealership], span: Period) -> dict[int, Counts]:
    """Return what is told of the confidential ratings of stores as wholes: {store id: counts}. Two queries, or none.

    `span`: whole months. Read under each store's own threshold.
    """
    keys = [store.pk for store in stores if _may_be_sealed(store, span)]
    if not keys:
        return {store.pk: Counts(threshold=store.not_good_threshold) for store in stores}
    ratings = Rating.objects.filter(dealership__in=keys, sealed_month__gte=span.start, sealed_month__lte=span.end)
    held_back = set(ratings.held_back().order_by().values_list("dealership", flat=True).distinct())
    blocks = SealedBlock.objects.filter(dealership__in=keys).touching(span).order_by()
    within = Q(start__gte=span.start, end__lte=span.end)
    sums = {f"sum_{name}": Coalesce(Sum(name, filter=within), 0) for name in SCORE_FIELDS}
    found: dict[int, dict[str, Any]] = {}
    rows: Any = blocks.values("dealership").annotate(cut=Count("pk", filter=~within), **sums)
    for row in rows:
        found[row["dealership"]] = {name: row[f"sum_{name}"] for name in SCORE_FIELDS}
        if row["cut"]:
            held_back.add(row["dealership"])
    return {
        store.pk: Counts(threshold=store.not_good_threshold, **found.get(store.pk, {})).with_notes(
            held_back=store.pk in held_back, tells_short_notice=store.pk not in found
        )
        for store in stores
    }


def told_of(store: Dealership, span: Period) -> Told:
    """Return what may be told of a store's confidential ratings in a span of whole months. Two queries, or none."""
    threshold = store.not_good_threshold
    if not _may_be_sealed(store, span):
        return Told(threshold)
    rows = SealedBlock.objects.filter(dealership=store).touching(span).order_by("pk")
    blocks = [
        Block(frozenset(row.links), row.start, row.end, row.counts(threshold), row.short_notice is not None)
        for row in rows.defer("comments", "reasons")
    ]
    waiting: dict[Day, set[int]] = defaultdict(set)
    held = Rating.objects.filter(dealership=store, sealed_month__gte=span.start, sealed_month__lte=span.end)
    for month, link in held.held_back().order_by().values_list("sealed_month", "link").distinct():
        if month is not None:
            waiting[month].add(link)
    return Told(threshold, blocks, dict(waiting))


def _may_be_sealed(store: Dealership, span: Period) -> bool:
    """Return whether a store can have confidential ratings in a span."""
    return store.sealed_since is not None and store.sealed_since <= span.end

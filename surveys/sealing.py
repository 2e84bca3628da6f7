"""Freezing a month's batch of confidential ratings (R20). What may be told of them then: surveys/told.py.

A store's month is frozen once, a day after it has ended, when nobody can change a rating of it any more. Its ratings
are joined to blocks (surveys/confidentiality.py) supplier by supplier, each scale apart; what a supplier has too few
raters for joins the quarter, then the year, and at the end of the year the leavings of all suppliers together. What
remains even then is held back for good. Why it is so: docs/confidentiality.md.
"""

from __future__ import annotations

import datetime
import hashlib
from collections import Counter, defaultdict
from collections.abc import Collection, Hashable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from dealership.access import Tree
from dealership.models import Dealership, Department
from supplychain.models import Link
from surveys.confidentiality import Cell, partition
from surveys.models import Rating, SealedBatch, SealedBlock
from surveys.periods import Period, add_months, month_start, period_of

Day = datetime.date

#: So long after its end a month is frozen: for a day its last rating may still be changed.
SETTLES = datetime.timedelta(days=1)


# --- Freezing ---------------------------------------------------------------------------------------


def freeze_due(store: Dealership, *, now: datetime.datetime | None = None) -> int:
    """Freeze every month of a store that has ended and settled and holds confidential ratings; returns how many."""
    now = now or timezone.now()
    last = add_months(month_start(store.local_day(now - SETTLES)), -1)
    first = Rating.objects.filter(dealership=store).held_back().order_by("sealed_month").first()
    if first is None or first.sealed_month is None:
        return 0
    frozen = set(SealedBatch.objects.filter(dealership=store).values_list("month", flat=True))
    done, month = 0, first.sealed_month
    while month <= last:
        if month not in frozen:
            done += freeze(store, month)
        month = add_months(month, 1)
    return done


def freeze(store: Dealership, month: Day) -> bool:
    """Freeze one month, with the quarter and the year that end with it; False if it had been frozen before.

    Two that freeze at once: the database lets one of them have the month.
    """
    try:
        with transaction.atomic():
            batch = SealedBatch.objects.create(dealership=store, month=month)
            for start, together in _joins(month):
                _write(batch, _blocks(store, Period(start, month), together=together))
    except IntegrityError:
        if SealedBatch.objects.filter(dealership=store, month=month).exists():
            return False
        raise
    return True


def _joins(month: Day) -> list[tuple[Day, bool]]:
    """Return what a month's batch joins, in this order: (first month, whether all suppliers together).

    >>> [(start.isoformat(), together) for start, together in _joins(datetime.date(2026, 12, 1))]
    [('2026-12-01', False), ('2026-10-01', False), ('2026-01-01', False), ('2026-01-01', True)]
    >>> len(_joins(datetime.date(2026, 6, 1))), len(_joins(datetime.date(2026, 5, 1)))
    (2, 1)
    """
    found = [(month, False)]
    for grain in ("quarter", "year"):
        whole = period_of(grain, month)
        if month_start(whole.end) == month:
            found.append((whole.start, False))
    return [*found, (found[-1][0], True)] if month.month == 12 else found


@dataclass
class _Gathered:
    """The ratings of one cell: on one link, in one month, at short notice or not, on one scale, imported or not."""

    raters: set[int] = field(default_factory=set)
    least: int = 0
    ratings: list[dict[str, Any]] = field(default_factory=list)


def _blocks(store: Dealership, period: Period, *, together: bool) -> list[list[list[dict[str, Any]]]]:
    """Return the blocks that the held-back ratings of a period make: blocks of cells of ratings."""
    gathered: dict[tuple[Any, ...], _Gathered] = defaultdict(_Gathered)
    waiting = Rating.objects.filter(dealership=store, sealed_month__gte=period.start, sealed_month__lte=period.end)
    columns = ("pk", "link", "sealed_month", "short_notice", "rater", "least_raters", "scale", "score", "external_id")
    told = waiting.held_back().order_by("pk").values(*columns, "reasons", "comment", "link__flow")
    for row in told.iterator():
        cell = gathered[row["link"], row["sealed_month"], row["short_notice"], *_kept_apart(row)]
        cell.raters.add(row["rater"])
        cell.least = max(cell.least, row["least_raters"])
        cell.ratings.append(row)
    places = places_of(store, {link for link, *_rest in gathered})
    owners: dict[Hashable, list[Cell]] = defaultdict(list)
    cells_of: dict[Cell, _Gathered] = {}
    for key, cell in gathered.items():
        link, month, short_notice, *apart = key
        place = places[link]
        path = (*place.path, link, month, short_notice)
        if together:
            path = (place.owner, *path)
        of_block = Cell(path, frozenset(cell.raters), cell.least, key, place.supplier, place.customer)
        owners[None if together else place.owner, *apart].append(of_block)
        cells_of[of_block] = cell
    found = []
    for cells in owners.values():
        # In an order that does not tell who was first.
        ordered = sorted(cells, key=lambda cell: str(cell.key))
        found += [[cells_of[cell].ratings for cell in block] for block in partition(ordered)]
    return found


def _kept_apart(row: dict[str, Any]) -> tuple[Hashable, ...]:
    """Return what must be the same in all ratings of a block.

    The scale, since the scores of each are told apart; and whether it was brought in from a file: whoever wrote that
    knows what stands in it.
    """
    return row["scale"], row["external_id"] is not None


@dataclass(frozen=True)
class Place:
    """Where a link stands: cells are joined along the paths of one owner.

    The owner is the supplier with its teams, apart for what the teams do for each other (R9). `path`: from the flow
    over the customer with its teams to the very departments. `supplier`, `customer`: who counts as either side, with
    all teams, or as a team among teams.
    """

    owner: Hashable
    path: tuple[Hashable, ...]
    supplier: int
    customer: int


def places_of(store: Dealership, link_ids: Collection[int]) -> dict[int, Place]:
    """Return where links stand, by their ids. Two queries."""
    tree = Tree(tuple(Department.objects.filter(dealership=store)))
    tops = tree.units()
    found: dict[int, Place] = {}
    links = Link.objects.filter(dealership=store, pk__in=list(link_ids)).order_by()
    for pk, flow, supplier, customer in links.values_list("pk", "flow", "supplier", "customer"):
        of_supplier, of_customer = tops[supplier], tops[customer]
        is_inside = of_supplier == of_customer
        ends = (supplier, customer) if is_inside else (of_supplier, of_customer)
        found[pk] = Place((of_supplier, is_inside), (flow, of_customer, supplier, customer), *ends)
    return found


def _write(batch: SealedBatch, blocks: Iterable[Sequence[Sequence[dict[str, Any]]]]) -> None:
    """Keep blocks of cells of ratings, and mark the ratings as told in them."""
    for cells in blocks:
        ratings = [rating for cell in cells for rating in cell]
        months = {rating["sealed_month"] for rating in ratings}
        short = {rating["short_notice"] for rating in ratings}
        scores = Counter(f"{rating['scale']}_{rating['score']}" for rating in ratings)
        block = SealedBlock.objects.create(
            dealership_id=batch.dealership_id,
            batch=batch,
            start=min(months),
            end=max(months),
            links=sorted({rating["link"] for rating in ratings}),
            short_notice=short.pop() if len(short) == 1 else None,
            reasons=_reasons_of(ratings),
            comments=sorted((rating["comment"] for rating in ratings if rating["comment"]), key=_shuffled),
            **scores,
        )
        keys = [rating["pk"] for rating in ratings]
        for first in range(0, len(keys), 500):
            Rating.objects.filter(pk__in=keys[first : first + 500]).update(block=block)


def _reasons_of(ratings: Sequence[dict[str, Any]]) -> dict[str, int]:
    """Return how often each reason was given; none where flows are mixed, since the words of each tell it apart."""
    if len({rating["link__flow"] for rating in ratings}) > 1:
        return {}
    return dict(sorted(Counter(reason for rating in ratings for reason in rating["reasons"]).items()))


def _shuffled(words: str) -> bytes:
    """Return a sort key that has nothing to do with who wrote what when."""
    return hashlib.sha256(words.encode()).digest()

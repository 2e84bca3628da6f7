"""Reading what the rater lens looks at: ratings counted per supplier, rater and score."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, QuerySet

from dealership.models import Dealership
from surveys.distances import Share
from surveys.models import Rating
from surveys.periods import Period
from surveys.scoring import outcome
from surveys.severity import Cell


@dataclass(frozen=True)
class Given:
    """How often a rater gave a supplier one score; both by name: the department's code and the user name."""

    supplier: str
    rater: str
    scale: str
    score: int
    n: int


def comparable_ratings(dealership: Dealership, period: Period) -> QuerySet[Rating, Any]:
    """Return a store's ratings in which raters may be told apart: none that is confidential (R20)."""
    ratings: QuerySet[Rating, Any] = Rating.objects.told_openly().within(period).order_by()
    return ratings.filter(dealership=dealership, link__dealership=dealership)


def given_scores(dealership: Dealership, period: Period) -> list[Given]:
    """Return the scores that were given in a period. One query."""
    keys = ("link__supplier__code", "rater__username", "scale", "score")
    rows = comparable_ratings(dealership, period).values_list(*keys).annotate(n=Count("pk")).order_by(*keys)
    return [Given(*row) for row in rows]


def cells(given: Iterable[Given], scale: str) -> list[Cell]:
    """Return the ratings of one scale per supplier and rater, as severity.fit takes them."""
    sums: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0, 0])
    for each in given:
        if each.scale == scale:
            powers = (1, each.score, each.score * each.score)
            kept = sums[each.supplier, each.rater]
            kept[:] = [old + each.n * power for old, power in zip(kept, powers, strict=True)]
    return [Cell(supplier, rater, *kept) for (supplier, rater), kept in sums.items()]


def not_good_shares(given: Iterable[Given], threshold: int) -> dict[tuple[str, str], Share]:
    """Return how many were "not good" per supplier and rater, as distances takes them."""
    found: dict[tuple[str, str], Share] = {}
    for each in given:
        not_good = outcome(each.scale, each.score, threshold=threshold) == "not_good"
        share = Share(each.n if not_good else 0, each.n)
        found[each.supplier, each.rater] = found.get((each.supplier, each.rater), Share(0, 0)) + share
    return found

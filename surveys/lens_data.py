"""Reading what the lenses look at: never a confidential rating (R20)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Hashable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Case, Count, QuerySet, Sum, Value, When

from dealership.models import Dealership
from supplychain.models import RequestState
from surveys.distances import NONE, Share
from surveys.flagging import Flags, flags
from surveys.models import Rating, Rollup
from surveys.periods import Period
from surveys.scoring import SCORES, outcome
from surveys.severity import Cell, Fit, fit


@dataclass(frozen=True)
class Given:
    """How often somebody gave a supplier one score, for one customer and under one disclosure.

    Departments by their code; the rater by user name, and by full name.
    """

    supplier: str
    customer: str
    rater: str
    name: str
    disclosure: int
    scale: str
    score: int
    n: int


@dataclass(frozen=True)
class Lateness:
    """Ratings of what was delivered late and on time: how many of each are good."""

    late: Share = NONE
    on_time: Share = NONE

    def __add__(self, other: Lateness) -> Lateness:
        return Lateness(self.late + other.late, self.on_time + other.on_time)


#: Who gave a score, as raters are to be told apart.
Rater = Callable[[Given], str]


def comparable_ratings(dealership: Dealership, period: Period) -> QuerySet[Rating, Any]:
    """Return a store's ratings in which raters may be told apart: none that is confidential (R20)."""
    ratings: QuerySet[Rating, Any] = Rating.objects.told_openly().within(period).order_by()
    return ratings.filter(dealership=dealership, link__dealership=dealership)


def given_scores(dealership: Dealership, period: Period) -> list[Given]:
    """Return the scores that were given in a period. One query."""
    rater = ("rater__username", "rater__full_name")
    keys = ("link__supplier__code", "link__customer__code", *rater, "disclosure", "scale", "score")
    rows = comparable_ratings(dealership, period).values_list(*keys).annotate(n=Count("pk")).order_by(*keys)
    return [Given(*row) for row in rows]


def by_person(each: Given) -> str:
    """Return the user name of who gave a score."""
    return each.rater


def cells(given: Iterable[Given], scale: str, rater: Rater = by_person) -> list[Cell]:
    """Return the ratings of one scale per supplier and rater, as severity.fit takes them."""
    sums: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0, 0])
    for each in given:
        if each.scale == scale:
            powers = (1, each.score, each.score * each.score)
            kept = sums[each.supplier, rater(each)]
            kept[:] = [old + each.n * power for old, power in zip(kept, powers, strict=True)]
    return [Cell(*names, *kept) for names, kept in sums.items()]


def shares(given: Iterable[Given], asked: str, threshold: int, key: Callable[[Given], Hashable]) -> dict[Any, Share]:
    """Return how many ratings have an outcome ("good", "not_good"), per `key` of what was given."""
    found: dict[Hashable, Share] = {}
    for each in given:
        has_it = outcome(each.scale, each.score, threshold=threshold) == asked
        found[key(each)] = found.get(key(each), NONE) + Share(each.n if has_it else 0, each.n)
    return found


def fits(given: Iterable[Given], rater: Rater = by_person) -> dict[str, Fit]:
    """Return per scale how harsh each rater is."""
    given = list(given)
    return {scale: fit(cells(given, scale, rater), scale=scale) for scale in SCORES}


def pointed_out(
    given: Iterable[Given], fitted: Mapping[str, Fit], threshold: int, rater: Rater = by_person
) -> Flags[str]:
    """Return which raters are pointed out, of what was given and what `fits` says of it."""
    of_scale: dict[str, list[Given]] = defaultdict(list)
    for each in given:
        of_scale[each.scale].append(each)
    not_good = {
        scale: shares(some, "not_good", threshold, lambda each: (each.supplier, rater(each)))
        for scale, some in of_scale.items()
    }
    return flags(not_good, fitted)


def unrated_by_link(dealership: Dealership, period: Period) -> dict[int, Share]:
    """Return how many interactions were not rated, of those due for a rating, per link. One query.

    `period`: whole months. That something was rated is no secret, whatever was said.
    """
    rows = Rollup.objects.filter(dealership=dealership).months(period).order_by().values("link")
    sums = rows.annotate(all_due=Sum("due"), all_rated=Sum("rated")).values_list("link", "all_due", "all_rated")
    return {link: Share(max(due - rated, 0), due) for link, due, rated in sums if due}


def lateness_by_link(dealership: Dealership, period: Period) -> dict[int, Lateness]:
    """Return how what came of requests was rated, late and on time, per link. One query."""
    rated = comparable_ratings(dealership, period).filter(interaction__request__state=RequestState.DONE)
    late = Case(When(interaction__request__late_days__gt=0, then=Value(True)), default=Value(False))
    rows = rated.annotate(late=late).values_list("link", "late", "scale", "score").annotate(n=Count("pk"))
    found: dict[int, Lateness] = defaultdict(Lateness)
    for link, is_late, scale, score, n in rows:
        share = Share(n if outcome(scale, score) == "good" else 0, n)
        found[link] += Lateness(late=share) if is_late else Lateness(on_time=share)
    return dict(found)


def single_ratings(dealership: Dealership, period: Period, links: Collection[int]) -> list[tuple[Any, ...]]:
    """Return the ratings on some links: link, user name, full name, disclosure, when, scale and score. One query."""
    keys = ("link", "rater__username", "rater__full_name", "disclosure", "rated_at", "scale", "score")
    return list(comparable_ratings(dealership, period).filter(link__in=links).values_list(*keys))

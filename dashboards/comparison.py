"""The stores of a group compared on the links they share: T scores (docs/figures.md)."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from dashboards.choice import Choice
from dealership.models import Dealership
from supplychain.models import Link
from surveys.comparison_scores import LEAST_STORES, Score, Tally, sharing_enough, t_scores
from surveys.counts import Counts
from surveys.models import Rollup

#: So many stores are compared at once; a search narrows more of them.
MOST_STORES = 200
#: A store with fewer ratings in the twelve months would leave the others next to no link to be compared on.
LEAST_RATINGS = 30
#: So many standard errors from the mean is beyond chance.
CLEARLY = 2

#: What makes links of two stores the same.
LinkKey = tuple[str, str, str, str]


@dataclass(frozen=True)
class ComparedStore:
    """A store with its score."""

    store: Dealership
    score: Score

    @property
    def is_apart(self) -> bool:
        """Whether it lies beyond chance from the mean of the compared stores."""
        return self.place != "within"

    @property
    def place(self) -> str:
        """ "above" or "below" the mean of the compared stores beyond chance, or "within"."""
        if abs(self.score.t - 50) <= CLEARLY * self.score.error:
            return "within"
        return "above" if self.score.t > 50 else "below"


class Comparison:
    """Stores compared over the twelve months of a choice. Two queries. Confidential ratings have no part in it."""

    def __init__(self, stores: list[Dealership], choice: Choice) -> None:
        self.stores = stores
        self.choice = choice
        self.is_too_many = len(stores) > MOST_STORES

    @cached_property
    def _rated_enough(self) -> dict[int, dict[LinkKey, Tally]]:
        if self.is_too_many:
            return {}
        return {pk: own for pk, own in self._tallies.items() if sum(each.n for each in own.values()) >= LEAST_RATINGS}

    @cached_property
    def lines(self) -> list[ComparedStore]:
        """The compared stores, the lowest score first; by name where none is clearly apart, for then it says nothing.

        Empty where a comparison says nothing.
        """
        scores = t_scores(sharing_enough(self._rated_enough))
        found = [ComparedStore(store, scores[store.pk]) for store in self.stores if store.pk in scores]
        by_name = sorted(found, key=lambda line: line.store.name)
        return sorted(by_name, key=lambda line: line.score.t) if any(line.is_apart for line in found) else by_name

    @property
    def is_any_apart(self) -> bool:
        """Whether any store lies beyond chance from the mean."""
        return any(line.is_apart for line in self.lines)

    @property
    def rated_too_little(self) -> int:
        """How many stores have too few ratings that are told openly."""
        return len(self.stores) - len(self._rated_enough) if self.lines else 0

    @property
    def sharing_too_little(self) -> int:
        """How many stores share too few links with the others."""
        return len(self._rated_enough) - len(self.lines) if self.lines else 0

    @property
    def links(self) -> int:
        """On how many links the stores are compared."""
        return self.lines[0].score.links if self.lines else 0

    @property
    def below(self) -> list[ComparedStore]:
        """Stores that lie below the mean of the compared ones beyond chance."""
        return [line for line in self.lines if line.place == "below"]

    @property
    def least_stores(self) -> int:
        """So many stores a comparison takes."""
        return LEAST_STORES

    @cached_property
    def _tallies(self) -> dict[int, dict[LinkKey, Tally]]:
        keys = [store.pk for store in self.stores]
        rows = Rollup.objects.filter(dealership__in=keys).months(self.choice.long)
        counted: dict[Any, Counts] = rows.counts_by("dealership_id", "link_id")
        named = Link.objects.filter(dealership__in=keys).order_by()
        codes = {
            row[0]: row[1:] for row in named.values_list("pk", "flow", "supplier__code", "customer__code", "item__code")
        }
        found: dict[int, dict[LinkKey, Tally]] = defaultdict(dict)
        for (store, link), counts in counted.items():
            # A link that ended and was followed by one on the other scale has the same codes: both count as one.
            before = found[store].get(codes[link], Tally(0, 0))
            found[store][codes[link]] = Tally(before.good + counts.good, before.n + counts.n)
        return found

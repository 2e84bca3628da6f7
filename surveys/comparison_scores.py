"""Stores compared on the same links: standardised satisfied rates and T scores. Pure: imports no Django.

A store that is rated on what is easy looks better than one that is rated on what is hard. So stores are compared on the
links that all of them share (the same flow, supplier, customer and item, by their codes), each link with the same
weight everywhere: its share of all stores' ratings on these links (direct standardisation). T = 50 + 10 z: 50 is the
mean of the compared stores, 60 one standard deviation above.

Two links, rated 100 and 300 times in all; the first store is good at the one that counts more:

>>> stores = {
...     "a": {"parts": Tally(9, 10), "repair": Tally(95, 100)},
...     "b": {"parts": Tally(40, 50), "repair": Tally(80, 100)},
...     "c": {"parts": Tally(32, 40), "repair": Tally(85, 100), "vehicles": Tally(1, 9)},
... }
>>> scores = t_scores(stores)
>>> [f"{name}: {score.rate:.4f}, T {score.t:.1f} ± {score.error:.1f}" for name, score in scores.items()]
['a: 0.9375, T 63.6 ± 5.9', 'b: 0.8000, T 39.9 ± 5.8', 'c: 0.8375, T 46.4 ± 5.5']
>>> f"{scores['b'].low:.1%} to {scores['b'].high:.1%}"
'73.4% to 86.6%'
>>> t_scores({"a": stores["a"], "b": stores["b"]})
{}

A store that has only begun shares too little with the others: compared with it, they would stand on next to nothing.
The usual links are those rated in more than half of the stores; who shares less than half of these is left out.

>>> sorted(sharing_enough({**stores, "new": {"vehicles": Tally(9, 9)}}))
['a', 'b', 'c']
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from math import sqrt
from statistics import fmean, pstdev
from typing import TypeVar

from surveys.statistics import Z_95

#: Fewer stores have no spread worth a score: of two, one would always stand at 60 and the other at 40.
LEAST_STORES = 3

Store = TypeVar("Store", bound=Hashable)
Link = TypeVar("Link", bound=Hashable)


@dataclass(frozen=True)
class Tally:
    """Ratings of one link in one store: how many were good, of how many."""

    good: int
    n: int


@dataclass(frozen=True)
class Score:
    """A store among the compared ones. `error`: the standard error of `t`; `links`: on so many links it stands.

    `low`, `high`: the 95 % interval of the rate.
    """

    rate: float
    low: float
    high: float
    t: float
    error: float
    links: int


def shared_links(stores: Mapping[Store, Mapping[Link, Tally]]) -> set[Link]:
    """Return the links that were rated in every store."""
    rated = [{link for link, tally in tallies.items() if tally.n} for tallies in stores.values()]
    return set.intersection(*rated) if rated else set()


def sharing_enough(stores: Mapping[Store, Mapping[Link, Tally]]) -> dict[Store, Mapping[Link, Tally]]:
    """Return the stores that were rated on at least half of the usual links."""
    rated = {name: {link for link, tally in tallies.items() if tally.n} for name, tallies in stores.items()}
    in_stores = Counter(link for links in rated.values() for link in links)
    usual = {link for link, number in in_stores.items() if 2 * number > len(stores)}
    return {name: tallies for name, tallies in stores.items() if 2 * len(rated[name] & usual) >= len(usual)}


def t_scores(stores: Mapping[Store, Mapping[Link, Tally]]) -> dict[Store, Score]:
    """Return the scores of stores, compared on the links that all share; empty where that says nothing.

    It says nothing of fewer than LEAST_STORES stores, without a shared link, and where all stores are alike.
    """
    shared = shared_links(stores)
    if len(stores) < LEAST_STORES or not shared:
        return {}
    total = sum(tallies[link].n for tallies in stores.values() for link in shared)
    weights = {link: sum(tallies[link].n for tallies in stores.values()) / total for link in shared}
    rates = {name: sum(weights[link] * _rate(tallies[link]) for link in shared) for name, tallies in stores.items()}
    mean, spread = fmean(rates.values()), pstdev(rates.values())
    if spread < 1e-9:
        return {}
    found = {}
    for name, tallies in stores.items():
        error = sqrt(sum(weights[link] ** 2 * _variance(tallies[link]) for link in shared))
        found[name] = Score(
            rate=rates[name],
            low=max(0.0, rates[name] - Z_95 * error),
            high=min(1.0, rates[name] + Z_95 * error),
            t=50 + 10 * (rates[name] - mean) / spread,
            error=10 * error / spread,
            links=len(shared),
        )
    return found


def _rate(tally: Tally) -> float:
    return tally.good / tally.n


def _variance(tally: Tally) -> float:
    """Return the variance of a rate; with one good and one other rating added, so that 3 of 3 is not beyond doubt."""
    rate = (tally.good + 1) / (tally.n + 2)
    return rate * (1 - rate) / tally.n

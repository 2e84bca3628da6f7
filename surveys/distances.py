"""How far each rater sits from the other customers of the same supplier (R18). Pure: imports no Django.

The distance is the share of "not good" a rater gave a supplier, less the share that all others gave the same supplier.
It stands out if, beyond doubt, it is more than what honest people differ by (TOLERATED).

Finance: An and Cy found 4 of 40 not good each, Bo 18 of 30.

>>> table = {("finance", "an"): Share(4, 40), ("finance", "bo"): Share(18, 30), ("finance", "cy"): Share(4, 40)}
>>> bo = next(each for each in distances(table) if each.rater == "bo")
>>> f"{bo.difference:.0%} ({bo.low:.0%} to {bo.high:.0%}), others {bo.others.of} of {bo.others.n}", bo.stands_out
('50% (30% to 66%), others 8 of 80', True)
>>> [each.rater for each in distances(table) if each.stands_out]
['bo']
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Mapping
from dataclasses import dataclass, replace
from statistics import NormalDist
from typing import Generic, TypeVar

from surveys.statistics import difference_interval

S = TypeVar("S", bound=Hashable)
R = TypeVar("R", bound=Hashable)

#: People differ: by so much of the scale they may, without being pointed out.
TOLERATED = 0.1
#: So often, at the most, is somebody pointed out who is just at that bound; shared out among the suppliers they rated.
DOUBT = 0.02
#: Who gave fewer ratings than this is not pointed out, whatever they say.
LEAST = 5
#: So often, at the most, where no person is pointed out.
FAINT_DOUBT = 0.05


@dataclass(frozen=True)
class Share:
    """`of` in `n`."""

    of: int
    n: int

    def __add__(self, other: Share) -> Share:
        return Share(self.of + other.of, self.n + other.n)

    def __sub__(self, other: Share) -> Share:
        return Share(self.of - other.of, self.n - other.n)

    @property
    def value(self) -> float | None:
        """The share; None of nothing."""
        return self.of / self.n if self.n else None


NONE = Share(0, 0)


@dataclass(frozen=True)
class Distance(Generic[S, R]):
    """One rater and one supplier: "not good" among the ratings, and among those of all others; the 95 % interval."""

    supplier: S
    rater: R
    own: Share
    others: Share
    difference: float
    low: float
    high: float
    stands_out: bool


def distances(table: Mapping[tuple[S, R], Share]) -> list[Distance[S, R]]:
    """Return the distance of every rater who is not alone at a supplier, in the order given.

    `table`: "not good" among the ratings, by supplier and rater.
    """
    rated = {names: share for names, share in table.items() if share.n}
    totals: dict[S, Share] = {}
    for (supplier, _rater), share in rated.items():
        totals[supplier] = totals.get(supplier, NONE) + share
    compared = {names: share for names, share in rated.items() if totals[names[0]].n > share.n}
    suppliers = Counter(rater for _supplier, rater in compared)
    found = []
    for (supplier, rater), share in compared.items():
        others = totals[supplier] - share
        sure = NormalDist().inv_cdf(1 - DOUBT / suppliers[rater])
        stands_out = share.n >= LEAST and stands_apart(share, others, sure)
        interval = difference_interval((share.of, share.n), (others.of, others.n))
        assert interval is not None
        found.append(Distance(supplier, rater, share, others, *interval, stands_out))
    return found


def against_the_rest(table: Mapping[R, Share]) -> dict[R, Distance[None, R]]:
    """Return how far each share lies above that of all others together; those without others, or of nothing, left out.

    >>> found = against_the_rest({"finance": Share(19, 20), "parts": Share(20, 40), "hr": Share(22, 40)})
    >>> [(name, f"{each.difference:.0%}") for name, each in found.items() if each.stands_out]
    [('finance', '42%')]
    """
    found = distances({(None, name): share for name, share in table.items()})
    sure = NormalDist().inv_cdf(1 - FAINT_DOUBT)
    return {each.rater: replace(each, stands_out=stands_apart(each.own, each.others, sure)) for each in found}


def stands_apart(own: Share, others: Share, z: float, tolerated: float = TOLERATED) -> bool:
    """Return whether one share lies above another by more than what is tolerated, beyond doubt."""
    interval = difference_interval((own.of, own.n), (others.of, others.n), z)
    return interval is not None and interval[1] > tolerated

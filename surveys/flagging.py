"""Who is pointed out: the one rule of the page, of `manage.py lenses` and of the bench (R18). Pure: imports no Django.

A rater is pointed out who, beyond doubt and beyond what honest people differ by (TOLERATED),

- stands *apart* from the others at a supplier: on both scales together, or on one of them; or
- is *harsh*: rates everybody lower than the average rater does, on one of the scales.

Both scales together, since somebody may be the only one who rates a supplier on one of them; each alone, since what is
"not good" of five points may hide how low the rest is. Here Bo rates Finance on one scale, the others on the other:

>>> fives = {("finance", rater): Share(9, 90) for rater in ("an", "cy", "di")}
>>> found = flags({"binary": {("finance", "bo"): Share(60, 100)}, "five": fives}, {})
>>> sorted(found.apart), sorted(found.raters)
([('finance', 'bo')], ['bo'])
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from statistics import NormalDist
from typing import Generic, TypeVar

from surveys.distances import DOUBT, NONE, TOLERATED, Share, distances
from surveys.severity import RANGES, Fit, RaterSeverity

S = TypeVar("S", bound=Hashable)


@dataclass(frozen=True)
class Flags(Generic[S]):
    """Who stands apart at which supplier, and who rates everybody lower."""

    apart: frozenset[tuple[S, str]]
    harsh: frozenset[str]

    @property
    def raters(self) -> frozenset[str]:
        """All who are pointed out."""
        return self.harsh | {rater for _supplier, rater in self.apart}


def flags(not_good: Mapping[str, Mapping[tuple[S, str], Share]], fits: Mapping[str, Fit]) -> Flags[S]:
    """Return who is pointed out.

    `not_good`: per scale, "not good" among the ratings, by supplier and rater. `fits`: per scale, how harsh each is.
    """
    together: dict[tuple[S, str], Share] = {}
    for table in not_good.values():
        for names, share in table.items():
            together[names] = together.get(names, NONE) + share
    compared = [each for table in (together, *not_good.values()) for each in distances(table)]
    return Flags(
        apart=frozenset((each.supplier, each.rater) for each in compared if each.stands_out),
        harsh=frozenset(each.rater for scale, found in fits.items() for each in found.raters if is_harsh(each, scale)),
    )


def is_harsh(rater: RaterSeverity, scale: str) -> bool:
    """Return whether somebody rates all suppliers lower than the average rater, beyond doubt and what is tolerated."""
    if rater.severity is None or rater.severity_se is None:
        return False
    low, high = RANGES[scale]
    return rater.severity - NormalDist().inv_cdf(1 - DOUBT) * rater.severity_se > TOLERATED * (high - low)

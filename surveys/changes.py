"""Whether a share has changed by more than chance. Pure: imports no Django.

The interval of a difference is Newcombe's (surveys/statistics.py).

A page looks at many shares at once, and of many some drop by chance. So which are named is decided over all of them
together: each one's chance by Fisher's exact test (mid-p), and of these only what Benjamini and Hochberg's step-up
procedure leaves. Sources: R. A. Fisher, "The Design of Experiments" (1935); Y. Benjamini and Y. Hochberg, "Controlling
the false discovery rate", Journal of the Royal Statistical Society B 57 (1995).

90 of 100 were good, then 60 of 80: that is 15 points less, and no chance. 9 of 10, then 6 of 8, may well be:

>>> [round(value, 3) for value in difference(90, 100, 60, 80)]
[-0.15, -0.264, -0.039]
>>> is_lower(90, 100, 60, 80), is_lower(9, 10, 6, 8), is_lower(0, 0, 1, 2)
(True, False, False)
>>> f"{chance_of_fewer(90, 100, 60, 80):.4f}", f"{chance_of_fewer(9, 10, 6, 8):.4f}"
('0.0042', '0.2402')

Four of one hundredth to a fifth; alone the third would do, of four it does not, for it lies above 3/4 of 5 %:

>>> beyond_chance([0.01, 0.02, 0.04, 0.2]), beyond_chance([0.04])
([True, True, False, False], [True])
"""

from __future__ import annotations

from collections.abc import Sequence
from math import exp, lgamma

from surveys.statistics import difference_interval

#: Of what a page names as worsened, so much may be chance.
FALSE_SHARE = 0.05


def difference(good_before: int, n_before: int, good: int, n: int) -> tuple[float, float, float] | None:
    """Return by how much a share differs from an earlier one, with its 95 % interval: (difference, low, high).

    Shares of good ratings; negative where there are fewer now. None where either has no ratings.
    """
    return difference_interval((good, n), (good_before, n_before))


def is_lower(good_before: int, n_before: int, good: int, n: int) -> bool:
    """Return whether a share is lower than an earlier one by more than chance."""
    found = difference(good_before, n_before, good, n)
    return found is not None and found[2] < 0


def chance_of_fewer(good_before: int, n_before: int, good: int, n: int) -> float:
    """Return how likely it is that so few of the later ratings are good, or fewer, if nothing has changed.

    Fisher's exact test to one side, its mid-p value: what is just as likely as the observed counts half. 1 where either
    has no ratings.
    """
    if not n_before or not n:
        return 1.0
    ratings, not_good = n_before + n, n_before - good_before + n - good
    all_ways = _log_ways(ratings, n)
    found = 0.0
    for bad in range(n - good, min(not_good, n) + 1):
        ways = _log_ways(not_good, bad) + _log_ways(ratings - not_good, n - bad)
        found += exp(ways - all_ways) * (0.5 if bad == n - good else 1.0)
    return min(found, 1.0)


def dropped(pairs: Sequence[tuple[int, int, int, int]]) -> list[bool]:
    """Return which of many shares, looked at together, have dropped by more than chance, as is_lower takes each."""
    beyond = beyond_chance([chance_of_fewer(*numbers) for numbers in pairs])
    return [flag and is_lower(*numbers) for numbers, flag in zip(pairs, beyond, strict=True)]


def _log_ways(n: int, chosen: int) -> float:
    """Return the logarithm of the number of ways to choose so many of `n`."""
    return lgamma(n + 1) - lgamma(chosen + 1) - lgamma(n - chosen + 1)


def beyond_chance(chances: Sequence[float]) -> list[bool]:
    """Return which of many are beyond chance, so that of all that are, at most FALSE_SHARE is chance on average."""
    ordered = sorted(chances)
    within = [each for place, each in enumerate(ordered, 1) if each <= FALSE_SHARE * place / len(ordered)]
    bound = max(within, default=-1.0)
    return [each <= bound for each in chances]

"""Whether a share has changed by more than chance. Pure: imports no Django.

Source: R. G. Newcombe, "Interval estimation for the difference between independent proportions", Statistics in
Medicine 17 (1998), method 10: the interval of a difference, from Wilson's intervals of the two shares.

90 of 100 were good, then 60 of 80: that is 15 points less, and no chance. 9 of 10, then 6 of 8, may well be:

>>> [round(value, 3) for value in difference(90, 100, 60, 80)]
[-0.15, -0.264, -0.039]
>>> is_lower(90, 100, 60, 80), is_lower(9, 10, 6, 8), is_lower(0, 0, 1, 2)
(True, False, False)
"""

from __future__ import annotations

from math import sqrt

from surveys.statistics import wilson_interval


def difference(good_before: int, n_before: int, good: int, n: int) -> tuple[float, float, float] | None:
    """Return by how much a share differs from an earlier one, with its 95 % interval: (difference, low, high).

    Shares of good ratings; negative where there are fewer now. None where either has no ratings.
    """
    before, now = wilson_interval(good_before, n_before), wilson_interval(good, n)
    if before is None or now is None:
        return None
    rate_before, rate = good_before / n_before, good / n
    step = rate - rate_before
    low = step - sqrt((rate - now[0]) ** 2 + (before[1] - rate_before) ** 2)
    high = step + sqrt((now[1] - rate) ** 2 + (rate_before - before[0]) ** 2)
    return step, low, high


def is_lower(good_before: int, n_before: int, good: int, n: int) -> bool:
    """Return whether a share is lower than an earlier one by more than chance."""
    found = difference(good_before, n_before, good, n)
    return found is not None and found[2] < 0

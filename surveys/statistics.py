"""Intervals. Pure: imports no Django."""

from __future__ import annotations

from math import sqrt

Z_95 = 1.959963984540054  # the standard normal's 97.5 % point


def wilson_interval(good: float, n: int, z: float = Z_95) -> tuple[float, float] | None:
    """Return Wilson's score interval for a rate of `good` in `n`, as (low, high) between 0 and 1; None for n = 0.

    Source: E. B. Wilson, "Probable inference, the law of succession, and statistical inference", JASA 22 (1927).

    9 of 10 gives 59.6 % to 98.2 %:

    >>> low, high = wilson_interval(9, 10)
    >>> f"{low:.1%} {high:.1%}"
    '59.6% 98.2%'
    >>> wilson_interval(0, 0) is None
    True
    """
    if not 0 <= good <= n:
        raise ValueError(f"good must lie between 0 and n, got {good} of {n}")
    if n == 0:
        return None
    rate = good / n
    shrink = 1 + z * z / n
    centre = (rate + z * z / (2 * n)) / shrink
    half = z * sqrt(rate * (1 - rate) / n + z * z / (4 * n * n)) / shrink
    # At 0 of n and n of n the bound is exactly 0 or 1; floating point may miss it by a hair.
    return (0.0 if good == 0 else max(0.0, centre - half), 1.0 if good == n else min(1.0, centre + half))


def control_limits(mean: float, n: int, sigmas: float = 3.0) -> tuple[float, float] | None:
    """Return the limits of a p-chart: where a rate of `n` ratings lies by chance alone around a long-run `mean`.

    None where chance has no say: without ratings, or around 0 and 1, where a p-chart has no width.
    Source: W. A. Shewhart, "Economic Control of Quality of Manufactured Product" (1931).

    >>> [round(limit, 3) for limit in control_limits(0.9, 100)]
    [0.81, 0.99]
    >>> control_limits(0.9, 4)[1], control_limits(1.0, 50), control_limits(0.9, 0)
    (1.0, None, None)
    """
    if n == 0 or not 0.0 < mean < 1.0:
        return None
    half = sigmas * sqrt(mean * (1 - mean) / n)
    return (max(0.0, mean - half), min(1.0, mean + half))


def difference_interval(
    one: tuple[int, int], other: tuple[int, int], z: float = Z_95
) -> tuple[float, float, float] | None:
    """Return how far one share lies above another, with its interval, as (difference, low, high).

    Each share is (how many, of how many); None where one of them is of nothing. The interval is made of the two Wilson
    intervals, so it holds for small numbers and at 0 and 1.
    Source: R. G. Newcombe, "Interval estimation for the difference between independent proportions", method 10,
    Statistics in Medicine 17 (1998); its example: 56 of 70 and 48 of 80.

    >>> [round(value, 4) for value in difference_interval((56, 70), (48, 80))]
    [0.2, 0.0524, 0.3339]
    >>> difference_interval((1, 1), (0, 0)) is None
    True
    """
    first, second = wilson_interval(*one, z), wilson_interval(*other, z)
    if first is None or second is None:
        return None
    a, b = one[0] / one[1], other[0] / other[1]
    difference = a - b
    low = difference - sqrt((a - first[0]) ** 2 + (second[1] - b) ** 2)
    high = difference + sqrt((first[1] - a) ** 2 + (b - second[0]) ** 2)
    return (difference, low, high)

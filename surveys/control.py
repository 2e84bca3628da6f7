"""Control charts: which months of a trend differ by more than chance. Pure: imports no Django.

Where most months have ratings enough, a p-chart: its limits are where the share of so many ratings lies by chance
around the mean of all; by the binomial distribution for a month with few, such as the one that has just begun. Where n
is small in most months an XmR chart takes its place: its limits come from how much the shares move from month to month.
Of a handful of ratings even those say too much; so a month counts as far off only as its own numbers are unlikely too.

The usual four signals (Western Electric): one month beyond three standard deviations; two of three beyond two on the
same side; four of five beyond one on the same side; eight in a row on the same side. Empty months are left out.

Sources: W. A. Shewhart, "Economic Control of Quality of Manufactured Product" (1931); Western Electric, "Statistical
Quality Control Handbook" (1956); D. J. Wheeler, "Understanding Variation" (1993), for XmR.

>>> steady = [(92, 100), (89, 100), (91, 100), (90, 100), (88, 100), (90, 100), (91, 100), (75, 100)]
>>> chart = control_chart(steady)
>>> chart.kind, [(place, point.signals) for place, point in enumerate(chart.points) if point.signals]
('p', [(7, (Signal(rule='beyond', low=True),))])
>>> few = control_chart([(5, 5), (4, 5), (5, 5), (5, 5), (3, 5), (5, 5), (0, 0), (4, 4), (0, 1)])
>>> few.kind, [point.signals for point in few.points if point and point.signals]
('xmr', [])
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import exp, lgamma, log, sqrt
from statistics import NormalDist, median

from surveys.statistics import control_limits

Limits = tuple[float, float]

#: Ratings are enough where so many good and so many not good ones are to be expected.
EXPECTED = 5
#: The mean distance between two neighbours, in standard deviations of the normal distribution.
MOVING_RANGE = 1.128
#: So many standard deviations away is beyond the limits; further than FARTHEST nobody can tell.
SIGMAS, FARTHEST = 3.0, 8.0

#: Name of the signal: so many of so many months beyond so many standard deviations, on one side.
RULES = {"beyond": (1, 1, SIGMAS), "two_of_three": (2, 3, 2.0), "four_of_five": (4, 5, 1.0), "eight": (8, 8, 0.0)}
#: Where n is small a run of months just above the mean is nothing: most months of few ratings are all good. Together
#: they must lie so many standard deviations off.
TOGETHER = 2.0


@dataclass(frozen=True)
class Signal:
    """One of RULES, completed by a month, on the low or the high side."""

    rule: str
    low: bool


@dataclass(frozen=True)
class Point:
    """A month with ratings: its limits, how far off it lies in standard deviations, and the signals it completes."""

    limits: Limits | None
    distance: float
    signals: tuple[Signal, ...] = ()


@dataclass(frozen=True)
class Chart:
    """The chart of some months: kind "p" or "xmr", the mean of all, and a point a month; None without ratings."""

    kind: str
    mean: float | None
    points: list[Point | None]


def control_chart(months: Sequence[tuple[int, int]]) -> Chart:
    """Return the chart of months, each (good ratings, ratings), in the order of time."""
    rated = [(good, n) for good, n in months if n]
    ratings = sum(n for _good, n in rated)
    if not ratings:
        return Chart("p", None, [None] * len(months))
    mean = sum(good for good, _n in rated) / ratings
    if mean in (0.0, 1.0):  # all is as it always was
        return Chart("p", mean, [Point(None, 0.0) if n else None for _good, n in months])
    small = not _are_enough(int(median(n for _good, n in rated)), mean)
    found = _few(rated, mean) if small else [_many(good, n, mean) for good, n in rated]
    told = iter(_with_signals(found, small))
    return Chart("xmr" if small else "p", mean, [next(told) if n else None for _good, n in months])


def _are_enough(n: int, mean: float) -> bool:
    return n * min(mean, 1 - mean) >= EXPECTED


def _many(good: int, n: int, mean: float) -> Point:
    """Return a point of a p-chart."""
    if not _are_enough(n, mean):
        distance, limits = _by_numbers(n - good, n, 1 - mean)
        return Point(limits, distance)
    return Point(control_limits(mean, n, SIGMAS), (good / n - mean) / sqrt(mean * (1 - mean) / n))


def _few(rated: Sequence[tuple[int, int]], mean: float) -> list[Point]:
    """Return the points of an XmR chart, none of them further off than its own numbers are unlikely."""
    shares = [good / n for good, n in rated]
    moves = [abs(after - before) for before, after in pairwise(shares)]
    sigma = sum(moves) / len(moves) / MOVING_RANGE if moves else 0.0
    points = []
    for (good, n), share in zip(rated, shares, strict=True):
        by_numbers, (low, high) = _by_numbers(n - good, n, 1 - mean)
        by_moves = (share - mean) / sigma if sigma else 0.0
        limits = (max(0.0, min(low, mean - SIGMAS * sigma)), min(1.0, max(high, mean + SIGMAS * sigma)))
        points.append(Point(limits if sigma else None, min(by_moves, by_numbers, key=abs)))
    return points


def _by_numbers(not_good: int, n: int, share: float) -> tuple[float, Limits]:
    """Return how far off so many not good of `n` lie, and the shares of good that are just within the limits.

    The binomial distribution's mid-p value, said as the standard deviations of a normal one.
    """
    spread = sqrt(n * share * (1 - share))
    distance, within, below = 0.0, [], 0.0
    # What lies further than ten standard deviations from the mean adds nothing.
    first = max(0, min(not_good, int(n * share - 10 * spread) - 10))
    last = min(n, max(not_good, int(n * share + 10 * spread) + 10))
    for count in range(first, last + 1):
        ways = lgamma(n + 1) - lgamma(count + 1) - lgamma(n - count + 1)
        chance = exp(ways + count * log(share) + (n - count) * log(1 - share))
        far = -_deviations(below + chance / 2)
        if abs(far) <= SIGMAS:
            within.append((n - count) / n)
        if count == not_good:
            distance = far
        below += chance
    return distance, (min(within), max(within))


def _deviations(chance: float) -> float:
    least = NormalDist().cdf(-FARTHEST)
    return NormalDist().inv_cdf(min(max(chance, least), 1 - 1e-15))


def _with_signals(points: Sequence[Point], small: bool) -> list[Point]:
    """Return the points with the signals that each completes."""
    found = []
    for place, point in enumerate(points):
        side = -1 if point.distance < 0 else 1
        signals = []
        for rule, (enough, span, sigmas) in RULES.items():
            last = [side * each.distance for each in points[max(0, place + 1 - span) : place + 1]]
            far = len(last) == span and last[-1] > sigmas and sum(each > sigmas for each in last) >= enough
            if far and rule == "eight" and small:
                far = sum(last) / sqrt(span) > TOGETHER
            if far:
                signals.append(Signal(rule, side < 0))
        found.append(Point(point.limits, point.distance, tuple(signals)))
    return found

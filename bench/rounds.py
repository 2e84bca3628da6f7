"""Paired measurement: two things measured in turns, so that what the machine does meanwhile strikes both alike.

Each round measures both; the order changes from round to round (A B, B A, A B ...), since the second may find
warmer caches or a busier disk. A bar is the median of the rounds' own ratios, never a ratio of two medians.
"""

from __future__ import annotations

import statistics
from collections.abc import Callable
from typing import Generic, NamedTuple, TypeVar

T = TypeVar("T")


class Round(NamedTuple, Generic[T]):
    """What one round found."""

    measured: T
    baseline: T


def paired(
    measured: Callable[[], T],
    baseline: Callable[[], T],
    *,
    rounds: int,
    warmups: int = 1,
    after_round: Callable[[], object] = lambda: None,
) -> list[Round[T]]:
    """Measure both in every round, in alternating order; returns the rounds without the first `warmups`.

    `measured` and `baseline` do one measurement each and return what they found. `after_round` is called after every
    round, warm-ups included (for a progress bar). Raises ValueError for fewer than one round.
    """
    if rounds < 1:
        raise ValueError("a measurement needs at least one round")
    found: list[Round[T]] = []
    for number in range(warmups + rounds):
        if number % 2 == 0:
            one = measured()
            other = baseline()
        else:
            other = baseline()
            one = measured()
        found.append(Round(one, other))
        after_round()
    return found[warmups:]


def median_ratio(rounds: list[Round[T]], of: Callable[[T], float] = float) -> float:  # type: ignore[assignment]
    """Return the median over the rounds of measured / baseline; `of` picks the number from what a round found."""
    return statistics.median(of(found.measured) / of(found.baseline) for found in rounds)

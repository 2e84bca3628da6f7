"""Whether one figure differs from another beyond chance. Pure: imports no Django.

Nine of ten good this month is no worse than 96 % over the year: it may be chance. 14 of 20 is:

>>> from surveys.counts import Counts
>>> year = Counts(binary_1=960, binary_0=40).figures()
>>> is_clearly_below(Counts(binary_1=9, binary_0=1).figures(), year)
False
>>> is_clearly_below(Counts(binary_1=14, binary_0=6).figures(), year)
True
"""

from __future__ import annotations

from surveys.counts import Figures


def is_clearly_below(figures: Figures, other: Figures) -> bool:
    """Return whether figures stand on enough ratings and their whole interval lies below the other's rate."""
    rate, high = other.satisfied_rate, figures.interval_high
    return rate is not None and high is not None and not figures.is_small and high < rate

"""The verdict on a manager from two sides (R29): the superior on management, the other departments on service.

Pure: imports no Django. Both sides stay visible; neither is averaged with the other, and what the manager says of
themself is no figure (R30). Worked examples: docs/scorecard.md.
"""

from __future__ import annotations

import datetime
import enum

from surveys.counts import Figures
from surveys.periods import add_months
from surveys.scoring import outcome

#: From this share of good ratings over twelve months on a side counts as content in the quadrant.
CONTENT = 0.8
#: So far apart the two shares lie for the gap to be named,
GAP = 0.25
#: and so many months, or ratings, each side stands on then.
LEAST_MONTHS, LEAST_RATINGS = 3, 5

#: What the superior said of a month is a word on a period that ends so many months later at most.
LATEST_MONTHS = 3

SATISFIED, NEUTRAL, NOT_SATISFIED, NO_RATINGS = "satisfied", "neutral", "not_satisfied", "no_ratings"
#: Why a side is open though it was rated: what the superior said is too old; the months were not the manager's.
TOO_OLD, TOO_NEW = "too_old", "too_new"

Day = datetime.date


class Gap(enum.Enum):
    """Which side is far more content than the other."""

    SUPERIOR_ONLY = "superior_only"
    CUSTOMERS_ONLY = "customers_only"


def verdict_of_superior(score: int | None, threshold: int = 2) -> str:
    """Return what the superior's latest score says; None: there is none.

    >>> [verdict_of_superior(score) for score in (5, 3, 2, None)]
    ['satisfied', 'neutral', 'not_satisfied', 'no_ratings']
    """
    if score is None:
        return NO_RATINGS
    words = {"good": SATISFIED, "neutral": NEUTRAL, "not_good": NOT_SATISFIED}
    return words[outcome("five", score, threshold=threshold)]


def is_too_old(month: Day, end: Day) -> bool:
    """Return whether what the superior said of a month says nothing of a period that ends in the month of `end`.

    >>> [is_too_old(Day(2026, month, 1), Day(2026, 12, 31)) for month in (8, 9, 12)]
    [True, False, False]
    """
    return month < add_months(end, -LATEST_MONTHS)


def first_month_of(start: Day | None) -> Day | None:
    """Return the first whole month of a position, from which on figures are its manager's; None: all of them.

    >>> [str(first_month_of(day)) for day in (Day(2026, 3, 1), Day(2026, 3, 10), None)]
    ['2026-03-01', '2026-04-01', 'None']
    """
    if start is None or start.day == 1:
        return start
    return add_months(start, 1)


def verdict_of_both(superior: str, customers: str) -> str:
    """Return "satisfied" only where both sides are, "not_satisfied" where one is not, else "open".

    >>> verdict_of_both("satisfied", "satisfied"), verdict_of_both("satisfied", "not_satisfied")
    ('satisfied', 'not_satisfied')
    >>> verdict_of_both("satisfied", "no_ratings"), verdict_of_both("neutral", "satisfied")
    ('open', 'open')
    """
    if superior == customers == SATISFIED:
        return SATISFIED
    return NOT_SATISFIED if NOT_SATISFIED in (superior, customers) else "open"


def gap_between(superior: Figures, customers: Figures) -> Gap | None:
    """Return which side is far more content than the other over twelve months, if it can be told.

    `superior`: of the superior's months; `customers`: of the internal customers' ratings. The shares lie GAP or more
    apart, and what the superior says lies outside the interval of what the customers say.
    """
    led, served = superior.satisfied_rate, customers.satisfied_rate
    if led is None or served is None or superior.n < LEAST_MONTHS or customers.n < LEAST_RATINGS:
        return None
    low, high = customers.interval_low, customers.interval_high
    if low is None or high is None or low <= led <= high or abs(led - served) < GAP:
        return None
    return Gap.SUPERIOR_ONLY if led > served else Gap.CUSTOMERS_ONLY


def quadrant_of(superior: Figures, customers: Figures) -> str | None:
    """Return the field of the quadrant: "both", "superior_only", "customers_only" or "neither"; None where one is mute.

    >>> from surveys.counts import Counts
    >>> quadrant_of(Counts(five_5=10, five_2=2).figures(), Counts(binary_1=7, binary_0=3).figures())
    'superior_only'
    """
    led, served = superior.satisfied_rate, customers.satisfied_rate
    if led is None or served is None:
        return None
    names = {(True, True): "both", (True, False): "superior_only", (False, True): "customers_only"}
    return names.get((led >= CONTENT, served >= CONTENT), "neither")

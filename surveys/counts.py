"""Counts, and every figure that derives from them. Pure: imports no Django.

Only counts are stored and summed; rates, means and verdicts are worked out at the very end, here.

>>> month = Counts(interactions=12, due=12, expired=1, binary_0=1, binary_1=9)
>>> month.n, month.good, month.not_good
(10, 9, 1)
>>> figures = month.figures()
>>> figures.satisfied_rate, figures.vetoed, figures.verdict
(0.9, True, 'not_satisfied')
>>> round(figures.interval_low, 3), round(figures.interval_high, 3)
(0.596, 0.982)
>>> Counts().figures().satisfied_rate is None
True
>>> hurried = Counts(binary_0=2, binary_1=8, short_binary_0=2, short_binary_1=1).figures()
>>> hurried.satisfied_rate, hurried.without.satisfied_rate, (hurried.short.good, hurried.short.n)
(0.8, 1.0, (1, 3))
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields, replace
from functools import cached_property
from operator import attrgetter

from surveys.statistics import wilson_interval


@dataclass(frozen=True)
class Counts:
    """What a rollup row holds; adding two gives the counts of both together.

    `due`: interactions a rating is due for (all but dismissed), `expired`: of those, the ones whose time has passed
    unrated, `rated`: the ones that were rated, confidentially or not (R20).
    `binary_1` counts "good", `binary_0` "not good", `five_3` five-point threes, and so on.
    """

    interactions: int = 0
    due: int = 0
    expired: int = 0
    rated: int = 0
    binary_0: int = 0
    binary_1: int = 0
    five_1: int = 0
    five_2: int = 0
    five_3: int = 0
    five_4: int = 0
    five_5: int = 0
    #: Of the ratings above, those on short-notice interactions (R12).
    short_binary_0: int = 0
    short_binary_1: int = 0
    short_five_1: int = 0
    short_five_2: int = 0
    short_five_3: int = 0
    short_five_4: int = 0
    short_five_5: int = 0
    #: Five-point scores at or under this are not good; the store's policy, not a count.
    threshold: int = 2
    #: Whether confidential ratings that belong here are left out, of too few people to be told (R20).
    held_back: bool = False
    #: Whether the counts at short notice are whole; of confidential ratings they may not be told apart.
    tells_short_notice: bool = True

    def __add__(self, other: Counts) -> Counts:
        """Add counts field by field. Raises ValueError when the two are read under different thresholds."""
        if self.threshold != other.threshold:
            raise ValueError("counts under different thresholds cannot be added")
        return Counts(
            **{name: getattr(self, name) + getattr(other, name) for name in COUNT_FIELDS},
            threshold=self.threshold,
            held_back=self.held_back or other.held_back,
            tells_short_notice=self.tells_short_notice and other.tells_short_notice,
        )

    def with_notes(self, *, held_back: bool, tells_short_notice: bool) -> Counts:
        """Return the same counts, marked with what is not told of confidential ratings (R20)."""
        return replace(self, held_back=held_back, tells_short_notice=tells_short_notice)

    @property
    def of_short_notice(self) -> Counts:
        """The ratings on short-notice interactions alone (R12): scores only, nothing is known of what was due."""
        short = {name: getattr(self, f"short_{name}") for name in SCORE_FIELDS}
        return Counts(**short, threshold=self.threshold)

    @property
    def without_short_notice(self) -> Counts:
        """The ratings on all other interactions: scores only, likewise."""
        others = {name: getattr(self, name) - getattr(self, f"short_{name}") for name in SCORE_FIELDS}
        return Counts(**others, threshold=self.threshold)

    @property
    def n_binary(self) -> int:
        """Number of good / not good ratings."""
        return self.binary_0 + self.binary_1

    @property
    def n_five(self) -> int:
        """Number of five-point ratings."""
        return self.five_1 + self.five_2 + self.five_3 + self.five_4 + self.five_5

    @property
    def n(self) -> int:
        """Number of ratings."""
        return self.n_binary + self.n_five

    @property
    def good(self) -> int:
        """Number of good ratings: binary good, and fours and fives."""
        return self.binary_1 + self.five_4 + self.five_5

    @property
    def not_good(self) -> int:
        """Number of not-good ratings: binary not good, and five-point scores at or under the threshold."""
        five = (self.five_1, self.five_2, self.five_3)
        return self.binary_0 + sum(five[: self.threshold])

    @property
    def neutral(self) -> int:
        """Number of ratings that are neither."""
        return self.n - self.good - self.not_good

    @property
    def score_counts(self) -> dict[str, int] | dict[str, dict[str, int]]:
        """Ratings per score. One scale: {"0": 1, "1": 9}; both scales together: {"binary": {…}, "five": {…}}."""
        binary = {"0": self.binary_0, "1": self.binary_1}
        five = {str(score): getattr(self, f"five_{score}") for score in range(1, 6)}
        if self.n_binary and self.n_five:
            return {"binary": binary, "five": five}
        if self.n_five:
            return five
        return binary if self.n_binary else {}

    @property
    def mean_score(self) -> float | None:
        """The mean score of one scale; None without ratings and for both scales together (no such mean exists)."""
        if self.n == 0 or (self.n_binary and self.n_five):
            return None
        if self.n_binary:
            return self.binary_1 / self.n_binary
        return sum(score * getattr(self, f"five_{score}") for score in range(1, 6)) / self.n_five

    def figures(self) -> Figures:
        """Work out the figures of these counts."""
        # Each sum once: a page works out the figures of hundreds of counts.
        n, good, not_good = self.n, self.good, self.not_good
        interval = wilson_interval(good, n)
        return Figures(
            counts=self,
            n=n,
            good=good,
            neutral=n - good - not_good,
            not_good=not_good,
            mean_score=self.mean_score if n else None,
            satisfied_rate=good / n if n else None,
            interval_low=interval[0] if interval else None,
            interval_high=interval[1] if interval else None,
            vetoed=not_good > 0,
            response_rate=self.rated / self.due if self.due else None,
        )


SHORT_FIELDS = tuple(field.name for field in fields(Counts) if field.name.startswith("short_"))
SCORE_FIELDS = tuple(name.removeprefix("short_") for name in SHORT_FIELDS)
_short_scores = attrgetter(*SHORT_FIELDS)
COUNT_FIELDS = tuple(
    field.name for field in fields(Counts) if field.name not in {"threshold", "held_back", "tells_short_notice"}
)


@dataclass(frozen=True)
class Figures:
    """The figures of some counts. Rates lie between 0 and 1; None means there is no figure (never 0 % or 100 %)."""

    counts: Counts
    n: int
    good: int
    neutral: int
    not_good: int
    mean_score: float | None
    satisfied_rate: float | None
    interval_low: float | None
    interval_high: float | None
    vetoed: bool
    response_rate: float | None

    @property
    def verdict(self) -> str:
        """The one-vote veto (R16): "not_satisfied" with one not good, "satisfied" without.

        Where there is nothing to tell: "held_back" if there are confidential ratings (R20), else "no_ratings".
        """
        if self.n == 0:
            return "held_back" if self.held_back else "no_ratings"
        return "not_satisfied" if self.vetoed else "satisfied"

    @property
    def held_back(self) -> bool:
        """Whether confidential ratings are left out, of too few people to be told (R20)."""
        return self.counts.held_back

    @property
    def is_small(self) -> bool:
        """Whether the figure stands on fewer than five ratings."""
        return self.n < 5

    @property
    def silent(self) -> bool:
        """Whether ratings were due and none came."""
        return self.counts.due > 0 and self.counts.rated == 0 and self.n == 0

    @cached_property
    def n_short(self) -> int:
        """Number of ratings that came at short notice (R12); 0 where they may not be told apart (R20)."""
        return sum(_short_scores(self.counts)) if self.counts.tells_short_notice else 0

    @cached_property
    def short(self) -> Figures | None:
        """The figures of the ratings that came at short notice (R12); None where none did."""
        return self.counts.of_short_notice.figures() if self.n_short else None

    @cached_property
    def without(self) -> Figures | None:
        """The figures without the ratings that came at short notice (R12, R19); None where none did."""
        return self.counts.without_short_notice.figures() if self.n_short else None


def total(counts: Iterable[Counts], threshold: int = 2) -> Counts:
    """Add up counts; the sum of none is empty counts under `threshold`."""
    result = Counts(threshold=threshold)
    for each in counts:
        result += each
    return result

"""How "not good" was mended: counts, and the rates that derive from them (R21). Pure: imports no Django.

>>> month = RecoveryCounts(opened=3, mended=2, running=1, overdue=1, seconds=5 * 86400)
>>> round(month.recovery_rate, 2), month.mean_days
(0.67, 2.5)
>>> year = month + RecoveryCounts(opened=1, mended=1, seconds=86400)
>>> year.opened, year.recovery_rate, year.mean_days
(4, 0.75, 2.0)
>>> RecoveryCounts().recovery_rate, RecoveryCounts(opened=1, unsaid=1).mean_days
(None, None)
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields

DAY = 86400  # seconds


@dataclass(frozen=True)
class RecoveryCounts:
    """What became of some recoveries; adding two gives the counts of both together.

    `opened` are all but those dropped with their rating: `mended`, `running`, or `unsaid` where the customer never
    said. `overdue` are the running ones whose next word or deed was due on a day that has passed.
    """

    opened: int = 0
    mended: int = 0
    running: int = 0
    overdue: int = 0
    unsaid: int = 0
    #: How long the mended ones took from the "not good" to the customer's word, added up.
    seconds: float = 0

    def __add__(self, other: RecoveryCounts) -> RecoveryCounts:
        return RecoveryCounts(
            **{field.name: getattr(self, field.name) + getattr(other, field.name) for field in fields(self)}
        )

    @property
    def recovery_rate(self) -> float | None:
        """Mended among opened; None of none."""
        return self.mended / self.opened if self.opened else None

    @property
    def mean_days(self) -> float | None:
        """How many days a mended one took, on average; None of none."""
        return self.seconds / self.mended / DAY if self.mended else None

    @property
    def whole_days(self) -> int:
        """The same as a page says it: full days, rounded; 0 for less than half a day, and where none is mended."""
        return int((self.mean_days or 0) + 0.5)


@dataclass(frozen=True)
class Mending:
    """The counts under both lenses: of a period, and of the twelve months (R16, R17)."""

    now: RecoveryCounts = RecoveryCounts()
    long: RecoveryCounts = RecoveryCounts()

    def __add__(self, other: Mending) -> Mending:
        return Mending(self.now + other.now, self.long + other.long)


NOTHING = Mending()


def total_mending(each: Iterable[Mending]) -> Mending:
    """Add up both lenses; the sum of none is empty."""
    return sum(each, NOTHING)

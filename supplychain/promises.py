"""How requests went: counts of both notices, and the rates that derive from them (R11, R13). Pure: imports no Django.

How early the customer asked stands beside how the supplier kept its word: lead time has two sides.

>>> month = PromiseCounts(asked=12, short_notice=3, notice_days=42, promised=10, kept=6, late=1, late_days=3)
>>> month.judged, month.broken, month.done
(7, 1, 7)
>>> month = month + PromiseCounts(asked=2, promised=2, overdue=1, dropped=1)
>>> month.judged, month.broken, round(month.on_time_rate, 3), month.mean_lateness
(9, 3, 0.667, 3.0)
>>> month.mean_notice, round(month.short_notice_rate, 3)
(3.0, 0.214)
>>> nothing = PromiseCounts()
>>> nothing.on_time_rate, nothing.first_time_rate, nothing.short_notice_rate
(None, None, None)
>>> nothing.mean_notice, nothing.mean_lateness
(None, None)
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields


@dataclass(frozen=True)
class PromiseCounts:
    """What became of some requests; adding two gives the counts of both together.

    A promise is judged by its first date, once it is known how it ended: `kept` (done by that day), `late` (done after
    it), `overdue` (that day has passed, and it is not done), `dropped` (promised, then declined). One that the customer
    took back says nothing about the supplier, and one whose day is still to come says nothing yet.
    """

    asked: int = 0
    #: Of these, outside the window or short of the lead time (R11).
    short_notice: int = 0
    #: How early they were asked, in working days, added up.
    notice_days: int = 0
    #: Promised a date, or declined.
    answered: int = 0
    #: Nobody answered in time.
    expired: int = 0
    #: With an exception that the supplier took to its superior (R13).
    escalated: int = 0
    promised: int = 0
    kept: int = 0
    late: int = 0
    #: How late these were done, in working days, added up.
    late_days: int = 0
    overdue: int = 0
    dropped: int = 0
    #: Done without a second trip of the customer (R13).
    first_time: int = 0

    def __add__(self, other: PromiseCounts) -> PromiseCounts:
        return PromiseCounts(
            **{field.name: getattr(self, field.name) + getattr(other, field.name) for field in fields(self)}
        )

    @property
    def done(self) -> int:
        """Number of requests done."""
        return self.kept + self.late

    @property
    def broken(self) -> int:
        """Number of promises not kept."""
        return self.late + self.overdue + self.dropped

    @property
    def judged(self) -> int:
        """Number of promises of which it is known whether they were kept."""
        return self.kept + self.broken

    @property
    def on_time_rate(self) -> float | None:
        """Promises kept, of those judged; None without any."""
        return self.kept / self.judged if self.judged else None

    @property
    def first_time_rate(self) -> float | None:
        """Requests done without a second trip, of those done; None without any (R13)."""
        return self.first_time / self.done if self.done else None

    @property
    def short_notice_rate(self) -> float | None:
        """Requests at short notice, of those asked; None without any (R11)."""
        return self.short_notice / self.asked if self.asked else None

    @property
    def mean_notice(self) -> float | None:
        """How many working days ahead the customer asked, on average; None without any request."""
        return self.notice_days / self.asked if self.asked else None

    @property
    def mean_lateness(self) -> float | None:
        """By how many working days the supplier was late, where it was, on average; None where it never was."""
        return self.late_days / self.late if self.late else None


def total(counts: Iterable[PromiseCounts]) -> PromiseCounts:
    """Add up counts; the sum of none is empty counts."""
    return sum(counts, PromiseCounts())

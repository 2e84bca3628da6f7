"""What moved in a store: what worsened by more than chance, and where satisfaction flips with the direction."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass

from dashboards.lines import Board, GroupLine
from surveys.changes import difference
from surveys.counts import Figures
from surveys.periods import Period, add_months

#: The last months of the long view that are held against the months before them.
RECENT = 3
#: So many are named; the tables hold them all.
NAMED = 5


@dataclass(frozen=True)
class Worse:
    """A supplier and a customer in a flow, with whom less is good in the last three months than in the nine before."""

    line: GroupLine
    before: Figures
    recent: Figures
    #: By how many percentage points, between 0 and 1, and its 95 % interval.
    drop: float
    low: float
    high: float


@dataclass(frozen=True)
class Flip:
    """Two departments of which one is content with the other, and the other is not with it."""

    content: GroupLine
    discontent: GroupLine


def recent_months(long: Period) -> tuple[Period, Period]:
    """Return the months before the last three of the long view, and these three.

    >>> year = Period(datetime.date(2025, 12, 1), datetime.date(2026, 11, 30))
    >>> [(part.start.isoformat(), part.end.isoformat()) for part in recent_months(year)]
    [('2025-12-01', '2026-08-31'), ('2026-09-01', '2026-11-30')]
    """
    cut = add_months(long.end, 1 - RECENT)
    return Period(long.start, cut - datetime.timedelta(days=1)), Period(cut, long.end)


def worsened(board: Board, lines: Iterable[GroupLine]) -> list[Worse]:
    """Return where less is good than before by more than chance, the largest drop first."""
    earlier, recent = recent_months(board.choice.long)
    found = []
    for line in lines:
        before = board.counts_in(line.link_ids, earlier).figures()
        now = board.counts_in(line.link_ids, recent).figures()
        step = difference(before.good, before.n, now.good, now.n)
        if step is not None and step[2] < 0 and not now.is_small:
            found.append(Worse(line, before, now, -step[0], -step[2], -step[1]))
    return sorted(found, key=lambda worse: -worse.drop)


def flips(lines: Iterable[GroupLine], mean: float | None) -> list[Flip]:
    """Return the pairs in which one side lies clearly below the store's mean and the other at or above it.

    Over the twelve months, each side in all flows in which it has its worst line; the widest gap first.
    """
    if mean is None:
        return []
    lowest: dict[tuple[int, int], GroupLine] = {}
    for line in lines:
        rate = line.long.satisfied_rate
        if rate is None or line.long.is_small or line.supplier.pk == line.customer.pk:
            continue
        key = (line.supplier.pk, line.customer.pk)
        if key not in lowest or rate < (lowest[key].long.satisfied_rate or 0.0):
            lowest[key] = line
    found = []
    for (supplier, customer), discontent in lowest.items():
        content = lowest.get((customer, supplier))
        if content is None or (discontent.long.interval_high or 1.0) >= mean:
            continue
        if (content.long.satisfied_rate or 0.0) >= mean:
            found.append(Flip(content, discontent))
    return sorted(found, key=_gap, reverse=True)


def _gap(flip: Flip) -> float:
    return (flip.content.long.satisfied_rate or 0.0) - (flip.discontent.long.satisfied_rate or 0.0)

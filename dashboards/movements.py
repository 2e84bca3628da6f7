"""What moved in a store: what worsened by more than chance, and where satisfaction flips with the direction."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from dashboards.lines import Board, GroupLine
from surveys.changes import difference, dropped
from surveys.counts import Figures

#: So many are named; the tables hold them all.
NAMED = 5


@dataclass(frozen=True)
class Worse:
    """A supplier and a customer in a flow, with whom less is good in the last three months than in the nine before."""

    line: GroupLine
    before: Figures
    recent: Figures
    #: By how many points, between 0 and 1, and its 95 % interval.
    drop: float
    low: float
    high: float

    @property
    def points(self) -> int:
        """The drop in points of a hundred."""
        return round(self.drop * 100)

    @property
    def url(self) -> str:
        """The ratings of the last three months."""
        return self.line.behind.url(self.line.filters, span="recent")


@dataclass(frozen=True)
class Flip:
    """Two departments of which one is content with the other, and the other is not with it."""

    content: GroupLine
    discontent: GroupLine


def worsened(board: Board, lines: Iterable[GroupLine]) -> list[Worse]:
    """Return where less is good than before by more than chance, all lines looked at together, the largest drop first.

    Nothing is said of fewer than five recent ratings.
    """
    choice = board.choice
    compared = []
    for line in lines:
        before = board.counts_in(line.link_ids, choice.before_recent).figures()
        now = board.counts_in(line.link_ids, choice.recent).figures()
        if before.n and not now.is_small:
            compared.append((line, before, now))
    numbers = [(before.good, before.n, now.good, now.n) for _line, before, now in compared]
    found = []
    for (line, before, now), four, is_named in zip(compared, numbers, dropped(numbers), strict=True):
        step = difference(*four)
        if is_named and step is not None:
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

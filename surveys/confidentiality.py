"""What confidential ratings may show (R20). Pure: imports no Django.

The smallest thing that can be told apart is a *cell*: the ratings on one link in one month, say. Cells are joined to
*blocks*, each with at least so many distinct raters as these were promised, and no cell lies in two blocks. Every
figure that is ever shown is a sum of whole blocks. So whatever one adds up or subtracts from figures is again a sum
of whole blocks, each taken any number of times: of no group of fewer raters anything can be worked out. A cell that
finds no company is held back.

Three people rated parts in January, six rated advances, five all other services of Finance. Parts alone would be three
people, and so would be all of January less the rest; so parts and the smaller of the others become one block:

>>> parts = Cell(("service", "parts"), frozenset({1, 2, 3}), least=5)
>>> advances = Cell(("service", "advances"), frozenset({1, 2, 3, 4, 5, 6}), least=5)
>>> others = Cell(("service", "others"), frozenset({4, 5, 6, 7, 8}), least=5)
>>> [[cell.path[-1] for cell in block] for block in partition([parts, advances, others])]
[['advances'], ['parts', 'others']]

Where all together are too few, nothing is shown:

>>> partition([parts])
[]
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass

#: No store promises its raters less company than this.
FLOOR = 3


@dataclass(frozen=True)
class Cell:
    """What cannot be told apart any further.

    `path`: where it stands, from the whole to the part, such as (flow, customer, link); cells are joined with their
    nearest neighbours first. `raters`: ids of the people who rated in it. `least`: how many raters they were promised
    to be among. `key`: whatever the caller wants to find the cell by. `about`: who is rated; `given_by`: which side
    rates, where that may be rated in the same block too: what one's own people said is no company before oneself.
    """

    path: tuple[Hashable, ...]
    raters: frozenset[int]
    least: int
    key: Hashable = None
    about: Hashable = None
    given_by: Hashable = None


def partition(cells: Iterable[Cell]) -> list[list[Cell]]:
    """Join cells to blocks that may be shown: all of them, or none where together they have too few raters.

    The blocks are as small as they can be: what stands apart on the way down the paths is split where both what is
    split off and what remains have raters enough. Else the remaining ones are joined with the smallest that could have
    stood alone, since the whole less the rest would show them (complementary suppression). Returns blocks of cells;
    every cell lies in exactly one, or there are no blocks at all.
    """
    given = [cell for cell in cells if cell.raters]
    return _split(given, 0) if given and are_enough(given) else []


def are_enough(cells: Sequence[Cell]) -> bool:
    """Return whether cells together have as many distinct raters as the most careful of them were promised.

    So many besides those who are rated in them. Somebody of Sales rated Finance, and four of Finance rated Human
    Resources: Finance knows what its four said, and so the fifth.

    >>> four = Cell(("hr",), frozenset({1, 2, 3, 4}), least=5, about="hr", given_by="finance")
    >>> are_enough([four, Cell(("finance",), frozenset({5}), least=5, about="finance", given_by="sales")])
    False
    """
    least = max((max(cell.least, FLOOR) for cell in cells), default=FLOOR)
    rated = {cell.about for cell in cells if cell.about is not None}
    apart = [[cell for cell in cells if cell.given_by != each] for each in rated]
    return all(len(_raters_of(company)) >= least for company in (cells, *apart))


def _split(cells: list[Cell], depth: int) -> list[list[Cell]]:
    """Split cells that are enough into blocks that are."""
    if all(len(cell.path) <= depth for cell in cells):
        return [cells]
    parts: dict[Hashable, list[Cell]] = {}
    for cell in cells:
        parts.setdefault(cell.path[depth] if depth < len(cell.path) else None, []).append(cell)
    alone = [part for part in parts.values() if are_enough(part)]
    rest = [cell for part in parts.values() if not are_enough(part) for cell in part]
    alone.sort(key=lambda part: len(_raters_of(part)), reverse=True)
    while rest and alone and not are_enough(rest):
        rest += alone.pop()
    blocks = [block for part in alone for block in _split(part, depth + 1)]
    # What was joined stays one block: split further, its parts were too few before.
    return [*blocks, rest] if rest else blocks


def _raters_of(cells: Sequence[Cell]) -> frozenset[int]:
    return frozenset[int]().union(*(cell.raters for cell in cells))

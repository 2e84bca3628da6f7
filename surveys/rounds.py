"""What the answers of a survey round may show (R20), and the figures made of it. Pure: imports no Django.

The smallest thing that can be told apart are the scores on one supplier, in one flow, on one quality: a cell. Cells
are joined to blocks (surveys/confidentiality.py), each with so many people as these were promised; every figure is a
sum of whole blocks. What finds no company is held back, and stands in no figure at all, not in the store's average
either: so nothing can be subtracted from it.

Six people say how Finance serves them; two of them cannot say whether it was solved. "Solved" alone would be four
people, and so would be the whole less "prompt" and "courteous"; it is told together with one of these:

>>> sheets = [Sheet(person, 1, "service", {"prompt": 5, "courteous": 4}) for person in (1, 2)]
>>> sheets += [Sheet(person, 1, "service", {"prompt": 4, "courteous": 3, "solved": 2}) for person in (3, 4, 5, 6)]
>>> for block in blocks_of(sheets, least=5):
...     print([quality for _flow, quality in block.parts], block.raters, block.scores)
['courteous'] 6 (0, 0, 4, 2, 0)
['prompt', 'solved'] 6 (0, 4, 0, 4, 2)

Three people say how it informs them. They are too few, and are held back; the service flow stands as it did:

>>> few = [Sheet(person, 1, "information", {"timely": 1}) for person in (1, 7, 8)]
>>> blocks_of(sheets + few, least=5) == blocks_of(sheets, least=5)
True

Two more say how it supplies them. Neither flow has five people, but both together have: they are told together.

>>> more = [Sheet(person, 1, "material", {"on-time": 5}) for person in (9, 10)]
>>> [block.parts for block in blocks_of(few + more, least=5)]
[(('information', 'timely'), ('material', 'on-time'))]
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import NormalDist
from typing import Any

from surveys.confidentiality import Cell, are_enough, partition
from surveys.scoring import outcome
from surveys.statistics import wilson_interval

#: Below this share of the people asked, a figure says that few answered.
FEW = 0.5
#: So seldom, about, a round of equal suppliers calls any of its figures above or below.
CHANCE = 0.05
SCORES = (1, 2, 3, 4, 5)

#: A flow and a quality of it.
Part = tuple[str, str]


@dataclass(frozen=True)
class Sheet:
    """What one person said about one supplier in one flow: quality -> score; what they cannot say is left out."""

    person: int
    supplier: int
    flow: str
    scores: Mapping[str, int]


@dataclass(frozen=True)
class Block:
    """Scores that are told together: of enough people, and never any finer. `scores`: how many 1, 2, 3, 4 and 5."""

    parts: tuple[Part, ...]
    raters: int
    scores: tuple[int, ...]

    @property
    def flows(self) -> frozenset[str]:
        """The flows it holds scores of."""
        return frozenset(flow for flow, _quality in self.parts)

    def kept(self) -> dict[str, Any]:
        """Return the block as a result keeps it."""
        return {"parts": [list(part) for part in self.parts], "raters": self.raters, "scores": list(self.scores)}

    @classmethod
    def read(cls, kept: Mapping[str, Any]) -> Block:
        """Return a block from what a result keeps."""
        return cls(tuple((flow, quality) for flow, quality in kept["parts"]), kept["raters"], tuple(kept["scores"]))


def raters_of(sheets: Iterable[Sheet]) -> frozenset[int]:
    """Return the ids of the people who gave at least one score."""
    return frozenset(sheet.person for sheet in sheets if sheet.scores)


def blocks_of(sheets: Sequence[Sheet], *, least: int) -> list[Block]:
    """Return the blocks of one supplier's scores, in an order that says nothing of who answered first.

    A flow with enough people stands by itself; the others stand together, if together they are enough.
    """
    raters: dict[Part, set[int]] = {}
    counted: dict[Part, list[int]] = {}
    for sheet in sheets:
        for quality, score in sheet.scores.items():
            part = (sheet.flow, quality)
            raters.setdefault(part, set()).add(sheet.person)
            counted.setdefault(part, [0] * len(SCORES))[score - 1] += 1
    flows: dict[str, list[Cell]] = {}
    for part, people in sorted(raters.items()):
        flows.setdefault(part[0], []).append(Cell(path=part, raters=frozenset(people), least=least, key=part))
    alone = [cells for cells in flows.values() if are_enough(cells)]
    others = [cell for cells in flows.values() if not are_enough(cells) for cell in cells]
    found = []
    for joined in (block for cells in (*alone, others) for block in partition(cells)):
        parts = sorted((str(cell.path[0]), str(cell.path[1])) for cell in joined)
        people = {person for cell in joined for person in cell.raters}
        scores = tuple(sum(counted[part][place] for part in parts) for place in range(len(SCORES)))
        found.append(Block(tuple(parts), len(people), scores))
    return sorted(found, key=lambda block: block.parts)


@dataclass(frozen=True)
class Share:
    """How many of some scores are good, with an interval: `n` scores of `raters` people.

    Scores of one person go together, so the interval is reckoned as if each person had said one thing: it is as wide
    as for as many scores as there are people.

    >>> share = Share.of([Block((("service", "prompt"), ("service", "solved")), 6, (0, 1, 2, 6, 3))])
    >>> share.n, share.raters, share.good, share.rate
    (12, 6, 9, 0.75)
    >>> [round(bound, 2) for bound in share.interval] == [round(bound, 2) for bound in wilson_interval(4.5, 6)]
    True
    >>> Share.of([]).rate is None
    True
    """

    n: int
    raters: int
    good: int
    not_good: int

    @classmethod
    def of(cls, blocks: Iterable[Block], *, raters: int | None = None, threshold: int = 2) -> Share:
        """Add up whole blocks. `raters`: how many different people these are, where they are more than one block."""
        told = list(blocks)
        sums = [sum(block.scores[place] for block in told) for place in range(len(SCORES))]
        outcomes = [outcome("five", score, threshold=threshold) for score in SCORES]
        by_outcome = {
            name: sum(n for n, found in zip(sums, outcomes, strict=True) if found == name) for name in outcomes
        }
        most = max((block.raters for block in told), default=0)
        return cls(sum(sums), most if raters is None else raters, by_outcome["good"], by_outcome["not_good"])

    @property
    def rate(self) -> float | None:
        """The good ones among all scores; None without any."""
        return self.good / self.n if self.n else None

    @property
    def interval(self) -> tuple[float, float] | None:
        """The 95 % interval; None without any score."""
        return None if self.rate is None else wilson_interval(self.rate * self.raters, self.raters)

    def standing(self, average: Share, *, comparisons: int) -> str:
        """Return "above" or "below" an average where that is beyond chance, else "like"; empty without figures.

        Of many figures some lie far off by chance alone. So each one's interval is widened until, over all
        `comparisons` of a round together, that happens in about one round of twenty (Bonferroni).

        >>> share, average = Share(n=20, raters=20, good=12, not_good=5), Share(n=300, raters=60, good=240, not_good=30)
        >>> share.standing(average, comparisons=1), share.standing(average, comparisons=40)
        ('below', 'like')
        """
        if self.rate is None or average.rate is None:
            return ""
        z = NormalDist().inv_cdf(1 - CHANCE / 2 / max(1, comparisons))
        low, high = wilson_interval(self.rate * self.raters, self.raters, z) or (0.0, 1.0)
        if low > average.rate:
            return "above"
        return "below" if high < average.rate else "like"

    def difference(self, other: Share) -> float | None:
        """Return by how many percentage points the rate lies above (or, negative, below) another; None without one."""
        if self.rate is None or other.rate is None:
            return None
        return (self.rate - other.rate) * 100


def is_low(answered: int, asked: int) -> bool:
    """Return whether so few of those asked answered that a figure has to say so.

    >>> is_low(4, 9), is_low(5, 10), is_low(0, 0)
    (True, False, False)
    """
    return answered < asked * FEW

"""What a published round says to a reader: suppliers and flows with their figures, the largest groups first."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from dealership.access import Access
from dealership.models import Department
from surveys.models import RoundResult, SurveyRound
from surveys.qualities import QUALITIES, quality_word
from surveys.round_rights import reads_results_of
from surveys.rounds import Block, Part, Share, is_low


@dataclass(frozen=True)
class Figure:
    """A share and how it stands to the store's average: "above", "below", or "like" where that may be chance."""

    share: Share
    average: Share
    #: With so many figures of the round it is compared at once.
    comparisons: int

    @property
    def difference(self) -> float | None:
        """By how many percentage points it lies above (or, negative, below) the store's average."""
        return self.share.difference(self.average)

    @property
    def points(self) -> int:
        """The size of the difference in whole percentage points."""
        return round(abs(self.difference or 0.0))

    @property
    def standing(self) -> str:
        """Return "above" or "below" where that is beyond chance, "like" otherwise; empty without figures."""
        return self.share.standing(self.average, comparisons=self.comparisons)

    @property
    def tone(self) -> str:
        """The tone it is shown in."""
        return {"above": "good", "below": "bad"}.get(self.standing, "neutral")


@dataclass(frozen=True)
class Line:
    """The figure of a block: of one quality, or of several that are told together."""

    words: tuple[tuple[str, tuple[str, ...]], ...]
    figure: Figure

    @property
    def is_joined(self) -> bool:
        """Whether several qualities are told together, since one alone had too few people."""
        return sum(len(words) for _flow, words in self.words) > 1


@dataclass(frozen=True)
class FlowPart:
    """A supplier in one flow, or in flows told together; `figure` None where a line or the supplier's own says it."""

    flows: tuple[str, ...]
    figure: Figure | None
    lines: tuple[Line, ...]


class SupplierPart:
    """What a round says of one supplier."""

    def __init__(self, result: RoundResult, average: Share, threshold: int, *, comparisons: int = 1) -> None:
        self.result = result
        self.supplier: Department = result.supplier
        self.blocks = sorted((Block.read(kept) for kept in result.blocks), key=_place)
        self._average, self._threshold, self._comparisons = average, threshold, comparisons
        self.figure = self._figure(self.blocks, result.raters)

    @property
    def is_held_back(self) -> bool:
        """Whether too few answered for any figure."""
        return not self.blocks

    @property
    def n_figures(self) -> int:
        """How many figures stand against the store's average."""
        lines = sum(len(flow.lines) + (flow.figure is not None) for flow in self.flows)
        return lines + (not self.is_held_back)

    @property
    def few_answered(self) -> bool:
        """Whether there is a figure of fewer than half of the people asked."""
        return self.result.raters is not None and is_low(self.result.raters, self.result.asked)

    @property
    def flows_held_back(self) -> list[str]:
        """The flows on which too few answered, though others have figures."""
        told = {flow for block in self.blocks for flow in block.flows}
        return [flow for flow in self.result.flows if flow not in told] if told else []

    @cached_property
    def flows(self) -> list[FlowPart]:
        """The flows it was asked about, in their order; those told together stand together."""
        grouped: dict[tuple[str, ...], list[Block]] = {}
        for block in self.blocks:
            grouped.setdefault(tuple(flow for flow in QUALITIES if flow in block.flows), []).append(block)
        return [
            FlowPart(
                flows,
                self._figure(blocks, self.result.flow_raters[flows[0]])
                if len(grouped) > 1 and len(blocks) > 1 and flows[0] in self.result.flow_raters
                else None,
                tuple(Line(_words(block), self._figure([block], block.raters)) for block in blocks),
            )
            for flows, blocks in grouped.items()
        ]

    def _figure(self, blocks: Iterable[Block], raters: int | None) -> Figure:
        share = Share.of(blocks, raters=raters, threshold=self._threshold)
        return Figure(share, self._average, self._comparisons)


#: Every part, as pages list them.
ORDER = [(flow, quality) for flow, words in QUALITIES.items() for quality in words]


def _in_order(block: Block) -> list[Part]:
    """Return the parts of a block as pages list them."""
    return sorted(block.parts, key=ORDER.index)


def _place(block: Block) -> int:
    return min(ORDER.index(part) for part in block.parts)


def _words(block: Block) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Return the qualities of a block in words, by flow."""
    found: dict[str, list[str]] = {}
    for flow, quality in _in_order(block):
        found.setdefault(flow, []).append(quality_word(flow, quality))
    return tuple((flow, tuple(words)) for flow, words in found.items())


class ResultsPage:
    """A published round as one person reads it: the store's average, and the suppliers whose figures they read."""

    def __init__(self, survey_round: SurveyRound, access: Access) -> None:
        self.round, self.access = survey_round, access
        threshold = survey_round.dealership.not_good_threshold
        rows = RoundResult.objects.visible_to(access.user).filter(round=survey_round).select_related("supplier")
        self._results = list(rows)
        kept = [Block.read(block) for result in self._results for block in result.blocks]
        self.average = Share.of(kept, raters=survey_round.raters or 0, threshold=threshold)
        # Of all suppliers, whoever reads: a figure is called above or below for everybody or for nobody.
        comparisons = sum(SupplierPart(result, self.average, threshold).n_figures for result in self._results)
        self.parts = [
            SupplierPart(result, self.average, threshold, comparisons=comparisons)
            for result in self._results
            if reads_results_of(access, result.supplier_id)
        ]

    @cached_property
    def told(self) -> list[SupplierPart]:
        """The suppliers with figures, those of the most people first."""
        told = (part for part in self.parts if not part.is_held_back)
        return sorted(told, key=lambda part: (-(part.result.raters or 0), -part.figure.share.n))

    @cached_property
    def held_back(self) -> list[SupplierPart]:
        """The suppliers on whom too few answered."""
        return [part for part in self.parts if part.is_held_back]

    @property
    def few_answered(self) -> bool:
        """Whether fewer than half of the people asked answered."""
        return is_low(self.round.answered or 0, self.round.invited or 0)

    @property
    def _compared(self) -> list[SupplierPart]:
        """All suppliers with figures; none for who reads some of them alone, and cannot say which is the furthest."""
        return self.told if self.access.reads_store else []

    @property
    def best(self) -> SupplierPart | None:
        """The supplier that stands furthest above the average, beyond chance; for who reads them all."""
        above = [part for part in self._compared if part.figure.standing == "above"]
        return max(above, key=lambda part: part.figure.difference or 0.0, default=None)

    @property
    def worst(self) -> SupplierPart | None:
        """The supplier that stands furthest below it, beyond chance; for who reads them all."""
        below = [part for part in self._compared if part.figure.standing == "below"]
        return min(below, key=lambda part: part.figure.difference or 0.0, default=None)

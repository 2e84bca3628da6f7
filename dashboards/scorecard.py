"""What a manager's scorecard shows: superior and internal customers side by side, never averaged (R29, R30)."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _

from dashboards.choice import Choice
from dashboards.department import DepartmentPage
from dashboards.scorecard_sides import Management, Scorecard
from dashboards.store import StorePage
from dashboards.units import SUPPLIER, Viewpoint
from dealership.access import Access
from dealership.models import Position
from dealership.superiors import Superiors
from objectives.models import Objective
from surveys.counts import Figures
from surveys.models import ManagementBlock, ManagementRating, ManagementSide
from surveys.period_words import month_label
from surveys.querysets_management import departments_below
from surveys.recovery_counts import Mending
from surveys.scorecard import CONTENT, first_month_of

Day = datetime.date


def readable_positions(access: Access, line: Superiors) -> list[Position]:
    """Return the managers whose scorecards a person may read: their own, and those of managers below them.

    The store's admin reads none.
    """
    below, me = departments_below(access), access.user.pk
    return [one for one in line.managers if one.department_id in below or one.person_id == me]


class ScorecardList:
    """The scorecards a person may read, in display order. Six queries, however many there are."""

    def __init__(self, access: Access, choice: Choice) -> None:
        assert access.user.dealership is not None
        self.access = access
        self.store = access.user.dealership
        self.choice = choice
        line = Superiors(self.store, self.store.today(), access.tree)
        self.line = line
        self.positions = readable_positions(access, line)

    @cached_property
    def cards(self) -> list[Scorecard]:
        """The scorecards."""
        page = StorePage(self.access, self.choice)
        said = _said_of(self.access, self.choice, self.positions)
        found = []
        for position in self.positions:
            department = self.access.tree.by_id[position.department_id]
            seen = Viewpoint(self.access.tree, department)
            served = [line for line in page.lines if seen.side(line.link) == SUPPLIER]
            now, long = page.board.together_since(served, first_month_of(position.start))
            found.append(
                Scorecard(
                    position,
                    department,
                    self.choice,
                    said[position.pk],
                    has_superior=self.line.above(position) is not None,
                    now=now,
                    long=long,
                    least_raters=self.store.least_raters,
                    is_one_of_several=sum(one.department_id == department.pk for one in self.positions) > 1,
                )
            )
        return found

    @property
    def gaps(self) -> list[Scorecard]:
        """Those with a gap to be named."""
        return [card for card in self.cards if card.gap]

    @property
    def judged(self) -> list[Scorecard]:
        """Those that can be judged from both sides: somebody stands above them."""
        return [card for card in self.cards if card.has_superior]

    @property
    def judged_yet(self) -> int:
        """How many of those have a verdict."""
        return sum(card.verdict != "open" for card in self.judged)

    @property
    def not_yet(self) -> int:
        """How many of those have none."""
        return len(self.judged) - self.judged_yet

    @property
    def content(self) -> int:
        """How many of those satisfy both sides."""
        return sum(card.verdict == "satisfied" for card in self.judged)

    @property
    def quadrant(self) -> dict[str, Any]:
        """What the quadrant draws (shape: static/js/charts.js); those of whom one side is silent stand in the table."""
        return {
            "x": _("Internal customers"),
            "y": _("Superior"),
            "border": CONTENT,
            "fields": {
                "both": _("Both content"),
                "superior_only": _("Only the superior"),
                "customers_only": _("Only the customers"),
                "neither": _("Neither"),
            },
            "points": [
                {
                    "label": card.department.label,
                    "x": card.long.satisfied_rate,
                    "y": card.management.figures.satisfied_rate,
                    "n": card.long.n,
                    "months": card.management.figures.n,
                    "tone": "good" if card.quadrant == "both" else "bad" if card.quadrant == "neither" else "neutral",
                    "words": card.quadrant_words,
                    "url": card.url,
                }
                for card in self.cards
                if card.quadrant
            ],
        }


@dataclass(frozen=True)
class Block:
    """A published sum of what subordinates said."""

    label: str
    raters: int
    figures: Figures
    comments: list[str]


@dataclass(frozen=True)
class YearOfObjectives:
    """How the objectives of a year were judged by the facts."""

    year: int
    met: int
    partly: int
    not_met: int
    running: int


class ScorecardPage:
    """One manager's scorecard in a period."""

    def __init__(self, access: Access, position: Position, choice: Choice, *, has_superior: bool) -> None:
        assert access.user.dealership is not None
        self.access = access
        self.store = access.user.dealership
        self.position = position
        self.has_superior = has_superior
        self.choice = choice
        self.department = access.tree.by_id[position.department_id]
        self.figures = DepartmentPage(access, self.department, choice)

    @cached_property
    def card(self) -> Scorecard:
        """Both sides."""
        said = _said_of(self.access, self.choice, [self.position])[self.position.pk]
        now, long = self.figures.board.together_since(
            self.figures.as_supplier.lines, first_month_of(self.position.start)
        )
        return Scorecard(
            self.position,
            self.department,
            self.choice,
            said,
            has_superior=self.has_superior,
            now=now,
            long=long,
            least_raters=self.store.least_raters,
        )

    @property
    def mending(self) -> Mending:
        """What became of the "not good" of the internal customers (R21)."""
        return self.figures.as_supplier.mending

    @cached_property
    def blocks(self) -> list[Block]:
        """What subordinates said, in the published blocks that reach into the twelve months.

        A block of a quarter or a year is shown as long as one of its months is: it comes late, and is never cut.
        """
        rows = ManagementBlock.objects.visible_to(self.access.user).filter(
            manager=self.position.person_id, department=self.department
        )
        long = self.choice.long
        return [
            Block(_span(row), row.raters, row.counts(self.store.not_good_threshold).figures(), row.comments)
            for row in rows.filter(start__lte=long.end, end__gte=long.start)
        ]

    @cached_property
    def objectives(self) -> list[YearOfObjectives]:
        """The objectives of the department and its teams, the latest year first."""
        owners = self.access.tree.with_teams(self.department.pk)
        if self.department.heads_store:
            owners = {self.department.pk}
        rows: Iterable[Any] = (
            Objective.objects.readable_by(self.access)
            .filter(owner__in=owners)
            .exclude(state__in=("draft", "proposed", "dropped"))
            .order_by()
            .values_list("pk", "year", "verdict")
            .distinct()
        )
        counted: dict[int, Counter[str]] = {}
        for _key, year, verdict in rows:
            counted.setdefault(int(year), Counter())[verdict or "running"] += 1
        return [
            YearOfObjectives(year, counts["met"], counts["partly"], counts["not_met"], counts["running"])
            for year, counts in sorted(counted.items(), reverse=True)
        ]


def _said_of(access: Access, choice: Choice, positions: list[Position]) -> dict[int, Management]:
    """Return what superiors said of managers within the twelve months, by the key of the position. One query.

    A month that two superiors rated, one after the other, counts once: as the later one left it.
    """
    assert access.user.dealership is not None
    long = choice.long
    rows = ManagementRating.objects.visible_to(access.user).filter(
        side=ManagementSide.SUPERIOR,
        manager__in=[position.person_id for position in positions],
        month__gte=long.start,
        month__lte=long.end,
    )
    found: dict[tuple[int, int], dict[Day, ManagementRating]] = {}
    for row in rows.select_related("given_by").order_by("-month", "-rated_at", "-pk"):
        found.setdefault((row.department_id, row.manager_id), {}).setdefault(row.month, row)
    threshold = access.user.dealership.not_good_threshold
    return {
        position.pk: Management(
            list(found.get((position.department_id, position.person_id), {}).values()), long, threshold
        )
        for position in positions
    }


def _span(block: ManagementBlock) -> str:
    """Return the months of a block as the reader writes them."""
    first, last = month_label(block.start), month_label(block.end)
    return first if first == last else _("%(first)s to %(last)s") % {"first": first, "last": last}

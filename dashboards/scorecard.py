"""What a manager's scorecard shows: superior and internal customers side by side, never averaged (R29, R30)."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from dashboards.choice import Choice, month_label
from dashboards.department import DepartmentPage
from dashboards.store import StorePage
from dashboards.units import SUPPLIER, Viewpoint
from dealership.access import Access
from dealership.models import Department, Position
from dealership.superiors import Superiors
from objectives.models import Objective
from surveys.counts import Counts, Figures
from surveys.models import ManagementBlock, ManagementRating, ManagementSide
from surveys.periods import Period
from surveys.querysets_management import departments_below
from surveys.recovery_counts import Mending
from surveys.scorecard import CONTENT, Gap, gap_between, quadrant_of, verdict_of_both, verdict_of_superior
from surveys.scoring import outcome

Day = datetime.date


def readable_positions(access: Access, line: Superiors) -> list[Position]:
    """Return the managers whose scorecards a person may read: their own, and those of managers below them.

    The store's admin reads none.
    """
    below, me = departments_below(access), access.user.pk
    return [one for one in line.managers if one.department_id in below or one.person_id == me]


TONES = {"good": "good", "neutral": "neutral", "not_good": "bad"}


@dataclass(frozen=True)
class Month:
    """One month as the superior rated it, with its tone under the store's threshold."""

    row: ManagementRating
    tone: str


@dataclass(frozen=True)
class Management:
    """What superiors said of a manager, the latest month first."""

    ratings: list[ManagementRating]
    long: Period
    threshold: int

    @property
    def latest(self) -> ManagementRating | None:
        """The latest month."""
        return self.ratings[0] if self.ratings else None

    @cached_property
    def figures(self) -> Figures:
        """The figures of the twelve months."""
        scores = Counter(rating.score for rating in self.ratings)
        fields: dict[str, Any] = {f"five_{score}": scores[score] for score in range(1, 6)}
        return Counts(**fields, threshold=self.threshold).figures()

    def _tone(self, rating: ManagementRating) -> str:
        return TONES[outcome("five", rating.score, threshold=self.threshold)]

    @property
    def tone(self) -> str:
        """The tone of the latest month."""
        return self._tone(self.latest) if self.latest else ""

    @property
    def shown(self) -> list[Month]:
        """The months with their tones."""
        return [Month(rating, self._tone(rating)) for rating in self.ratings]

    @property
    def verdict(self) -> str:
        """What the latest month says."""
        return verdict_of_superior(self.latest.score if self.latest else None, self.threshold)


@dataclass(frozen=True)
class Scorecard:
    """A manager from both sides."""

    position: Position
    department: Department
    management: Management
    #: Whether anybody stands above the manager: above the general manager nobody does.
    has_superior: bool
    #: Internal customers: of the period, and of the twelve months.
    now: Figures
    long: Figures

    @property
    def manager(self) -> str:
        """The manager's name."""
        return str(self.position.person)

    @property
    def url(self) -> str:
        """The page of this scorecard."""
        return reverse("scorecard", args=[self.department.code])

    @property
    def verdict(self) -> str:
        """ "satisfied" only if both sides are, "not_satisfied", or "open"."""
        return verdict_of_both(self.management.verdict, self.now.verdict)

    @property
    def sentence(self) -> str:
        """The verdict in one sentence that names both sides (R29)."""
        led, served = self.management.verdict, self.now.verdict
        if self.verdict == "satisfied":
            return _("Satisfied: the superior is, and so are the internal customers.")
        if led == served == "not_satisfied":
            return _("Not satisfied: neither the superior nor the internal customers are.")
        if served == "not_satisfied":
            if led == "satisfied":
                return _("Not satisfied: the superior is content, the internal customers are not.")
            return _("Not satisfied: the internal customers are not.")
        if led == "not_satisfied":
            if served == "satisfied":
                return _("Not satisfied: the internal customers are content, the superior is not.")
            return _("Not satisfied: the superior is not.")
        if not self.has_superior:
            return _("Nobody in the store stands above: there is no verdict of both sides.")
        if led == "no_ratings":
            return _("No verdict yet: the superior has not rated.")
        if served == "held_back":
            return _("No verdict yet: too few internal customers have rated to be shown.")
        if served == "no_ratings":
            return _("No verdict yet: the internal customers have not rated in this period.")
        return _("No verdict: the superior is neither content nor discontent.")

    @cached_property
    def gap(self) -> Gap | None:
        """Which side is far more content than the other."""
        return gap_between(self.management.figures, self.long)

    @property
    def gap_words(self) -> str:
        """The gap in one sentence; empty without one."""
        return {
            None: "",
            Gap.SUPERIOR_ONLY: _("A wide gap: the superior is far more content than the internal customers."),
            Gap.CUSTOMERS_ONLY: _("A wide gap: the internal customers are far more content than the superior."),
        }[self.gap]

    @property
    def quadrant(self) -> str | None:
        """The field of the quadrant over twelve months."""
        return quadrant_of(self.management.figures, self.long)

    @property
    def quadrant_words(self) -> str:
        """The field in words."""
        return {
            None: _("one side has not rated"),
            "both": _("both are content"),
            "superior_only": _("only the superior is content"),
            "customers_only": _("only the internal customers are content"),
            "neither": _("neither is content"),
        }[self.quadrant]


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
            now, long = page.board.together(served)
            has_superior = self.line.above(position) is not None
            found.append(Scorecard(position, department, said[position.pk], has_superior, now, long))
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
    def content(self) -> int:
        """How many satisfy both sides."""
        return sum(card.verdict == "satisfied" for card in self.cards)

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
        served = self.figures.as_supplier
        return Scorecard(self.position, self.department, said, self.has_superior, served.now, served.long)

    @property
    def mending(self) -> Mending:
        """What became of the "not good" of the internal customers (R21)."""
        return self.figures.as_supplier.mending

    @property
    def least_raters(self) -> int:
        """So many subordinates a published sum has at least."""
        return self.store.least_raters

    @cached_property
    def blocks(self) -> list[Block]:
        """What subordinates said, in the blocks of the twelve months that are published."""
        rows = ManagementBlock.objects.visible_to(self.access.user).filter(
            manager=self.position.person_id, department=self.department
        )
        long = self.choice.long
        return [
            Block(_span(row), row.raters, row.counts(self.store.not_good_threshold).figures(), row.comments)
            for row in rows.filter(start__gte=long.start, end__lte=long.end)
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
    """Return what superiors said of managers within the twelve months, by the key of the position. One query."""
    assert access.user.dealership is not None
    long = choice.long
    rows = ManagementRating.objects.visible_to(access.user).filter(
        side=ManagementSide.SUPERIOR,
        manager__in=[position.person_id for position in positions],
        month__gte=long.start,
        month__lte=long.end,
    )
    found: dict[tuple[int, int], list[ManagementRating]] = {}
    for row in rows.select_related("given_by").order_by("-month", "-rated_at"):
        found.setdefault((row.department_id, row.manager_id), []).append(row)
    threshold = access.user.dealership.not_good_threshold
    return {
        position.pk: Management(found.get((position.department_id, position.person_id), []), long, threshold)
        for position in positions
    }


def _span(block: ManagementBlock) -> str:
    """Return the months of a block as the reader writes them."""
    first, last = month_label(block.start), month_label(block.end)
    return first if first == last else _("%(first)s to %(last)s") % {"first": first, "last": last}

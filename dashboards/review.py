"""What the monthly review shows: a store's month on one or two pages of paper, verdict first."""

from __future__ import annotations

import datetime
from functools import cached_property

from django.urls import reverse
from django.utils import timezone

from dashboards.choice import Choice
from dashboards.lines import LinkLine
from dashboards.objectives import Line, ProgressPage
from dashboards.store import StorePage
from dashboards.store_charts import SupplierLine
from dealership.access import Access
from objectives.fiscal import FiscalYear
from surveys.periods import ONE_DAY
from surveys.recovery_counts import Mending, total_mending
from surveys.recovery_figures import mending_by_link
from surveys.sealing import SETTLES

#: So many of a kind are named; of more, the number.
NAMED, SILENT, DUE = 10, 8, 6


class ReviewPage:
    """A store's month. Fifteen queries at most, whatever was rated."""

    def __init__(self, access: Access, choice: Choice) -> None:
        store = access.user.dealership
        assert store is not None
        self.access, self.store, self.choice = access, store, choice
        self.page = StorePage(access, choice)
        self.made_at = timezone.now()
        self.today = store.today()

    @property
    def store_url(self) -> str:
        """The same month on the screen."""
        return f"{reverse('store_dashboard')}?period={self.choice.name}"

    @property
    def named(self) -> list[LinkLine]:
        """The unhappiest links."""
        return self.page.unhappy[:NAMED]

    @property
    def unnamed(self) -> int:
        """How many more are unhappy."""
        return len(self.page.unhappy) - len(self.named)

    @cached_property
    def ranking(self) -> list[SupplierLine]:
        """Suppliers that anybody rated, by the twelve months, the least satisfying first."""
        return [line for line in self.page.suppliers if line.now.n or line.long.n]

    @property
    def silent(self) -> list[LinkLine]:
        """Links on which nobody rated, those with the most interactions first."""
        return self.page.silent[:SILENT]

    @property
    def more_silent(self) -> int:
        """How many more are silent."""
        return len(self.page.silent) - len(self.silent)

    @cached_property
    def mending(self) -> Mending:
        """What became of the "not good" (R21)."""
        links = [link.pk for link in self.page.board.links]
        found = mending_by_link(links, now=self.choice.period, long=self.choice.long, today=self.today)
        return total_mending(found.values())

    @cached_property
    def _objectives(self) -> ProgressPage:
        year = FiscalYear.of(self.today, self.store.fiscal_year_start).year
        return ProgressPage(self.access, year)

    @property
    def overdue(self) -> list[Line]:
        """Objectives of the running year that should have been judged by now."""
        return self._objectives.overdue[:DUE]

    @property
    def due_soon(self) -> list[Line]:
        """Objectives due within thirty days."""
        return self._objectives.due_soon[:DUE]

    @property
    def objectives_words(self) -> str:
        """How the year's objectives stand, in one sentence."""
        return self._objectives.headline

    @property
    def is_over(self) -> bool:
        """Whether the month has ended."""
        return self.today > self.choice.period.end

    @property
    def settles_on(self) -> datetime.date | None:
        """From which day on no rating of the month's last day changes, and its confidential ones are told; then None.

        What has not been rated yet may be rated even later: `unrated`.
        """
        day = self.choice.period.end + ONE_DAY + SETTLES
        return day if self.is_over and self.today < day else None

    @property
    def unrated(self) -> int:
        """How many interactions of the month may still be rated."""
        counts = self.page.now.counts
        return max(counts.due - counts.rated - counts.expired, 0) if self.is_over else 0

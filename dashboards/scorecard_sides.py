"""The two sides of a manager, and what they come to in words (R29, R30)."""

from __future__ import annotations

import datetime
from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from dashboards.choice import Choice
from dealership.models import Department, Position
from surveys.counts import Counts, Figures
from surveys.models import ManagementRating
from surveys.period_words import month_label
from surveys.periods import Period
from surveys.scorecard import (
    NO_RATINGS,
    TOO_NEW,
    TOO_OLD,
    Gap,
    first_month_of,
    gap_between,
    is_too_old,
    quadrant_of,
    verdict_of_both,
    verdict_of_superior,
)
from surveys.scoring import outcome

Day = datetime.date

TONES = {"good": "good", "neutral": "neutral", "not_good": "bad"}


@dataclass(frozen=True)
class Month:
    """One month as the superior rated it, with its tone under the store's threshold."""

    row: ManagementRating
    tone: str


@dataclass(frozen=True)
class Management:
    """What superiors said of a manager, the latest month first; one rating a month."""

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
        """What the latest month says; "too_old" where that is no word on the period any more."""
        if self.latest is None:
            return NO_RATINGS
        if is_too_old(self.latest.month, self.long.end):
            return TOO_OLD
        return verdict_of_superior(self.latest.score, self.threshold)


@dataclass(frozen=True)
class Scorecard:
    """A manager from both sides."""

    position: Position
    department: Department
    choice: Choice
    management: Management
    #: Whether anybody stands above the manager: above the general manager nobody does.
    has_superior: bool
    #: Internal customers: of the period, and of the twelve months; of both, the months that count alone.
    now: Figures
    long: Figures
    #: So many people at least a confidential figure stands for.
    least_raters: int
    #: Whether the department has another manager beside this one.
    is_one_of_several: bool = False

    @property
    def manager(self) -> str:
        """The manager's name."""
        return str(self.position.person)

    @property
    def url(self) -> str:
        """The page of this scorecard in the same period."""
        query = {"period": self.choice.name}
        if self.is_one_of_several:
            query["manager"] = str(self.position.person_id)
        return f"{reverse('scorecard', args=[self.department.code])}?{urlencode(query)}"

    @property
    def first_month(self) -> Day | None:
        """The first month whose figures count: what came before was the predecessor's. None: all of them."""
        return first_month_of(self.position.start)

    @property
    def since_words(self) -> str:
        """From when on the figures count, and what is not the manager's alone; empty where all of them count."""
        day, month = self.position.start, self.first_month
        if day is None or month is None or month <= self.choice.span.start:
            return ""
        names = {"day": date_format(day, "DATE_FORMAT"), "month": month_label(month)}
        return (
            _("Manager since %(day)s: figures count from %(month)s. Recoveries and objectives are the department's.")
            % names
        )

    @property
    def customers_verdict(self) -> str:
        """What the internal customers say of the period; "too_new" where it began before the manager's months."""
        month = self.first_month
        return TOO_NEW if month is not None and self.choice.period.start < month else self.now.verdict

    @property
    def verdict(self) -> str:
        """ "satisfied" only if both sides are, "not_satisfied", or "open"."""
        return verdict_of_both(self.management.verdict, self.customers_verdict)

    @property
    def sentence(self) -> str:
        """The verdict in one sentence that names both sides (R29), and the superior's month if it is another one."""
        latest = self.management.latest
        if latest is None or self.management.verdict == TOO_OLD or latest.month in self.choice.period:
            return self._verdict_words
        names = {"verdict": self._verdict_words, "month": month_label(latest.month)}
        return _("%(verdict)s The superior's side is of %(month)s.") % names

    @property
    def _verdict_words(self) -> str:
        led, served = self.management.verdict, self.customers_verdict
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
        if served == TOO_NEW and self.position.start is not None:
            day = date_format(self.position.start, "DATE_FORMAT")
            return _("Manager since %(day)s: too new for a verdict on this period.") % {"day": day}
        if led == NO_RATINGS:
            return _("No verdict yet: the superior has not rated.")
        if led == TOO_OLD and self.management.latest is not None:
            month = month_label(self.management.latest.month)
            return _("No verdict: the superior has not rated since %(month)s.") % {"month": month}
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
        if self.quadrant is None:
            if not self.has_superior:
                return _("nobody stands above")
            if self.long.verdict == "held_back":
                return _("fewer than %(least)s raters") % {"least": self.least_raters}
            return _("one side has not rated")
        return {
            "both": _("both are content"),
            "superior_only": _("only the superior is content"),
            "customers_only": _("only the internal customers are content"),
            "neither": _("neither is content"),
        }[self.quadrant]

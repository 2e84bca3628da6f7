"""What the page of a dealer group shows: its stores side by side, the worst first. Figures of whole stores, no more."""

from __future__ import annotations

import datetime
import zoneinfo
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from django.conf import settings
from django.db.models import Count, Q, Sum
from django.utils import timezone

from dashboards.choice import Choice
from dealership.models import Dealership, User
from surveys.counts import COUNT_FIELDS, Counts, Figures, total
from surveys.models import Rollup
from surveys.periods import Period
from surveys.rollups import as_of
from surveys.told import told_in

Day = datetime.date


@dataclass(frozen=True)
class StoreLine:
    """A store under both lenses: this period's verdict beside the twelve months (R16, R17)."""

    store: Dealership
    now: Figures
    long: Figures
    #: Links with interactions due for a rating in the period and none rated.
    silent: int


def _worst_first(line: StoreLine) -> tuple[float, ...]:
    """Denied stores before satisfied ones before those without ratings; then by the twelve months."""
    order = ("not_satisfied", "satisfied", "held_back", "no_ratings")
    return order.index(line.now.verdict), _unknown_last(line.long.satisfied_rate)


def _unknown_last(share: float | None) -> float:
    return 2.0 if share is None else share


#: What the list can be sorted by; each brings first what asks for attention. Among equals the order by name stays.
SORTS: dict[str, Callable[[StoreLine], tuple[float, ...]]] = {
    "worst": _worst_first,
    "not_good": lambda line: (-line.now.not_good, _unknown_last(line.long.satisfied_rate)),
    "satisfied": lambda line: (_unknown_last(line.long.satisfied_rate),),
    "response": lambda line: (_unknown_last(line.now.response_rate),),
    "silent": lambda line: (-line.silent,),
    "name": lambda line: (),
}


class GroupPage:
    """The stores of a person's dealer group in a period, from month rollups and sealed blocks.

    Six queries in all, and four for confidential ratings.

    Days are those of the zone most of the stores are in: months begin alike everywhere, only some hours apart.
    """

    def __init__(self, user: User) -> None:
        self.user = user

    @cached_property
    def stores(self) -> list[Dealership]:
        """The stores of the group, by name."""
        return list(Dealership.objects.visible_to(self.user))

    @cached_property
    def zone(self) -> zoneinfo.ZoneInfo:
        """The time zone of the page."""
        zones = Counter(store.time_zone for store in self.stores)
        return zoneinfo.ZoneInfo(zones.most_common(1)[0][0] if zones else settings.TIME_ZONE)

    @property
    def today(self) -> Day:
        """The calendar day in the page's zone."""
        return timezone.localdate(timezone=self.zone)

    def lines(self, choice: Choice) -> list[StoreLine]:
        """Return every store with its figures, by name. Three queries, and four for confidential ratings."""
        now, long = self._now(choice.period), self.sums(choice.long)
        told = told_in(self.stores, choice.period), told_in(self.stores, choice.long)
        found = []
        for store in self.stores:
            counts, silent = now.get(store.pk, (Counts(), 0))
            both = [counts, long.get(store.pk, Counts())]
            figures = [
                (replace(openly, threshold=store.not_good_threshold) + sealed[store.pk]).figures()
                for openly, sealed in zip(both, told, strict=True)
            ]
            found.append(StoreLine(store=store, now=figures[0], long=figures[1], silent=silent))
        return found

    def _months(self, period: Period) -> Any:
        # By the stores the person sees, which are read already: told the keys themselves and not the group,
        # PostgreSQL goes by the index and not through the whole table.
        return Rollup.objects.filter(dealership__in=[store.pk for store in self.stores]).months(period)

    def sums(self, period: Period) -> dict[int, Counts]:
        """Return the counts of each store over whole months: {store id: counts}. One query."""
        return {store: counts for (store,), counts in self._months(period).counts_by("dealership_id").items()}

    def _now(self, period: Period) -> dict[int, tuple[Counts, int]]:
        """Return the counts of each store in a period, and how many of its links are silent. One query.

        Silent are the links with a month in which a rating was due, less those with a month in which one came: a
        rating that came was due in the same month.
        """
        due = Count("link", distinct=True, filter=Q(due__gt=0))
        rated = Count("link", distinct=True, filter=Q(rated__gt=0))
        rows = self._months(period).order_by().values("dealership_id")
        found = {}
        for row in rows.annotate(silent_links=due - rated, **{f"sum_{name}": Sum(name) for name in COUNT_FIELDS}):
            counts = Counts(**{name: row[f"sum_{name}"] for name in COUNT_FIELDS})
            found[row["dealership_id"]] = (counts, row["silent_links"])
        return found

    def has_earlier(self, choice: Choice) -> bool:
        """Return whether anything is known about these stores before the period."""
        rows = Rollup.objects.visible_to(self.user).filter(grain=2, start__lt=choice.period.start)
        return bool(rows.exists())

    def as_of(self) -> datetime.datetime | None:
        """Return the moment up to which the rollups of all stores are complete; None if a shard never ran."""
        return as_of(*(store.pk for store in self.stores))


@dataclass(frozen=True)
class Together:
    """The group as one, over all its stores."""

    lines: list[StoreLine]

    @cached_property
    def now(self) -> Figures:
        """The period; its `not_good` is no figure of the group, since each store draws that line itself."""
        return _together(line.now for line in self.lines)

    @cached_property
    def long(self) -> Figures:
        """The twelve months; likewise."""
        return _together(line.long for line in self.lines)

    @property
    def not_good(self) -> int:
        """How many ratings of the period are not good, each under the threshold of its store."""
        return sum(line.now.not_good for line in self.lines)

    @property
    def rated(self) -> int:
        """How many stores were rated in the period."""
        return sum(1 for line in self.lines if line.now.n)

    @property
    def denied(self) -> int:
        """How many stores a not good denies "satisfied" in the period."""
        return sum(1 for line in self.lines if line.now.vetoed)

    @property
    def silent(self) -> int:
        """How many links are silent."""
        return sum(line.silent for line in self.lines)


def _together(figures: Iterable[Figures]) -> Figures:
    """Add up figures of several stores for what no threshold touches: n, good, rates and interval."""
    return total(replace(each.counts, threshold=Counts.threshold) for each in figures).figures()


def listed(lines: Iterable[StoreLine], *, text: str, sort: str) -> list[StoreLine]:
    """Return the stores in whose name every word of `text` occurs, sorted by a key of SORTS; `lines`: by name."""
    words = text.casefold().split()
    found = [line for line in lines if all(word in line.store.name.casefold() for word in words)]
    return sorted(found, key=SORTS[sort])

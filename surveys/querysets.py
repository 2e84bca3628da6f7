"""Reading ratings and rollups. Every read starts at `visible_to(user)`."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Self, TypeVar

from django.db import models
from django.db.models import Count, Q, Sum

from dealership.querysets import StoreQuerySet
from surveys.counts import COUNT_FIELDS, Counts
from surveys.periods import Period

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from dealership.models import User

M = TypeVar("M", bound=models.Model)

#: One aggregate per score, named like the fields of Counts; over columns of the covering index alone.
SCORE_AGGREGATES = {
    f"{scale}_{score}": Count("link", filter=Q(scale=scale, score=score))
    for scale, scores in {"binary": (0, 1), "five": (1, 2, 3, 4, 5)}.items()
    for score in scores
}


class ConfidentialQuerySet(StoreQuerySet[M]):
    """What somebody said about a supplier: the confidential is read by whoever said it, and by nobody else (R20)."""

    #: The fields that name who said it, and when.
    author = said_at = ""

    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Return the rows the user may read: of other people's, those that were not given confidentially."""
        own = Q(**{self.author: user.pk})
        if user.is_authenticated and user.opened_by_others_at is not None:
            own &= Q(**{f"{self.said_at}__gte": user.opened_by_others_at})
        return super().visible_to(user).filter(Q(disclosure__lt=2) | own)


class RatingChangeQuerySet(ConfidentialQuerySet[M]):
    """Earlier values of ratings."""

    author, said_at = "changed_by", "changed_at"


class RatingQuerySet(ConfidentialQuerySet[M]):
    """Ratings."""

    author, said_at = "rater", "rated_at"

    def told_openly(self) -> Self:
        """Return the ratings that are counted at once; confidential ones are counted in frozen blocks (R20)."""
        return self.filter(disclosure__lt=2)

    def held_back(self) -> Self:
        """Return the confidential ratings that are in no block (yet)."""
        return self.filter(sealed_month__isnull=False, block__isnull=True)

    def with_names(self) -> Self:
        """Read what a list of ratings shows in the same query."""
        return self.select_related(
            "dealership", "interaction", "link__supplier", "link__customer", "link__item", "rater"
        )

    def within(self, period: Period) -> Self:
        """Return ratings of interactions on the days of a period."""
        return self.filter(day__gte=period.start, day__lte=period.end)

    def of_outcome(self, outcome: str, threshold: int) -> Self:
        """Return ratings that are "good", "neutral" or "not_good" under a store's threshold."""
        good = Q(scale="binary", score=1) | Q(scale="five", score__gte=4)
        not_good = Q(scale="binary", score=0) | Q(scale="five", score__lte=threshold)
        return self.filter({"good": good, "not_good": not_good, "neutral": ~good & ~not_good}[outcome])

    def uses_of_links(self, rater: User, since: datetime.datetime) -> dict[int, int]:
        """Count what a person rated since a moment, by link. Returns {link id: ratings}."""
        mine = self.filter(rater=rater, rated_at__gte=since).order_by()
        return dict(mine.values_list("link").annotate(uses=Count("pk")))


class RollupQuerySet(StoreQuerySet[M]):
    """Rollup rows."""

    open_to_group = True

    def months(self, period: Period) -> Self:
        """Return the month rows that start in a period."""
        return self._rows(2, period)

    def weeks(self, period: Period) -> Self:
        """Return the week rows that start in a period."""
        return self._rows(1, period)

    def _rows(self, grain: int, period: Period) -> Self:
        return self.filter(grain=grain, start__gte=period.start, start__lte=period.end)

    def counts_by(self, *keys: str, threshold: int = 2) -> dict[tuple[object, ...], Counts]:
        """Sum the rows per value of `keys` (field names). One query. Returns {key values: Counts}."""
        rows = self.order_by().values(*keys).annotate(**{f"sum_{name}": Sum(name) for name in COUNT_FIELDS})
        return {
            tuple(row[key] for key in keys): Counts(
                **{name: row[f"sum_{name}"] for name in COUNT_FIELDS}, threshold=threshold
            )
            for row in rows
        }


class SealedBlockQuerySet(StoreQuerySet[M]):
    """Blocks of confidential ratings."""

    def within(self, period: Period) -> Self:
        """Return the blocks whose months all start in a period."""
        return self.filter(start__gte=period.start, end__lte=period.end)

    def touching(self, period: Period) -> Self:
        """Return the blocks of which a month starts in a period."""
        return self.filter(start__lte=period.end, end__gte=period.start)

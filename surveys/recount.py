"""Counting straight from the interactions and ratings: what every rollup row must equal."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, DateField, Func, Model, Q, QuerySet

from supplychain.models import Interaction, InteractionState
from surveys.counts import Counts
from surveys.models import Rating
from surveys.querysets import SCORE_AGGREGATES


class WeekStart(Func):
    """The Monday of a day's week, worked out by the database itself (Django's own truncation calls back on SQLite)."""

    template = "DATE_TRUNC('week', %(expressions)s)::date"
    output_field = DateField()

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        """Go on to Sunday, or stay there, and back six days."""
        return self.as_sql(compiler, connection, template="DATE(%(expressions)s, 'weekday 0', '-6 days')", **context)


class MonthStart(Func):
    """The first day of a day's month, likewise."""

    template = "DATE_TRUNC('month', %(expressions)s)::date"
    output_field = DateField()

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        """Use SQLite's own modifier."""
        return self.as_sql(compiler, connection, template="DATE(%(expressions)s, 'start of month')", **context)


@dataclass(frozen=True)
class Source:
    """Rows that are counted: of which model, which of them, and what is counted."""

    model: type[Model]
    where: Q
    counted: dict[str, Count]


#: What is counted, and from which rows; together the count fields of a rollup. What is counted is a column of the
#: covering index, as is all that is asked of it: so the table itself need not be read.
SOURCES = (
    Source(
        Interaction,
        Q(),
        {
            "interactions": Count("link"),
            "due": Count("link", filter=~Q(state=InteractionState.DISMISSED)),
            "expired": Count("link", filter=Q(state=InteractionState.EXPIRED)),
            "rated": Count("link", filter=Q(state=InteractionState.RATED)),
        },
    ),
    # Confidential ratings are told in frozen blocks alone (R20): surveys/sealing.py.
    Source(Rating, Q(disclosure__lt=2), SCORE_AGGREGATES),
    # The few at short notice once more, from an index of their own: seven more conditions on every rating would cost.
    Source(
        Rating,
        Q(short_notice=True, disclosure__lt=2),
        {f"short_{name}": count for name, count in SCORE_AGGREGATES.items()},
    ),
)


def count_by(
    *keys: str,
    where: Q,
    start: datetime.date | None = None,
    end: datetime.date | None = None,
    threshold: int = 2,
    **annotations: Any,
) -> dict[tuple[Any, ...], Counts]:
    """Count the rows that match `where` (fields that interactions and ratings share: dealership, link, day).

    `keys`: what to count per, such as "link_id", "day" or a name from `annotations`. `start` and `end`: local days,
    both included. Three queries, each on a covering index. Returns {key values: Counts}.
    """
    if start is not None:
        where &= Q(day__gte=start)
    if end is not None:
        where &= Q(day__lte=end)
    counted: dict[tuple[Any, ...], dict[str, Any]] = {}
    for source in SOURCES:
        rows: QuerySet[Any] = source.model._default_manager.filter(where, source.where)
        grouped = rows.order_by().annotate(**annotations).values(*keys).annotate(**source.counted)
        for row in grouped:
            numbers = counted.setdefault(tuple(row[key] for key in keys), {})
            numbers.update({name: row[name] for name in source.counted})
    return {key: Counts(threshold=threshold, **numbers) for key, numbers in counted.items()}

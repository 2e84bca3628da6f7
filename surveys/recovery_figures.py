"""Counting recoveries: per link, by the day of what was not good. What the counts mean: recovery_counts.py (R21)."""

from __future__ import annotations

import datetime
from collections.abc import Collection, Iterable
from dataclasses import fields
from typing import Any

from django.db.models import Count, DurationField, ExpressionWrapper, F, Q, Sum

from surveys.models import Recovery, RecoveryState
from surveys.models.recoveries import RUNNING
from surveys.periods import Period
from surveys.querysets_recoveries import overdue_on
from surveys.recovery_counts import Mending, RecoveryCounts

MENDED = Q(state=RecoveryState.MENDED)
TOOK = ExpressionWrapper(F("closed_at") - F("opened_at"), output_field=DurationField())


def mending_by_link(
    link_ids: Collection[int], *, now: Period, long: Period, today: datetime.date
) -> dict[int, Mending]:
    """Count recoveries per link, in a period and in the twelve months, in one grouped query.

    Every column it reads is in the index that begins with the link and the day. `today`: the store's, by which they
    are overdue. Returns {link id: counts under both lenses}; links without recoveries are left out.
    """
    either = Q(day__range=(now.start, now.end)) | Q(day__range=(long.start, long.end))
    # By links, not by store: the covering index begins with the link. The span that holds both lenses bounds the scan.
    rows = Recovery.objects.filter(
        either, link__in=link_ids, day__gte=min(now.start, long.start), day__lte=max(now.end, long.end)
    ).exclude(state=RecoveryState.DROPPED)
    counted = {**_counted("now", now, today), **_counted("long", long, today)}
    found: Iterable[Any] = rows.order_by().values("link").annotate(**counted)
    return {row["link"]: Mending(now=_counts(row, "now"), long=_counts(row, "long")) for row in found}


def _counted(lens: str, period: Period, today: datetime.date) -> dict[str, Any]:
    """Return what is counted under a lens, named after the fields of RecoveryCounts."""
    within = Q(day__range=(period.start, period.end))
    return {
        f"{lens}_opened": Count("link", filter=within),
        f"{lens}_mended": Count("link", filter=within & MENDED),
        f"{lens}_running": Count("link", filter=within & Q(state__in=RUNNING)),
        f"{lens}_overdue": Count("link", filter=within & overdue_on(today)),
        f"{lens}_unsaid": Count("link", filter=within & Q(state=RecoveryState.UNSAID)),
        f"{lens}_seconds": Sum(TOOK, filter=within & MENDED),
    }


def _counts(row: dict[str, Any], lens: str) -> RecoveryCounts:
    values = {field.name: row[f"{lens}_{field.name}"] for field in fields(RecoveryCounts)}
    took: datetime.timedelta | None = values["seconds"]
    return RecoveryCounts(**{**values, "seconds": took.total_seconds() if took is not None else 0})

"""Keeping rollups up to date: one locked consumer a shard takes marks and recounts what they point at.

Why it is so, measured: docs/rollups.md. In short: a mark is appended in the transaction of every change; the
consumer deletes a batch of marks it can see and *then*, in a later statement with a newer snapshot, recounts those
buckets from the rows. A mark it can see belongs to a committed change, which the recount therefore sees too. A
change that commits later brings its own mark. Killed anywhere, the transaction rolls back and the marks are still
there. Tasks lost, doubled or late change nothing but the time.
"""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import structlog
from django.conf import settings
from django.db import connection, transaction
from django.db.models import Count, Min, Q, QuerySet
from django.db.models.functions import Mod
from django.utils import timezone

from dealership.models import Dealership
from supplychain.models import Mark
from surveys.counts import COUNT_FIELDS, Counts
from surveys.models import Grain, Rollup, ShardRun
from surveys.periods import period_of
from surveys.rebuild import replace_all, replace_store
from surveys.recount import MonthStart, WeekStart, count_by

log = structlog.get_logger(__name__)

BATCH = 2000  # marks taken in one transaction
FLOOD = 5000  # waiting marks of one store, after an import or a long outage, from which on it is recounted whole
LOCK_CLASS = 0x0D5  # the advisory lock's first key; the second is the slot
#: Stores are spread over so many locks. A shard holds the slots of all its stores, whatever the number of shards: so
#: two consumers that were started with different numbers never recount the same store at once.
SLOTS = 64

Bucket = tuple[int, int, datetime.date]  # link id, grain, start


def shard_of(dealership_id: int) -> int:
    """Return the shard a store belongs to, 0 to ROLLUP_SHARDS - 1."""
    return dealership_id % settings.ROLLUP_SHARDS


def absorb(shard: int, *, batch: int = BATCH) -> int:
    """Bring the rollups of a shard's stores up to date; returns the number of marks taken.

    Returns at once, taking none, while another consumer holds the shard.
    """
    taken, more = 0, True
    while more:
        step, more = _absorb_batch(shard, batch)
        taken += step
    return taken


def absorb_all() -> int:
    """Bring the rollups of all stores up to date; returns the number of marks taken."""
    return sum(absorb(shard) for shard in range(settings.ROLLUP_SHARDS))


def _absorb_batch(shard: int, batch: int) -> tuple[int, bool]:
    """Take up to `batch` marks, or all marks of one flooded store, in one transaction.

    Returns the number of marks taken, and whether more may wait; (0, False) if another consumer holds the shard.
    """
    # On SQLite atomic() begins IMMEDIATE (settings): holding the one write lock is holding every shard.
    with transaction.atomic():
        if not _lock(_slots(shard), wait=False):
            return 0, False
        started = timezone.now()
        waiting = Mark.objects.annotate(shard=Mod("dealership_id", settings.ROLLUP_SHARDS)).filter(shard=shard)
        marks = list(waiting.order_by("pk").values_list("pk", "dealership_id", "link_id", "day")[:batch])
        more = len(marks) == batch
        flooded = _flooded_store(waiting) if more else None
        if flooded is not None:
            taken: int = Mark.objects.filter(dealership_id=flooded).delete()[0]
            replace_store(flooded)
            return taken, True
        if marks:
            Mark.objects.filter(pk__in=[mark[0] for mark in marks]).delete()
            _recompute({(mark[1], mark[2], mark[3]) for mark in marks})
        if not more:
            ShardRun.objects.update_or_create(shard=shard, defaults={"finished_at": started})
        return len(marks), more


def _flooded_store(waiting: QuerySet[Mark]) -> int | None:
    """Return the id of the store with the most waiting marks, if they are so many that it is quicker counted whole."""
    stores = waiting.order_by().values("dealership_id").annotate(marks=Count("pk")).filter(marks__gte=FLOOD)
    busiest = stores.order_by("-marks", "dealership_id").first()
    return None if busiest is None else busiest["dealership_id"]


def _slots(shard: int) -> range:
    """Return the lock slots of a shard's stores. The number of shards is a power of two up to SLOTS (settings)."""
    return range(shard, SLOTS, settings.ROLLUP_SHARDS)


def _lock(slots: Sequence[int], *, wait: bool) -> bool:
    """Take lock slots, in ascending order, until the transaction ends.

    Without `wait`, returns False if somebody else holds one of them; those taken are then released with the
    transaction, which the caller ends at once.
    """
    if connection.vendor != "postgresql":
        return True
    function = "pg_advisory_xact_lock" if wait else "pg_try_advisory_xact_lock"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {function}(%s, slot) FROM unnest(%s) AS slot", [LOCK_CLASS, list(slots)])
        return wait or all(taken for (taken,) in cursor.fetchall())


def _recompute(changed: Iterable[tuple[int, int, datetime.date]]) -> None:
    """Recount every week and month that (dealership id, link id, day) lies in, and write the rows."""
    links_by_bucket: dict[tuple[int, datetime.date], set[int]] = defaultdict(set)
    store_of: dict[int, int] = {}
    for dealership_id, link_id, day in changed:
        store_of[link_id] = dealership_id
        links_by_bucket[Grain.WEEK, period_of("week", day).start].add(link_id)
        links_by_bucket[Grain.MONTH, period_of("month", day).start].add(link_id)
    rows: list[Rollup] = []
    for (grain, start), link_ids in links_by_bucket.items():
        end = period_of("week" if grain == Grain.WEEK else "month", start).end
        counted = count_by("link_id", where=Q(link__in=link_ids), start=start, end=end)
        rows += [_row(store_of[link_id], link_id, grain, start, counts) for (link_id,), counts in counted.items()]
        empty = link_ids - {link_id for (link_id,) in counted}
        if empty:
            stores = {store_of[link_id] for link_id in empty}
            Rollup.objects.filter(dealership__in=stores, link__in=empty, grain=grain, start=start).delete()
    _upsert(rows)


def _row(dealership_id: int, link_id: int, grain: int, start: datetime.date, counts: Counts) -> Rollup:
    numbers = {name: getattr(counts, name) for name in COUNT_FIELDS}
    return Rollup(dealership_id=dealership_id, link_id=link_id, grain=grain, start=start, **numbers)


def _upsert(rows: list[Rollup]) -> None:
    Rollup.objects.bulk_create(
        rows,
        batch_size=500,
        update_conflicts=True,
        unique_fields=["dealership", "link", "grain", "start"],
        update_fields=list(COUNT_FIELDS),
    )


# --- Rebuild and verify -----------------------------------------------------------------------------


def rebuild(dealership: Dealership | None = None) -> int:
    """Throw the rollups of a store, or of all stores, away and count them anew; returns the number of rows written.

    Holds the store, or all stores, meanwhile; pages go on showing the old figures. Marks that wait stay: absorbing
    them afterwards changes nothing.
    """
    with transaction.atomic():
        if dealership is not None:
            _lock([dealership.pk % SLOTS], wait=True)
            return replace_store(dealership.pk)
        _lock(range(SLOTS), wait=True)
        return replace_all()


@dataclass(frozen=True)
class Difference:
    """One cell of a rollup that differs from the recount."""

    dealership_id: int
    link_id: int
    grain: int
    start: datetime.date
    field: str
    stored: int
    counted: int

    def __str__(self) -> str:
        grain = "week" if self.grain == Grain.WEEK else "month"
        where = f"link {self.link_id}, {grain} of {self.start:%Y-%m-%d}"
        return f"{where}: {self.field} is {self.stored}, counted {self.counted}"


def verify(dealership: Dealership, *, repair: bool = False) -> list[Difference]:
    """Compare a store's rollups with the recount, cell by cell; a missing row counts as zeros.

    Buckets with waiting marks are brought up to date first, so that only real differences are listed. With
    `repair`, differing rows are rewritten. Holds the store meanwhile. Returns the differences found.
    """
    with transaction.atomic():
        _lock([dealership.pk % SLOTS], wait=True)
        marks = Mark.objects.filter(dealership_id=dealership.pk)
        waiting = list(marks.values_list("pk", "dealership_id", "link_id", "day"))
        if waiting:
            marks.filter(pk__in=[mark[0] for mark in waiting]).delete()
            _recompute({(mark[1], mark[2], mark[3]) for mark in waiting})
        stored = {
            (row.link_id, row.grain, row.start): row.counts(threshold=2)
            for row in Rollup.objects.filter(dealership=dealership).iterator()
        }
        counted = _recount_store(dealership.pk)
        differences = list(_differences(dealership.pk, stored, counted))
        if repair and differences:
            _repair(dealership.pk, {(d.link_id, d.grain, d.start) for d in differences}, counted)
    return differences


def _recount_store(dealership_id: int) -> dict[Bucket, Counts]:
    """Count a whole store per link and week and per link and month."""
    result: dict[Bucket, Counts] = {}
    where = Q(dealership=dealership_id)
    for grain, truncate in ((Grain.WEEK, WeekStart), (Grain.MONTH, MonthStart)):
        counted = count_by("link_id", "bucket", where=where, bucket=truncate("day"))
        result.update({(link_id, int(grain), start): counts for (link_id, start), counts in counted.items()})
    return result


def _differences(
    dealership_id: int, stored: dict[Bucket, Counts], counted: dict[Bucket, Counts]
) -> Iterator[Difference]:
    for bucket in sorted(stored.keys() | counted.keys()):
        have, want = stored.get(bucket, Counts()), counted.get(bucket, Counts())
        for name in COUNT_FIELDS:
            if getattr(have, name) != getattr(want, name):
                yield Difference(dealership_id, *bucket, name, getattr(have, name), getattr(want, name))


def _repair(dealership_id: int, buckets: set[Bucket], counted: dict[Bucket, Counts]) -> None:
    _upsert([_row(dealership_id, *bucket, counted[bucket]) for bucket in buckets if bucket in counted])
    for link_id, grain, start in (bucket for bucket in buckets if bucket not in counted):
        Rollup.objects.filter(dealership=dealership_id, link=link_id, grain=grain, start=start).delete()


# --- As of ------------------------------------------------------------------------------------------


def as_of(*dealership_ids: int) -> datetime.datetime | None:
    """Return the moment up to which the rollups of stores are complete; None if those of one never ran. Two queries.

    That is when their shards were last found without waiting marks, or, if marks wait that are older, their age.
    """
    oldest: Any = Mark.objects.filter(dealership_id__in=dealership_ids).aggregate(oldest=Min("created_at"))["oldest"]
    shards = {shard_of(pk) for pk in dealership_ids}
    finished: list[datetime.datetime] = list(
        ShardRun.objects.filter(shard__in=shards).values_list("finished_at", flat=True)
    )
    if len(finished) < len(shards):
        return None
    return min([*finished, *([] if oldest is None else [oldest])], default=None)

"""Several workers on several shards: the marks of 1,000 stores, absorbed by one, two and four processes."""

from __future__ import annotations

import multiprocessing
import os
import statistics
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from multiprocessing.connection import Connection

from django.db import connection, transaction
from django.utils import timezone

from bench.context import Context
from bench.databases import settle
from bench.many_stores import ONE_DAY, add_ratings, add_rollups, add_stores
from bench.report import Bar
from bench.rounds import Round, median_ratio, paired
from bench.worker_process import work
from supplychain.models import Link, Mark
from surveys.models import Rating
from surveys.periods import Period, month_start, period_of, week_start

LINKS = 10
MARKED_LINKS = 6  # of each store, in a round
#: So many times the throughput of one worker several must reach, where each has a core and a shard of its own.
GAIN = 1.4
#: Where they have not, they must at least not stand in each other's way.
NO_LOSS = 1.0
CORES = os.cpu_count() or 1
#: Workers and shards that are compared with one worker on as many shards.
SETUPS = ((2, 2), (4, 2), (2, 4), (4, 4))
FILL_SECONDS = 40.0
SECONDS = 9.0  # of one round, roughly


def seconds(rounds: int, _ratings: int) -> float:
    """Return how long all of it takes, roughly."""
    return FILL_SECONDS + len(SETUPS) * (_few(rounds) + 1) * SECONDS


def _stores(ratings: int) -> int:
    return 1000 if ratings >= 10_000 else 8  # so few only try the benchmark itself


def _few(rounds: int) -> int:
    return max(3, rounds // 2)


def measure(context: Context) -> list[Bar]:
    """Measure on PostgreSQL; SQLite has one write lock for all, so that a second worker has nothing to do."""
    if connection.vendor != "postgresql":
        return []
    database = context.databases.create("workers")
    today = timezone.now().date()
    month = period_of("month", today)
    _group, stores = add_stores(_stores(context.large.ratings), links=LINKS)
    add_ratings(stores, Period(min(month_start(today), week_start(today)) - 21 * ONE_DAY, today))
    add_rollups(stores, month)
    settle()
    context.progress.done(FILL_SECONDS)
    ratings, buckets = Rating.objects.count(), 2 * len(stores) * MARKED_LINKS
    bars = []
    with _workers(database.url, max(workers for workers, _shards in SETUPS)) as pipes:
        for workers, shards in SETUPS:
            rounds = paired(
                lambda w=workers, s=shards: buckets / _absorb(pipes[:w], s),  # type: ignore[misc]
                lambda s=shards: buckets / _absorb(pipes[:1], s),  # type: ignore[misc]
                rounds=_few(context.rounds),
                after_round=lambda: context.progress.done(SECONDS),
            )
            bars.append(_bar(workers, shards, rounds, ratings))
    return bars


def _bar(workers: int, shards: int, rounds: list[Round[float]], ratings: int) -> Bar:
    middle = [statistics.median(found[side] for found in rounds) for side in (0, 1)]
    return Bar(
        f"rollup workers: {workers} on {shards} shards / 1",
        median_ratio(rounds),
        GAIN if workers <= min(CORES, shards) else NO_LOSS,
        "x",
        ratings,
        at_least=True,
        detail=f"{middle[0]:,.0f} / {middle[1]:,.0f} buckets/s",
    )


def _absorb(pipes: Sequence[Connection], shards: int) -> float:
    """Mark a day of every store's links, let the workers absorb that together; returns the seconds they took."""
    today = timezone.now().date()
    links = Link.objects.order_by("dealership_id", "pk").values_list("dealership_id", "pk")
    marks = [
        Mark(dealership_id=store, link_id=link, day=today)
        for number, (store, link) in enumerate(links)
        if number % LINKS < MARKED_LINKS
    ]
    with transaction.atomic():
        Mark.objects.bulk_create(marks, batch_size=2000)
    started = time.perf_counter()
    for number, pipe in enumerate(pipes):
        pipe.send((number, shards))
    taken = sum(pipe.recv() for pipe in pipes)
    spent = time.perf_counter() - started
    if taken != len(marks):
        raise RuntimeError(f"the workers took {taken} of {len(marks)} marks")
    return spent


@contextmanager
def _workers(url: str, count: int) -> Iterator[list[Connection]]:
    """Start worker processes on a database, each with a pipe to be told by; they end with the block."""
    spawn = multiprocessing.get_context("spawn")
    pipes = [spawn.Pipe() for _ in range(count)]
    processes = [spawn.Process(target=work, args=(url, theirs), daemon=True) for _ours, theirs in pipes]
    for process in processes:
        process.start()
    try:
        for ours, _theirs in pipes:
            ours.recv()  # it is connected
        yield [ours for ours, _theirs in pipes]
    finally:
        for ours, _theirs in pipes:
            ours.close()
        for process in processes:
            process.terminate()
            process.join()

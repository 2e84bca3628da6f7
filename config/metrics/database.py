"""The metrics that are read from the database at the moment they are asked for."""

import datetime
import platform
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache

import structlog
from django.conf import settings
from django.db import Error, connection
from django.db.models import Count, Max, Min
from django.utils import timezone
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from dealership.models import JobRun
from supplychain.models import Mark
from surveys.models import ShardRun

log = structlog.get_logger(__name__)

LIMIT = 3  # seconds the database has to answer


@dataclass(frozen=True)
class State:
    """What the database says about background work at one moment."""

    marks: int
    oldest_mark: datetime.datetime | None
    clean_at: dict[int, datetime.datetime]  # by shard
    done_at: dict[str, datetime.datetime]  # by job


def read_state() -> State:
    """Read the state; three queries. Raises django.db.Error."""
    waiting = Mark.objects.aggregate(marks=Count("pk"), oldest=Min("created_at"))
    done = JobRun.objects.exclude(finished_at=None).values_list("job").annotate(Max("finished_at"))
    return State(
        marks=waiting["marks"],
        oldest_mark=waiting["oldest"],
        clean_at=dict(ShardRun.objects.values_list("shard", "finished_at")),
        done_at=dict(done.order_by()),
    )


@cache
def _reader() -> ThreadPoolExecutor:
    """Return the one thread that asks: while it hangs on a dead connection, later scrapes do not pile up threads."""
    return ThreadPoolExecutor(max_workers=1, thread_name_prefix="metrics-database")


def _read_in_thread() -> State:
    """Read the state over a connection of this thread's own, closed at the end."""
    try:
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SET statement_timeout = %s", [LIMIT * 1000])
        return read_state()
    finally:
        connection.close()


class DatabaseCollector(Collector):
    """Whether the database answers in time and, if so, how far background work is behind."""

    def collect(self) -> Iterable[Metric]:
        """Yield the metrics; with a database that is down just those that need none."""
        build = GaugeMetricFamily("downstream_build_info", "1; the labels say what runs.", labels=["version", "python"])
        build.add_metric([settings.VERSION, platform.python_version()], 1)
        yield build
        reading = _reader().submit(_read_in_thread)
        try:
            state = reading.result(timeout=LIMIT)
        except (Error, TimeoutError) as error:
            reading.cancel()
            log.warning("metrics: the database does not answer", error=type(error).__name__)
            yield GaugeMetricFamily("downstream_database_up", "Whether the database answers in time.", 0)
            return
        yield GaugeMetricFamily("downstream_database_up", "Whether the database answers in time.", 1)
        yield from _of_state(state, timezone.now())


def _of_state(state: State, now: datetime.datetime) -> Iterator[Metric]:
    def age(moment: datetime.datetime | None) -> float:
        return max(0.0, (now - moment).total_seconds()) if moment else 0.0

    yield GaugeMetricFamily("downstream_marks_waiting", "Changes that the rollups do not hold yet.", state.marks)
    yield GaugeMetricFamily("downstream_rollup_lag_seconds", "Age of the oldest of them.", age(state.oldest_mark))
    clean = GaugeMetricFamily(
        "downstream_shard_clean_age_seconds",
        "Time since a worker last found a shard of stores without waiting changes; +Inf if never.",
        labels=["shard"],
    )
    for shard in range(settings.ROLLUP_SHARDS):
        found = state.clean_at.get(shard)
        clean.add_metric([str(shard)], age(found) if found else float("inf"))
    yield clean
    done = GaugeMetricFamily(
        "downstream_job_done_timestamp_seconds", "When a scheduled job was last finished.", labels=["job"]
    )
    for job, moment in sorted(state.done_at.items()):
        done.add_metric([job], moment.timestamp())
    yield done

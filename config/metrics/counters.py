"""What the processes count: counters and histograms only, which add up with those of processes that are gone."""

import fcntl
import os
import struct
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

from prometheus_client import Counter, Histogram, Metric
from prometheus_client.mmap_dict import MmapedDict
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

TASK_SECONDS = (0.01, 0.05, 0.1, 0.5, 1, 5, 10, 30, 60, 300, 900, 1800)

# Nothing is registered by name: what a process counts is in its file, and only files are read.
_requests = Histogram(
    "downstream_request_seconds",
    "Time to answer requests, by the route's pattern, method and status class.",
    ["route", "method", "status"],
    registry=None,
)
_tasks = Histogram(
    "downstream_task_seconds", "Time of background tasks that ran.", ["task"], buckets=TASK_SECONDS, registry=None
)
_failures = Counter("downstream_task_failures", "Background tasks that failed.", ["task"], registry=None)
_errors = Counter("downstream_errors_logged", "Log lines of level error or above.", ["level"], registry=None)

# --- Counting ---------------------------------------------------------------------------------------


@cache
def _request_timer(route: str, method: str, status_class: int) -> Any:
    return _requests.labels(route, method, f"{status_class}xx")


def observe_request(*, route: str, method: str, status: int, seconds: float) -> None:
    """Count a request. `route` is the pattern, never the address: there is a series for each."""
    _request_timer(route, method, status // 100).observe(seconds)


def observe_task(task: str, seconds: float) -> None:
    """Count a task that ran, failed or not."""
    _tasks.labels(task).observe(seconds)


def observe_failure(task: str) -> None:
    """Count a task that failed: by an exception, by its time limit, or with its process."""
    _failures.labels(task).inc()


def observe_error(level: str) -> None:
    """Count a log line of level "error" or "critical"."""
    _errors.labels(level).inc()


# --- Files of the processes -------------------------------------------------------------------------


def begin(tasks: Iterable[str] = ()) -> None:
    """Prepare the files when a process of web or worker starts.

    The counts of processes that are gone are kept in one file, so no counter falls and no files pile up. What an
    alert looks at starts from 0: an increase is seen only from a figure that was there before.
    """
    _gather_the_dead()
    for level in ("error", "critical"):
        _errors.labels(level)
    for task in tasks:
        _failures.labels(task)


def _folder() -> Path:
    return Path(os.environ["PROMETHEUS_MULTIPROC_DIR"])


@contextmanager
def _folder_lock(kind: int) -> Iterator[None]:
    """Hold the folder: fcntl.LOCK_SH to read the files, LOCK_EX to move counts from one into another."""
    with (_folder() / "lock").open("w") as file:
        fcntl.flock(file, kind)
        yield


def _gather_the_dead() -> None:
    """Add the counts of processes that are gone to `<kind>_gone.db` and remove their files."""
    with _folder_lock(fcntl.LOCK_EX):
        for path in _folder().glob("*.db"):
            kind, _underscore, owner = path.stem.rpartition("_")
            if not owner.isdigit() or _is_alive(int(owner)):
                continue
            try:
                values = [(key, value) for key, value, *_ in MmapedDict.read_all_values_from_file(str(path))]
            except (struct.error, RuntimeError, ValueError):
                values = []  # cut short by a crash of the machine
            gone = MmapedDict(str(path.with_name(f"{kind}_gone.db")))
            for key, value in values:
                gone.write_value(key, gone.read_value(key)[0] + value, 0.0)
            gone.close()
            path.unlink()


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


class ProcessesCollector(Collector):
    """The counts of all processes of this machine, those that are gone included."""

    def collect(self) -> Iterable[Metric]:
        """Add up the files; one that a process is just making is empty and left out."""
        with _folder_lock(fcntl.LOCK_SH):
            files = [str(path) for path in _folder().glob("*.db") if path.stat().st_size]
            metrics: Iterable[Metric] = MultiProcessCollector.merge(files)
        return metrics

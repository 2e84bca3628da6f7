"""What workers count, hooked into Celery's signals."""

import time
from typing import Any

from celery import signals
from django.conf import settings

from config.metrics import counters, views

_started: dict[str, float] = {}  # by task id; of the tasks that run in this process


def connect() -> None:
    """Count tasks from now on, in whichever process they run."""
    signals.worker_ready.connect(begin_worker)
    signals.task_prerun.connect(begin_task)
    signals.task_postrun.connect(end_task)
    signals.task_failure.connect(count_failure)


def begin_worker(sender: Any, **_kwargs: Any) -> None:
    """Prepare the worker's figures and, where METRICS_LISTEN says so, answer for them."""
    counters.begin(name for name in sender.app.tasks if not name.startswith("celery."))
    if settings.METRICS_LISTEN:
        views.serve(*settings.METRICS_LISTEN)


def begin_task(task_id: str, **_kwargs: Any) -> None:
    """Note when a task begins."""
    _started[task_id] = time.perf_counter()


def end_task(task_id: str, task: Any, **_kwargs: Any) -> None:
    """Count a task that has ended, failed or not."""
    counters.observe_task(task.name, time.perf_counter() - _started.pop(task_id))


def count_failure(sender: Any, **_kwargs: Any) -> None:
    """Count a failed task; for one that was killed the signal is sent in the worker's main process."""
    counters.observe_failure(sender.name)

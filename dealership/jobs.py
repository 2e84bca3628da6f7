"""Who does a scheduled job: the database decides, so two beats, doubled messages and killed workers do no harm."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.db.models import Q
from django.utils import timezone

from dealership.models import JobRun

#: How long what was done when is kept.
KEEP = datetime.timedelta(days=14)


def minute_of(moment: datetime.datetime) -> datetime.datetime:
    """Return the minute a moment lies in, by its first second."""
    return moment.replace(second=0, microsecond=0)


def hour_of(moment: datetime.datetime) -> datetime.datetime:
    """Return the hour a moment lies in, by its first second."""
    return moment.replace(minute=0, second=0, microsecond=0)


def day_of(moment: datetime.datetime) -> datetime.datetime:
    """Return the day (of the moment's own zone) a moment lies in, by its first second."""
    return moment.replace(hour=0, minute=0, second=0, microsecond=0)


@contextmanager
def once_per(period: datetime.datetime, *, job: str, task_id: str) -> Iterator[bool]:
    """Claim a period's job; the block gets True if it is to do the job, False if somebody else does or did it.

    `period`: the first moment of the period, aware; `task_id`: the message that asks. A block that raises leaves
    the job unfinished: the same message delivered again may repeat it at once, any other after the task time limit,
    when nobody can be at it any more.
    """
    mine = _claim(period, job, task_id)
    yield mine
    if mine:
        JobRun.objects.filter(job=job, period=period).update(finished_at=timezone.now())


def _claim(period: datetime.datetime, job: str, task_id: str) -> bool:
    now = timezone.now()
    _run, created = JobRun.objects.get_or_create(
        job=job, period=period, defaults={"task_id": task_id, "started_at": now}
    )
    if created:
        return True
    given_up = Q(task_id=task_id) | Q(started_at__lt=now - datetime.timedelta(seconds=settings.CELERY_TASK_TIME_LIMIT))
    unfinished = JobRun.objects.filter(given_up, job=job, period=period, finished_at=None)
    return bool(unfinished.update(task_id=task_id, started_at=now))


def forget_old_runs() -> int:
    """Delete what was done longer ago than KEEP; returns the number of rows."""
    deleted: int = JobRun.objects.filter(period__lt=timezone.now() - KEEP).delete()[0]
    return deleted

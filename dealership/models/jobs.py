"""Which scheduled job has been done for which period."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.utils import timezone


class JobRun(models.Model):
    """One job of one period, such as "expire interactions" of one hour. Of the installation, not of a store.

    The row decides who does the job (dealership/jobs.py): two beats may publish it twice, one worker runs it.
    """

    job = models.CharField(max_length=60)
    period = models.DateTimeField()
    task_id = models.CharField(max_length=64)
    started_at = models.DateTimeField(default=timezone.now)
    finished_at = models.DateTimeField(null=True)

    objects: ClassVar[Any] = models.Manager()

    class Meta:
        verbose_name = "job run"
        constraints = [models.UniqueConstraint(fields=["job", "period"], name="job_run_once_per_period")]

    def __str__(self) -> str:
        return f"{self.job} {self.period:%Y-%m-%d %H:%M}"

"""A period's job is done by one worker, whoever asks how often; killed work is taken over."""

import datetime
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from django.utils import timezone

from dealership.jobs import day_of, forget_old_runs, hour_of, minute_of, once_per
from dealership.models import JobRun

NOW = datetime.datetime(2026, 3, 1, 23, 59, 58, 7, tzinfo=datetime.UTC)


def run(task_id, period=NOW, job="count"):
    with once_per(period, job=job, task_id=task_id) as mine:
        return mine


def test_periods_begin_with_their_first_second():
    assert minute_of(NOW) == datetime.datetime(2026, 3, 1, 23, 59, tzinfo=datetime.UTC)
    assert hour_of(NOW) == datetime.datetime(2026, 3, 1, 23, 0, tzinfo=datetime.UTC)
    assert day_of(NOW) == datetime.datetime(2026, 3, 1, tzinfo=datetime.UTC)


@pytest.mark.django_db
def test_one_run_for_each_period_and_job():
    assert [run("a"), run("b"), run("a")] == [True, False, False]
    assert run("c", job="another")
    assert run("d", period=NOW + datetime.timedelta(minutes=1))


@pytest.mark.django_db
def test_what_was_killed_is_repeated_by_its_own_message_at_once_and_by_others_when_nobody_can_be_at_it(settings):
    def be_killed(task_id):
        with once_per(NOW, job="count", task_id=task_id) as mine:
            if mine:
                raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        be_killed("killed")
    assert not run("other")
    with pytest.raises(KeyboardInterrupt):
        be_killed("killed")
    limit = datetime.timedelta(seconds=settings.CELERY_TASK_TIME_LIMIT + 1)
    JobRun.objects.update(started_at=timezone.now() - limit)
    assert run("other")
    assert not run("killed")


@pytest.mark.django_db(transaction=True)
def test_of_five_workers_at_once_one_does_the_job():
    together = threading.Barrier(5)

    def work(number):
        try:
            together.wait(20)
            return run(f"task {number}")
        finally:
            connection.close()

    with ThreadPoolExecutor(5) as pool:
        results = list(pool.map(work, range(5)))
    assert sorted(results) == [False, False, False, False, True]
    assert JobRun.objects.get().finished_at is not None


@pytest.mark.django_db
def test_old_runs_are_forgotten():
    run("a", period=timezone.now() - datetime.timedelta(days=15))
    run("b", period=timezone.now())
    assert forget_old_runs() == 1
    assert JobRun.objects.count() == 1

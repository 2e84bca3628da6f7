"""Two beats and three workers at once: each job of each period is published twice and runs once."""

from __future__ import annotations

import contextlib
import datetime
import json
import re
import threading
import time
from collections import Counter, defaultdict

import redis

from tests.faults.processes import wait_until

BEATS, WORKERS = ("beat", "beat-2"), ("worker", "worker-2", "worker-3")


class Listener(threading.Thread):
    """Reads what is published on Redis (MONITOR) and keeps who published which task when."""

    def __init__(self, installation) -> None:
        super().__init__(daemon=True)
        self.connection = installation.redis()
        #: {(shard, minute): process ids of the publishers}
        self.publishers: dict[tuple[int, str], list[int]] = defaultdict(list)

    def run(self) -> None:
        with contextlib.suppress(redis.ConnectionError), self.connection.monitor() as monitor:  # until Redis ends
            for command in monitor.listen():
                found = re.match(r"LPUSH celery (\{.*\})$", command["command"], re.S)
                if found and (message := json.loads(found[1]))["headers"]["task"] == "surveys.tasks.absorb_marks":
                    minute = datetime.datetime.fromtimestamp(command["time"], datetime.UTC)
                    publisher = int(re.match(r"gen(\d+)@", message["headers"]["origin"])[1])
                    shard = int(re.search(r"\d+", message["headers"]["argsrepr"])[0])
                    self.publishers[shard, f"{minute:%H:%M}"].append(publisher)


def minute_of(moment: datetime.datetime) -> str:
    return f"{moment.astimezone(datetime.UTC):%H:%M}"


def minute_now() -> str:
    return minute_of(datetime.datetime.now(datetime.UTC))


def waiting_workers(installation) -> int:
    """Return how many connections are blocked on waiting for a message: each worker holds one."""
    return sum(1 for client in installation.redis().client_list() if "b" in client["flags"])


def append_marks(installation) -> None:
    """Append a mark for each store, of which there is one in each shard."""
    installation.write(
        "INSERT INTO supplychain_mark (dealership_id, link_id, day, created_at)"
        " SELECT dealership_id, min(id), current_date, now() FROM supplychain_link GROUP BY dealership_id"
    )


def runs(installation) -> dict[tuple[int, str], list[str]]:
    """Return the ids of the tasks that did each shard and minute to its end, as the database has it."""
    found = defaultdict(list)
    query = "SELECT job, period, task_id FROM dealership_jobrun WHERE job LIKE 'absorb%' AND finished_at IS NOT NULL"
    for job, period, task_id in installation.rows(query):
        found[int(job[-1]), minute_of(period)].append(task_id)
    return found


def test_two_beats_and_three_workers_run_each_job_once_a_period(install, long, figures):
    installation = install(servers=True)
    installation.run_procfile("beat", "beat-2", "--schedule=var/celerybeat-schedule-2")
    for name in WORKERS[1:]:
        installation.run_procfile("worker", name, f"--hostname={name}@%h")
    wait_until(lambda: waiting_workers(installation) == len(WORKERS), 90, "all workers wait for work")
    listener = Listener(installation)
    listener.start()
    append_marks(installation)
    both = sorted(installation.services[name].pid for name in BEATS)
    wait_until(lambda: both in map(sorted, [*listener.publishers.values()]), 150, "both beats publish in a minute")
    minutes = [minute_now()]
    while len(minutes) < (5 if long else 2):
        append_marks(installation)
        wait_until(lambda: minute_now() != minutes[-1], 61, "the next minute", pause=0.05)
        minutes.append(minute_now())
    periods = [(shard, minute) for minute in minutes for shard in (0, 1)]
    wait_until(lambda: set(periods) <= set(runs(installation)), 30, "the last minute's jobs")
    time.sleep(3)  # for a second run, which there must not be

    logged = Counter(
        (event["shard"], event["task_id"])
        for name in WORKERS
        for event in installation.log_events(name)
        if event["event"] == "rollups absorbed"
    )
    done = runs(installation)
    figures |= {"periods": len(minutes), "jobs": len(periods), "runs": sum(len(done[period]) for period in periods)}
    figures["published"] = sum(len(listener.publishers[period]) for period in periods)
    for period in periods:
        assert sorted(listener.publishers[period]) == both, f"{period}: published by {listener.publishers[period]}"
        assert len(done[period]) == 1, period
    assert logged == Counter((shard, task) for (shard, _minute), tasks in done.items() for task in tasks)
    assert installation.rows("SELECT count(*) FROM supplychain_mark") == [(0,)]

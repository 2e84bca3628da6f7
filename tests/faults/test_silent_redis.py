"""The worker's connections to Redis go silent without breaking: it notices, connects anew and works on."""

from __future__ import annotations

import time

from tests.faults.processes import wait_until
from tests.faults.proxy import Proxy

BACK_LIMIT = 60  # seconds from the silence until the worker has done a new job
SILENCE = 90  # seconds


def marks(installation) -> int:
    return installation.rows("SELECT count(*) FROM supplychain_mark")[0][0]


def append_mark(installation) -> None:
    installation.write(
        "INSERT INTO supplychain_mark (dealership_id, link_id, day, created_at)"
        " SELECT dealership_id, id, current_date, now() FROM supplychain_link ORDER BY id LIMIT 1"
    )


def second_of_minute() -> float:
    return time.time() % 60


def test_worker_is_back_after_its_connections_fell_silent(install, long, figures):
    installation = install(servers=True)
    installation.services["worker"].end()
    with Proxy(installation.redis_port) as proxy:
        through_proxy = {"REDIS_URL": f"redis://127.0.0.1:{proxy.port}/0"}
        worker = installation.run_procfile("worker", "worker-through-proxy", environment=through_proxy)
        append_mark(installation)
        wait_until(lambda: not marks(installation), 130, "the worker works at first")
        # The beat publishes on the minute: silent from the 30th second on, the worker is sent a job 30 seconds later,
        # and has as long again to take it and do it.
        wait_until(lambda: 30 <= second_of_minute() < 33, 61, "the 30th second", pause=0.05)
        append_mark(installation)
        figures["connections_silenced"] = proxy.silence()
        assert figures["connections_silenced"] > 0
        silent_since = time.monotonic()
        back = wait_until(lambda: not marks(installation), BACK_LIMIT, "the worker does a new job")
        figures["seconds_until_a_new_job"] = round(back)
        while long and time.monotonic() - silent_since < SILENCE:
            time.sleep(1)
        if long:
            append_mark(installation)
            wait_until(lambda: not marks(installation), 65, "the worker goes on")
        assert worker.starts == 1, "the worker died instead of connecting anew"
        worker.end()

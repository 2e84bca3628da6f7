"""Redis is emptied (FLUSHALL) while people rate: messages and caches go, no figure does."""

from __future__ import annotations

import time

from tests.faults.clients import Crowd
from tests.faults.ledger import NONE_WRONG, compare, differences, rating_count
from tests.faults.processes import wait_until

RATERS = ["sales", "finance", "demo-2-sales", "demo-2-service"]
LOAD_LIMIT = 300
FIGURES_LIMIT = 300


def test_redis_emptied_again_and_again_misses_nothing(install, long, figures):
    flushes, step = (10, 150) if long else (4, 75)
    installation = install(servers=True)
    before = rating_count(installation)
    with Crowd(installation.port, RATERS, seed=3) as crowd:
        crowd.start()
        for n in range(1, flushes + 1):
            wait_until(lambda n=n: crowd.reached(n * step), LOAD_LIMIT, f"flush {n}", pause=0.02)
            installation.redis().flushall()
    last_flush = time.monotonic()
    assert not crowd.failures
    figures |= crowd.figures() | {"flushes": flushes}
    wrong = compare(installation, crowd.acknowledged, before=before)
    assert wrong == NONE_WRONG
    wait_until(lambda: not differences(installation), FIGURES_LIMIT, "rollups equal the recount", pause=1)
    figures["seconds_until_rollups_equal"] = round(time.monotonic() - last_flush)
    wait_until(installation.is_healthy, 10, "web, database, broker and worker")

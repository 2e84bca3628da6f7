"""SQLite, eight people rating as fast as they can, and two consumers: nobody meets a locked database."""

from __future__ import annotations

import sys
import time

from tests.faults.clients import Crowd
from tests.faults.installation import ROOT
from tests.faults.ledger import NONE_WRONG, compare, differences, rating_count
from tests.faults.processes import wait_until

RATERS = ["sales", "service", "finance", "hr", "demo-2-sales", "demo-2-service", "demo-2-finance", "demo-2-sales"]
P99_LIMIT = 2.0  # seconds


def test_eight_writers_and_the_rollup_on_sqlite(install, long, figures):
    installation = install(servers=False)
    before = rating_count(installation)
    pause = {"ABSORBER_PAUSE": "1"}
    installation.run("absorber", [sys.executable, str(ROOT / "tests/faults/absorber.py")], environment=pause)
    with Crowd(installation.port, RATERS, seed=5) as crowd:
        crowd.start()
        time.sleep(60 if long else 20)
        assert crowd.reached(100)
    assert not crowd.failures
    seconds = sorted(second for rater in crowd.raters for second in rater.browser.seconds)
    p50, p99 = (seconds[int(len(seconds) * share)] for share in (0.5, 0.99))
    figures |= crowd.figures() | {"forms": len(seconds), "p50_seconds": round(p50, 3), "p99_seconds": round(p99, 3)}
    locked = [
        f"{log.name}: {line}"
        for log in installation.logs.iterdir()
        for line in log.read_text(errors="replace").splitlines()
        if "database is locked" in line
    ]
    figures["locked"] = len(locked)
    assert not locked
    assert figures["retries"] == 0
    assert compare(installation, crowd.acknowledged, before=before) == NONE_WRONG
    assert p99 <= P99_LIMIT
    wait_until(lambda: not differences(installation), 120, "rollups equal the recount", pause=1)
    assert installation.services["absorber"].starts == 1

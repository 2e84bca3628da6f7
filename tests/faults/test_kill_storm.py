"""Web, worker, beat, PostgreSQL and Redis are killed -9 under load: no acknowledged rating is lost or doubled."""

from __future__ import annotations

import random
import sys
import time

import psutil

from tests.faults.clients import Crowd
from tests.faults.installation import ROOT
from tests.faults.ledger import NONE_WRONG, compare, differences, rating_count
from tests.faults.processes import kill_one, wait_until

RATERS = ["sales", "service", "finance", "hr", "demo-2-sales", "demo-2-service", "demo-2-finance", "demo-2-sales"]
SEED = 20
UP_LIMIT = 60  # seconds until what was killed lives again
LOAD_LIMIT = 900  # seconds until all ratings are acknowledged
FIGURES_LIMIT = 120  # seconds from the last fault until rollups equal the recount


def faults(number: int, dice: random.Random) -> list[tuple[str, str]]:
    """Return which service is killed how, spread evenly: of each service every way in turn, in random order."""
    ways = {
        "web": ("all", "child"),
        "worker": ("all", "child"),
        "beat": ("all",),
        "postgresql": ("main", "child"),
        "redis": ("all",),
    }
    services = list(ways)
    chosen = [(services[n % 5], ways[services[n % 5]][n // 5 % len(ways[services[n % 5]])]) for n in range(number)]
    dice.shuffle(chosen)
    return chosen


def strike(installation, service: str, way: str, dice: random.Random) -> None:
    """Kill a service, as a whole, or its main process, or one child; wait first until it lives."""
    target = installation.services[service]

    def killed() -> bool:
        if not target.runs():
            return False
        try:
            children = psutil.Process(target.pid).children() if way == "child" else []
            if children:
                kill_one(children, dice)
            elif way == "main":
                target.kill_main()
            else:
                target.kill_all()
        except (psutil.NoSuchProcess, ProcessLookupError):  # it died by itself just now
            return False
        return True

    wait_until(killed, UP_LIMIT, f"{service} restarts")


def test_twenty_kills_under_load_lose_and_double_nothing(install, long, figures):
    ratings, kills = (10_000, 20) if long else (2_000, 10)
    dice = random.Random(SEED)
    installation = install(servers=True)
    before = rating_count(installation)
    # A second consumer that never rests, so that a kill finds one at work: each fault kills it too.
    absorber = installation.run("absorber", [sys.executable, str(ROOT / "tests/faults/absorber.py")])
    crowd = Crowd(installation.port, RATERS, seed=SEED)
    struck = []
    started = time.monotonic()
    with crowd:
        crowd.start(ratings)
        for n, (service, way) in enumerate(faults(kills, dice), start=1):
            wait_until(lambda n=n: crowd.reached(ratings * n // (kills + 1)), LOAD_LIMIT, f"fault {n}", pause=0.02)
            if n == kills:
                absorber.end()  # from the last fault on, beat and worker are alone
            else:
                strike(installation, "absorber", "all", dice)
            strike(installation, service, way, dice)
            struck.append(f"{service} {way}")
        last_fault = time.monotonic()
        wait_until(lambda: crowd.reached(ratings), LOAD_LIMIT, "all ratings acknowledged")
    load = time.monotonic() - started
    assert not crowd.failures
    figures |= crowd.figures() | {"kills": len(struck), "load_seconds": round(load)}
    figures["ratings_a_second"] = round(crowd.count / load, 1)
    wrong = compare(installation, crowd.acknowledged, before=before)
    figures |= wrong
    assert wrong == NONE_WRONG

    left = FIGURES_LIMIT - (time.monotonic() - last_fault)
    wait_until(lambda: not differences(installation), left, "rollups equal the recount", pause=1)
    figures["seconds_until_rollups_equal"] = round(time.monotonic() - last_fault)
    figures["starts"] = {name: service.starts for name, service in installation.services.items()}
    assert not [e for e in installation.log_events("worker") if "repaired" in e["event"]], "the nightly check repaired"

"""The fault tests run only when asked for, by --faults=short or --faults=long: they need PostgreSQL and Redis."""

from __future__ import annotations

import contextlib
import datetime
import json
from pathlib import Path

import pytest

from tests.faults.installation import ROOT, installation

FIGURES = ROOT / "var" / "faults.jsonl"


def pytest_addoption(parser):
    parser.addoption("--faults", choices=["short", "long"], help="run the fault tests, in this form")


def pytest_ignore_collect(collection_path: Path, config: pytest.Config):
    return True if config.getoption("--faults", None) is None else None


def pytest_collection_modifyitems(items):
    """The longest first, so that two processes end at about the same time."""
    order = ["test_two_beats", "test_kill_storm", "test_silent_redis", "test_redis_emptied", "test_sqlite_writers"]
    items.sort(key=lambda item: order.index(item.path.stem) if item.path.stem in order else -1)


def pytest_terminal_summary(terminalreporter):
    """Print each test's figures and keep them as lines of JSON."""
    for report in [*terminalreporter.getreports("passed"), *terminalreporter.getreports("failed")]:
        figures = dict(report.user_properties).get("figures")
        if report.when != "call" or figures is None:
            continue
        kept = {"test": report.location[2], "outcome": report.outcome, "seconds": round(report.duration, 1), **figures}
        terminalreporter.write_line(", ".join(f"{name} {value}" for name, value in kept.items()))
        FIGURES.parent.mkdir(exist_ok=True)
        with FIGURES.open("a") as file:
            file.write(json.dumps({"at": f"{datetime.datetime.now(datetime.UTC):%Y-%m-%d %H:%M}", **kept}) + "\n")


@pytest.fixture
def long(request) -> bool:
    """Whether the long form is asked for."""
    return request.config.getoption("--faults") == "long"


@pytest.fixture
def figures(record_property) -> dict[str, object]:
    """What a test measures: shown at its end, also when it fails."""
    measured: dict[str, object] = {}
    record_property("figures", measured)
    return measured


@pytest.fixture
def install(request):
    """Make an installation: `install(servers=True)` with PostgreSQL and Redis, `install(servers=False)` without."""
    with contextlib.ExitStack() as stack:
        logs = ROOT / "var" / "faults" / request.node.name
        yield lambda *, servers: stack.enter_context(installation(logs, servers=servers))

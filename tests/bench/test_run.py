"""A tiny run of the command itself: databases, servers, results, and that nothing is left behind."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from django.db import connection

from bench.databases import Database
from bench.load import Request, cost_of
from bench.servers import BARE, serve

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def environment(tmp_path):
    """The database the tests run on; for SQLite a file of the test's own."""
    url = os.environ["DATABASE_URL"] if connection.vendor == "postgresql" else f"sqlite:///{tmp_path}/db.sqlite3"
    return {**os.environ, "DATABASE_URL": url}


@pytest.fixture
def left_behind(tmp_path, db):
    """Return the names of databases that a process of the benchmark made and that are still there."""

    def names(pid):
        if connection.vendor != "postgresql":
            return [path.name for path in tmp_path.glob(f"*-bench-{pid}-*")]
        with connection.cursor() as cursor:
            cursor.execute("SELECT datname FROM pg_database WHERE datname LIKE %s", [f"%-bench-{pid}-%"])
            return [name for (name,) in cursor.fetchall()]

    return names


def bench(environment, *arguments):
    command = [sys.executable, "-m", "bench", "--ratings", "tiny", "--rounds", "1", *arguments]
    return subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def test_a_run_measures_writes_and_cleans_up(environment, left_behind, tmp_path):
    results = tmp_path / "results.jsonl"
    process = bench(environment, "--only", "marks", "rollup", "--results", str(results))
    printed, progress = process.communicate(timeout=300)
    lines = [json.loads(line) for line in results.read_text().splitlines()]
    assert [line["bar"] for line in lines] == [
        "mark: insert and mark / insert alone, 8 clients on one link",
        "rollup: cost of a dirty bucket / at 500",
        "rollup: absorb 1,000 new ratings / GROUP BY",
        "rollup: full rebuild / GROUP BY",
    ]
    assert {line["database"] for line in lines} == {connection.vendor}
    assert {line["ratings"] for line in lines} == {1000}
    assert all(line["value"] > 0 for line in lines)
    assert all(line["bar"] in printed for line in lines)
    assert process.returncode == (0 if all(line["met"] for line in lines) else 1)
    assert "left" in progress
    assert left_behind(process.pid) == []


@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_run_drops_its_databases(environment, left_behind, tmp_path, sent):
    results = tmp_path / "results.jsonl"
    process = bench(environment, "--only", "marks", "--rounds", "1000", "--results", str(results))
    until = time.monotonic() + 30
    while len(left_behind(process.pid)) < 2 and time.monotonic() < until:
        time.sleep(0.1)
    assert left_behind(process.pid)
    process.send_signal(sent)
    _printed, said = process.communicate(timeout=300)
    assert process.returncode == 130, said
    assert not results.exists()
    assert left_behind(process.pid) == []


def test_an_unknown_measurement_is_named(environment):
    process = bench(environment, "--only", "weather")
    _printed, said = process.communicate(timeout=300)
    assert process.returncode == 2
    assert "rating" in said


class TestServers:
    """The bare server, started as the Procfile starts the product."""

    @pytest.fixture
    def server(self, tmp_path):
        queries = tmp_path / "queries.json"
        queries.write_text('["SELECT 1", "SELECT 2"]')
        database = Database("unused", f"sqlite:///{tmp_path}/bare.sqlite3", connection.copy())
        with serve(BARE, database, {"BENCH_QUERIES": str(queries)}) as server:
            yield server
        assert not server.process.is_running()

    def test_requests_cost_cpu_and_a_wrong_answer_is_no_measurement(self, server):
        cost = cost_of(server, [Request("/queries/", 204)] * 200)
        assert cost.cpu_ms > 0
        assert cost.per_second > 0
        with pytest.raises(RuntimeError, match="GET /nowhere/: 404 instead of 204"):
            cost_of(server, [Request("/nowhere/", 204)])

    def test_it_runs_as_the_procfile_says(self, server):
        words = server.process.cmdline()
        procfile = (ROOT / "Procfile").read_text().splitlines()[0]
        assert words[words.index("--workers") :] == procfile.split()[procfile.split().index("--workers") :]

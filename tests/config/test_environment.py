"""A missing or malformed variable: one clear line, exit code 1, no traceback, no value echoed."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
GOOD = {"SECRET_KEY": "x" * 60, "DEBUG": "false", "DATABASE_URL": "sqlite:///db.sqlite3", "REDIS_URL": ""}


def start(**variables):
    """Run `manage.py check` under just these variables."""
    environment = {"PATH": os.environ["PATH"], **GOOD, **variables}
    return subprocess.run(
        [sys.executable, "manage.py", "check"], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )


def test_good_values_start():
    assert start().returncode == 0


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SECRET_KEY", ""),
        ("DEBUG", "perhaps"),
        ("DATABASE_URL", "mysql://secret-password@host/db"),
        ("DATABASE_URL", "nonsense secret-password"),
        ("REDIS_URL", "http://secret-password@host"),
        ("EMAIL_URL", "pigeon://secret-password@host"),
        ("PORT", "eighty"),
        ("PORT", "70000"),
        ("METRICS_LISTEN", "9101"),
        ("METRICS_LISTEN", "secret-password:port"),
        ("ROLLUP_SHARDS", "two"),
        ("ROLLUP_SHARDS", "0"),
        ("ROLLUP_SHARDS", "3"),
    ],
)
def test_a_bad_value_is_one_clear_line_and_exit_1(name, value):
    result = start(**{name: value})
    assert result.returncode == 1
    lines = result.stderr.strip().splitlines()
    assert len(lines) == 1, result.stderr
    assert name in lines[0]
    assert "secret-password" not in lines[0]


def test_debug_starts_without_a_secret_key():
    assert start(SECRET_KEY="", DEBUG="true").returncode == 0

"""The site's own processes, started for a test and ended by process id."""

import contextlib
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

from django.db import connection
from kombu import Connection

from tests.config.worker_app import BROKER, transport_options

ROOT = Path(__file__).resolve().parents[2]
BIN = Path(sys.executable).parent
START_LIMIT = 60  # seconds


def free_port():
    """Return a port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def environment(**variables):
    """Return what a process of a plain-HTTP installation needs, and the variables given."""
    return {
        **os.environ,
        "PATH": f"{BIN}:{os.environ['PATH']}",
        "SECRET_KEY": "x" * 60,
        "DEBUG": "false",
        "HTTPS": "false",
        "REDIS_URL": "",
        "ALLOWED_HOSTS": "127.0.0.1",
        **variables,
    }


def get(url, **headers):
    """Return (status, text, headers) of an address, whatever the status."""
    try:
        with urllib.request.urlopen(urllib.request.Request(url, headers=headers), timeout=30) as response:
            return response.status, response.read().decode(), response.headers
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode(), error.headers


def database_url():
    """Return the DATABASE_URL of the database the tests run on."""
    name = connection.settings_dict["NAME"]
    if connection.vendor == "sqlite":
        return f"sqlite:///{name}"
    return re.sub(r"/[^/?]*(\?|$)", rf"/{name}\1", os.environ["DATABASE_URL"])


@contextlib.contextmanager
def running(command, log_path, **variables):
    """Run a command of the site; yields its process. Its log is written to `log_path`."""
    with log_path.open("w") as log:
        process = subprocess.Popen(command, cwd=ROOT, env=environment(**variables), stdout=log, stderr=log)
    try:
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=60)


def wait_for(what, check, log_path=None):
    """Call `check` until it returns something true; returns that."""
    started = time.monotonic()
    while time.monotonic() - started < START_LIMIT:
        with contextlib.suppress(OSError):
            if found := check():
                return found
        time.sleep(0.1)
    raise AssertionError(f"{what}: not within {START_LIMIT} s. {log_path.read_text() if log_path else ''}")


def procfile(role):
    """Return the command of a process as Procfile has it."""
    return re.search(rf"^{role}: exec (.*)$", (ROOT / "Procfile").read_text(), re.M)[1]


@contextlib.contextmanager
def web(log_path, *arguments, **variables):
    """Run gunicorn as Procfile does; yields its address once it answers."""
    port = free_port()
    command = [*procfile("web").replace("$PORT", str(port)).split(), *arguments]
    with running(command, log_path, **variables):
        address = f"http://127.0.0.1:{port}"
        wait_for("the web server's answer", lambda: get(address + "/metrics"), log_path)
        yield address


@contextlib.contextmanager
def worker(folder, **variables):
    """Run a Celery worker as Procfile does, over a broker of files in `folder`; yields a function that sends a task."""
    for name in ("queue", "control"):
        (folder / name).mkdir()
    command = procfile("worker").replace("--app config", "--app tests.config.worker_app").split()

    def send(task, *args):
        with Connection(BROKER, transport_options=transport_options(folder)) as broker:
            return task.apply_async(args, connection=broker)

    with running(command, folder / "worker.log", TEST_BROKER_DIR=str(folder), **variables):
        yield send

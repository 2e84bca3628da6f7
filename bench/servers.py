"""Web servers under measurement: gunicorn exactly as the Procfile starts it, and the CPU its processes take."""

from __future__ import annotations

import http.client
import os
import shlex
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil

from bench.databases import Database

ROOT = Path(__file__).resolve().parent.parent
START_SECONDS = 60
PRODUCT, BARE = "config.wsgi", "bench.bare.wsgi"


@dataclass(frozen=True)
class Server:
    """A running server: the port it listens at, and its first process."""

    port: int
    process: psutil.Process

    def cpu_seconds(self) -> float:
        """Return the user and system time that the server's processes have taken so far, in seconds."""
        times = [process.cpu_times() for process in (self.process, *self.process.children(recursive=True))]
        return sum(time.user + time.system for time in times)


@contextmanager
def serve(application: str, database: Database, environment: Mapping[str, str] | None = None) -> Iterator[Server]:
    """Serve a WSGI application on a free port within. Raises RuntimeError if it does not start.

    Every exception leaves with the end of the server's log. `application`: PRODUCT or BARE. `environment`: variables
    on top of this process's own.
    """
    port = _free_port()
    variables = {**os.environ, **(environment or {}), "DATABASE_URL": database.url, "PORT": str(port)}
    with tempfile.TemporaryFile() as log:
        process = subprocess.Popen(command(application, port), cwd=ROOT, env=variables, stdout=log, stderr=log)
        try:
            server = Server(port, psutil.Process(process.pid))
            if not _answers(server, process):
                raise RuntimeError(f"{application} did not start")
            yield server
        except Exception as error:
            log.seek(0)
            error.add_note(f"The log of {application} ends:\n{log.read().decode()[-3000:]}")
            raise
        finally:
            _end(process)


def command(application: str, port: int) -> list[str]:
    """Return the Procfile's command for the web server, with another application and port."""
    lines = (ROOT / "Procfile").read_text("utf-8").splitlines()
    web = next(line.removeprefix("web:") for line in lines if line.startswith("web:"))
    words = shlex.split(web.replace("$PORT", str(port)).replace(PRODUCT, application))
    return [sys.executable, "-m", *words[words.index("gunicorn") :]]


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _answers(server: Server, process: subprocess.Popen[bytes]) -> bool:
    """Wait until the server answers anything at all; return False when it ended or took too long."""
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until and process.poll() is None:
        try:
            connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=START_SECONDS)
            connection.request("GET", "/")
            connection.getresponse().read()
        except OSError:
            time.sleep(0.1)
        else:
            return True
        finally:
            connection.close()
    return False


def _end(process: subprocess.Popen[bytes]) -> None:
    """End the server and its workers."""
    process.terminate()
    try:
        process.wait(timeout=15)
    except subprocess.TimeoutExpired:
        for child in psutil.Process(process.pid).children(recursive=True):
            child.kill()
        process.kill()
        process.wait()

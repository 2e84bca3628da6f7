"""A whole installation of Downstream for one test: its own code, database, Redis, ports, processes and logs."""

from __future__ import annotations

import contextlib
import json
import os
import pwd
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg2
import redis
from django.conf import settings
from django.core.management import call_command
from django.test.utils import override_settings
from honcho.environ import parse_procfile

from tests.faults.processes import Service, free_port, wait_until

ROOT = Path(__file__).resolve().parents[2]
NOT_COPIED = (".*", "node_modules", "var", "media", "staticfiles", "db.sqlite3*", "tests", "bench", "__pycache__")
START_LIMIT = 90  # seconds until an installation answers on a busy machine


def servers_user() -> str | None:
    """Return whom PostgreSQL runs as: it refuses root."""
    return "postgres" if os.geteuid() == 0 else None


def postgresql_binary(name: str) -> str:
    """Return the path of one of PostgreSQL's programs."""
    folders = [subprocess.run(["pg_config", "--bindir"], capture_output=True, text=True, check=True).stdout.strip()]
    folders += sorted(str(folder) for folder in Path("/usr/lib/postgresql").glob("*/bin"))
    found = shutil.which(name, path=os.pathsep.join(reversed(folders)))
    assert found, f"PostgreSQL's {name} is not installed"
    return found


class Installation:
    """See the module. Use `installation(...)`, which also takes it away."""

    def __init__(self, folder: Path, logs: Path) -> None:
        self.folder, self.logs = folder, logs
        self.code = folder / "code"
        self.services: dict[str, Service] = {}
        self.port = free_port()
        self.environment = {
            "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]),
            "HOME": str(folder),
            "LANG": "C.UTF-8",
            "SECRET_KEY": "of-the-fault-tests-only",
            "DEBUG": "false",
            "HTTPS": "false",
            "PORT": str(self.port),
            "DATABASE_URL": f"sqlite:///{self.code / 'db.sqlite3'}",
        }
        self.redis_port: int | None = None
        self._database: dict[str, Any] | None = None

    # --- Making it ----------------------------------------------------------------------------------

    def copy_code(self) -> None:
        """Copy the code, so that what it writes beside itself (var/) is its own, and collect its static files."""
        shutil.copytree(ROOT, self.code, ignore=shutil.ignore_patterns(*NOT_COPIED))
        # Without compression, which takes longer than a test: no test asks for a static file.
        plain = {"BACKEND": "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"}
        with override_settings(
            STATIC_ROOT=str(self.code / "staticfiles"), STORAGES={**settings.STORAGES, "staticfiles": plain}
        ):
            call_command("collectstatic", interactive=False, verbosity=0)

    def run(self, name: str, command: list[str], *, environment: dict[str, str] | None = None, **more: Any) -> Service:
        """Start a service of this installation and keep it running; see Service for `more`."""
        service = Service(
            name,
            command,
            log=self.logs / f"{name}.log",
            environment={**self.environment, **(environment or {})},
            **{"folder": self.code, **more},
        )
        self.services[name] = service
        service.run()
        return service

    def run_postgresql(self) -> None:
        """Make a database cluster of its own and run it. fsync stays on."""
        user, data, port = servers_user(), self.folder / "postgresql", free_port()
        data.mkdir(mode=0o700)
        if user:
            shutil.chown(data, user, pwd.getpwnam(user).pw_gid)
        initdb = [postgresql_binary("initdb"), "--pgdata", str(data), "--username=downstream", "--auth=trust"]
        become = ["setpriv", f"--reuid={user}", f"--regid={user}", "--init-groups"] if user else []
        with (self.logs / "initdb.log").open("wb") as log:
            initdb += ["--encoding=UTF8", "--locale=C", "--no-sync"]
            subprocess.run([*become, *initdb], check=True, stdout=log, stderr=log, cwd=data)
        options = ["-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories=", "-c", f"port={port}"]
        command = [postgresql_binary("postgres"), "-D", str(data), *options]
        self.run("postgresql", command, folder=data, user=user, owns_folder=True, ending=signal.SIGINT)
        self._database = {"host": "127.0.0.1", "port": port, "user": "downstream", "dbname": "postgres"}
        self.environment["DATABASE_URL"] = f"postgresql://downstream@127.0.0.1:{port}/postgres"
        wait_until(lambda: self.answers(lambda: self.rows("SELECT 1")), START_LIMIT, "PostgreSQL")

    def run_redis(self) -> None:
        """Run a Redis of its own, which keeps nothing on disk."""
        folder = self.folder / "redis"
        folder.mkdir()
        self.redis_port = free_port()
        self.environment["REDIS_URL"] = f"redis://127.0.0.1:{self.redis_port}/0"
        bare = ["--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir", str(folder)]
        self.run("redis", ["redis-server", "--port", str(self.redis_port), *bare], folder=folder)
        wait_until(lambda: self.answers(self.redis().ping), START_LIMIT, "Redis")

    def manage(self, *command: str) -> None:
        """Run a management command to its end."""
        with (self.logs / "manage.log").open("ab") as log:
            subprocess.run(
                [sys.executable, "manage.py", *command],
                cwd=self.code,
                env=self.environment,
                stdout=log,
                stderr=log,
                check=True,
                timeout=300,
            )

    def run_procfile(self, kind: str, name: str = "", *options: str, **more: Any) -> Service:
        """Run a line of the Procfile, with further options."""
        line = parse_procfile((ROOT / "Procfile").read_text()).processes[kind]
        return self.run(name or kind, ["sh", "-c", " ".join([line, *options])], **more)

    def run_all(self) -> None:
        """Load two stores, one in each shard, and run web, worker and beat until all answer."""
        self.manage("migrate", "--verbosity", "0")
        self.manage("demo", "--stores", "2", "--months", "12", "--ratings-per-day", "1", "--verbosity", "0")
        for kind in ("web", "worker", "beat"):
            self.run_procfile(kind)
        wait_until(self.is_healthy, START_LIMIT, "web, database, broker and worker")

    def end(self) -> None:
        """End every process, the last started first."""
        for service in reversed(self.services.values()):
            service.end()

    # --- Asking it ----------------------------------------------------------------------------------

    def answers(self, ask: Any) -> bool:
        """Return whether a server answers by now."""
        try:
            ask()
        except (OSError, psycopg2.OperationalError, redis.RedisError):
            return False
        return True

    def is_healthy(self) -> bool:
        """Return whether /healthz says that database, broker and worker answer."""
        address = f"http://127.0.0.1:{self.port}/healthz"
        return self.answers(lambda: urllib.request.urlopen(address, timeout=10).close())

    def redis(self) -> redis.Redis:
        """Return a connection of the test's own to Redis."""
        assert self.redis_port is not None
        return redis.Redis(port=self.redis_port, socket_timeout=10)

    @contextlib.contextmanager
    def snapshot(self) -> Iterator[Any]:
        """Give a cursor on one unchanging view of the database."""
        if self._database is None:
            connection: Any = sqlite3.connect(self.code / "db.sqlite3", timeout=20, isolation_level=None)
        else:
            connection = psycopg2.connect(**self._database, connect_timeout=10)
            connection.set_session(isolation_level="REPEATABLE READ", readonly=True)
        try:
            cursor = connection.cursor()
            if self._database is None:
                cursor.execute("BEGIN")
            yield cursor
        finally:
            connection.close()

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """Return the rows of a query."""
        with self.snapshot() as cursor:
            cursor.execute(query)
            return cursor.fetchall()

    def write(self, statement: str) -> None:
        """Run a statement that writes."""
        assert self._database is not None
        connection = psycopg2.connect(**self._database, connect_timeout=10)
        try:
            with connection, connection.cursor() as cursor:
                cursor.execute(statement)
        finally:
            connection.close()

    def log_events(self, name: str) -> list[dict[str, Any]]:
        """Return the structured lines of a service's log."""
        lines = (self.logs / f"{name}.log").read_text(errors="replace").splitlines()
        return [json.loads(line) for line in lines if line.startswith("{")]


@contextlib.contextmanager
def installation(logs: Path, *, servers: bool) -> Iterator[Installation]:
    """Give an installation with the code alone (SQLite, files) or with PostgreSQL and Redis; end and remove it.

    `logs`: the folder where its logs stay.
    """
    shutil.rmtree(logs, ignore_errors=True)
    logs.mkdir(parents=True)
    folder = Path(tempfile.mkdtemp(prefix="downstream-faults-"))
    folder.chmod(0o711)  # PostgreSQL's user has to get through to its own data
    made = Installation(folder, logs)
    try:
        made.copy_code()
        if servers:
            made.run_postgresql()
            made.run_redis()
        made.run_all()
        yield made
    finally:
        made.end()
        shutil.rmtree(folder)

"""Databases of the benchmark's own, beside the one DATABASE_URL names: made, switched to, and dropped."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, urlsplit

from django.core.management import call_command
from django.db import connection, connections
from django.db.backends.base.base import BaseDatabaseWrapper


@dataclass(frozen=True)
class Database:
    """A database of the benchmark's own. `name`: of the database, or of SQLite's file."""

    name: str
    url: str
    wrapper: BaseDatabaseWrapper

    def use(self) -> None:
        """Make this the process's default database. Its connection stays open, also while another is in use."""
        connections["default"] = self.wrapper


@contextmanager
def databases() -> Iterator[Databases]:
    """Make databases within; whatever happens, those made are dropped at the end."""
    own = Databases()
    try:
        yield own
    finally:
        own.drop_all()


class Databases:
    """Makes databases beside the configured one; knows those it has made."""

    def __init__(self) -> None:
        self._configured = connections["default"]
        self._beside = str(self._configured.settings_dict["NAME"])
        self._made: list[Database] = []

    def create(self, label: str) -> Database:
        """Make an empty database with the product's tables, and switch to it."""
        name = f"{self._beside}-bench-{os.getpid()}-{label}"
        if self._configured.vendor == "postgresql":
            self._maintain(f'CREATE DATABASE "{name}"')
            url = urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{quote(name)}").geturl()
        else:
            url = f"sqlite:///{name}"
        wrapper = self._configured.copy()
        wrapper.settings_dict["NAME"] = name
        database = Database(name, url, wrapper)
        self._made.append(database)
        database.use()
        call_command("migrate", verbosity=0)
        return database

    def drop_all(self) -> None:
        """Drop the databases made, and go back to the configured one."""
        connections["default"] = self._configured
        while self._made:
            database = self._made.pop()
            database.wrapper.close()
            if self._configured.vendor == "postgresql":
                self._maintain(f'DROP DATABASE IF EXISTS "{database.name}" WITH (FORCE)')
            else:
                for suffix in ("", "-wal", "-shm"):
                    Path(database.name + suffix).unlink(missing_ok=True)

    def _maintain(self, statement: str) -> None:
        """Run a statement outside any transaction, over a connection to the configured database."""
        maintenance = self._configured.copy()
        try:
            with maintenance.cursor() as cursor:
                cursor.execute(statement)
        finally:
            maintenance.close()


def settle() -> None:
    """Let the planner know what the tables hold, as an idle moment does in production."""
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")

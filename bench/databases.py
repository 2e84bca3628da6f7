"""Databases of the benchmark's own, beside the one DATABASE_URL names: made, switched to, and dropped."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, urlsplit

from django.core.management import call_command
from django.db import connection


@dataclass(frozen=True)
class Database:
    """A database of the benchmark's own. `name`: of the database, or of SQLite's file."""

    name: str
    url: str

    def use(self) -> None:
        """Point this process's default connection at the database, and connect."""
        connection.close()
        connection.settings_dict["NAME"] = self.name
        connection.ensure_connection()


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
        self._beside = str(connection.settings_dict["NAME"])
        self._made: list[Database] = []

    def create(self, label: str) -> Database:
        """Make an empty database with the product's tables, and switch to it."""
        name = f"{self._beside}-bench-{os.getpid()}-{label}"
        if connection.vendor == "postgresql":
            self._maintain(f'CREATE DATABASE "{name}"')
            parts = urlsplit(os.environ["DATABASE_URL"])
            database = Database(name, parts._replace(path=f"/{quote(name)}").geturl())
        else:
            database = Database(name, f"sqlite:///{name}")
        self._made.append(database)
        database.use()
        call_command("migrate", verbosity=0)
        return database

    def drop_all(self) -> None:
        """Drop the databases made, and connect to the configured one again when next asked."""
        connection.close()
        connection.settings_dict["NAME"] = self._beside
        while self._made:
            name = self._made.pop().name
            if connection.vendor == "postgresql":
                self._maintain(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
            else:
                for suffix in ("", "-wal", "-shm"):
                    Path(name + suffix).unlink(missing_ok=True)

    def _maintain(self, statement: str) -> None:
        """Run a statement outside any transaction, over a connection to the configured database."""
        maintenance = connection.copy()
        maintenance.settings_dict["NAME"] = self._beside
        try:
            with maintenance.cursor() as cursor:
                cursor.execute(statement)
        finally:
            maintenance.close()


def settle() -> None:
    """Let the planner know what the tables hold, as an idle moment does in production."""
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")

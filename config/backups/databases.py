"""Dumping and loading the database by its own tools: pg_dump and pg_restore, SQLite's online backup."""

from __future__ import annotations

import contextlib
import os
import shutil
import sqlite3
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

from django.contrib.auth import get_user_model
from django.db import connection
from django.db.backends.postgresql.client import DatabaseClient
from django.utils.translation import gettext as _

from config.backups import BackupError
from dealership.models import Dealership

LOCK_SECONDS = 30  # how long loading waits for others to let go of the tables


@contextlib.contextmanager
def dumped(folder: Path) -> Iterator[IO[bytes]]:
    """Dump the database as it is at this moment, while others go on writing; yields the dump to read.

    `folder` takes what must lie in a file meanwhile. Raises BackupError.
    """
    if connection.vendor == "postgresql":
        with _dumped_by_pg_dump() as stream:
            yield stream
        return
    connection.ensure_connection()
    with tempfile.NamedTemporaryFile(dir=folder) as file:
        with contextlib.closing(sqlite3.connect(file.name)) as copy:
            connection.connection.backup(copy)
        yield file.file


def load(dump: Path) -> None:
    """Replace everything the database holds by a dump, in one transaction: all or nothing. Raises BackupError."""
    if connection.vendor == "postgresql":
        _load_by_pg_restore(dump)
    else:
        _load_sqlite(dump)


def is_occupied() -> bool:
    """Say whether the database holds stores, people, or tables that are not ours; a freshly migrated one does not."""
    tables = set(connection.introspection.table_names())
    ours = {*connection.introspection.django_table_names(), "django_migrations"}
    models = (Dealership, get_user_model())
    return bool(tables - ours) or any(
        model._default_manager.exists() for model in models if model._meta.db_table in tables
    )


# --- PostgreSQL -------------------------------------------------------------------------------------


def client(program: str, *options: str) -> dict[str, Any]:
    """Return `args` and `env` of a PostgreSQL program on our database; the password is in `env`, not in `args`."""
    (_psql, *address), secrets = DatabaseClient.settings_to_cmd_args_env(connection.settings_dict, [])
    return {"args": [program, *options, *address], "env": {**os.environ, **(secrets or {})}}


@contextlib.contextmanager
def _dumped_by_pg_dump() -> Iterator[IO[bytes]]:
    with _started(**client("pg_dump", "--format=custom"), stdout=subprocess.PIPE) as (process, complaint):
        yield process.stdout
        if process.wait():
            raise BackupError(complaint())


def _load_by_pg_restore(dump: Path) -> None:
    """Feed psql with one transaction: drop what is there, run pg_restore's script, commit if both went well."""
    script: dict[str, Any] = {
        "args": ["pg_restore", "--no-owner", "--no-privileges", "--file=-", str(dump)],
        "env": {**os.environ},
    }
    session = client("psql", "--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1")
    with (
        _started(**script, stdout=subprocess.PIPE) as (reading, complaint_of_reading),
        _started(**session, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL) as (writing, complaint_of_writing),
    ):
        # psql that has met an error is gone: the pipe breaks, and its complaint says why.
        with contextlib.suppress(BrokenPipeError):
            writing.stdin.write(f"BEGIN;\nSET LOCAL lock_timeout = '{LOCK_SECONDS}s';\n{_drop_tables()}".encode())
            shutil.copyfileobj(reading.stdout, writing.stdin)
            if reading.wait() == 0:
                writing.stdin.write(b"\nCOMMIT;\n")
        with contextlib.suppress(BrokenPipeError):
            writing.stdin.close()
        reading.stdout.close()
        if writing.wait():
            raise BackupError(complaint_of_writing())
        if reading.wait():
            raise BackupError(complaint_of_reading())


def _drop_tables() -> str:
    with connection.cursor() as cursor:
        found = connection.introspection.get_table_list(cursor)
    connection.close()  # what psql drops must not be held by us
    names = [connection.ops.quote_name(table.name) for table in found if table.type != "v"]
    return f"DROP TABLE {', '.join(names)} CASCADE;\n" if names else ""


@contextlib.contextmanager
def _started(args: list[str], **options: Any) -> Iterator[tuple[Any, Any]]:
    """Start a program; yields the process and a function that returns its complaint in one line."""
    with tempfile.TemporaryFile() as complaints:

        def complaint() -> str:
            complaints.seek(0)
            lines = complaints.read().decode(errors="replace").splitlines()
            return " ".join(line.strip() for line in lines) or _("%(program)s failed.") % {"program": args[0]}

        try:
            process = subprocess.Popen(args, stderr=complaints, **options)
        except OSError as error:
            raise BackupError(
                _("%(program)s cannot be run: install PostgreSQL's client programs, of the server's version or newer.")
                % {"program": args[0]}
            ) from error
        try:
            with process:
                yield process, complaint
        finally:
            process.kill()


# --- SQLite -----------------------------------------------------------------------------------------


def _load_sqlite(dump: Path) -> None:
    """Write the dump's pages over the database's, as one transaction that every open connection respects."""

    def refuse_when_busy(status: int, _remaining: int, _total: int) -> None:
        if status in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
            raise BackupError(_("The database is in use. Stop web, worker and beat first."))

    connection.ensure_connection()
    with contextlib.closing(sqlite3.connect(f"{dump.as_uri()}?mode=ro", uri=True)) as source:
        try:
            source.backup(connection.connection, progress=refuse_when_busy)
        except sqlite3.Error as error:
            raise BackupError(str(error)) from error

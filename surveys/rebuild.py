"""Counting rollups anew in the database itself: of one store, or of all of them beside the readers."""

from __future__ import annotations

from typing import Any

from django.db import connection
from django.db.models import IntegerField, Q, QuerySet, Value
from django.db.models.functions import TruncMonth, TruncWeek

from surveys.counts import COUNT_FIELDS
from surveys.models import Grain, Rollup
from surveys.recount import SOURCES

TABLE = Rollup._meta.db_table
SHADOW = f"{TABLE}_shadow"
COLUMNS = ("dealership_id", "grain", "start", "link_id", *COUNT_FIELDS)
TRUNCATIONS = {Grain.WEEK: TruncWeek("day"), Grain.MONTH: TruncMonth("day")}
MEMORY = "256MB"  # for sorting and hashing, of this one transaction: PostgreSQL's default spills to the disk


def replace_store(dealership_id: int) -> int:
    """Replace one store's rows by what is counted now; returns their number. Call it in a transaction, locked."""
    Rollup.objects.filter(dealership=dealership_id).delete()
    return _insert(TABLE, Q(dealership=dealership_id))


def replace_all() -> int:
    """Replace every row by what is counted now; returns their number. Call it in a transaction, all shards locked.

    PostgreSQL counts into a shadow table without an index, indexes it, and swaps the two at the very end, so that
    readers wait for the swap alone. SQLite's readers see the old rows until the commit anyway.
    """
    if connection.vendor != "postgresql":
        Rollup.objects.all().delete()
        return _insert(TABLE, Q())
    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL work_mem = '{MEMORY}'")
        cursor.execute(f"CREATE TABLE {SHADOW} (LIKE {TABLE} INCLUDING ALL EXCLUDING INDEXES)")
        rows = _insert(SHADOW, Q())
        cursor.execute(f"ALTER TABLE {SHADOW} ADD PRIMARY KEY (dealership_id, grain, start, link_id)")
        cursor.execute(f"ANALYZE {SHADOW}")
        cursor.execute(f"DROP TABLE {TABLE}")
        cursor.execute(f"ALTER TABLE {SHADOW} RENAME TO {TABLE}")
        cursor.execute(f"ALTER INDEX {SHADOW}_pkey RENAME TO {TABLE}_pkey")
    return rows


def _insert(table: str, where: Q) -> int:
    """Count the rows that match `where` per bucket and insert the counts into `table`, in the order of its key."""
    parts = [_counted(source, where, grain) for source in SOURCES for grain in TRUNCATIONS]
    sql, params = parts[0].union(*parts[1:], all=True).query.sql_with_params()
    sums = ", ".join(f"SUM({name})" for name in COUNT_FIELDS)
    keys = "dealership_id, grain, start, link_id"
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} ({', '.join(COLUMNS)}) "
            f"SELECT {keys}, {sums} FROM ({sql}) AS counted GROUP BY {keys} ORDER BY {keys}",
            params,
        )
        return cursor.rowcount


def _counted(source: Any, where: Q, grain: Grain) -> QuerySet[Any]:
    """Return what one source counts per bucket of a grain; the other sources' fields are 0."""
    rows = source.objects.filter(where).order_by().annotate(grain=Value(int(grain)), start=TRUNCATIONS[grain])
    counted = {name: SOURCES[source].get(name, Value(0, output_field=IntegerField())) for name in COUNT_FIELDS}
    return rows.values("dealership_id", "grain", "start", "link_id").annotate(**counted)

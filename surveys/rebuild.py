"""Counting rollups anew in the database itself: of one store, or of all of them beside the readers."""

from __future__ import annotations

from typing import Any

from django.db import connection
from django.db.models import IntegerField, Q, QuerySet, Value

from supplychain.models import Link
from surveys.counts import COUNT_FIELDS
from surveys.models import Grain, Rollup
from surveys.recount import SOURCES, MonthStart, Source, WeekStart

TABLE = Rollup._meta.db_table
SHADOW = f"{TABLE}_shadow"
PARTS = f"{TABLE}_parts"
COLUMNS = ("dealership_id", "grain", "start", "link_id", *COUNT_FIELDS)
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
    """Count the rows that match `where` per bucket and insert the counts into `table`, in the order of its key.

    Interactions and ratings are read once each, into parts: what of a link lies both in one week and in one month.
    Weeks and months are sums of parts.
    """
    sources = [_parts(source, where) for source in SOURCES]
    parts, params = sources[0].union(*sources[1:], all=True).query.sql_with_params()
    # Whole numbers again: PostgreSQL adds bigint up in its slow numeric.
    sums = ", ".join(f"SUM(CAST({name} AS INTEGER))" for name in COUNT_FIELDS)
    links = Link._meta.db_table
    grains = " UNION ALL ".join(
        f"SELECT dealership_id, {grain:d}, {start}, link_id, {sums} FROM {PARTS} "
        f"JOIN {links} ON {links}.id = link_id GROUP BY dealership_id, {start}, link_id"
        for grain, start in ((Grain.WEEK, "week"), (Grain.MONTH, "month"))
    )
    with connection.cursor() as cursor:
        # A table of its own, not a part of the INSERT, in which PostgreSQL would not count in parallel.
        cursor.execute(f"CREATE TEMPORARY TABLE {PARTS} AS {parts}", params)
        cursor.execute(f"INSERT INTO {table} ({', '.join(COLUMNS)}) {grains} ORDER BY 1, 2, 3, 4")
        rows = cursor.rowcount
        cursor.execute(f"DROP TABLE {PARTS}")
    return rows


def _parts(source: Source, where: Q) -> QuerySet[Any]:
    """Return what one source counts per link, week and month; the other sources' fields are 0.

    The store is not asked for here, so that the covering indexes, which begin with the link, hold all that is read.
    """
    rows = (
        source.model._default_manager.filter(where, source.where)
        .order_by()
        .annotate(week=WeekStart("day"), month=MonthStart("day"))
    )
    counted = {name: source.counted.get(name, Value(0, output_field=IntegerField())) for name in COUNT_FIELDS}
    return rows.values("link_id", "week", "month").annotate(**counted)

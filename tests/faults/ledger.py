"""The reckoning: the clients' log against the database, and the rollups against a recount of their own making.

Nothing of the product is used here, neither its counting nor its repairing: the rows are read and counted anew.
"""

from __future__ import annotations

import datetime
import uuid
from collections import Counter, defaultdict
from typing import Any

from tests.faults.clients import Acknowledged
from tests.faults.installation import Installation

Bucket = tuple[int, int, datetime.date]  # link, grain (1 week, 2 month), first day
SCORES = ("binary_0", "binary_1", "five_1", "five_2", "five_3", "five_4", "five_5")
FIELDS = ("interactions", "due", "expired", *SCORES)


def forms(installation: Installation) -> dict[str, list[tuple[int, int | None]]]:
    """Return what became of every form with a key: {key: [(link, score or None), ...]}, one each if all is well."""
    found = defaultdict(list)
    query = """SELECT i.submission_key, i.link_id, r.score FROM supplychain_interaction i
               LEFT JOIN surveys_rating r ON r.interaction_id = i.id WHERE i.submission_key IS NOT NULL"""
    for key, link, score in installation.rows(query):
        found[str(uuid.UUID(key))].append((link, score))
    return found


def rating_count(installation: Installation) -> int:
    """Return the number of ratings in the database."""
    return installation.rows("SELECT count(*) FROM surveys_rating")[0][0]


def compare(installation: Installation, log: list[Acknowledged], *, before: int) -> dict[str, int]:
    """Hold the clients' log against the database, with `before` ratings in it at first.

    Returns how many forms are lost (acknowledged, not there), doubled (there more than once, or there and nobody's),
    different (another score or link), and back (taken back, there again).
    """
    there = forms(installation)
    known = {entry.key for entry in log}
    expected = {entry.key: entry for entry in log}
    assert len(known) == len(log), "two forms had the same key"
    standing = [entry for entry in log if entry.interaction]
    surplus = rating_count(installation) - before - sum(1 for entry in log if entry.score is not None)
    return {
        "lost": sum(1 for entry in standing if not there.get(entry.key)),
        "doubled": sum(len(rows) - 1 for rows in there.values()) + sum(1 for key in there if key not in known),
        "different": sum(
            1 for key, rows in there.items() if key in known and rows[0] != (expected[key].link, expected[key].score)
        ),
        "back": sum(1 for entry in log if not entry.interaction and entry.key in there),
        "surplus": surplus,
    }


NONE_WRONG = {"lost": 0, "doubled": 0, "different": 0, "back": 0, "surplus": 0}


def differences(installation: Installation) -> int:
    """Return marks that wait plus cells in which a rollup differs from the recount; a missing row counts as zeros."""
    with installation.snapshot() as cursor:
        cursor.execute("SELECT count(*) FROM supplychain_mark")
        waiting: int = cursor.fetchone()[0]
        if waiting:
            return waiting
        counted = _recount(cursor)
        cursor.execute(f"SELECT link_id, grain, start, {', '.join(FIELDS)} FROM surveys_rollup")
        stored = {(row[0], row[1], _day(row[2])): dict(zip(FIELDS, row[3:], strict=True)) for row in cursor.fetchall()}
    return sum(
        1
        for bucket in stored.keys() | counted.keys()
        for field in FIELDS
        if stored.get(bucket, {}).get(field, 0) != counted.get(bucket, Counter())[field]
    )


def _recount(cursor: Any) -> dict[Bucket, Counter[str]]:
    counted: dict[Bucket, Counter[str]] = defaultdict(Counter)
    cursor.execute("SELECT link_id, day, state FROM supplychain_interaction")
    for link, day, state in cursor.fetchall():
        for bucket in _buckets(link, _day(day)):
            counted[bucket]["interactions"] += 1
            counted[bucket]["due"] += state != "dismissed"
            counted[bucket]["expired"] += state == "expired"
    cursor.execute("SELECT link_id, day, scale, score FROM surveys_rating")
    for link, day, scale, score in cursor.fetchall():
        for bucket in _buckets(link, _day(day)):
            counted[bucket][f"{scale}_{score}"] += 1
    return counted


def _buckets(link: int, day: datetime.date) -> list[Bucket]:
    return [(link, 1, day - datetime.timedelta(days=day.weekday())), (link, 2, day.replace(day=1))]


def _day(value: str | datetime.date) -> datetime.date:
    """SQLite keeps days as text."""
    return datetime.date.fromisoformat(value) if isinstance(value, str) else value

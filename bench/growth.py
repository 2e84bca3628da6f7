"""What must not grow with the number of ratings: the dashboard's queries, and the cost of a dirty bucket."""

from __future__ import annotations

import datetime
import logging
import random
import statistics
import sys
import time
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext, setup_databases, setup_test_environment, teardown_databases

from bench.data import RATINGS_PER_STORE, add_store
from dealership.models import Dealership, User
from supplychain.models import Link, Mark
from surveys import rollups
from surveys.models import Rating

ROUNDS = 15
BUCKETS = 200  # dirty link-days in each round
QUERY_BUDGET = 12


@dataclass
class Size:
    """What was measured at one number of ratings."""

    ratings: int
    queries: int
    page_ms: float
    bucket_us: float


def measure(small: int, large: int) -> list[dict[str, Any]]:
    """Measure at `small` and at `large` ratings (same density, more stores); returns the bars as dicts."""
    setup_test_environment(debug=False)
    logging.disable(logging.WARNING)  # a line for each request would bury the table
    settings.STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"
    settings.SECURE_SSL_REDIRECT = False
    old = setup_databases(verbosity=0, interactive=False)
    try:
        today = datetime.date.today()
        sizes = []
        stores = 0
        for target in (small, large):
            per_store = min(RATINGS_PER_STORE, small)
            while Rating.objects.count() < target:
                add_store(stores, per_store, today)
                stores += 1
                _progress(f"{Rating.objects.count():,} of {target:,} ratings")
            if connection.vendor == "postgresql":
                with connection.cursor() as cursor:
                    cursor.execute("VACUUM ANALYZE")
            sizes.append(_measure_size(today))
        _progress("")
        return _bars(*sizes)
    finally:
        teardown_databases(old, verbosity=0)


def _progress(text: str) -> None:
    sys.stderr.write(f"\r{text:60}")
    sys.stderr.flush()


def _measure_size(today: datetime.date) -> Size:
    dealership = Dealership.objects.order_by("pk").first()
    assert dealership is not None
    client = Client()
    client.force_login(
        User.objects.get(username=f"{dealership.slug}-service"), backend=settings.AUTHENTICATION_BACKENDS[0]
    )
    client.get("/dashboard/")  # warm: templates, plans
    with CaptureQueriesContext(connection) as captured:
        response = client.get("/dashboard/")
    queries = len(captured)  # now: the next request empties the log it is read from
    assert response.status_code == 200
    assert queries > 0
    pages, buckets = [], []
    for number in range(ROUNDS):
        started = time.perf_counter()
        client.get("/dashboard/")
        pages.append((time.perf_counter() - started) * 1000)
        buckets.append(_absorb_microseconds(dealership, today, random.Random(number)))
    return Size(Rating.objects.count(), queries, statistics.median(pages), statistics.median(buckets))


def _absorb_microseconds(dealership: Dealership, today: datetime.date, dice: random.Random) -> float:
    """Dirty some link-days of the last month and absorb them; returns microseconds per dirty link-day."""
    links = list(Link.objects.filter(dealership=dealership).values_list("pk", flat=True))
    marks = {(dice.choice(links), today - datetime.timedelta(days=dice.randrange(28))) for _ in range(BUCKETS)}
    Mark.objects.bulk_create([Mark(dealership_id=dealership.pk, link_id=link, day=day) for link, day in marks])
    started = time.perf_counter()
    rollups.absorb(rollups.shard_of(dealership.pk))
    return (time.perf_counter() - started) * 1_000_000 / len(marks)


def _bars(small: Size, large: Size) -> list[dict[str, Any]]:
    def bar(name: str, value: float, limit: float, unit: str, ratings: int) -> dict[str, Any]:
        return {
            "bar": name,
            "value": round(value, 3),
            "limit": limit,
            "met": value <= limit,
            "unit": unit,
            "database": connection.vendor,
            "ratings": ratings,
        }

    growth = f"{small.ratings // 1000}k to {large.ratings // 1000}k ratings"
    return [
        bar("department page: queries", small.queries, QUERY_BUDGET, "queries", small.ratings),
        bar("department page: queries", large.queries, QUERY_BUDGET, "queries", large.ratings),
        bar("department page: queries grown", large.queries - small.queries, 0, "queries", large.ratings),
        bar(f"department page: time, {growth}", large.page_ms / small.page_ms, 1.15, "x", large.ratings),
        bar(f"rollup: cost of a dirty bucket, {growth}", large.bucket_us / small.bucket_us, 1.5, "x", large.ratings),
    ]

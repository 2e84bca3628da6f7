"""The page of a dealer group: 100 and 1,000 stores, and what the rollups spare it against the ratings themselves."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from typing import Any, NamedTuple

from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from bench.context import Context
from bench.databases import settle
from bench.many_stores import add_ratings, add_rollups, add_stores
from bench.report import Bar
from bench.rounds import Round, median_ratio, paired
from dashboards.group import GroupPage
from dealership.models import User
from surveys import rollups
from surveys.models import Rating
from surveys.periods import Period, last_12_months
from surveys.querysets import SCORE_AGGREGATES

LINKS = 60
QUERY_BUDGET = 12
PAGE_MS = 700.0
#: Ten times the stores may cost at most so many times the page.
GROWTH = 9.0
#: Of a GROUP BY over the ratings, at one rating a link and day.
OF_RAW = 0.1
SECONDS = 3.0  # of one round, roughly


class Stores(NamedTuple):
    """How many stores the two groups have whose pages are compared, and how many have ratings beside their rollups."""

    few: int
    many: int
    rated: int


def _stores(ratings: int) -> Stores:
    """Return the stores for a run over so many ratings: a year of ratings of 100 stores takes minutes to make."""
    if ratings < 10_000:  # tries the benchmark itself
        return Stores(2, 4, 1)
    return Stores(100, 1000, 100 if ratings >= 1_000_000 else 20)


def seconds(rounds: int, ratings: int) -> float:
    """Return how long all of it takes, roughly."""
    stores = _stores(ratings)
    return stores.many / 40 + stores.rated * LINKS * 365 * 75 / 1_000_000 + 2 * (rounds + 1) * SECONDS


def measure(context: Context) -> list[Bar]:
    """Make stores in a database of their own, then measure the page and what lies behind it."""
    context.databases.create("group")
    year = last_12_months(timezone.now().date())
    few, many, rated = _stores(context.large.ratings)
    _group, stores = add_stores(rated, links=LINKS)
    add_ratings(stores, year)
    for store in stores:
        rollups.rebuild(store)
    for count in {few, many} - {rated}:
        add_rollups(add_stores(count, links=LINKS)[1], year)
    settle()
    context.progress.done(seconds(0, context.large.ratings))
    pages = paired(_page(many), _page(few), rounds=context.rounds, after_round=lambda: context.progress.done(SECONDS))
    page = GroupPage(User.objects.get(username=f"group-{rated}"))
    sums = paired(
        lambda: _timed(lambda: page.sums(year)),
        lambda: _timed(lambda: raw_sums(page, year)),
        rounds=context.rounds,
        after_round=lambda: context.progress.done(SECONDS),
    )
    ratings, queries = Rating.objects.count(), _queries(many)
    name = f"group page, {many:,} stores"
    return [
        Bar(f"{name}: queries", queries, QUERY_BUDGET, "queries", ratings),
        Bar(f"{name}: queries more than for {few}", queries - _queries(few), 0, "queries", ratings),
        Bar(f"{name}: time", statistics.median(found.measured for found in pages) * 1000, PAGE_MS, "ms", ratings),
        Bar(f"{name} / {few}", median_ratio(pages), GROWTH, "x", ratings, detail=_medians(pages)),
        Bar(
            f"group of {rated} stores × 12 months: rollups / GROUP BY",
            median_ratio(sums),
            OF_RAW,
            "x",
            ratings,
            detail=_medians(sums),
        ),
    ]


def _medians(rounds: list[Round[float]]) -> str:
    return " / ".join(f"{statistics.median(found[side] for found in rounds) * 1000:.0f}" for side in (0, 1)) + " ms"


def raw_sums(page: GroupPage, period: Period) -> list[Any]:
    """Count the ratings of each store in a period from the ratings themselves: what the rollups spare the page."""
    ids = [store.pk for store in page.stores]
    rows = Rating.objects.filter(dealership__in=ids, day__gte=period.start, day__lte=period.end).order_by()
    return list(rows.values("dealership_id").annotate(**SCORE_AGGREGATES))


def _page(stores: int) -> Callable[[], float]:
    """Return what opens the group's page once; that returns the seconds it took."""
    client = _client(stores)

    def open_page() -> float:
        return _timed(lambda: _opened(client))

    return open_page


def _queries(stores: int) -> int:
    client = _client(stores)
    _opened(client)
    with CaptureQueriesContext(connection) as captured:
        _opened(client)
    return len(captured)


def _client(stores: int) -> Client:
    client = Client(SERVER_NAME="localhost")
    client.force_login(User.objects.get(username=f"group-{stores}"), backend=settings.AUTHENTICATION_BACKENDS[0])
    return client


def _opened(client: Client) -> None:
    response = client.get("/dashboard/group/")
    if response.status_code != 200:
        raise RuntimeError(f"the group's page answered {response.status_code}")


def _timed(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started

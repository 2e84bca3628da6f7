"""What the department page costs: it must not grow with the number of ratings, nor cost much beyond its queries."""

from __future__ import annotations

import json
import re
import statistics
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from bench.context import Context, Size
from bench.load import Request, cost_of, send
from bench.report import Bar
from bench.rounds import median_ratio, paired
from bench.servers import BARE, PRODUCT, Server, serve
from bench.visitor import sign_in
from dealership.models import User

READER = "bench-0-service"
PAGE = "/dashboard/"
QUERY_BUDGET = 12
GROWTH_LIMIT = 1.15
BARE_LIMIT = 50.0  # held so that the page grows no dearer; what it goes to: docs/performance.md
VIEWS, FINER = 4, 6  # pages of each size in a round of one client; so many short rounds for each long one
PAGES, BARE_PAGES = 64, 640  # in a round of many clients
SECONDS = 2.5  # a round of both, roughly

#: How Django reads rows in portions on PostgreSQL; the bare view reads them at once.
CURSOR = re.compile(r"^DECLARE .+? CURSOR (WITH HOLD )?FOR ")


def measure(context: Context) -> list[Bar]:
    """Measure the page of the first store's Service at both sizes."""
    small, large = (queries_of_page(size) for size in (context.small, context.large))
    with TemporaryDirectory() as folder:
        queries = Path(folder) / "queries.json"
        queries.write_text(json.dumps(large), "utf-8")
        with (
            serve(PRODUCT, context.small.database) as at_small,
            serve(PRODUCT, context.large.database) as at_large,
            serve(BARE, context.large.database, {"BENCH_QUERIES": str(queries)}) as bare,
        ):
            page = {
                server.port: _page(server, size)
                for server, size in ((at_small, context.small), (at_large, context.large))
            }
            growth = paired(
                _seconds(at_large, page[at_large.port]),
                _seconds(at_small, page[at_small.port]),
                rounds=FINER * context.rounds,
                warmups=3,
                after_round=lambda: context.progress.done(SECONDS / 2 / FINER),
            )
            costs = paired(
                lambda: cost_of(at_large, [page[at_large.port]] * PAGES),
                lambda: cost_of(bare, [Request("/queries/", 204)] * BARE_PAGES),
                rounds=context.rounds,
                after_round=lambda: context.progress.done(SECONDS / 2),
            )
    ratings = context.large.ratings
    milliseconds = [statistics.median(getattr(found, side) for found in growth) * 1000 for side in growth[0]._fields]
    cpu = [statistics.median(getattr(found, side).cpu_ms for found in costs) for side in costs[0]._fields]
    pace = [statistics.median(getattr(found, side).per_second for found in costs) for side in costs[0]._fields]
    return [
        Bar("department page: queries", len(large), QUERY_BUDGET, "queries", ratings),
        Bar("department page: queries grown", len(large) - len(small), 0, "queries", ratings),
        Bar(
            f"department page: time / at {context.small.ratings:,}",
            median_ratio(growth),
            GROWTH_LIMIT,
            "x",
            ratings,
            detail=f"{milliseconds[0]:.1f} / {milliseconds[1]:.1f} ms",
        ),
        Bar(
            "department page: server CPU / bare view with its queries",
            median_ratio(costs, lambda cost: cost.cpu_ms),
            BARE_LIMIT,
            "x",
            ratings,
            detail=f"{cpu[0]:.4g} / {cpu[1]:.4g} ms; {pace[0]:.4g} / {pace[1]:.4g} a second",
        ),
    ]


def queries_of_page(size: Size) -> list[str]:
    """Return the SQL of every query the page makes once it is warm; switches to the size's database."""
    size.database.use()
    client = Client(SERVER_NAME="127.0.0.1")
    client.force_login(User.objects.get(username=READER), backend=settings.AUTHENTICATION_BACKENDS[0])
    client.get(PAGE)  # warm: templates, content types
    with CaptureQueriesContext(connection) as captured:
        response = client.get(PAGE)
    if response.status_code != 200:
        raise RuntimeError(f"{PAGE}: {response.status_code}")
    return [CURSOR.sub("", query["sql"]) for query in captured.captured_queries]


def _page(server: Server, size: Size) -> Request:
    size.database.use()
    return sign_in(server, User.objects.get(username=READER)).get(PAGE)


def _seconds(server: Server, page: Request) -> Callable[[], float]:
    """Return a measurement of how long one client waits for the page."""

    def measured() -> float:
        waited: list[float] = []
        send(server, [page] * VIEWS, lambda seconds, _body: waited.append(seconds))
        return statistics.median(waited)

    return measured

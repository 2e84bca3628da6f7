"""What a mark costs the database: ratings inserted on one hot link, with and without their mark, by several clients."""

from __future__ import annotations

import statistics
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.utils import timezone

from bench.context import Context
from bench.data import leave_no_trace
from bench.load import CLIENTS
from bench.report import Bar
from bench.rounds import median_ratio, paired
from dealership.models import User
from supplychain.models import Interaction, Link

LIMIT = 0.8
EACH = 100  # ratings a client inserts in a round
RATER = "bench-0-service"
SECONDS = 1.2  # a round, roughly

INSERT_RATING = """
    INSERT INTO surveys_rating
        (dealership_id, interaction_id, link_id, day, scale, score, rater_id, rated_at, reasons, comment,
         made_interaction, short_notice, disclosure, least_raters)
    VALUES (%s, %s, %s, %s, %s, %s, %s, %s, '[]', '', true, false, 0, 0)
"""
INSERT_MARK = "INSERT INTO supplychain_mark (dealership_id, link_id, day, created_at) VALUES (%s, %s, %s, %s)"


def measure(context: Context) -> list[Bar]:
    """Measure ratings a second with their marks against without, at the large size."""
    context.large.database.use()
    rater = User.objects.get(username=RATER)
    link = Link.objects.filter(customer__code="service", dealership=rater.dealership, scale="binary").first()
    assert link is not None
    wrappers = [connection.copy() for _ in range(CLIENTS)]
    try:
        for wrapper in wrappers:
            wrapper.ensure_connection()
        with leave_no_trace():
            rounds = paired(
                lambda: _per_second(wrappers, link, rater, marked=True),
                lambda: _per_second(wrappers, link, rater, marked=False),
                rounds=context.rounds,
                after_round=lambda: context.progress.done(SECONDS),
            )
    finally:
        for wrapper in wrappers:
            wrapper.close()
    marked, alone = (statistics.median(getattr(found, side) for found in rounds) for side in rounds[0]._fields)
    return [
        Bar(
            f"mark: insert and mark / insert alone, {CLIENTS} clients on one link",
            median_ratio(rounds),
            LIMIT,
            "x",
            context.large.ratings,
            at_least=True,
            detail=f"{marked:.4g} / {alone:.4g} a second",
        )
    ]


def _per_second(wrappers: Sequence[BaseDatabaseWrapper], link: Link, rater: User, *, marked: bool) -> float:
    """Insert ratings from all clients at once; returns how many a second were committed."""
    now = timezone.now()
    day = link.dealership.local_day(now)
    interactions = Interaction.objects.bulk_create(
        [
            Interaction(dealership_id=link.dealership_id, link=link, occurred_at=now, day=day, state="rated")
            for _ in range(EACH * len(wrappers))
        ]
    )
    moment = connection.ops.adapt_datetimefield_value(now)
    statements = [
        [
            (
                INSERT_RATING,
                (link.dealership_id, interaction.pk, link.pk, day, link.scale, 1, rater.pk, moment),
            ),
            *([(INSERT_MARK, (link.dealership_id, link.pk, day, moment))] if marked else []),
        ]
        for interaction in interactions
    ]
    started = time.perf_counter()
    with ThreadPoolExecutor(len(wrappers)) as pool:
        shares = [statements[number :: len(wrappers)] for number in range(len(wrappers))]
        list(pool.map(_commit_each, wrappers, shares))
    return len(statements) / (time.perf_counter() - started)


def _commit_each(wrapper: BaseDatabaseWrapper, transactions: Sequence[Sequence[tuple[str, tuple[Any, ...]]]]) -> None:
    """Run each list of statements in a transaction of its own, over the driver's own connection."""
    sqlite = wrapper.vendor == "sqlite"
    cursor = wrapper.connection.cursor()
    for statements in transactions:
        cursor.execute("BEGIN IMMEDIATE" if sqlite else "BEGIN")
        for sql, values in statements:
            cursor.execute(sql.replace("%s", "?") if sqlite else sql, values)
        cursor.execute("COMMIT")

"""What keeping rollups costs: a dirty bucket, a thousand new ratings, a full rebuild; against plain GROUP BY."""

from __future__ import annotations

import datetime
import random
import statistics
import time
from collections.abc import Sequence

from django.db import connection
from django.utils import timezone

from bench.context import Context, Size
from bench.data import leave_no_trace
from bench.report import Bar
from bench.rounds import Round, median_ratio, paired
from dealership.models import Position
from supplychain.models import Interaction, Link, Mark
from surveys import rollups
from surveys.models import Rating
from surveys.periods import period_of

DIRTY = 400  # link-days that are marked in a round
RECENT = 28  # days back that they lie
NEW_RATINGS = 1000
GROWTH_LIMIT, FAR_GROWTH_LIMIT = 1.5, 3.0  # to a million ratings; beyond, to five million
FAR = 1_000_000
ABSORB_LIMIT, FAR_RATINGS = 1 / 20, 5_000_000  # of a GROUP BY over so many ratings
GROWTH_SECONDS = 1.0  # two rounds of growth, roughly
REBUILD_LIMIT = 3.0

#: The counts of every link and week, or month: what a rollup row keeps of the ratings. Their sums are asked for, or
#: the database would see that nobody reads them, and not count.
GROUP_BY = """
    SELECT count(*), sum(b0), sum(b1), sum(f1), sum(f2), sum(f3), sum(f4), sum(f5) FROM (
        SELECT link_id, {start} AS start,
               count(*) FILTER (WHERE scale = 'binary' AND score = 0) AS b0,
               count(*) FILTER (WHERE scale = 'binary' AND score = 1) AS b1,
               count(*) FILTER (WHERE scale = 'five' AND score = 1) AS f1,
               count(*) FILTER (WHERE scale = 'five' AND score = 2) AS f2,
               count(*) FILTER (WHERE scale = 'five' AND score = 3) AS f3,
               count(*) FILTER (WHERE scale = 'five' AND score = 4) AS f4,
               count(*) FILTER (WHERE scale = 'five' AND score = 5) AS f5
        FROM surveys_rating GROUP BY link_id, {start}
    ) AS counted
"""
STARTS = {
    "postgresql": ("date_trunc('week', day)", "date_trunc('month', day)"),
    "sqlite": ("date(day, 'weekday 0', '-6 days')", "date(day, 'start of month')"),
}


def measure(context: Context) -> list[Bar]:
    """Measure growth between the sizes, and the rest at the large size."""
    return [_growth(context), *_at_large(context)]


def _growth(context: Context) -> Bar:
    rounds = paired(
        lambda: _microseconds_a_bucket(context.large),
        lambda: _microseconds_a_bucket(context.small),
        rounds=2 * context.rounds,
        warmups=2,
        after_round=lambda: context.progress.done(GROWTH_SECONDS / 2),
    )
    return Bar(
        f"rollup: cost of a dirty bucket / at {context.small.ratings:,}",
        median_ratio(rounds),
        FAR_GROWTH_LIMIT if context.large.ratings > FAR else GROWTH_LIMIT,
        "x",
        context.large.ratings,
        detail=f"{_medians(rounds, 1, '.0f')} microseconds",
    )


def _at_large(context: Context) -> list[Bar]:
    context.large.database.use()
    ratings = context.large.ratings
    links = list(Link.objects.all())
    raters = dict(Position.objects.values_list("department", "person"))
    with leave_no_trace():
        absorb = paired(
            lambda: _absorb_new(links, raters),
            raw_group_by,
            rounds=context.rounds,
            after_round=lambda: context.progress.done(raw_seconds(ratings) + 1),
        )
    rollups.absorb_all()
    rebuild = paired(
        _rebuild,
        raw_group_by,
        rounds=max(3, context.rounds // 2),
        after_round=lambda: context.progress.done(5 * raw_seconds(ratings)),
    )
    return [
        Bar(
            f"rollup: absorb {NEW_RATINGS:,} new ratings / GROUP BY",
            median_ratio(absorb),
            absorb_limit(ratings),
            "x",
            ratings,
            detail=f"{_medians(absorb, 1000, '.0f')} ms",
        ),
        Bar(
            "rollup: full rebuild / GROUP BY",
            median_ratio(rebuild),
            REBUILD_LIMIT,
            "x",
            ratings,
            detail=f"{_medians(rebuild, 1000, '.0f')} ms",
        ),
    ]


def seconds(rounds: int, ratings: int) -> float:
    """Return how long all of it takes, roughly."""
    at_large = rounds * (raw_seconds(ratings) + 1) + rounds / 2 * 5 * raw_seconds(ratings)
    return rounds * GROWTH_SECONDS + at_large


def raw_seconds(ratings: int) -> float:
    """Return how long a GROUP BY over so many ratings takes, roughly."""
    return 1.5 * ratings / 1_000_000


def absorb_limit(ratings: int) -> float:
    """Return the limit of absorbing new ratings: 1/20 of a GROUP BY over five million ratings.

    What is absorbed is the same whatever lies in the database, and a GROUP BY reads all of it: over fewer ratings the
    same limit is a larger share.
    """
    return ABSORB_LIMIT * max(1.0, FAR_RATINGS / ratings)


def raw_group_by() -> float:
    """Count every link's weeks and months straight from the ratings; returns seconds."""
    started = time.perf_counter()
    with connection.cursor() as cursor:
        for start in STARTS[connection.vendor]:
            cursor.execute(GROUP_BY.format(start=start))
            cursor.fetchone()
    return time.perf_counter() - started


def _rebuild() -> float:
    started = time.perf_counter()
    rollups.rebuild()
    return time.perf_counter() - started


def _microseconds_a_bucket(size: Size) -> float:
    """Mark recent link-days all over the stores and absorb them; returns microseconds for each week and month."""
    size.database.use()
    dice = random.Random()
    today = timezone.now().date()
    links = dict(Link.objects.values_list("pk", "dealership_id"))
    link_days = {
        (dice.choice(list(links)), today - datetime.timedelta(days=dice.randrange(1, RECENT))) for _ in range(DIRTY)
    }
    Mark.objects.bulk_create([Mark(dealership_id=links[link], link_id=link, day=day) for link, day in link_days])
    buckets = {(link, period_of(grain, day)) for link, day in link_days for grain in ("week", "month")}
    return _absorb() / len(buckets) * 1_000_000


def _absorb_new(links: Sequence[Link], raters: dict[int, int]) -> float:
    """Add new ratings of today on any links, and absorb them; returns the seconds of absorbing."""
    now = timezone.now()
    interactions = Interaction.objects.bulk_create(
        [
            Interaction(dealership_id=link.dealership_id, link=link, occurred_at=now, day=now.date(), state="rated")
            for link in random.choices(links, k=NEW_RATINGS)
        ]
    )
    Rating.objects.bulk_create(
        [
            Rating(
                dealership_id=interaction.dealership_id,
                interaction=interaction,
                link=interaction.link,
                day=interaction.day,
                scale=interaction.link.scale,
                score=1,
                rater_id=raters[interaction.link.customer_id],
            )
            for interaction in interactions
        ]
    )
    Mark.objects.bulk_create(
        [Mark(dealership_id=one.dealership_id, link_id=one.link_id, day=one.day) for one in interactions]
    )
    return _absorb()


def _absorb() -> float:
    started = time.perf_counter()
    rollups.absorb_all()
    return time.perf_counter() - started


def _medians(rounds: list[Round[float]], scale: float, form: str) -> str:
    """Return "measured / baseline" for the table."""
    return " / ".join(f"{statistics.median(found[side] for found in rounds) * scale:{form}}" for side in (0, 1))

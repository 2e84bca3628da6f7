"""One run: fill the databases, measure, and drop them again."""

from __future__ import annotations

from collections.abc import Sequence

from bench.context import Context, Measurement, Size
from bench.data import fill, per_store
from bench.databases import Database, Databases, databases, settle
from bench.progress import Progress
from bench.report import Bar

FILL_SECONDS = 75 / 1_000_000  # a rating, roughly


def run(measurements: Sequence[Measurement], small: int, large: int, rounds: int) -> list[Bar]:
    """Measure at `small` and `large` numbers of ratings; returns the bars of all measurements.

    The databases made are dropped whatever happens.
    """
    sizes = any(one.sizes for one in measurements)
    expected = FILL_SECONDS * (small + large) * sizes + sum(one.seconds(rounds, large) for one in measurements)
    with databases() as own, Progress(expected) as progress:
        each = per_store(small)
        context = Context(
            small=Size(small, lambda: _filled(own, progress, "small", small, each)),
            large=Size(large, lambda: _filled(own, progress, "large", large, each)),
            rounds=rounds,
            databases=own,
            progress=progress,
        )
        if sizes:  # now, so that filling shows as such
            for size in (context.small, context.large):
                size.database.use()
        bars: list[Bar] = []
        for measurement in measurements:
            progress.start(f"measuring: {measurement.name}", measurement.seconds(rounds, large))
            bars += measurement.measure(context)
        return bars


def _filled(own: Databases, progress: Progress, label: str, ratings: int, each: int) -> Database:
    expected = FILL_SECONDS * ratings
    progress.start(f"filling: {ratings:,} ratings", expected)
    database = own.create(label)
    done = 0.0

    def on_progress(share: float) -> None:
        nonlocal done
        progress.done((share - done) * expected)
        done = share

    fill(ratings, each, on_progress=on_progress)
    settle()
    return database

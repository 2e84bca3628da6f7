"""Every measurement by name, in the order in which they run."""

from __future__ import annotations

from bench import dashboard, group, marks, rating, rollup, workers
from bench.context import Measurement

MEASUREMENTS = (
    Measurement("rating", rating.measure, seconds=lambda rounds, _ratings: 3 * (rounds + 1) * rating.SECONDS),
    Measurement("marks", marks.measure, seconds=lambda rounds, _ratings: (rounds + 1) * marks.SECONDS),
    Measurement("rollup", rollup.measure, seconds=rollup.seconds),
    Measurement("dashboard", dashboard.measure, seconds=lambda rounds, _ratings: (rounds + 1) * dashboard.SECONDS),
    Measurement("group", group.measure, seconds=group.seconds, sizes=False),
    Measurement("workers", workers.measure, seconds=workers.seconds, sizes=False),
)

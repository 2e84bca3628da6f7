"""Every measurement by name, in the order in which they run."""

from __future__ import annotations

from bench import dashboard, marks, rating, rollup
from bench.context import Measurement

MEASUREMENTS = (
    Measurement("rating", rating.measure, seconds=lambda rounds, _ratings: 3 * (rounds + 1) * rating.SECONDS),
    Measurement("marks", marks.measure, seconds=lambda rounds, _ratings: (rounds + 1) * marks.SECONDS),
    Measurement("rollup", rollup.measure, seconds=rollup.seconds),
    Measurement("dashboard", dashboard.measure, seconds=lambda rounds, _ratings: (rounds + 1) * dashboard.SECONDS),
)

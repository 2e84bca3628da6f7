"""How often severity and adjusted means hit the truth: `python -m bench.coverage --stores 200 --seed 1`.

Simulates stores, without a database: suppliers, raters and pairs honestly differ, and one rater bears a grudge against
all. Asked is how often the truth lies within two standard errors of what `severity.fit` says. What it finds:
docs/scoring.md.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from bench.planted import NOT_GOOD, PLANTED, Random, words
from surveys.distances import NONE, Share
from surveys.severity import Cell, Matrix, fit

#: Scores, and how honest customers and a grudge hand them out.
SCORES = {"binary": np.arange(2.0), "five": np.arange(1.0, 6.0)}
HONEST = {"binary": np.array([NOT_GOOD, 1 - NOT_GOOD]), "five": np.array([0.03, 0.07, 0.1, 0.4, 0.4])}
GRUDGE = {"binary": np.array([PLANTED, 1 - PLANTED]), "five": np.array([0.3, 0.3, 0.1, 0.2, 0.1])}
#: What suppliers, raters and pairs differ by, in points of the score (one standard deviation).
SPREADS = {"binary": (0.03, 0.03, 0.03), "five": (0.25, 0.25, 0.15)}


@dataclass(frozen=True)
class SetUp:
    """A store: so many suppliers and raters; each rater rates this share of the suppliers, each about n times."""

    suppliers: int
    raters: int
    n: int
    density: float = 1.0

    @property
    def name(self) -> str:
        """How docs/scoring.md calls it."""
        part = "" if self.density == 1 else f", {self.density:.0%} of the pairs".replace("%", " %")
        suppliers = "1 supplier" if self.suppliers == 1 else f"{self.suppliers} suppliers"
        return f"{suppliers}, {self.raters} raters, {self.n} ratings each{part}"


SET_UPS = (
    SetUp(1, 5, 30),
    SetUp(2, 3, 30),
    SetUp(4, 5, 40),
    SetUp(12, 12, 5),
    SetUp(10, 30, 8, 0.5),
    SetUp(10, 30, 30, 0.5),
)


@dataclass(frozen=True)
class Covered:
    """How often the truth lay within two standard errors: of the grudge, the honest raters, and adjusted means.

    `shrunk`: by what part the severity of the grudge falls short of the truth, on the average.
    """

    name: str
    grudge: Share
    honest: Share
    suppliers: Share
    shrunk: float


def store(chance: Random, set_up: SetUp, scale: str) -> tuple[list[Cell], Matrix, Matrix]:
    """Return the cells; and, a row for each supplier and a column for each rater, the expected scores and n.

    The first rater bears the grudge.
    """
    shape = (set_up.suppliers, set_up.raters)
    rated = chance.random(shape) < set_up.density
    n = np.where(rated, np.maximum(chance.poisson(set_up.n, shape), 1), 0)
    suppliers, raters, pairs = SPREADS[scale]
    moved = chance.normal(0, suppliers, (shape[0], 1)) + chance.normal(0, raters, (1, shape[1]))
    moved = moved + chance.normal(0, pairs, shape)
    scores, honest = SCORES[scale], HONEST[scale]
    mean = honest @ scores
    spread = honest @ scores**2 - mean**2
    cells, expected = [], np.zeros(shape)
    for supplier in range(shape[0]):
        for rater in range(shape[1]):
            if rater == 0:
                shares = GRUDGE[scale]
            else:
                # Tilted so that the mean moves by about what it should.
                shares = np.clip(honest * (1 + moved[supplier, rater] / spread * (scores - mean)), 0.001, None)
                shares = shares / shares.sum()
            expected[supplier, rater] = shares @ scores
            given = chance.multinomial(n[supplier, rater], shares)
            total, squares = float(given @ scores), float(given @ scores**2)
            cells.append(Cell(f"{supplier:02}", f"{rater:03}", int(given.sum()), total, squares))
    return cells, expected, n


def measure(set_up: SetUp, stores: int, seed: int) -> Covered:
    """Return how often the truth is hit, over so many stores for each scale."""
    chance = np.random.default_rng([seed, SET_UPS.index(set_up)])
    grudge, honest, suppliers, short = NONE, NONE, NONE, []
    for scale in SCORES:
        for _store in range(stores):
            cells, expected, n = store(chance, set_up, scale)
            found = fit(cells, scale=scale)
            average = expected.mean(axis=1)
            for rater in found.raters:
                place = int(rater.rater)
                truth = float((average - expected[:, place])[n[:, place] > 0].mean())
                hit = _hit(rater.severity, rater.severity_se, truth)
                if place:
                    honest += hit
                else:
                    grudge += hit
                    short.append(1 - (rater.severity or 0.0) / truth)
            for supplier in found.suppliers:
                truth = float(average[int(supplier.supplier)])
                suppliers += _hit(supplier.adjusted_mean, supplier.adjusted_se, truth)
    return Covered(set_up.name, grudge, honest, suppliers, float(np.mean(short)))


def _hit(value: float | None, error: float | None, truth: float) -> Share:
    if value is None or error is None:
        return NONE
    return Share(int(abs(value - truth) <= 2 * error), 1)


def table(found: Iterable[Covered]) -> str:
    """Return the table of docs/scoring.md."""
    lines = ["| store | grudge | shrunk by | honest raters | adjusted means |", "|---|---|---|---|---|"]
    for each in found:
        columns = (each.name, words(each.grudge), f"{each.shrunk:.0%}".replace("%", " %"))
        lines.append(f"| {' | '.join((*columns, words(each.honest), words(each.suppliers)))} |")
    return "\n".join(lines)


def main() -> None:
    """Measure and print the table."""
    parser = argparse.ArgumentParser(prog="bench.coverage", description=__doc__)
    parser.add_argument("--stores", type=int, default=200, help="stores for each line and scale (default 200)")
    parser.add_argument("--seed", type=int, default=1, help="another seed, other stores (default 1)")
    options = parser.parse_args()
    if options.stores < 1:
        parser.error("--stores must be at least 1")
    print(table(measure(set_up, options.stores, options.seed) for set_up in SET_UPS))


if __name__ == "__main__":
    main()

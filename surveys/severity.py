"""How harsh each rater is, and what suppliers' means would be without that. Pure: imports no Django.

A score is taken apart into the scale's mean, what the supplier adds, what the rater takes away (the *severity*), what
is particular to the two of them, and chance:

    score = mean + supplier - severity + pair + chance

Supplier, severity and pair are shrunk towards nothing, the more the fewer ratings speak for them: they are random
effects, found by Henderson's mixed model equations (two-way least squares with a ridge), their variances by
restricted maximum likelihood, penalised. Raters differ with long tails (Student's t), so that one who is far off is
shrunk little, and does not make all others look far off. Raters can only be told from suppliers where they overlap:
where suppliers and raters fall into groups that share nobody, each group has a mean of its own, its severities add up
to nothing, and a rater who is alone gets none.

Sources: C. R. Henderson, "Best linear unbiased estimation and prediction under a selection model", Biometrics 31
(1975); D. A. Harville, "Maximum likelihood approaches to variance component estimation", JASA 72 (1977); K. L. Lange,
R. J. A. Little, J. M. G. Taylor, "Robust statistical modeling using the t distribution", JASA 84 (1989).

Three raters, two suppliers; Bo gives one point less than the others, and Finance was mostly rated by him:

>>> scores = {("finance", "an"): [5, 4] * 4, ("finance", "bo"): [3, 4] * 12, ("finance", "cy"): [5, 4] * 4,
...           ("parts", "an"): [5, 5, 4, 5] * 4, ("parts", "bo"): [4, 4] * 2, ("parts", "cy"): [5, 4, 5, 5] * 4}
>>> fitted = fit([Cell.of(supplier, rater, given) for (supplier, rater), given in scores.items()], scale="five")
>>> [(each.rater, round(each.severity, 1)) for each in fitted.raters]
[('an', -0.2), ('bo', 0.5), ('cy', -0.2)]
>>> [(each.supplier, round(each.mean, 1), round(each.adjusted_mean, 1)) for each in fitted.suppliers]
[('finance', 3.9, 4.2), ('parts', 4.7, 4.5)]
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from math import sqrt
from typing import Any

import numpy as np

Matrix = np.ndarray[Any, np.dtype[np.float64]]

#: The lowest and the highest score of a scale.
RANGES = {"binary": (0, 1), "five": (1, 5)}
#: The search for the variances ends after so many steps, or once a step changes them by less than this share.
STEPS, CHANGE = 200, 1e-3
#: Each variance is found as if one more supplier, rater or pair had been seen, this share of the scale off the mean: so
#: that none is taken for nothing where there are only a handful (Chung et al., Psychometrika 78, 2013).
USUAL = 0.1
#: Degrees of freedom of the t by which raters differ: so few that one far off is no surprise.
FREEDOM = 4


@dataclass(frozen=True)
class Cell:
    """The ratings one rater gave one supplier: how many, their sum, and the sum of their squares."""

    supplier: str
    rater: str
    n: int
    total: float
    squares: float

    @classmethod
    def of(cls, supplier: str, rater: str, scores: Iterable[float]) -> Cell:
        """Return the cell of these scores."""
        given = list(scores)
        return cls(supplier, rater, len(given), sum(given), sum(score * score for score in given))


@dataclass(frozen=True)
class SupplierMean:
    """A supplier's mean as it is, and as the average rater would have given it; None where no raters overlap."""

    supplier: str
    n: int
    raters: int
    mean: float
    adjusted_mean: float | None
    adjusted_se: float | None


@dataclass(frozen=True)
class RaterSeverity:
    """How many points lower than the average rater somebody rates; None where they cannot be compared."""

    rater: str
    n: int
    severity: float | None
    severity_se: float | None


@dataclass(frozen=True)
class Fit:
    """Suppliers and raters of one scale, each in the order of their names."""

    suppliers: list[SupplierMean]
    raters: list[RaterSeverity]


def fit(cells: Iterable[Cell], *, scale: str) -> Fit:
    """Take the ratings of one scale apart. `cells`: one for each supplier and rater; empty ones are left out."""
    given = [cell for cell in cells if cell.n]
    groups = overlapping(given)
    solved = _Solution([cell for cell in given if (cell.supplier, cell.rater) in groups], groups, RANGES[scale])
    of_supplier: dict[str, list[Cell]] = defaultdict(list)
    of_rater: dict[str, int] = defaultdict(int)
    for cell in given:
        of_supplier[cell.supplier].append(cell)
        of_rater[cell.rater] += cell.n
    suppliers = []
    for name, own in sorted(of_supplier.items()):
        n = sum(cell.n for cell in own)
        mean = sum(cell.total for cell in own) / n
        suppliers.append(SupplierMean(name, n, len(own), mean, *solved.adjusted(name)))
    raters = [RaterSeverity(name, n, *solved.severity(name)) for name, n in sorted(of_rater.items())]
    return Fit(suppliers, raters)


def overlapping(cells: Iterable[Cell]) -> dict[tuple[str, str], int]:
    """Return in which group a supplier and a rater lie, for groups with at least two raters.

    Two cells lie in one group if they share the supplier or the rater, or are joined by others that do.

    >>> cells = [Cell.of("finance", "an", [1]), Cell.of("finance", "bo", [0]), Cell.of("parts", "cy", [1])]
    >>> overlapping(cells)
    {('finance', 'an'): 0, ('finance', 'bo'): 0}
    """
    cells = list(cells)
    leader: dict[tuple[str, str], tuple[str, str]] = {}

    def find(node: tuple[str, str]) -> tuple[str, str]:
        while leader.setdefault(node, node) != node:
            leader[node] = leader[leader[node]]
            node = leader[node]
        return node

    for cell in cells:
        leader[find(("supplier", cell.supplier))] = find(("rater", cell.rater))
    raters: dict[tuple[str, str], set[str]] = {}
    for cell in cells:
        raters.setdefault(find(("rater", cell.rater)), set()).add(cell.rater)
    numbers = {root: number for number, root in enumerate(root for root, names in raters.items() if len(names) > 1)}
    roots = {(cell.supplier, cell.rater): find(("rater", cell.rater)) for cell in cells}
    return {names: numbers[root] for names, root in roots.items() if root in numbers}


class _Solution:
    """The mixed model equations of overlapping cells, solved.

    On the left of the equations stand the groups' means and the suppliers, on the right the raters: their block is
    diagonal and is taken out first, so that many raters cost little.
    """

    def __init__(self, cells: list[Cell], groups: dict[tuple[str, str], int], bounds: tuple[int, int]) -> None:
        self.low, self.high = bounds
        self.suppliers = {name: place for place, name in enumerate(sorted({cell.supplier for cell in cells}))}
        self.raters = {name: place for place, name in enumerate(sorted({cell.rater for cell in cells}))}
        self.group_of = {cell.supplier: groups[cell.supplier, cell.rater] for cell in cells}
        self.groups = len(set(groups.values()))
        if not cells:
            return
        self.at = (
            np.array([self.suppliers[cell.supplier] for cell in cells]),
            np.array([self.raters[cell.rater] for cell in cells]),
        )
        self.n = np.array([cell.n for cell in cells], dtype=float)
        self.means = np.array([cell.total / cell.n for cell in cells])
        # With one supplier alone, what is particular to a pair cannot be told from severity: all of it is severity.
        suppliers = Counter(self.group_of.values())
        self.has_pair = np.array([suppliers[self.group_of[cell.supplier]] > 1 for cell in cells])
        self.noise = self._within(cells)
        self.tails: Matrix = np.ones(len(self.raters))
        self._search()
        self._centre()

    def _within(self, cells: list[Cell]) -> float:
        """Return the variance of scores of one rater and supplier: chance. Never nothing, since the next may differ."""
        ratings = sum(cell.n for cell in cells)
        spread = sum(cell.squares - cell.total * cell.total / cell.n for cell in cells)
        least = (self.high - self.low) ** 2 / (ratings + 2)
        return max(spread / max(ratings - len(cells), 1), least)

    def _search(self) -> None:
        """Find the three variances by expectation and maximisation, and solve for the last time with these."""
        variances = np.full(3, self.noise / 4)
        for _step in range(STEPS):
            self._solve(*variances)
            found = self._expected(*variances)
            done = bool(np.all(np.abs(found - variances) <= CHANGE * (variances + self.noise * 1e-3)))
            variances = found
            if done:
                break
        self._solve(*variances)

    def _solve(self, of_suppliers: float, of_raters: float, of_pairs: float) -> None:
        self.weights = 1 / (of_pairs * self.has_pair + self.noise / self.n)
        weight: Matrix = np.zeros((len(self.suppliers), len(self.raters)))
        weight[self.at] = self.weights
        values: Matrix = np.zeros_like(weight)
        values[self.at] = self.weights * self.means
        # Row k of `means` says which suppliers lie in group k.
        means: Matrix = np.zeros((self.groups, len(self.suppliers)))
        for name, place in self.suppliers.items():
            means[self.group_of[name], place] = 1
        design = np.vstack([means, np.eye(len(self.suppliers))])
        left = design @ np.diag(weight.sum(axis=1)) @ design.T
        left[self.groups :, self.groups :] += np.eye(len(self.suppliers)) / of_suppliers
        across = design @ weight
        own = weight.sum(axis=0) + 1 / (of_raters * self.tails)
        self.left_errors = np.linalg.inv(left - (across / own) @ across.T)
        left_values = self.left_errors @ (design @ values.sum(axis=1) - across @ (values.sum(axis=0) / own))
        self.effects = (values.sum(axis=0) - across.T @ left_values) / own
        self.across_errors = -(self.left_errors @ across) / own
        self.rater_errors = 1 / own - np.einsum("ij,ij->j", across, self.across_errors) / own
        self.shrunk = left_values[self.groups :]
        # A supplier's mean at the average rater: its group's mean and its own effect.
        self.adjusted_means = design.T @ left_values
        self.adjusted_errors = np.einsum("is,ij,js->s", design, self.left_errors, design)
        self.both_errors = design.T @ self.across_errors

    def _centre(self) -> None:
        """Count severity from the mean of each group's raters, and suppliers' means with it."""
        supplier, rater = self.at
        rated = np.array([self.group_of[name] for name in self.suppliers])
        rating: Matrix = np.zeros((self.groups, len(self.raters)))
        rating[rated[supplier], rater] = 1
        centres = rating @ self.effects / rating.sum(axis=1)
        self.effects = self.effects - centres @ rating
        self.adjusted_means = self.adjusted_means + centres[rated]

    def _expected(self, _of_suppliers: float, of_raters: float, of_pairs: float) -> Matrix:
        """Return the variances that the last solution, with its errors, speaks for; find how far off each rater is."""
        suppliers, raters = (
            self.shrunk**2 + np.diag(self.left_errors)[self.groups :],
            self.effects**2 + self.rater_errors,
        )
        self.tails = (FREEDOM + raters / of_raters) / (FREEDOM + 1)
        squares = (suppliers, raters / self.tails)
        supplier, rater = self.at
        left = self.means - self.adjusted_means[supplier] - self.effects[rater]
        errors = self.adjusted_errors[supplier] + self.rater_errors[rater] + 2 * self.both_errors[self.at]
        kept = of_pairs * self.weights
        pairs = ((kept * left) ** 2 + of_pairs * (1 - kept) + kept**2 * errors)[self.has_pair]
        usual = (USUAL * (self.high - self.low)) ** 2
        return np.array([(float(each.sum()) + usual) / (each.size + 1) for each in (*squares, pairs)])

    def adjusted(self, supplier: str) -> tuple[float, float] | tuple[None, None]:
        """Return a supplier's mean at the average rater, and its standard error."""
        if supplier not in self.suppliers:
            return (None, None)
        place = self.suppliers[supplier]
        mean = min(max(float(self.adjusted_means[place]), self.low), self.high)
        return (mean, sqrt(max(float(self.adjusted_errors[place]), 0.0)))

    def severity(self, rater: str) -> tuple[float, float] | tuple[None, None]:
        """Return a rater's severity, and its standard error."""
        if rater not in self.raters:
            return (None, None)
        place = self.raters[rater]
        return (-float(self.effects[place]), sqrt(max(float(self.rater_errors[place]), 0.0)))

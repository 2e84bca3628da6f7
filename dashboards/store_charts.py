"""What the charts of a store draw: the matrix and the ranking (shapes: static/js/charts.js)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from dashboards.lines import FlowVerdict
from dealership.models import Department
from surveys.counts import Figures


@dataclass(frozen=True)
class Cell:
    """A supplier and a customer of the matrix, over the flows shown."""

    supplier: Department
    customer: Department
    now: Figures
    long: Figures
    #: From the store's mean, between -1 and 1.
    difference: float
    url: str


@dataclass(frozen=True)
class SupplierLine:
    """A department as supplier of the others: all flows together, and the verdict in each (R16)."""

    department: Department
    now: Figures
    long: Figures
    now_url: str
    not_good_url: str
    url: str
    flows: list[FlowVerdict]


def matrix(cells: list[Cell], order: Iterable[Department], mean: float | None, now_words: str) -> dict[str, Any]:
    """Return the matrix of the twelve months; each cell says apart what the period, called `now_words`, denies."""
    order = list(order)
    supplying, served = {cell.supplier.pk for cell in cells}, {cell.customer.pk for cell in cells}
    suppliers = [department for department in order if department.pk in supplying]
    customers = [department for department in order if department.pk in served]
    rows = {department.pk: place for place, department in enumerate(suppliers)}
    columns = {department.pk: place for place, department in enumerate(customers)}
    return {
        "suppliers": [department.label for department in suppliers],
        "customers": [department.label for department in customers],
        "cells": [
            {
                "supplier": rows[cell.supplier.pk],
                "customer": columns[cell.customer.pk],
                **_figures(cell.long),
                "not_good": cell.long.not_good,
                "difference": cell.difference,
                "now": {"n": cell.now.n, "not_good": cell.now.not_good},
                "url": cell.url,
            }
            for cell in cells
        ],
        "mean": mean,
        "now": now_words,
    }


def ranking(lines: Iterable[SupplierLine], mean: float | None) -> dict[str, Any]:
    """Return the ranking of the suppliers that have ratings."""
    return {
        "rows": [
            {"label": line.department.label, **_figures(line.long), "url": line.url} for line in lines if line.long.n
        ],
        "mean": mean,
    }


def _figures(figures: Figures) -> dict[str, Any]:
    return {
        "rate": figures.satisfied_rate,
        "low": figures.interval_low,
        "high": figures.interval_high,
        "n": figures.n,
        "held_back": figures.held_back,
    }

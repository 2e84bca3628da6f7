"""What a benchmark finds: a bar with its limit, the table for people and the JSON lines for programs."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

RESULTS = Path(__file__).parent / "results.jsonl"


@dataclass(frozen=True)
class Bar:
    """One measured value against its limit.

    `value` and `limit` are in `unit` ("x" for a ratio); `ratings` is how many the database held. The value may be at
    most the limit, or with `at_least` must reach it. `detail`: for the table alone, the figures that the ratio is of.
    """

    name: str
    value: float
    limit: float
    unit: str
    ratings: int
    at_least: bool = False
    detail: str = ""

    @property
    def met(self) -> bool:
        """Whether the value keeps to the limit. What is no number (nothing was measured) does not."""
        return self.value >= self.limit if self.at_least else self.value <= self.limit

    def as_json(self, database: str) -> str:
        """Return the bar as one JSON line; `database`: "postgresql" or "sqlite"."""
        return json.dumps(
            {
                "bar": self.name,
                "value": round(self.value, 4),
                "limit": self.limit,
                "met": self.met,
                "unit": self.unit,
                "database": database,
                "ratings": self.ratings,
            }
        )


def write_results(bars: Iterable[Bar], database: str, path: Path) -> None:
    """Write one JSON line a bar; what the file held before is replaced."""
    path.write_text("".join(bar.as_json(database) + "\n" for bar in bars), encoding="utf-8")


def table(bars: Iterable[Bar]) -> str:
    """Return the bars as a table: name, ratings, value, limit, verdict, figures."""
    rows = [
        (
            bar.name,
            f"{bar.ratings:,}",
            f"{bar.value:.3f} {bar.unit}",
            f"{'at least' if bar.at_least else 'at most'} {bar.limit:.4g}",
            "met" if bar.met else "NOT MET",
            bar.detail,
        )
        for bar in bars
    ]
    head = ("bar", "ratings", "value", "limit", "verdict", "figures")
    widths = [max(len(row[column]) for row in [head, *rows]) for column in range(len(head))]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in [head, *rows]]
    return "\n".join(line.rstrip() for line in lines)

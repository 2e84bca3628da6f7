"""Figures as rows of a table for machines: `manage.py satisfaction` and the export have the same columns."""

from __future__ import annotations

import json
from typing import Any

from surveys.counts import Figures
from surveys.figures import FigureRow

COLUMNS = (
    "group",
    "period",
    "period_start",
    "period_end",
    "flow",
    "supplier",
    "customer",
    "item",
    "interactions",
    "due",
    "expired",
    "response_rate",
    "n",
    "good",
    "neutral",
    "not_good",
    "score_counts",
    "mean_score",
    "satisfied_rate",
    "interval_low",
    "interval_high",
    "vetoed",
    "held_back",
    "as_of",
)


def row_of(row: FigureRow, stamp: str | None) -> dict[str, Any]:
    """Return one row of the answer, by column."""
    figures: Figures = row.counts.figures()
    return {
        "group": row.group.name,
        "period": row.period.name,
        "period_start": row.period.start.isoformat(),
        "period_end": row.period.end.isoformat(),
        "flow": row.group.flow or None,
        "supplier": row.group.supplier or None,
        "customer": row.group.customer or None,
        "item": row.group.item or None,
        "interactions": row.counts.interactions,
        "due": row.counts.due,
        "expired": row.counts.expired,
        "response_rate": figures.response_rate,
        "n": figures.n,
        "good": figures.good,
        "neutral": figures.neutral,
        "not_good": figures.not_good,
        "score_counts": row.counts.score_counts,
        "mean_score": figures.mean_score,
        "satisfied_rate": figures.satisfied_rate,
        "interval_low": figures.interval_low,
        "interval_high": figures.interval_high,
        "vetoed": figures.vetoed,
        "held_back": figures.held_back,
        "as_of": stamp,
    }


def plain(value: Any) -> Any:
    """Return a value as the machine reads it: nothing for no figure, JSON for what is no plain text or number."""
    return json.dumps(value) if isinstance(value, dict | bool) else value


#: What a spreadsheet may take for the beginning of a formula; the wide, small and raised ones too, which it may make
#: plain.
FORMULA_SIGNS = tuple("=+-@＝＋－＠﹦﹢﹣﹫−⁼⁺⁻₌₊₋")
BLANKS = "\t\r\n"
#: What it may look past to find one.
LOOKED_PAST = BLANKS + " \"'`‘’“”＂＇"


def harmless(value: Any) -> Any:
    r"""Return a value that no spreadsheet runs: text that begins like a formula gets an apostrophe before it.

    Signs that no file of a spreadsheet may hold are left out.

    >>> harmless("=1+1"), harmless("finance>service"), harmless(-0.5), harmless("\x0b=1")
    ("'=1+1", 'finance>service', -0.5, "'=1")
    >>> harmless(' "=1+1'), harmless("﹦1"), harmless("“Parts”")
    ('\' "=1+1', "'﹦1", '“Parts”')
    """
    if not isinstance(value, str):
        return value
    text = "".join(sign for sign in value if sign.isprintable() or sign in BLANKS)
    begins_like_one = text.lstrip(LOOKED_PAST).startswith(FORMULA_SIGNS) or text.startswith(tuple(BLANKS))
    return f"'{text}" if begins_like_one else text

"""Print a store's figures per group and period."""

import csv
import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from dealership.models import Dealership
from surveys.figure_columns import COLUMNS, plain, row_of
from surveys.figures import GROUPS, figure_rows
from surveys.management.days import read_day
from surveys.periods import GRAINS
from surveys.rollups import absorb, as_of, shard_of

#: What a person compares on a screen; the machine formats say everything.
TABLE_COLUMNS = ("group", "period", *COLUMNS[COLUMNS.index("n") :])
RATES = {"satisfied_rate", "interval_low", "interval_high"}
LEFT = {"group", "period", "score_counts", "as_of"}


class Command(BaseCommand):
    help = (
        "Print a store's figures per group and period, from counts of this very moment. Rates lie between 0 and 1; "
        "without ratings there is no figure."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--dealership", required=True, metavar="SLUG", help="short name of the store")
        parser.add_argument("--from", dest="start", metavar="D", help="first local day, such as 2026-11-01")
        parser.add_argument("--to", dest="end", metavar="D", help="last local day, included")
        parser.add_argument("--period", choices=GRAINS, default="month", help="default: month")
        parser.add_argument("--group-by", choices=list(GROUPS), default="link", help="default: link")
        parser.add_argument("--format", choices=("table", "csv", "json"), default="table", help="default: table")

    def handle(self, *args: Any, **options: Any) -> None:
        start, end = read_day("--from", options["start"]), read_day("--to", options["end"])
        if start is not None and end is not None and start > end:
            raise CommandError(f"--from {start} lies after --to {end}.")
        dealership = Dealership.objects.filter(slug=options["dealership"]).first()
        if dealership is None:
            raise CommandError(f"There is no store “{options['dealership']}”.")
        absorb(shard_of(dealership.pk))
        moment = as_of(dealership.pk)
        stamp = moment.astimezone(dealership.zone).isoformat(timespec="seconds") if moment else None
        found = figure_rows(dealership, grain=options["period"], group_by=options["group_by"], start=start, end=end)
        rows = [row_of(row, stamp) for row in found]
        if options["format"] == "json":
            self.stdout.write(json.dumps(rows, ensure_ascii=False, indent=2))
        elif options["format"] == "csv":
            writer = csv.writer(self.stdout, lineterminator="\n")
            writer.writerow(COLUMNS)
            writer.writerows([[plain(row[name]) for name in COLUMNS] for row in rows])
        else:
            for line in _table(rows):
                self.stdout.write(line)


def _table(rows: list[dict[str, Any]]) -> list[str]:
    """Return aligned lines, the header first."""
    cells = [[_table_value(name, row[name]) for name in TABLE_COLUMNS] for row in rows]
    lines = [list(TABLE_COLUMNS), *cells]
    widths = [max(len(line[place]) for line in lines) for place in range(len(TABLE_COLUMNS))]
    return [
        "  ".join(
            cell.ljust(width) if name in LEFT else cell.rjust(width)
            for name, cell, width in zip(TABLE_COLUMNS, line, widths, strict=True)
        ).rstrip()
        for line in lines
    ]


def _table_value(name: str, value: Any) -> str:
    """Return a value as a person reads it."""
    if value is None or value == {}:
        return "-"
    if name in RATES:
        return f"{value:.1%}"
    if name == "mean_score":
        return f"{value:.2f}"
    if name == "score_counts":
        scales = value.items() if "binary" in value else [("", value)]
        return "; ".join(
            " ".join([scale, *(f"{score}:{count}" for score, count in counts.items())]).strip()
            for scale, counts in scales
        )
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)

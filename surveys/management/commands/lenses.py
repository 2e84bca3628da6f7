"""Print how harsh each rater is, and each supplier's mean with and without that."""

import datetime
import json
from collections.abc import Sequence, Set
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db.models import Max, Min

from dealership.models import Dealership, Disclosure
from surveys.lens_data import comparable_ratings, fits, given_scores, pointed_out
from surveys.management.days import read_day
from surveys.periods import Period
from surveys.scoring import SCORES
from surveys.severity import Fit, RaterSeverity, SupplierMean

COLUMNS = {
    "suppliers": ("supplier", "n", "raters", "mean", "adjusted_mean", "adjusted_se"),
    "raters": ("rater", "n", "severity", "severity_se", "flagged"),
}


class Command(BaseCommand):
    help = (
        "Print, for each scale, the suppliers' means as they are and as the average rater would have given them, and "
        "by how many points each rater rates lower than the average one. Who stands out, on one scale or on both "
        "together, is flagged under each. Without --from and --to: everything there is. Confidential ratings are left "
        "out; where the store's are, no rater is named."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--dealership", required=True, metavar="SLUG", help="short name of the store")
        parser.add_argument("--from", dest="start", metavar="D", help="first local day, such as 2026-01-01")
        parser.add_argument("--to", dest="end", metavar="D", help="last local day, included")
        parser.add_argument("--format", choices=("table", "json"), default="table", help="default: table")

    def handle(self, *args: Any, **options: Any) -> None:
        start, end = read_day("--from", options["start"]), read_day("--to", options["end"])
        dealership = Dealership.objects.filter(slug=options["dealership"]).first()
        if dealership is None:
            raise CommandError(f"There is no store “{options['dealership']}”.")
        period = _period(start, end)
        given = given_scores(dealership, period)
        fitted = fits(given)
        flagged = pointed_out(given, fitted, dealership.not_good_threshold).raters
        answer = {scale: _lens(fitted[scale], flagged) for scale in reversed(SCORES)}
        if dealership.confidentiality == Disclosure.CONFIDENTIAL:
            for found in answer.values():
                found["raters"] = []
        if options["format"] == "json":
            self.stdout.write(json.dumps(answer, ensure_ascii=False, indent=2))
            return
        self.stdout.write(_span(dealership, period))
        for scale, found in answer.items():
            for name, columns in COLUMNS.items():
                self.stdout.write(f"\n{scale}: {name}")
                for line in _table(columns, found[name]):
                    self.stdout.write(line)


def _period(start: datetime.date | None, end: datetime.date | None) -> Period:
    """Return the days asked for, open where no bound is said."""
    if start is not None and end is not None and start > end:
        raise CommandError(f"--from {start} lies after --to {end}.")
    return Period(start or datetime.date.min, end or datetime.date.max)


def _span(dealership: Dealership, period: Period) -> str:
    """Return the first and the last day that was looked at and has a rating."""
    days = comparable_ratings(dealership, period).aggregate(first=Min("day"), last=Max("day"))
    return "{first} to {last}".format_map(days) if days["first"] else "no ratings"


def _lens(fitted: Fit, flagged: Set[str]) -> dict[str, list[dict[str, Any]]]:
    """Return the lens of one scale."""
    return {
        "suppliers": [_row(each, COLUMNS["suppliers"]) for each in fitted.suppliers],
        "raters": [_row(each, COLUMNS["raters"][:-1]) | {"flagged": each.rater in flagged} for each in fitted.raters],
    }


def _row(each: SupplierMean | RaterSeverity, names: Sequence[str]) -> dict[str, Any]:
    """Return what is known of one, by name; nothing is never negative."""
    found = {name: getattr(each, name) for name in names}
    return {name: value or 0.0 if isinstance(value, float) else value for name, value in found.items()}


def _table(columns: Sequence[str], rows: Sequence[dict[str, Any]]) -> list[str]:
    """Return aligned lines, the header first; names on the left, numbers on the right."""
    lines = [list(columns), *([_cell(row[name]) for name in columns] for row in rows)]
    widths = [max(len(line[place]) for line in lines) for place in range(len(columns))]
    return [
        "  ".join(
            cell.rjust(width) if place else cell.ljust(width)
            for place, (cell, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in lines
    ]


def _cell(value: Any) -> str:
    if value is None:
        return "-"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:.2f}".replace("-0.00", "0.00") if isinstance(value, float) else str(value)

"""Print how harsh each rater is, and each supplier's mean with and without that."""

import datetime
import json
from collections.abc import Sequence
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from dealership.models import Dealership, Disclosure
from surveys.distances import distances, is_harsh
from surveys.lens_data import Given, cells, given_scores, not_good_shares
from surveys.management.days import read_day
from surveys.periods import Period, last_12_months
from surveys.scoring import SCORES
from surveys.severity import fit

COLUMNS = {
    "suppliers": ("supplier", "n", "raters", "mean", "adjusted_mean", "adjusted_se"),
    "raters": ("rater", "n", "severity", "severity_se", "flagged"),
}


class Command(BaseCommand):
    help = (
        "Print, for each scale, the suppliers' means as they are and as the average rater would have given them, and "
        "by how many points each rater rates lower than the average one. Without --from and --to: the twelve months "
        "that end with the current one. Confidential ratings are left out; where the store's are, no rater is named."
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
        span = _span(start, end, dealership.today())
        given = given_scores(dealership, span)
        answer = {scale: _lens(given, scale, dealership.not_good_threshold) for scale in reversed(SCORES)}
        if dealership.confidentiality == Disclosure.CONFIDENTIAL:
            for found in answer.values():
                found["raters"] = []
        if options["format"] == "json":
            self.stdout.write(json.dumps(answer, ensure_ascii=False, indent=2))
            return
        self.stdout.write(f"{span.start} to {span.end}")
        for scale, found in answer.items():
            for name, columns in COLUMNS.items():
                self.stdout.write(f"\n{scale}: {name}")
                for line in _table(columns, found[name]):
                    self.stdout.write(line)


def _span(start: datetime.date | None, end: datetime.date | None, today: datetime.date) -> Period:
    """Return the days asked for; what is not said as in the twelve months that end with a month."""
    last = last_12_months(today).end if end is None else end
    first = start
    if first is None:
        first = last_12_months(last).start if last.year > 1 else datetime.date.min
    if first > last:
        raise CommandError(f"--from {first} lies after --to {last}.")
    return Period(first, last)


def _lens(given: Sequence[Given], scale: str, threshold: int) -> dict[str, list[dict[str, Any]]]:
    """Return the lens of one scale."""
    of_scale = [each for each in given if each.scale == scale]
    fitted = fit(cells(of_scale, scale), scale=scale)
    apart = {each.rater for each in distances(not_good_shares(of_scale, threshold)) if each.stands_out}
    return {
        "suppliers": [{name: getattr(each, name) for name in COLUMNS["suppliers"]} for each in fitted.suppliers],
        "raters": [
            {
                "rater": each.rater,
                "n": each.n,
                "severity": each.severity,
                "severity_se": each.severity_se,
                "flagged": each.rater in apart or is_harsh(each, scale),
            }
            for each in fitted.raters
        ],
    }


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

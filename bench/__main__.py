"""Measure the bars of docs/performance.md: `make bench`, or `make bench BENCH="--ratings 5m"`.

Works in databases of its own beside the one DATABASE_URL names, which it drops afterwards.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from bench.product import product
from bench.report import RESULTS, table, write_results

#: What --ratings may be: the smaller and the larger number of ratings that are compared.
SIZES = {
    "tiny": (500, 1_000),  # tries the benchmark itself
    "100k": (20_000, 100_000),
    "1m": (100_000, 1_000_000),
    "5m": (100_000, 5_000_000),
}


def main() -> int:
    """Measure, print the table, write results.jsonl; returns 1 if a bar is not met, 130 when interrupted."""
    parser = argparse.ArgumentParser(prog="bench", description=__doc__)
    parser.add_argument("--ratings", choices=SIZES, default="1m", help="the larger of the sizes compared (default 1m)")
    parser.add_argument("--only", nargs="+", metavar="NAME", help="measure these alone, such as: rating dashboard")
    parser.add_argument("--rounds", type=int, default=10, help="rounds of each paired measurement (default 10)")
    parser.add_argument("--profile", choices=("rating", "dashboard"), help="print where the time goes instead")
    parser.add_argument("--results", type=Path, default=RESULTS, help="where the JSON lines go")
    options = parser.parse_args()
    if options.rounds < 1:
        parser.error("--rounds must be at least 1")
    with product():
        # These import models, which exist once Django is set up.
        from django.db import connection

        from bench.measurements import MEASUREMENTS
        from bench.profiling import profile
        from bench.run import run

        if options.profile:
            print(profile(options.profile))
            return 0
        known = [measurement.name for measurement in MEASUREMENTS]
        if set(options.only or ()) - set(known):
            parser.error(f"--only knows: {', '.join(known)}")
        chosen = [measurement for measurement in MEASUREMENTS if measurement.name in (options.only or known)]
        try:
            bars = run(chosen, *SIZES[options.ratings], options.rounds)
        except KeyboardInterrupt:
            print("Interrupted: nothing was written, the databases made were dropped.", file=sys.stderr)
            return 130
        write_results(bars, connection.vendor, options.results)
    print(table(bars))
    print(f"\nThe same as JSON lines: {options.results}")
    return 0 if all(bar.met for bar in bars) else 1


if __name__ == "__main__":
    sys.exit(main())

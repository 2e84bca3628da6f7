"""Run the benchmarks: `make bench`, or `make bench BENCH="--ratings 1m"`.

Works in a database of its own (a test database beside the one DATABASE_URL names), which is dropped afterwards.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from pathlib import Path

import django

RESULTS = Path(__file__).parent / "results.jsonl"
SIZES = {"20k": 20_000, "100k": 100_000, "1m": 1_000_000, "5m": 5_000_000}


def main() -> int:
    """Measure every bar, print the table, write results.jsonl; returns 1 if a bar is not met."""
    parser = argparse.ArgumentParser(prog="bench", description=__doc__)
    parser.add_argument("--ratings", choices=SIZES, default="100k", help="the larger of the two sizes compared")
    parser.add_argument("--small", choices=SIZES, default="20k", help="the smaller one")
    options = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    from bench.growth import measure

    bars = measure(SIZES[options.small], SIZES[options.ratings])
    with RESULTS.open("w", encoding="utf-8") as file:
        file.writelines(json.dumps(bar) + "\n" for bar in bars)
    width = max(len(bar["bar"]) for bar in bars)
    for bar in bars:
        verdict = "met" if bar["met"] else "NOT MET"
        print(f"{bar['bar']:{width}}  {bar['value']:>10.2f} {bar['unit']:<8} limit {bar['limit']:<6} {verdict}")
    return 0 if all(bar["met"] for bar in bars) else 1


if __name__ == "__main__":
    sys.exit(main())

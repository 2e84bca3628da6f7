"""What docs/scoring.md says of severity's errors, measured again on other stores (R18)."""

import re
from pathlib import Path

import pytest

from bench.coverage import SET_UPS, measure
from surveys.statistics import wilson_interval

DOCS = Path(__file__).parents[2] / "docs" / "scoring.md"
FIGURE = re.compile(r"[\d.]+ % \(([\d.]+)–([\d.]+) %\)")

#: Other stores than the documented ones (seed 1), and fewer.
STORES, SEED = 15, 2


@pytest.mark.parametrize("set_up", SET_UPS, ids=lambda set_up: set_up.name)
def test_r18_the_documented_coverage_is_repeated(set_up):
    measured = measure(set_up, STORES, SEED)
    (row,) = [line for line in DOCS.read_text(encoding="utf-8").splitlines() if line.startswith(f"| {set_up.name} |")]
    told = [tuple(float(part) / 100 for part in figure.groups()) for figure in FIGURE.finditer(row)]
    for share, (low, high) in zip((measured.grudge, measured.honest, measured.suppliers), told, strict=True):
        again_low, again_high = wilson_interval(share.of, share.n, 2.576)
        assert low <= again_high, measured
        assert again_low <= high, measured


def test_a_measurement_can_be_repeated():
    assert measure(SET_UPS[0], 2, 5) == measure(SET_UPS[0], 2, 5)

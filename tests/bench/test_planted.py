"""What docs/scoring.md says the lenses find, measured again on other years (R18)."""

import re
from pathlib import Path

import pytest

from bench.planted import GRUDGES, OTHERS, Found, measure
from surveys.statistics import wilson_interval

#: One worker measures for all of these tests.
pytestmark = pytest.mark.xdist_group("planted")

DOCS = Path(__file__).parents[2] / "docs" / "scoring.md"
ROW = re.compile(r"^\| (?P<name>[^|]+) \| (?P<found>[^|]+) \| (?P<honest>[^|]+) \| (?P<precision>[^|]+) \|$", re.M)
FIGURE = re.compile(r"([\d.]+) % \(([\d.]+)–([\d.]+) %\)")

#: Other years than the documented ones (seed 1), and fewer; of grudges enough to hold what is required of them.
GRUDGE_YEARS, YEARS, SEED = 150, 60, 2


def documented():
    """Return, per line of the table, the figures in it: value, low, high, between 0 and 1."""
    rows = {
        row["name"]: [FIGURE.fullmatch(row[column]) for column in ("found", "honest")] for row in ROW.finditer(text)
    }
    return {
        name: [tuple(float(part) / 100 for part in figure.groups()) for figure in figures]
        for name, figures in rows.items()
        if all(figures)
    }


text = DOCS.read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def measured() -> list[Found]:
    return [*measure(GRUDGE_YEARS, SEED, GRUDGES), *measure(YEARS, SEED, OTHERS)]


def test_the_documented_intervals_are_repeated(measured):
    told = documented()
    assert set(told) == {each.name for each in measured}
    for each in measured:
        for share, (_value, low, high) in zip((each.planted, each.honest), told[each.name], strict=True):
            again_low, again_high = wilson_interval(share.of, share.n, 2.576)
            assert low <= again_high, each
            assert again_low <= high, each


def test_r18_a_grudge_is_found_and_the_honest_are_left_alone(measured):
    """At least 90 % of the planted grudges are flagged, at most 5 % of the honest raters: measured now, and as told."""
    told = documented()
    for each in measured[: len(GRUDGES)]:
        assert each.planted.n == GRUDGE_YEARS
        assert each.planted.value >= 0.9, each
        assert each.honest.value <= 0.05, each
        (found, _low, _high), (_honest, _honest_low, honest_high) = told[each.name]
        assert found >= 0.9
        assert honest_high <= 0.05


def test_noise_is_rarely_taken_for_a_signal():
    for name, (_found, (_value, _low, high)) in documented().items():
        if name.startswith("trend"):
            assert high <= 0.1


def test_a_measurement_can_be_repeated():
    assert measure(2, 5) == measure(2, 5)

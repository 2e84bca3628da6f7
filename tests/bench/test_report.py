"""Verdicts, the table, and the JSON lines other programs read."""

import json

import pytest

from bench.report import Bar, table, write_results


@pytest.mark.parametrize(
    ("value", "limit", "at_least", "met"),
    [
        (4.5, 4.5, False, True),
        (4.51, 4.5, False, False),
        (0, 0, False, True),
        (1, 0, False, False),
        (0.8, 0.8, True, True),
        (0.79, 0.8, True, False),
        (float("nan"), 4.5, False, False),
        (float("nan"), 0.8, True, False),
    ],
)
def test_a_bar_is_met_up_to_its_limit_or_from_it(value, limit, at_least, met):
    assert Bar("bar", value, limit, "x", 100, at_least=at_least).met is met


def test_a_value_that_only_rounds_to_its_limit_is_not_met():
    assert not Bar("bar", 4.50001, 4.5, "x", 100).met


def test_json_lines_have_exactly_the_agreed_keys(tmp_path):
    path = tmp_path / "results.jsonl"
    path.write_text("an older run\n")
    bars = [Bar("one", 1.23456, 2.0, "x", 1000, detail="for people"), Bar("two", 13, 12, "queries", 5)]
    write_results(bars, "sqlite", path)
    assert [json.loads(line) for line in path.read_text().splitlines()] == [
        {
            "bar": "one",
            "value": 1.2346,
            "limit": 2.0,
            "met": True,
            "unit": "x",
            "database": "sqlite",
            "ratings": 1000,
        },
        {"bar": "two", "value": 13, "limit": 12, "met": False, "unit": "queries", "database": "sqlite", "ratings": 5},
    ]


def test_the_table_says_value_limit_and_verdict():
    head, met, missed = table(
        [Bar("quick", 0.5, 1.5, "x", 1_000_000, detail="1 / 2 ms"), Bar("many", 3, 4, "a second", 10, at_least=True)]
    ).splitlines()
    assert head.split() == ["bar", "ratings", "value", "limit", "verdict", "figures"]
    assert met.split() == ["quick", "1,000,000", "0.500", "x", "at", "most", "1.5", "met", "1", "/", "2", "ms"]
    assert missed.split() == ["many", "10", "3.000", "a", "second", "at", "least", "4", "NOT", "MET"]

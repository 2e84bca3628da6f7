"""Paired rounds: who is measured when, which rounds count, and what the ratio is of."""

import itertools

import pytest

from bench.rounds import Round, median_ratio, paired


def test_the_order_changes_from_round_to_round():
    order = []
    paired(lambda: order.append("a"), lambda: order.append("b"), rounds=4, warmups=0)
    assert "".join(order) == "abbaabba"


def test_warm_up_rounds_are_measured_and_thrown_away():
    count, ticks = itertools.count(), []
    rounds = paired(lambda: next(count), lambda: -1, rounds=2, warmups=3, after_round=lambda: ticks.append(1))
    assert [found.measured for found in rounds] == [3, 4]
    assert len(ticks) == 5


def test_measured_and_baseline_keep_their_sides_whatever_the_order():
    rounds = paired(lambda: "measured", lambda: "baseline", rounds=3, warmups=0)
    assert set(rounds) == {Round("measured", "baseline")}


def test_without_rounds_there_is_nothing_to_report():
    with pytest.raises(ValueError, match="at least one round"):
        paired(lambda: 1, lambda: 1, rounds=0)


def test_the_ratio_is_the_median_of_each_rounds_own():
    # The machine was five times slower in the second round: it struck both. Medians of each side would give 3 / 10.
    rounds = [Round(1.0, 10.0), Round(20.0, 50.0), Round(3.0, 4.0)]
    assert median_ratio(rounds) == pytest.approx(0.4)


def test_the_ratio_is_of_what_it_is_asked_for():
    rounds = [Round({"cpu": 6.0}, {"cpu": 2.0}), Round({"cpu": 8.0}, {"cpu": 2.0})]
    assert median_ratio(rounds, lambda found: found["cpu"]) == 3.5

"""Control charts: the four signals, each on its side; noise is not flagged."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from surveys.control import RULES, control_chart

N = 400


def months(*distances):
    """Return months of 400 ratings that lie so many standard deviations from 80 %; one is 0.02."""
    return [(round(N * (0.8 + 0.02 * distance)), N) for distance in distances]


#: So many months of next to nothing keep the mean where it is.
QUIET = (0.1, -0.1) * 20


@pytest.mark.parametrize(
    ("last", "rule"),
    [
        ((3.3,), "beyond"),
        ((2.3, 0.1, 2.3), "two_of_three"),
        ((1.4, 1.4, -0.1, 1.4, 1.4), "four_of_five"),
        ((0.6,) * 8, "eight"),
    ],
)
@pytest.mark.parametrize("side", [1, -1])
def test_each_signal_is_given_at_the_month_that_completes_it(last, rule, side):
    chart = control_chart(months(*(side * distance for distance in (*QUIET, *last))))
    assert chart.kind == "p"
    signals = [[(signal.rule, signal.low) for signal in point.signals] for point in chart.points]
    assert signals[-1] == [(rule, side < 0)]
    assert not any(signals[:-1])


@pytest.mark.parametrize(
    "last",
    [
        (2.8,),
        (2.3, 0.1, 0.1, 2.3),
        (2.3, -2.3),
        (1.4, 1.4, 0.1, 0.1, 1.4, 1.4),
        (1.4, 1.4, 1.4, -1.4),
        (0.6,) * 7,
        (*(0.6,) * 4, -0.1, *(0.6,) * 4),
    ],
)
def test_one_month_less_is_no_signal(last):
    assert not any(point.signals for point in control_chart(months(*QUIET, *last)).points)


def test_where_n_is_small_the_limits_come_from_how_the_months_move():
    """Mean 80 %, neighbours 10 points apart on average: sigma 0.1 / 1.128, so 53 % to 100 %."""
    chart = control_chart([(n, 20) for n in (15, 17, 15, 17, 15, 17, 15, 17, 16)])
    assert chart.kind == "xmr"
    low, _high = chart.points[0].limits
    # Twenty ratings alone explain a move to 50 % or so: the wider of both is drawn.
    assert 0.45 < low < 0.55
    assert not any(point.signals for point in chart.points)


def test_a_month_of_few_ratings_is_judged_by_its_own_numbers():
    busy = [(90, 100), (91, 100), (89, 100), (90, 100)]
    for good, n, signals in ((0, 1, 0), (1, 3, 0), (0, 3, 1)):
        chart = control_chart([*busy, (good, n)])
        assert chart.kind == "p"
        assert len(chart.points[-1].signals) == signals
        low, high = chart.points[-1].limits
        assert (good / n < low) is bool(signals)
        assert high == 1


def test_nothing_and_all_alike_have_no_limits():
    assert control_chart([]).points == []
    assert control_chart([(0, 0)]).mean is None
    assert [point.limits for point in control_chart([(5, 5), (7, 7)]).points] == [None, None]


@settings(max_examples=50, deadline=None)
@given(st.lists(st.integers(0, 300).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))), max_size=14))
def test_any_months_give_a_chart_with_limits_around_the_mean(rated):
    chart = control_chart(rated)
    assert len(chart.points) == len(rated)
    for (_good, n), point in zip(rated, chart.points, strict=True):
        assert (point is None) is (n == 0)
        if point and point.limits:
            low, high = point.limits
            assert 0 <= low <= chart.mean + 1 / n
            assert chart.mean - 1 / n <= high <= 1
        for signal in point.signals if point else ():
            assert signal.rule in RULES


@pytest.mark.parametrize("ratings", [3, 12, 40, 200])
def test_noise_is_rarely_flagged(ratings):
    chance = random.Random(ratings)
    flagged = 0
    for _ in range(200):
        noise = []
        for _month in range(12):
            n = chance.randint(ratings // 2, ratings * 3 // 2)
            noise.append((sum(chance.random() < 0.9 for _ in range(n)), n))
        flagged += any(point and point.signals for point in control_chart(noise).points)
    assert flagged <= 16  # 8 % of the years; what is measured: docs/scoring.md

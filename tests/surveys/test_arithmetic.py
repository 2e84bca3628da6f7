"""The pure modules under generated input: intervals, counts, periods."""

import datetime
import itertools
from math import isclose

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveys.counts import COUNT_FIELDS, SCORE_FIELDS, Counts, total
from surveys.periods import (
    Period,
    last_12_months,
    parse_period,
    period_of,
    periods_between,
    split_by_rollups,
)
from surveys.scoring import SCORES, outcome
from surveys.statistics import wilson_interval

days = st.dates(datetime.date(2000, 1, 1), datetime.date(2099, 12, 31))
counts = st.builds(Counts, **{name: st.integers(0, 1000) for name in COUNT_FIELDS}, threshold=st.just(2))
#: Counts as they occur: of each score, so many at short notice and so many not.
parts = st.fixed_dictionaries({name: st.tuples(st.integers(0, 3), st.integers(0, 50)) for name in SCORE_FIELDS})


@given(st.integers(1, 10**6).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_the_interval_holds_the_rate_and_stays_between_0_and_1(good_n):
    good, n = good_n
    low, high = wilson_interval(good, n)
    assert 0 <= low <= good / n <= high <= 1


@given(st.integers(1, 1000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_good_and_not_good_mirror_each_other(good_n):
    good, n = good_n
    low, high = wilson_interval(good, n)
    mirrored_low, mirrored_high = wilson_interval(n - good, n)
    assert isclose(low, 1 - mirrored_high, abs_tol=1e-12)
    assert isclose(high, 1 - mirrored_low, abs_tol=1e-12)


@pytest.mark.parametrize(("good", "n"), [(-1, 3), (4, 3)])
def test_impossible_counts_are_refused(good, n):
    with pytest.raises(ValueError, match="between 0 and n"):
        wilson_interval(good, n)


@given(counts, counts, counts)
def test_counts_add_up_in_any_order(a, b, c):
    assert total([a, b, c]) == total([c, a, b])
    assert total([a, b, c]).n == a.n + b.n + c.n


@given(counts, st.integers(1, 3))
def test_every_rating_is_good_neutral_or_not_good_once(some, threshold):
    read = Counts(**{name: getattr(some, name) for name in COUNT_FIELDS}, threshold=threshold)
    assert read.good + read.neutral + read.not_good == read.n
    expected = sum(
        getattr(read, f"{scale}_{score}")
        for scale, scores in SCORES.items()
        for score in scores
        if outcome(scale, score, threshold=threshold) == "not_good"
    )
    assert read.not_good == expected


def test_counts_under_different_thresholds_cannot_be_added():
    with pytest.raises(ValueError, match="thresholds"):
        Counts(threshold=2) + Counts(threshold=3)


def test_r16_one_not_good_denies_satisfied():
    assert Counts(due=1000, binary_1=999).figures().verdict == "satisfied"
    assert Counts(due=1000, binary_1=999, binary_0=1).figures().verdict == "not_satisfied"
    assert Counts(due=2, five_2=1, five_5=1).figures().verdict == "not_satisfied"


@given(parts, st.integers(1, 3))
def test_r12_with_short_notice_is_the_sum_of_both_parts(scores, threshold):
    short = {f"short_{name}": hurried for name, (hurried, _others) in scores.items()}
    both = {name: hurried + others for name, (hurried, others) in scores.items()}
    figures = Counts(due=2000, **both, **short, threshold=threshold).figures()
    if not any(short.values()):
        assert (figures.short, figures.without) == (None, None)
        return
    for name in ("n", "good", "neutral", "not_good"):
        assert getattr(figures.short, name) + getattr(figures.without, name) == getattr(figures, name), name
    assert figures.vetoed == (figures.short.vetoed or figures.without.vetoed)
    for part, index in ((figures.short, 0), (figures.without, 1)):
        assert part.counts == Counts(**{name: pair[index] for name, pair in scores.items()}, threshold=threshold)


@given(counts, counts)
def test_r12_short_notice_adds_up_like_all_counts(a, b):
    assert (a + b).of_short_notice == a.of_short_notice + b.of_short_notice


def test_r12_ratings_that_all_came_at_short_notice_leave_no_figure_without_them():
    without = Counts(due=4, binary_0=1, binary_1=3, short_binary_0=1, short_binary_1=3).figures().without
    assert (without.n, without.satisfied_rate, without.verdict) == (0, None, "no_ratings")


def test_r19_a_veto_that_short_notice_alone_brought_is_gone_without_it():
    figures = Counts(due=30, binary_0=1, binary_1=29, short_binary_0=1).figures()
    assert (figures.verdict, figures.without.verdict, figures.short.n) == ("not_satisfied", "satisfied", 1)


def test_no_ratings_no_figure():
    figures = Counts(interactions=3, due=3).figures()
    assert (figures.satisfied_rate, figures.interval_low, figures.mean_score) == (None, None, None)
    assert (figures.verdict, figures.vetoed, figures.silent) == ("no_ratings", False, True)


@given(days, st.sampled_from(["day", "week", "month", "quarter", "year"]))
def test_a_period_holds_its_day_and_is_named_uniquely(day, grain):
    period = period_of(grain, day)
    assert day in period
    assert parse_period(period.name) == period
    assert period_of(grain, period.start) == period_of(grain, period.end) == period
    assert period_of(grain, period.end + datetime.timedelta(days=1)) != period


@given(days, st.integers(0, 800), st.sampled_from(["day", "week", "month", "quarter", "year", "all"]))
def test_periods_cover_a_range_without_gap_or_overlap(start, length, grain):
    end = start + datetime.timedelta(days=length)
    periods = list(periods_between(grain, start, end))
    assert periods[0].start == start
    assert periods[-1].end == end
    for before, after in itertools.pairwise(periods):
        assert before.end + datetime.timedelta(days=1) == after.start


@given(days, st.integers(0, 800), st.sampled_from(["week", "month"]))
def test_rollups_and_edges_together_cover_every_day_once(start, length, grain):
    period = Period(start, start + datetime.timedelta(days=length))
    whole, edges = split_by_rollups(period, grain)
    parts = sorted([*([whole] if whole else []), *edges])
    assert sum(part.days for part in parts) == period.days
    assert (parts[0].start, parts[-1].end) == (period.start, period.end)
    if whole:
        assert period_of(grain, whole.start).start == whole.start
        assert period_of(grain, whole.end).end == whole.end


@pytest.mark.parametrize(
    "name", ["", "all", "2026-13", "2026-Q5", "2026-W54", "2026-1", "26", "2026-02-30", "0000", "x", "2026-Q", "-1"]
)
def test_what_names_no_period_is_refused(name):
    with pytest.raises(ValueError, match=r".*"):
        parse_period(name)


@given(days)
def test_r17_the_long_view_is_twelve_whole_months(day):
    period = last_12_months(day)
    assert day in period
    assert len(list(periods_between("month", period.start, period.end))) == 12
    assert period.start.day == 1

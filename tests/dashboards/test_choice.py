"""Which period a page shows: by name, by kind, never the future, never a 500."""

import datetime

import pytest
from django.utils import translation

from dashboards.choice import choose
from surveys.periods import Period

Day = datetime.date
TODAY = Day(2026, 11, 23)


@pytest.mark.parametrize(
    ("asked", "kind", "start", "end", "label", "label_zh"),
    [
        ("", "month", Day(2026, 11, 1), Day(2026, 11, 30), "November 2026", "2026年11月"),
        ("2026-02", "month", Day(2026, 2, 1), Day(2026, 2, 28), "February 2026", "2026年2月"),
        ("2026-Q3", "quarter", Day(2026, 7, 1), Day(2026, 9, 30), "Q3 2026", None),
        ("2025", "year", Day(2025, 1, 1), Day(2025, 12, 31), "Year 2025", None),
        ("quarter", "quarter", Day(2026, 10, 1), Day(2026, 12, 31), "Q4 2026", None),
        ("year", "year", Day(2026, 1, 1), Day(2026, 12, 31), "Year 2026", None),
    ],
)
def test_periods_are_read_and_labelled(asked, kind, start, end, label, label_zh):
    choice = choose(asked, TODAY)
    assert (choice.kind, choice.period.start, choice.period.end, choice.problem) == (kind, start, end, "")
    with translation.override("en"):
        assert choice.label == label
    if label_zh:
        with translation.override("zh-hans"):
            assert choice.label == label_zh


@pytest.mark.parametrize(
    "asked",
    [
        "2026-13", "2026-00", "2026-Q5", "2026-W47", "2026-11-23", "0000", "0001", "1949", "99999", "x", "-Q", "2026-",
        "２０２６", "2026-1", "month ", "9" * 5000, "\x00", "<script>", "2026-Q٣",
    ],
)  # fmt: skip
def test_what_is_no_period_gives_the_current_month_and_says_so(asked):
    choice = choose(asked, TODAY)
    assert (choice.kind, choice.name) == ("month", "2026-11")
    assert choice.problem


@pytest.mark.parametrize("asked", ["2026-12", "2027", "2027-Q1", "9999", "9999-12", "9999-Q4"])
def test_the_future_is_not_offered(asked):
    choice = choose(asked, TODAY)
    assert choice.name == "2026-11"
    assert choice.problem


def test_neighbours_stop_at_today():
    assert (choose("2026-11", TODAY).earlier, choose("2026-11", TODAY).later) == ("2026-10", "")
    assert (choose("2026-01", TODAY).earlier, choose("2026-10", TODAY).later) == ("2025-12", "2026-11")
    assert (choose("2026-Q1", TODAY).earlier, choose("2026-Q4", TODAY).later) == ("2025-Q4", "")
    assert (choose("1950", TODAY).earlier, choose("2025", TODAY).later) == ("", "2026")


@pytest.mark.parametrize(
    ("asked", "anchor", "name"),
    [
        ("quarter", "2026-02-28", "2026-Q1"),
        ("month", "2025-12-31", "2025-12"),
        ("year", "2999-01-01", "2026"),
        ("month", "soon", "2026-11"),
        ("month", "0001-01-01", "1950-01"),
    ],
)
def test_another_kind_of_period_shows_the_same_time(asked, anchor, name):
    assert choose(asked, TODAY, anchor=anchor).name == name


@pytest.mark.parametrize(
    ("asked", "first", "last"),
    [
        ("2026-11", Day(2025, 12, 1), Day(2026, 11, 30)),
        ("2026-Q4", Day(2025, 12, 1), Day(2026, 11, 30)),  # the quarter still runs: up to this month
        ("2026-Q1", Day(2025, 4, 1), Day(2026, 3, 31)),
        ("2025", Day(2025, 1, 1), Day(2025, 12, 31)),
    ],
)
def test_r17_the_long_view_is_twelve_whole_months_up_to_the_period(asked, first, last):
    choice = choose(asked, TODAY)
    assert choice.long == Period(first, last)
    assert choice.span.start <= min(first, choice.period.start)
    assert choice.span.end >= max(last, choice.period.end)

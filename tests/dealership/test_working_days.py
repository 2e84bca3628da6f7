"""R11: lead times count the store's working days. The arithmetic, against a naive count and by its properties."""

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dealership.working_days import TooFarError, WorkingCalendar, format_week, parse_week

MONDAY_TO_FRIDAY = frozenset(range(5))
DAY = datetime.timedelta(days=1)


def date(text):
    return datetime.date.fromisoformat(text)


days = st.dates(date("2024-01-01"), date("2028-12-31"))
calendars = st.builds(
    WorkingCalendar,
    weekdays=st.frozensets(st.integers(0, 6), min_size=1),
    closed=st.dictionaries(days, st.just("Holiday"), max_size=60),
    extra=st.frozensets(days, max_size=20),
)


def counted(calendar, first, last):
    """Count day by day, as one would on paper."""
    return sum(calendar.is_working(first + n * DAY) for n in range(1, (last - first).days + 1))


@given(calendars, days, st.integers(0, 60))
def test_r11_add_and_between_undo_each_other(calendar, day, n):
    assert calendar.between(day, calendar.add(day, n)) == n


@given(calendars, days, st.integers(1, 60))
def test_r11_what_add_finds_is_worked_and_the_first_such_day(calendar, day, n):
    found = calendar.add(day, n)
    assert calendar.is_working(found)
    assert calendar.between(day, found - DAY) == n - 1


@given(calendars, days, st.integers(0, 30), st.integers(0, 30))
def test_r11_add_goes_on_where_it_stopped_and_never_back(calendar, day, n, more):
    assert calendar.add(calendar.add(day, n), more) == calendar.add(day, n + more)
    assert calendar.add(day, n) <= calendar.add(day, n + more)


@given(calendars, days, days)
def test_r11_between_counts_what_a_person_counts(calendar, one, other):
    first, last = sorted((one, other))
    assert calendar.between(first, last) == counted(calendar, first, last)
    assert calendar.between(last, first) == -calendar.between(first, last)


@given(calendars, days, days, days)
def test_r11_stretches_add_up(calendar, a, b, c):
    assert calendar.between(a, b) + calendar.between(b, c) == calendar.between(a, c)


@given(calendars, days)
def test_a_day_is_worked_or_off_and_a_holiday_has_a_name(calendar, day):
    assert not (calendar.is_working(day) and calendar.is_holiday(day))
    assert bool(calendar.name_of(day)) == calendar.is_holiday(day)


def test_r11_counted_from_a_day_off():
    calendar = WorkingCalendar(MONDAY_TO_FRIDAY)
    assert calendar.add(date("2026-11-28"), 1) == date("2026-11-30")
    assert calendar.between(date("2026-11-28"), date("2026-11-29")) == 0


def test_r11_over_the_ends_of_a_month_and_of_a_leap_years_february():
    calendar = WorkingCalendar(MONDAY_TO_FRIDAY)
    assert calendar.add(date("2026-10-30"), 1) == date("2026-11-02")
    assert calendar.add(date("2028-02-28"), 2) == date("2028-03-01")


def test_r11_over_the_end_of_a_year_with_its_holiday():
    calendar = WorkingCalendar(MONDAY_TO_FRIDAY, closed={date("2027-01-01"): "New Year's Day"})
    assert calendar.add(date("2026-12-31"), 1) == date("2027-01-04")


def test_a_day_worked_all_the_same_goes_before_the_week_and_the_holiday():
    sunday, holiday = date("2026-09-20"), date("2026-10-01")
    calendar = WorkingCalendar(MONDAY_TO_FRIDAY, closed={holiday: "National Day"}, extra=frozenset({sunday, holiday}))
    assert calendar.is_working(sunday)
    assert calendar.is_working(holiday)
    assert not calendar.is_holiday(holiday)
    assert calendar.name_of(holiday) == ""


def test_a_weekly_day_off_is_no_holiday():
    calendar = WorkingCalendar(MONDAY_TO_FRIDAY, closed={date("2026-04-05"): "Tomb-Sweeping Day"})
    assert not calendar.is_holiday(date("2026-11-28"))
    assert calendar.is_holiday(date("2026-04-05"))  # a Sunday, and named


def test_a_year_of_holidays_is_passed_over():
    closed = {date("2026-01-01") + n * DAY: "Closed" for n in range(365)}
    assert WorkingCalendar(MONDAY_TO_FRIDAY, closed).add(date("2025-12-31"), 1) == date("2027-01-01")


@pytest.mark.parametrize("weekdays", [frozenset(), frozenset({7})])
def test_a_week_without_a_working_day_is_refused(weekdays):
    with pytest.raises(ValueError, match="no week"):
        WorkingCalendar(weekdays)


def test_where_the_dates_end_the_error_says_so():
    calendar = WorkingCalendar(MONDAY_TO_FRIDAY)
    with pytest.raises(TooFarError):
        calendar.add(date("9999-12-30"), 5)
    assert calendar.between(date("2026-11-24"), datetime.date.max) > 2_000_000


def test_a_negative_number_of_days_is_refused():
    with pytest.raises(ValueError, match="-1"):
        WorkingCalendar(MONDAY_TO_FRIDAY).add(date("2026-11-24"), -1)


@given(st.frozensets(st.integers(0, 6)))
def test_a_week_is_read_as_it_is_written(weekdays):
    assert parse_week(format_week(weekdays)) == weekdays


@pytest.mark.parametrize("text", ["montag", "mon tues", "0 1", "mon;tue"])
def test_a_word_that_names_no_day_is_refused(text):
    with pytest.raises(ValueError, match=r"\w"):
        parse_week(text)

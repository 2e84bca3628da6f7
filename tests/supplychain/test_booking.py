"""R11: what is asked for, held against service windows and lead time; examples, window edges, and properties."""

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dealership.working_days import WorkingCalendar, parse_week
from supplychain.booking import HORIZON, Slot, assess
from supplychain.windows import Window, parse_windows

WEEK = parse_week("mon tue wed thu fri")
ORDINARY = WorkingCalendar(WEEK)
DAY = datetime.timedelta(days=1)


def date(text):
    return datetime.date.fromisoformat(text)


def clock(text):
    return datetime.time.fromisoformat(text)


def asked(at, on, time=None, windows="", lead=None, calendar=ORDINARY):
    return assess(
        asked_at=datetime.datetime.fromisoformat(at),
        wanted_on=date(on),
        wanted_time=clock(time) if time else None,
        windows=parse_windows(windows),
        lead_time_days=lead,
        calendar=calendar,
    )


def slot(day, window=None):
    return Slot(date(day), parse_windows(window)[0] if window else None)


# --- windows ---


def test_r11_asked_on_tuesday_though_finance_reimburses_on_mondays():
    found = asked("2026-11-24 10:00", "2026-11-24", windows="mon")
    assert (found.outside_window, found.short_of_lead_time) == (True, False)
    assert found.short_notice
    assert found.next_slot == slot("2026-11-30", "mon")


def test_r11_asked_for_the_window_is_no_short_notice():
    found = asked("2026-11-24 10:00", "2026-11-30", windows="mon")
    assert not found.short_notice
    assert found.next_slot == slot("2026-11-30", "mon")
    assert found.notice_days == 4


@pytest.mark.parametrize(
    ("time", "outside"), [("08:59", True), ("09:00", False), ("11:59:59", False), ("12:00", True), ("00:00", True)]
)
def test_r11_a_windows_start_belongs_to_it_and_its_end_does_not(time, outside):
    assert asked("2026-11-24 10:00", "2026-11-30", time, windows="mon 09:00-12:00").outside_window is outside


@pytest.mark.parametrize("time", ["00:00", "12:00", "23:59:59"])
def test_r11_a_window_without_hours_is_the_whole_day(time):
    assert not asked("2026-11-24 10:00", "2026-11-30", time, windows="mon").outside_window


@pytest.mark.parametrize(
    ("time", "next_slot"),
    [
        (None, slot("2026-11-30", "mon 09:00-12:00")),
        ("08:00", slot("2026-11-30", "mon 09:00-12:00")),
        ("12:00", slot("2026-11-30", "mon 14:00-17:00")),
        ("15:00", slot("2026-11-30", "mon 14:00-17:00")),
        ("17:00", slot("2026-12-02", "wed")),
    ],
)
def test_r11_the_next_slot_is_not_before_the_time_wanted(time, next_slot):
    windows = "mon 09:00-12:00; mon 14:00-17:00; wed"
    assert asked("2026-11-24 10:00", "2026-11-30", time, windows).next_slot == next_slot


@pytest.mark.parametrize(
    ("now", "outside", "next_slot"),
    [
        ("08:00", False, slot("2026-11-30", "mon 09:00-12:00")),
        ("11:59", False, slot("2026-11-30", "mon 09:00-12:00")),
        ("12:00", True, slot("2026-12-07", "mon 09:00-12:00")),
    ],
)
def test_r11_todays_window_counts_until_it_is_over(now, outside, next_slot):
    found = asked(f"2026-11-30 {now}", "2026-11-30", windows="mon 09:00-12:00")
    assert (found.outside_window, found.next_slot) == (outside, next_slot)


def test_r11_a_time_in_a_window_that_is_over_is_outside():
    assert asked("2026-11-30 13:00", "2026-11-30", "10:00", windows="mon 09:00-12:00").outside_window


def test_r11_a_holiday_has_no_window():
    closed = {date("2026-10-05"): "National Day", date("2026-10-12"): "Stocktaking"}
    found = asked("2026-09-29 10:00", "2026-10-05", windows="mon", calendar=WorkingCalendar(WEEK, closed))
    assert (found.outside_window, found.holiday) == (True, "National Day")
    assert found.next_slot == slot("2026-10-19", "mon")


def test_r11_a_weekly_day_off_has_its_window_where_one_is_agreed():
    assert not asked("2026-11-24 10:00", "2026-11-28", windows="sat").outside_window


def test_r11_a_make_up_sunday_is_not_the_weekday_it_makes_up_for():
    calendar = WorkingCalendar(WEEK, extra=frozenset({date("2026-09-20")}))
    assert asked("2026-09-15 10:00", "2026-09-20", windows="mon", calendar=calendar).outside_window


def test_r11_when_every_day_is_a_holiday_there_is_no_next_slot():
    closed = {date("2026-11-24") + n * DAY: "Closed" for n in range(HORIZON + 1)}
    found = asked("2026-11-24 10:00", "2026-11-24", windows="mon", calendar=WorkingCalendar(WEEK, closed))
    assert (found.outside_window, found.next_slot) == (True, None)


def test_r11_the_last_days_of_all_are_answered():
    assert asked("2026-11-24 10:00", "9999-12-31", windows="mon").next_slot is None
    assert asked("2026-11-24 10:00", "9999-12-31").next_slot == slot("9999-12-31")


# --- lead time ---


def test_r11_recruiting_takes_twenty_working_days():
    found = asked("2026-11-02 09:00", "2026-11-27", lead=20)
    assert (found.short_of_lead_time, found.notice_days, found.earliest) == (True, 19, date("2026-11-30"))
    assert found.next_slot == slot("2026-11-30")
    assert not asked("2026-11-02 09:00", "2026-11-30", lead=20).short_notice


def test_r11_a_lead_time_counts_no_holidays_but_the_days_that_make_up_for_them():
    closed = {date("2026-10-01") + n * DAY: "National Day" for n in range(7)}
    calendar = WorkingCalendar(WEEK, closed, extra=frozenset({date("2026-10-10")}))
    found = asked("2026-09-30 09:00", "2026-10-09", lead=3, calendar=calendar)
    assert (found.notice_days, found.earliest) == (2, date("2026-10-10"))
    assert found.next_slot == slot("2026-10-10")


def test_r11_the_next_slot_keeps_to_the_lead_time_too():
    found = asked("2026-11-27 10:00", "2026-11-30", windows="mon", lead=2)
    assert (found.outside_window, found.short_of_lead_time) == (False, True)
    assert found.next_slot == slot("2026-12-07", "mon")


def test_r11_the_time_wanted_of_a_day_too_early_does_not_bind_the_day_offered():
    found = asked("2026-11-24 10:00", "2026-11-24", "16:00", windows="mon 09:00-12:00; tue 09:00-12:00")
    assert found.next_slot == slot("2026-11-30", "mon 09:00-12:00")


def test_r11_without_windows_nothing_moves_off_a_weekend():
    found = asked("2026-11-24 10:00", "2026-11-28", lead=1)
    assert (found.short_notice, found.next_slot) == (False, slot("2026-11-28"))


def test_r11_without_terms_any_day_from_today_is_right():
    assert not asked("2026-11-28 23:59", "2026-11-28").short_notice


def test_r11_a_day_that_is_past_is_short_notice_whatever_is_agreed():
    found = asked("2026-11-24 10:00", "2026-11-23")
    assert (found.short_of_lead_time, found.notice_days, found.next_slot) == (True, -1, slot("2026-11-24"))
    assert asked("2026-11-24 10:00", "2026-11-23", windows="mon").outside_window


# --- whatever is asked ---

days = st.dates(date("2026-01-01"), date("2027-06-30"))
calendars = st.builds(
    WorkingCalendar,
    weekdays=st.frozensets(st.integers(0, 6), min_size=1),
    closed=st.dictionaries(days, st.just("Holiday"), max_size=40),
    extra=st.frozensets(days, max_size=10),
)
whole_days = st.builds(Window, st.integers(0, 6), st.just(datetime.time(0)), st.just(datetime.time(0)))
hours = st.lists(st.integers(0, 23), min_size=2, max_size=2, unique=True).map(sorted)
parts = st.builds(
    lambda day, between: Window(day, *(datetime.time(hour) for hour in between)), st.integers(0, 6), hours
)
wanted = st.fixed_dictionaries(
    {
        "asked_at": st.datetimes(datetime.datetime(2026, 1, 1), datetime.datetime(2027, 1, 1)),
        "wanted_on": days,
        "wanted_time": st.none() | st.times(),
        "windows": st.lists(whole_days | parts, max_size=5).map(lambda found: tuple(sorted(set(found)))),
        "calendar": calendars,
    }
)
leads = st.none() | st.integers(0, 40)


@given(wanted, leads)
def test_r11_the_slot_offered_is_always_right_when_asked_for(terms, lead):
    found = assess(**terms, lead_time_days=lead).next_slot
    start = found.window.start if found.window else None
    for time in (None, start):
        again = assess(**{**terms, "wanted_on": found.day, "wanted_time": time}, lead_time_days=lead)
        assert not again.short_notice
        assert again.next_slot.day == found.day


@given(wanted, leads)
def test_r11_the_slot_offered_is_on_no_holiday_and_not_before_what_is_wanted(terms, lead):
    found = assess(**terms, lead_time_days=lead)
    assert found.next_slot.day >= max(terms["wanted_on"], found.earliest)
    assert found.next_slot.window is None or not terms["calendar"].is_holiday(found.next_slot.day)


@given(wanted, leads)
def test_r11_what_is_right_is_offered_as_it_stands(terms, lead):
    found = assess(**terms, lead_time_days=lead)
    if not found.short_notice:
        assert found.next_slot.day == terms["wanted_on"]


@given(wanted, st.integers(0, 40), st.integers(0, 20))
def test_r11_a_longer_lead_time_never_brings_a_slot_forward(terms, lead, more):
    sooner, later = (assess(**terms, lead_time_days=days) for days in (lead, lead + more))
    assert sooner.earliest <= later.earliest
    assert sooner.next_slot.day <= later.next_slot.day
    assert sooner.short_of_lead_time <= later.short_of_lead_time


@given(wanted, leads)
def test_r11_short_of_the_lead_time_is_less_notice_than_agreed(terms, lead):
    found = assess(**terms, lead_time_days=lead)
    if found.short_of_lead_time:
        assert found.notice_days < max(lead or 0, 1)
    else:
        assert found.notice_days >= (lead or 0)

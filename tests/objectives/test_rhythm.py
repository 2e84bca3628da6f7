"""The days of a rhythm (R26): month ends, days off, and days that were moved by hand."""

import datetime

from hypothesis import given
from hypothesis import strategies as st

from dealership.working_days import WorkingCalendar, parse_week
from objectives.rhythm import MONTHS, in_step, next_day, working_day

DAY = datetime.timedelta(days=1)
EVERY = WorkingCalendar(parse_week("mon tue wed thu fri sat sun"))
WEEK = WorkingCalendar(parse_week("mon tue wed thu fri"))

days = st.dates(datetime.date(2000, 1, 1), datetime.date(2060, 12, 31))
rhythms = st.sampled_from(sorted(MONTHS))
weeks = st.sets(st.integers(0, 6), min_size=1)


@st.composite
def calendars(draw):
    week = frozenset(draw(weeks))
    off = draw(st.lists(days, max_size=10))
    return WorkingCalendar(week, dict.fromkeys(off, "off"), frozenset(draw(st.lists(days, max_size=3))))


def test_r26_a_month_without_the_day_has_its_last_day():
    assert in_step(datetime.date(2026, 1, 31), 1, 1) == datetime.date(2026, 2, 28)
    assert in_step(datetime.date(2027, 11, 30), 3, 1) == datetime.date(2028, 2, 29)
    assert in_step(datetime.date(2026, 1, 31), 1, 2) == datetime.date(2026, 3, 31), "and the day comes back"
    assert in_step(datetime.date(2026, 11, 15), 3, 1) == datetime.date(2027, 2, 15)


def test_r26_a_day_off_moves_to_the_working_day_after():
    saturday = datetime.date(2026, 2, 28)
    assert working_day(saturday, WEEK) == datetime.date(2026, 3, 2)
    assert working_day(saturday, EVERY) == saturday
    closed = WorkingCalendar(WEEK.weekdays, {datetime.date(2026, 3, 2) + n * DAY: "Spring Festival" for n in range(5)})
    assert working_day(saturday, closed) == datetime.date(2026, 3, 9)


def test_r26_once_has_no_next_day():
    first = datetime.date(2026, 3, 2)
    assert next_day(first, "once", last=first, after=first, calendar=EVERY) is None


def test_r26_a_dialogue_moved_by_hand_stands_for_its_own_month():
    first = datetime.date(2026, 1, 15)
    for moved in (datetime.date(2026, 3, 5), datetime.date(2026, 3, 15), datetime.date(2026, 3, 29)):
        found = next_day(first, "monthly", last=moved, after=datetime.date(2026, 1, 20), calendar=EVERY)
        assert found == datetime.date(2026, 4, 15)


def test_r26_months_that_are_over_are_left_out():
    first = datetime.date(2026, 1, 15)
    found = next_day(first, "quarterly", last=first, after=datetime.date(2026, 8, 1), calendar=EVERY)
    assert found == datetime.date(2026, 10, 15)


@given(first=days, rhythm=rhythms, moved=st.integers(-10, 10), steps=st.integers(0, 40), calendar=calendars())
def test_r26_the_next_day_is_later_worked_and_of_the_rhythm(first, rhythm, moved, steps, calendar):
    months = MONTHS[rhythm]
    last = max(in_step(first, months, steps) + moved * DAY, first)
    found = next_day(first, rhythm, last=last, after=last, calendar=calendar)
    assert found is not None
    assert found > last
    assert calendar.is_working(found)
    nominal = [in_step(first, months, step) for step in range(steps + 4)]
    assert found in [working_day(day, calendar) for day in nominal]


@given(first=days, rhythm=rhythms)
def test_r26_a_rhythm_kept_as_it_is_leaves_no_month_out(first, rhythm):
    day = first
    for step in range(1, 9):
        day = next_day(first, rhythm, last=day, after=first, calendar=EVERY)
        assert day == in_step(first, MONTHS[rhythm], step)


@given(first=days, rhythm=rhythms)
def test_r26_one_dialogue_a_month_though_days_off_move_it(first, rhythm):
    day = first
    for step in range(1, 9):
        day = next_day(first, rhythm, last=day, after=first, calendar=WEEK)
        assert day == working_day(in_step(first, MONTHS[rhythm], step), WEEK)

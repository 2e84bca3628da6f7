"""R11: what is asked over a link, on the store's clock and in the store's calendar, and what people are told of it."""

import datetime

import pytest
from django.utils.translation import override

from dealership.calendars import calendar_of
from dealership.models import SpecialDay
from supplychain.appointments import assess_link
from supplychain.wording import assessment_in_words, slot_in_words
from tests.factories import DealershipFactory, LinkFactory

pytestmark = pytest.mark.django_db


def link_of(zone="Asia/Shanghai", country="CN", **terms):
    store = DealershipFactory(time_zone=zone, holiday_calendar=country)
    return LinkFactory(dealership=store, supplier__name="Finance", **terms)


def asked(link, at, on, time=None):
    return assess_link(
        link,
        asked_at=datetime.datetime.fromisoformat(at),
        wanted_on=datetime.date.fromisoformat(on),
        wanted_time=datetime.time.fromisoformat(time) if time else None,
    )


def next_day(found):
    return found.next_slot.day.isoformat()


# --- the store's calendar ---


def test_r11_monday_in_the_national_day_holiday_is_moved_to_the_next_monday():
    found = asked(link_of(windows="mon"), "2026-09-29T02:00Z", "2026-10-05")
    assert found.outside_window
    assert next_day(found) == "2026-10-12"


def test_r11_a_lead_time_over_the_spring_festival():
    found = asked(link_of(lead_time_days=3), "2026-02-13T02:00Z", "2026-02-20")
    assert (found.short_of_lead_time, found.notice_days) == (True, 1)  # Saturday the 14th makes up for Friday the 20th
    assert next_day(found) == "2026-02-25"


def test_r11_the_store_is_closed_for_stocktaking():
    link = link_of(windows="mon")
    SpecialDay.objects.create(dealership=link.dealership, day=datetime.date(2026, 11, 30), name="Stocktaking")
    found = asked(link, "2026-11-24T02:00Z", "2026-11-30")
    assert (found.holiday, next_day(found)) == ("Stocktaking", "2026-12-07")


# --- the store's clock ---


@pytest.mark.parametrize(("at", "notice"), [("2026-11-24T15:59Z", 1), ("2026-11-24T16:00Z", 0)])
def test_r11_the_day_of_asking_is_the_stores(at, notice):
    assert asked(link_of(lead_time_days=1), at, "2026-11-25").notice_days == notice


@pytest.mark.parametrize(("at", "outside"), [("2026-11-30T03:59Z", False), ("2026-11-30T04:00Z", True)])
def test_r11_todays_window_is_over_at_its_end_in_the_stores_zone(at, outside):
    assert asked(link_of(windows="mon 09:00-12:00"), at, "2026-11-30").outside_window is outside


def test_r11_just_before_midnight_in_shanghai_it_is_morning_in_new_york():
    at = "2026-11-30T15:30Z"
    assert asked(link_of(windows="mon 09:00-12:00"), at, "2026-11-30").outside_window
    assert not asked(link_of("America/New_York", "US", windows="mon 09:00-12:00"), at, "2026-11-30").outside_window


@pytest.mark.parametrize(
    ("at", "day", "outside"),
    [
        # The clocks go back on Sunday, 1 November 2026: noon is 16:00 UTC the day before and 17:00 UTC that day.
        ("2026-10-31T15:59Z", "2026-10-31", False),
        ("2026-10-31T16:00Z", "2026-10-31", True),
        ("2026-11-01T16:59Z", "2026-11-01", False),
        ("2026-11-01T17:00Z", "2026-11-01", True),
        # They go forward on Sunday, 8 March 2026.
        ("2026-03-07T16:59Z", "2026-03-07", False),
        ("2026-03-07T17:00Z", "2026-03-07", True),
        ("2026-03-08T15:59Z", "2026-03-08", False),
        ("2026-03-08T16:00Z", "2026-03-08", True),
    ],
)
def test_r11_a_window_ends_at_noon_on_the_wall_whatever_the_clocks_did(at, day, outside):
    link = link_of("America/New_York", "US", windows="sat 09:00-12:00; sun 09:00-12:00")
    assert asked(link, at, day).outside_window is outside


def test_r11_the_hour_that_comes_twice_is_one_day():
    link = link_of("America/New_York", "US", lead_time_days=1)
    for at in ("2026-11-01T05:30Z", "2026-11-01T06:30Z", "2026-11-02T04:59Z"):
        assert asked(link, at, "2026-11-02").earliest == datetime.date(2026, 11, 2)
    assert asked(link, "2026-11-02T05:00Z", "2026-11-02").earliest == datetime.date(2026, 11, 3)


def test_a_calendar_at_hand_saves_the_query(django_assert_num_queries):
    link = link_of(windows="mon")
    asked_at = datetime.datetime(2026, 11, 24, 2, 0, tzinfo=datetime.UTC)
    calendar = calendar_of(link.dealership, around=asked_at.date())
    with django_assert_num_queries(0):
        assess_link(link, asked_at=asked_at, wanted_on=datetime.date(2026, 11, 24), calendar=calendar)


# --- in words ---


def words_of(found, link, language="en"):
    with override(language):
        return assessment_in_words(link, found, today=datetime.date(2026, 9, 1))


def test_r11_the_words_name_what_is_agreed_and_the_next_slot():
    link = link_of(windows="mon 09:00-12:00")
    assert words_of(asked(link, "2026-11-24T02:00Z", "2026-11-24"), link) == (
        "Agreed with Finance: Monday 09:00–12:00. What you ask for is outside the service windows. "
        "Next possible: Monday, 30 November, 09:00–12:00."
    )


def test_r11_the_words_name_the_holiday():
    link = link_of(windows="mon")
    with override("en"):
        found = asked(link, "2026-09-29T02:00Z", "2026-10-05")
    assert words_of(found, link) == (
        "Agreed with Finance: Monday. That day is a holiday: National Day (observed). "
        "Next possible: Monday, 12 October."
    )


def test_r11_the_words_name_the_lead_time_and_the_earliest_day():
    link = link_of(lead_time_days=20)
    assert words_of(asked(link, "2026-11-02T02:00Z", "2026-11-27"), link) == (
        "Agreed with Finance: 20 working days ahead. You ask 19 working days ahead. Next possible: Monday, 30 November."
    )


def test_r11_the_words_name_both():
    link = link_of(windows="mon", lead_time_days=3)
    assert words_of(asked(link, "2026-11-24T02:00Z", "2026-11-25"), link) == (
        "Agreed with Finance: Monday; 3 working days ahead. What you ask for is outside the service windows. "
        "You ask 1 working day ahead. Next possible: Monday, 30 November."
    )


def test_a_day_that_is_past_is_called_so():
    link = link_of()
    assert words_of(asked(link, "2026-11-24T02:00Z", "2026-11-23"), link).startswith("That day has passed.")


def test_r11_what_keeps_to_the_terms_needs_no_words():
    link = link_of(windows="mon")
    assert words_of(asked(link, "2026-11-24T02:00Z", "2026-11-30"), link) == ""


def test_a_slot_of_another_year_names_the_year():
    found = asked(link_of(windows="mon 09:00-12:00"), "2026-12-30T02:00Z", "2026-12-30")
    with override("en"):
        assert (
            slot_in_words(found.next_slot, today=datetime.date(2026, 12, 30)) == "Monday, 4 January 2027, 09:00–12:00"
        )


def test_a_chinese_reader_is_told_the_month_without_a_leading_nought():
    found = asked(link_of(windows="mon"), "2026-12-30T02:00Z", "2026-12-30")
    with override("zh-hans"):
        assert "1月4日" in slot_in_words(found.next_slot, today=datetime.date(2027, 1, 1))
        assert "01月" not in slot_in_words(found.next_slot, today=datetime.date(2027, 1, 1))

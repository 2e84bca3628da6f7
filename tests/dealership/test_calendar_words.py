"""R11: a store's admin reads which days are worked, what is off next, and what is not known yet."""

import datetime

import pytest
from django.utils.translation import override

from dealership.calendar_words import store_calendar, week_in_words
from dealership.countries import knows_make_up_days
from dealership.models import SpecialDay
from tests.factories import DealershipFactory

pytestmark = pytest.mark.django_db


def told(store, today):
    with override("en"):
        return store_calendar(store, today=datetime.date.fromisoformat(today))


def off(store, today):
    holiday = told(store, today).next_holiday
    return (holiday.name, holiday.first.isoformat(), holiday.last.isoformat())


@pytest.mark.parametrize(
    ("days", "words"),
    [
        ({0, 1, 2, 3, 4}, "Monday to Friday"),
        ({1, 2, 3, 4, 5}, "Tuesday to Saturday"),
        ({0, 2, 4}, "Monday, Wednesday, Friday"),
        ({5, 6}, "Saturday, Sunday"),
        ({3}, "Thursday"),
        (set(range(7)), "every day"),
    ],
)
def test_a_week_in_words(days, words):
    with override("en"):
        assert week_in_words(days) == words


def test_the_next_holiday_is_told_with_the_days_around_it_that_are_off():
    store = DealershipFactory()
    assert off(store, "2026-09-26") == ("National Day", "2026-10-01", "2026-10-07")
    assert off(store, "2026-10-01") == ("National Day", "2026-10-01", "2026-10-07")
    assert off(store, "2026-12-31") == ("New Year's Day", "2027-01-01", "2027-01-03")


def test_the_stores_own_day_off_is_the_next_holiday():
    store = DealershipFactory(holiday_calendar="")
    assert told(store, "2026-11-24").next_holiday is None
    SpecialDay.objects.create(dealership=store, day=datetime.date(2026, 11, 30), name="Stocktaking")
    assert off(store, "2026-11-24") == ("Stocktaking", "2026-11-30", "2026-11-30")
    assert told(store, "2026-12-01").next_holiday is None


def test_r11_make_up_days_nobody_knows_yet_are_told_until_the_store_adds_one():
    store = DealershipFactory()
    unknown = next(year for year in range(2026, 2100) if not knows_make_up_days("CN", year))
    today = f"{unknown - 1}-11-24"
    assert told(store, today).unknown_years == [unknown]
    SpecialDay.objects.create(dealership=store, day=datetime.date(unknown, 2, 6), is_working=True)
    assert told(store, today).unknown_years == []


@pytest.mark.parametrize("country", ["", "DE"])
def test_where_no_days_are_made_up_for_none_are_missed(country):
    assert told(DealershipFactory(holiday_calendar=country), "2026-11-24").unknown_years == []


def test_the_country_is_named_for_the_reader():
    with override("zh-hans"):
        assert store_calendar(DealershipFactory(), today=datetime.date(2026, 11, 24)).country == "中国"
    assert told(DealershipFactory(holiday_calendar="XX"), "2026-11-24").country == ""

"""R11: a store's calendar from its week, its country's holidays and make-up days, and its own special days."""

import datetime

import pytest
from django.utils.translation import override

from dealership.calendars import calendar_of
from dealership.countries import country_names, days_of_country, knows_make_up_days, supported_countries
from dealership.models import SpecialDay
from tests.factories import DealershipFactory

pytestmark = pytest.mark.django_db


def date(text):
    return datetime.date.fromisoformat(text)


def calendar(year=2026, **fields):
    return calendar_of(DealershipFactory(**fields), around=datetime.date(year, 6, 1))


def special(store, day, is_working, name=""):
    return SpecialDay.objects.create(dealership=store, day=date(day), is_working=is_working, name=name)


# --- China's year as the State Council published it ---


@pytest.mark.parametrize("day", ["2026-01-04", "2026-02-14", "2026-02-28", "2026-05-09", "2026-09-20", "2026-10-10"])
def test_r11_the_make_up_days_of_2026_are_worked_in_china(day):
    assert date(day).weekday() >= 5
    assert calendar().is_working(date(day))


def test_r11_national_day_2026_is_seven_days_long():
    week = [date("2026-10-01") + datetime.timedelta(days=n) for n in range(7)]
    assert not any(calendar().is_working(day) for day in week)
    assert calendar().is_holiday(date("2026-10-05"))
    assert calendar().add(date("2026-09-30"), 1) == date("2026-10-08")


def test_r11_a_lead_time_over_the_spring_festival():
    # Saturday the 14th is worked, then nothing until Tuesday the 24th.
    assert calendar().add(date("2026-02-13"), 3) == date("2026-02-25")
    assert calendar().between(date("2026-02-13"), date("2026-02-28")) == 6


def test_r11_over_the_year_boundary():
    assert calendar().add(date("2025-12-31"), 1) == date("2026-01-04")  # a Sunday, worked for Friday the 2nd
    assert calendar(2025).add(date("2025-12-31"), 1) == date("2026-01-04")


def test_r11_a_calendar_knows_the_years_about_its_day():
    known = [year for year in range(2020, 2040) if calendar(2026).is_holiday(datetime.date(year, 10, 1))]
    assert known == [2025, 2026, 2027, 2028, 2029, 2030, 2031]


@pytest.mark.parametrize(("language", "name"), [("zh-hans", "国庆节"), ("en", "National Day")])
def test_holidays_are_named_for_the_reader(language, name):
    with override(language):
        assert calendar().name_of(date("2026-10-01")) == name


def test_a_country_without_chinese_names_is_read_in_english():
    with override("zh-hans"):
        assert calendar(holiday_calendar="US").name_of(date("2026-11-26")) == "Thanksgiving Day"


# --- countries ---


@pytest.mark.parametrize("country", ["", "XX", "cn", "??"])
def test_an_empty_or_unknown_country_has_no_holidays(country):
    known = calendar(holiday_calendar=country)
    assert (known.closed, known.extra) == ({}, frozenset())
    assert known.is_working(date("2026-10-01"))


@pytest.mark.parametrize("year", [1, 1900, 2102, 9999])
def test_a_year_the_library_does_not_reach_is_the_plain_week(year):
    known = calendar(year)
    assert (known.closed, known.extra, known.weekdays) == ({}, frozenset(), frozenset(range(5)))


@pytest.mark.parametrize(("language", "china"), [("zh-hans", "中国"), ("en", "China")])
def test_countries_are_named_for_the_reader(language, china):
    names = country_names(language)
    assert names["CN"] == china
    assert set(names) == supported_countries()
    assert not [code for code, name in names.items() if name == code]


def test_countries_stand_in_a_readers_order():
    english, chinese = (list(country_names(language).values()) for language in ("en", "zh-hans"))
    assert english.index("Afghanistan") < english.index("Åland Islands") < english.index("Albania")
    assert chinese.index("阿根廷") < chinese.index("德国") < chinese.index("美国") < chinese.index("中国")


def test_every_country_offered_can_be_asked_for():
    for country in supported_countries():
        for language in ("zh-hans", "en", "fr"):
            assert all(name for name in days_of_country(country, 2026, language).closed.values()), country


def test_it_is_told_when_a_years_make_up_days_are_not_known_yet():
    latest = max(year for year in range(2026, 2100) if days_of_country("CN", year, "en").worked)
    assert knows_make_up_days("CN", latest)
    assert not knows_make_up_days("CN", latest + 1)
    assert not knows_make_up_days("CN", latest + 2)
    assert knows_make_up_days("US", latest + 1)  # there are none


# --- the store's own ---


def test_r11_a_special_day_goes_before_holiday_make_up_day_and_week():
    store = DealershipFactory()
    special(store, "2026-10-01", True)
    special(store, "2026-10-10", False, "Company outing")
    special(store, "2026-11-29", True)
    special(store, "2026-11-30", False, "Stocktaking")
    known = calendar_of(store, around=date("2026-06-01"))
    worked = [day for day in ("2026-10-01", "2026-10-10", "2026-11-29", "2026-11-30") if known.is_working(date(day))]
    assert worked == ["2026-10-01", "2026-11-29"]
    assert known.name_of(date("2026-11-30")) == "Stocktaking"
    assert known.name_of(date("2026-10-10")) == "Company outing"
    assert not known.is_holiday(date("2026-10-01"))


def test_r11_a_special_day_without_a_name_is_a_holiday_all_the_same():
    store = DealershipFactory()
    special(store, "2026-11-30", False)
    with override("en"):
        assert calendar_of(store, around=date("2026-06-01")).name_of(date("2026-11-30")) == "the store is closed"


def test_r11_another_stores_special_day_is_not_ours():
    special(DealershipFactory(), "2026-11-30", False)
    assert calendar().is_working(date("2026-11-30"))


def test_r11_a_store_that_works_on_saturdays():
    known = calendar(working_week="tue wed thu fri sat")
    assert (known.is_working(date("2026-11-28")), known.is_working(date("2026-11-30"))) == (True, False)


@pytest.mark.parametrize("week", ["", "someday"])
def test_a_week_no_form_lets_pass_is_read_as_monday_to_friday(week):
    assert calendar(working_week=week).weekdays == frozenset(range(5))


def test_a_calendar_costs_one_query(django_assert_num_queries):
    store = DealershipFactory()
    special(store, "2026-11-30", False)
    with django_assert_num_queries(1):
        calendar_of(store)

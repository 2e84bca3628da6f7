"""Days said in words (R22): in both languages, in any fiscal year, and never a crash."""

import datetime
import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from objectives.fiscal import FiscalYear
from objectives.relative_dates import FURTHEST_YEARS, next_when, parse_when

years = st.builds(FiscalYear, st.integers(1950, 2100), st.integers(1, 12))
ORDINALS = ("first", "second", "third", "fourth")
ORDINALS_ZH = "一二三四"


@pytest.mark.parametrize(
    ("words", "day"),
    [
        ("30 days before the second quarter starts", "2026-03-02"),
        ("30 days before Q2 starts", "2026-03-02"),
        ("thirty days before Q2", "2026-03-02"),
        ("  30 Days before the 2nd quarter begins. ", "2026-03-02"),
        ("2 weeks after the end of Q1", "2026-04-14"),
        ("10 days after Q1", "2026-04-10"),
        ("10 days after the start of Q2", "2026-04-11"),
        ("one month before the year ends", "2026-11-30"),
        ("a month before the end of the fiscal year", "2026-11-30"),
        ("end of Q2", "2026-06-30"),
        ("Q2 ends", "2026-06-30"),
        ("Q2", "2026-06-30"),
        ("by the end of the second quarter of 2027", "2027-06-30"),
        ("end of the second quarter next year", "2027-06-30"),
        ("start of Q3 2027", "2027-07-01"),
        ("2027 Q3 starts", "2027-07-01"),
        ("before the second quarter", "2026-03-31"),
        ("before the end of March", "2026-03-31"),
        ("before 2 March", "2026-03-01"),
        ("end of the first half", "2026-06-30"),
        ("H2", "2026-12-31"),
        ("the last quarter", "2026-12-31"),
        ("year-end", "2026-12-31"),
        ("end of next year", "2027-12-31"),
        ("end of FY2028", "2028-12-31"),
        ("end of March", "2026-03-31"),
        ("mid-March", "2026-03-15"),
        ("middle of March 2027", "2027-03-15"),
        ("by February", "2026-02-28"),
        ("end of February 2028", "2028-02-29"),
        ("2 March", "2026-03-02"),
        ("2 March 2026", "2026-03-02"),
        ("March 2nd, 2026", "2026-03-02"),
        ("30 days before 1 April 2026", "2026-03-02"),
        ("2026-03-02", "2026-03-02"),
        ("2026/3/2", "2026-03-02"),
        ("30 days before 2026-04-01", "2026-03-02"),
        ("第二季度开始前30天", "2026-03-02"),
        ("第二季度开始前三十天", "2026-03-02"),
        ("二季度开始前 30 天。", "2026-03-02"),
        ("Q2开始前30天", "2026-03-02"),
        ("第二季度开始30天前", "2026-03-02"),
        ("距第二季度开始30天之前", "2026-03-02"),
        ("第2季度前30日", "2026-03-02"),
        ("第一季度结束后两周", "2026-04-14"),
        ("年度结束前1个月", "2026-11-30"),
        ("第二季度末", "2026-06-30"),
        ("二季度底前", "2026-06-30"),
        ("2027年第二季度末", "2027-06-30"),
        ("明年第二季度末", "2027-06-30"),
        ("第二季度开始前", "2026-03-31"),
        ("上半年结束前", "2026-06-30"),
        ("下半年初", "2026-07-01"),
        ("年底", "2026-12-31"),
        ("年末之前", "2026-12-31"),
        ("今年年底", "2026-12-31"),
        ("明年底", "2027-12-31"),
        ("财年末", "2026-12-31"),
        ("年初", "2026-01-01"),
        ("3月底", "2026-03-31"),
        ("三月底", "2026-03-31"),
        ("十二月初", "2026-12-01"),
        ("3月中", "2026-03-15"),
        ("3月份", "2026-03-31"),
        ("3月2日", "2026-03-02"),
        ("3月2日前", "2026-03-02"),
        ("2026年3月2日", "2026-03-02"),
        ("二〇二六年三月二日", "2026-03-02"),
        ("2028年2月底", "2028-02-29"),
        ("2026年4月1日前30天", "2026-03-02"),
    ],
)
def test_r22_words_mean_a_day_of_the_calendar_year(words, day):
    assert parse_when(words, FiscalYear(2026)) == datetime.date.fromisoformat(day)


@pytest.mark.parametrize(
    ("start_month", "day"),
    [(1, "2026-03-02"), (2, "2026-04-01"), (4, "2026-06-01"), (7, "2026-09-01"), (10, "2026-12-02")],
)
@pytest.mark.parametrize("words", ["30 days before the second quarter starts", "第二季度开始前30天"])
def test_r22_the_same_words_mean_another_day_where_the_year_starts_in_another_month(words, start_month, day):
    assert parse_when(words, FiscalYear(2026, start_month)) == datetime.date.fromisoformat(day)


def test_months_and_years_follow_the_fiscal_year():
    april = FiscalYear(2026, start_month=4)
    assert parse_when("end of March", april) == datetime.date(2027, 3, 31)
    assert parse_when("3月底", april) == datetime.date(2027, 3, 31)
    assert parse_when("2 March", april) == datetime.date(2027, 3, 2)
    assert parse_when("end of March 2027", april) == datetime.date(2027, 3, 31), "a month with a year is the calendar's"
    assert parse_when("年底", april) == parse_when("year end", april) == datetime.date(2027, 3, 31)
    assert parse_when("end of Q1 2027", april) == datetime.date(2027, 6, 30)


@pytest.mark.parametrize(
    "words",
    [
        "",
        "soon",
        "30 days",
        "30 working days before the second quarter starts",
        "before",
        "Q5",
        "fifth quarter",
        "2026-02-30",
        "30 February",
        "13月底",
        "2月30日",
        "前30天",
        "季度末",
        "末",
        "start of Q2 ends",
        "2026 Q2 2027",
        "middle of Q2",
        "30 days before mid-March",
        "99999 days before Q2",
        "9999-12-31",
        "0001-01-01",
        "9999 months after Q2",
        "x" * 101,
        "a\x00b",
    ],
)
def test_words_that_mean_no_day_mean_none(words):
    assert parse_when(words, FiscalYear(2026)) is None


@given(years, st.integers(1, 4), st.integers(1, 400))
def test_days_before_a_quarter_are_counted_in_both_languages(year, quarter, days):
    expected = year.quarter(quarter)[0] - datetime.timedelta(days=days)
    assert parse_when(f"{days} days before the {ORDINALS[quarter - 1]} quarter starts", year) == expected
    assert parse_when(f"第{ORDINALS_ZH[quarter - 1]}季度开始前{days}天", year) == expected


@given(years, st.integers(1, 4), st.integers(1, 60))
def test_weeks_after_a_quarter_are_counted_in_both_languages(year, quarter, weeks):
    expected = year.quarter(quarter)[1] + datetime.timedelta(weeks=weeks)
    assert parse_when(f"{weeks} weeks after Q{quarter} ends", year) == expected
    assert parse_when(f"第{quarter}季度结束后{weeks}周", year) == expected


@given(years, st.integers(1, 12))
def test_the_end_of_a_month_is_its_last_day_leap_years_too(year, month):
    name = f"{datetime.date(2000, month, 1):%B}"
    found = parse_when(f"end of {name}", year)
    assert found == parse_when(f"{month}月底", year) == year.month(month)[1]
    assert (found + datetime.timedelta(days=1)).day == 1
    assert year.first_day <= found <= year.last_day


@given(years, st.dates(datetime.date(1960, 1, 1), datetime.date(2090, 12, 31)))
def test_a_date_says_itself_in_every_way_of_writing_it(year, day):
    year = FiscalYear.of(day, year.start_month)
    for words in (
        day.isoformat(),
        f"{day.day} {day:%B} {day.year}",
        f"{day:%B} {day.day}, {day.year}",
        f"{day.year}年{day.month}月{day.day}日",
        f"{day.day} {day:%B}",  # as it lies in the fiscal year
        f"{day.month}月{day.day}日",
    ):
        assert parse_when(words, year) == day, words


@given(st.integers(1, 30), years, st.dates(datetime.date(2000, 1, 1), datetime.date(2050, 1, 1)))
def test_months_before_a_day_stay_in_their_month(months, year, day):
    year = FiscalYear.of(day, year.start_month)
    found = parse_when(f"{months} months before {day.isoformat()}", year)
    assert (found.year * 12 + found.month) == (day.year * 12 + day.month) - months
    assert found.day == day.day or (found + datetime.timedelta(days=1)).day == 1


EN = "30 3 days weeks months before after the of end start Q2 first second quarter half year march 2026 next FY"
ZH = "第 二 季度 开始 前 后 30 天 周 个月 年 月 日 底 末 初 2026 十 百 上 半年 财 结束 中"
PIECES = st.sampled_from([*EN.split(), *ZH.split()])
pieces = st.lists(PIECES, max_size=8)
texts = st.one_of(st.text(max_size=120), pieces.map(" ".join), pieces.map("".join))


@given(texts, years)
@example("²³ days before Q2", FiscalYear(2026))
@example("百百前30天", FiscalYear(2026))
def test_no_text_breaks_it_and_every_day_lies_near(text, year):
    found = parse_when(text, year)
    assert found is None or abs(found.year - year.year) <= FURTHEST_YEARS


@given(texts, years, st.dates(datetime.date(1950, 1, 1), datetime.date(2101, 1, 1)))
def test_what_has_passed_this_year_means_the_next(text, year, today):
    found, next_found = parse_when(text, year), next_when(text, year, today)
    assert (found is None) == (next_found is None)
    if found is not None:
        assert next_found == found or (found < today <= next_found and not re.search("[0-9]{4}年?底", text))


def test_r22_the_second_quarter_of_a_year_that_is_over_is_the_next_years():
    today = datetime.date(2026, 11, 24)
    year = FiscalYear.of(today)
    assert next_when("30 days before the second quarter starts", year, today) == datetime.date(2027, 3, 2)
    assert next_when("end of Q2 2026", year, today) == datetime.date(2026, 6, 30), "the year was named: it has passed"
    assert next_when("2026-06-30", year, today) == datetime.date(2026, 6, 30)
    assert next_when("年底", year, today) == datetime.date(2026, 12, 31)

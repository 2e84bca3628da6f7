"""The monthly review: the store's month on paper, for who reads the store."""

import datetime

import pytest
import time_machine
from django.urls import reverse

from tests.dashboards.world import days_ago, make_world, rate, roll_up
from tests.surveys.pages import browser

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return make_world(language="en")


def review(person, month):
    return browser(person).get(reverse("monthly_review", args=[month]))


def this_month(world):
    return f"{world.store.today():%Y-%m}"


def test_it_says_who_is_unhappy_what_worsened_and_what_is_silent(world):
    rate(world, "output-value", *[1] * 60, at=days_ago(150))
    rate(world, "output-value", 0, 0, 0, 0, 1)
    rate(world, "reimbursement", None, None)
    roll_up(world)
    text = review(world.gm, this_month(world)).text
    assert "1 of 1 rated link is not satisfied" in text
    assert "Finance rated 4 of 5 “Output value” from Service not good (information flow)." in text
    assert "Finance as customer of Service (information flow): 20\xa0% satisfied in three months" in text
    assert "“Reimbursement”, Finance to Service (Service): 2 interactions" in text
    assert "the month is not over yet" in text
    assert "Made on" in text


def test_a_month_without_ratings_says_so(world):
    text = review(world.admin, this_month(world)).text
    assert "no ratings" in text
    assert "Nobody: no rating of the month was not good." in text


@pytest.mark.parametrize("who", ["head", "accountant", "clerk"])
def test_others_do_not_read_the_store(world, who):
    assert review(getattr(world, who), this_month(world)).status_code == 403


@pytest.mark.parametrize("month", ["2026", "2026-Q1", "2026-13", "9999-12", "month", "x", "0001-01"])
def test_what_is_no_month_is_not_found(world, month):
    assert review(world.gm, month).status_code == 404


def test_it_costs_the_same_whatever_was_rated(world, django_assert_max_num_queries):
    rate(world, "output-value", 1, 0, 1)
    rate(world, "invoices", 5, 1)
    roll_up(world)
    client = browser(world.gm)
    with django_assert_max_num_queries(20):
        client.get(reverse("monthly_review", args=[this_month(world)]))


@pytest.mark.parametrize(
    ("day", "words"),
    [
        (datetime.date(2026, 11, 30), "the month is not over yet"),
        (datetime.date(2026, 12, 1), "ratings may still change until 2 Dec 2026"),
        (datetime.date(2026, 12, 2), ""),
        (datetime.date(2026, 12, 3), ""),
    ],
)
def test_a_review_says_whether_its_figures_are_final(world, day, words):
    rate(world, "output-value", 1, at=datetime.datetime(2026, 11, 30, 12, tzinfo=world.store.zone))
    roll_up(world)
    with time_machine.travel(datetime.datetime(day.year, day.month, day.day, 9, tzinfo=world.store.zone), tick=False):
        text = review(world.gm, "2026-11").text
    every = ("the month is not over yet", "ratings may still change", "may still be rated")
    assert [each for each in every if each in text] == [each for each in every if words and words.startswith(each)]
    assert words in text


def test_after_the_month_it_says_what_may_still_be_rated(world):
    rate(world, "output-value", 1, None, None, at=datetime.datetime(2026, 11, 30, 12, tzinfo=world.store.zone))
    roll_up(world)
    with time_machine.travel(datetime.datetime(2026, 12, 3, 9, tzinfo=world.store.zone), tick=False):
        assert "2 interactions may still be rated" in review(world.gm, "2026-11").text

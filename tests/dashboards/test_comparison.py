"""The stores of a group on the links they share: T scores, and what is left out of them."""

import re

import pytest
from django.urls import reverse

from dashboards.choice import choose
from dashboards.comparison import Comparison
from dealership.models import DealerGroup, Dealership
from surveys.comparison_scores import Tally, t_scores
from tests.dashboards.world import make_world, rate, roll_up
from tests.factories import UserFactory
from tests.surveys.pages import browser

PAGE = reverse("group_comparison")


def tallies(*rates, n=50):
    return {number: {"parts": Tally(round(rate * n), n)} for number, rate in enumerate(rates)}


def test_the_mean_of_the_scores_is_fifty_and_their_spread_ten():
    scores = [score.t for score in t_scores(tallies(0.7, 0.8, 0.9, 1.0)).values()]
    mean = sum(scores) / 4
    assert mean == pytest.approx(50)
    assert sum((score - mean) ** 2 for score in scores) / 4 == pytest.approx(100)


def test_more_ratings_make_the_standard_error_smaller():
    few, many = (t_scores(tallies(0.7, 0.8, 0.9, n=n)) for n in (10, 1000))
    assert all(many[store].error < few[store].error for store in few)


def test_the_same_quality_on_other_shares_of_work_gets_the_same_score():
    """What a store does more of moves its plain rate, not its score."""
    easy = {"easy": Tally(90, 100), "hard": Tally(5, 10)}
    hard = {"easy": Tally(9, 10), "hard": Tally(50, 100)}
    scores = t_scores({"easy": easy, "hard": hard, "other": {"easy": Tally(10, 10), "hard": Tally(10, 10)}})
    assert scores["easy"].t == pytest.approx(scores["hard"].t)


@pytest.mark.parametrize("stores", [{}, tallies(0.7, 0.9), tallies(0.8, 0.8, 0.8), {1: {}, 2: {}, 3: {}}])
def test_where_a_comparison_says_nothing_there_is_none(stores):
    assert t_scores(stores) == {}


@pytest.fixture
def group(db):
    return DealerGroup.objects.create(slug="group", name="Group")


def fill(group, *goods):
    for good in goods:
        world = make_world(group=group)
        Dealership.objects.filter(pk=world.store.pk).update(name=f"Store with {good}")
        rate(world, "output-value", *[1] * good, *[0] * (30 - good))
        rate(world, "parts-issue", *([1] * 5 if good == 30 else []))
        roll_up(world)


def test_the_page_names_who_lies_clearly_below(group):
    fill(group, 30, 29, 30, 10)
    text = browser(UserFactory(dealership=None, group=group)).get(PAGE).text
    assert "1 of 4 stores lies clearly below the mean" in text
    assert "on 1 supply link that all of them were rated on" in text
    assert text.index("Store with 10") < text.index("Store with 29") < text.index("Store with 30")


def test_where_no_store_is_clearly_apart_they_stand_by_name(group):
    fill(group, 28, 27, 26)
    text = browser(UserFactory(dealership=None, group=group)).get(PAGE).text
    assert "No store is clearly apart, so they stand by name." in text
    assert text.index("Store with 26") < text.index("Store with 27") < text.index("Store with 28")
    assert re.search(r"93.%.*\(\d+–\d+", text)


def test_a_store_that_has_only_begun_does_not_take_links_from_the_others(group):
    fill(group, 30, 29, 10)
    young = make_world(group=group)
    Dealership.objects.filter(pk=young.store.pk).update(name="Young store")
    rate(young, "invoices", *[5] * 40)
    roll_up(young)
    page = browser(UserFactory(dealership=None, group=group)).get(PAGE)
    compared = [line.store.name for line in page.context["page"].lines]
    assert compared == ["Store with 10", "Store with 29", "Store with 30"]
    assert "1 store that shares less than half of the usual supply links is left out" in page.text


def test_it_steps_to_the_neighbouring_periods_and_keeps_the_search(group):
    fill(group, 30, 29, 10)
    page = browser(UserFactory(dealership=None, group=group)).get(PAGE, {"period": "2025-10", "q": "Store"})
    assert "q=Store" in page.context["next_url"]
    assert "period=2025-11" in page.context["next_url"]


def test_two_stores_are_no_comparison_and_a_search_narrows(group):
    fill(group, 30, 20)
    client = browser(UserFactory(dealership=None, group=group))
    assert "Nothing to compare yet" in client.get(PAGE).text
    assert client.get(PAGE, {"q": "\x00nowhere", "period": "\x00"}).status_code == 200


def test_it_costs_two_queries_however_many_stores(group, django_assert_num_queries):
    fill(group, 30, 25, 20)
    stores = list(Dealership.objects.all())
    with django_assert_num_queries(2):
        assert len(Comparison(stores, choose("", stores[0].today())).lines) == 3

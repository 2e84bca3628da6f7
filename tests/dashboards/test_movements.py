"""What moved in a store: what worsened by more than chance, and where satisfaction flips with the direction (R8)."""

import re

import pytest
from django.utils.html import escape
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import hypergeom

from config.templatetags.shell import percent
from dashboards.choice import choose
from dashboards.store import StorePage
from surveys.changes import beyond_chance, chance_of_fewer, difference, is_lower
from tests.conftest import access
from tests.dashboards.test_store_page import html_of
from tests.dashboards.world import days_ago, make_world, rate, roll_up


@pytest.fixture
def world(db):
    return make_world()


def page_of(world):
    return StorePage(access(world.gm), choose("", world.store.today()))


def test_what_worsened_in_three_months_is_named_with_both_figures(world, client):
    rate(world, "output-value", *[1] * 30, at=days_ago(200))
    rate(world, "output-value", *[1, 0] * 6)
    rate(world, "reimbursement", *[1, 0] * 15, at=days_ago(200))
    rate(world, "reimbursement", *[1, 0] * 6)
    roll_up(world)
    (worse,) = page_of(world).worsened
    assert (worse.line.supplier, worse.line.customer) == (world.service, world.finance)
    assert (worse.before.satisfied_rate, worse.recent.satisfied_rate) == (1.0, 0.5)
    assert worse.low < worse.drop == 0.5 < worse.high
    page = html_of(client, world.gm)
    assert f"Finance as customer of Service (information flow): {percent(0.5)} satisfied in three months" in page
    assert re.search(r"50 points less \(\d+ to \d+\), 12 ratings\.", page)
    assert escape(worse.url) in page
    assert client.get(worse.url).context["page_obj"].paginator.count == worse.recent.n


def test_of_many_pairs_one_that_chance_alone_makes_drop_is_not_named(world):
    """Alone it would be beyond chance; with all that are looked at beside it, it is not."""
    assert is_lower(30, 30, 10, 12)
    alone, among = chance_of_fewer(30, 30, 10, 12), [0.5] * 4
    assert beyond_chance([alone]) == [True]
    assert beyond_chance([alone, *among]) == [False] * 5
    rate(world, "output-value", *[1] * 30, at=days_ago(200))
    rate(world, "output-value", *[1] * 10, 0, 0)
    roll_up(world)
    assert len(page_of(world).worsened) == 1
    for item in ("reimbursement", "parts-supply", "invoices", "parts-issue"):
        scores = [5, 1] if world.links[item].scale == "five" else [1, 0]
        rate(world, item, *scores * 10, at=days_ago(200))
        rate(world, item, *scores * 10)
    roll_up(world)
    assert page_of(world).worsened == []


def test_a_drop_that_chance_explains_is_not_named(world):
    rate(world, "output-value", *[1] * 9, 0, at=days_ago(200))
    rate(world, "output-value", *[1] * 6, 0, 0)
    roll_up(world)
    assert page_of(world).worsened == []


def test_r8_where_one_side_is_content_and_the_other_is_not_both_flows_are_named(world, client):
    rate(world, "output-value", *[1] * 20, *[0] * 20)
    rate(world, "reimbursement", *[1] * 40)
    roll_up(world)
    (flip,) = page_of(world).flips
    assert (flip.discontent.supplier, flip.content.supplier) == (world.service, world.finance)
    page = html_of(client, world.gm)
    (sentence,) = [line.split("</li>")[0] for line in page.split("<li>") if f"Finance is {percent(0.5)}" in line]
    words = re.sub(r"<[^>]+>", "", sentence)
    assert f"Finance is {percent(0.5)} satisfied with Service (information flow), but Service is" in words
    links = re.findall(r'href="([^"]+)"', sentence)
    opened = [client.get(link.replace("&amp;", "&")).context["page_obj"].paginator.count for link in links]
    assert opened == [flip.discontent.long.n, flip.content.long.n] == [40, 40]


def test_no_flip_where_both_are_alike_or_too_few_rated(world):
    rate(world, "output-value", 1, 0)
    rate(world, "reimbursement", *[1] * 40)
    roll_up(world)
    assert page_of(world).flips == []


@given(st.integers(0, 60), st.integers(0, 60), st.integers(0, 60), st.integers(0, 60))
@settings(max_examples=60, deadline=None)
def test_a_difference_lies_within_its_interval_and_turns_round_with_the_order(a, b, c, d):
    good_before, n_before, good, n = min(a, b), max(a, b), min(c, d), max(c, d)
    found = difference(good_before, n_before, good, n)
    if not n_before or not n:
        assert found is None
        return
    step, low, high = found
    assert low <= step + 1e-12
    assert step <= high + 1e-12
    back = difference(good, n, good_before, n_before)
    assert back == pytest.approx((-step, -high, -low))
    assert not (is_lower(good_before, n_before, good, n) and is_lower(good, n, good_before, n_before))


@given(st.integers(0, 60), st.integers(0, 60), st.integers(0, 60), st.integers(0, 60))
@settings(max_examples=60, deadline=None)
def test_the_chance_of_a_drop_is_that_of_fishers_exact_test(a, b, c, d):
    good_before, n_before, good, n = min(a, b), max(a, b), min(c, d), max(c, d)
    found = chance_of_fewer(good_before, n_before, good, n)
    if not n_before or not n:
        assert found == 1.0
        return
    bad = hypergeom(n_before + n, n_before - good_before + n - good, n)
    assert found == pytest.approx(bad.sf(n - good) + bad.pmf(n - good) / 2)


@given(st.lists(st.floats(0, 1), max_size=40))
def test_what_is_beyond_chance_is_a_part_of_what_would_be_alone_and_the_least_likely_of_all(chances):
    flagged = [chance for chance, is_beyond in zip(chances, beyond_chance(chances), strict=True) if is_beyond]
    others = [chance for chance, is_beyond in zip(chances, beyond_chance(chances), strict=True) if not is_beyond]
    assert all(chance <= 0.05 for chance in flagged)
    assert not flagged or not others or max(flagged) < min(others)

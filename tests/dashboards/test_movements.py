"""What moved in a store: what worsened by more than chance, and where satisfaction flips with the direction (R8)."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from config.templatetags.shell import percent
from dashboards.choice import choose
from dashboards.store import StorePage
from surveys.changes import difference, is_lower
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
    assert f"Finance is {percent(0.5)} satisfied with Service (information flow), but Service is {percent(1.0)}" in page


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

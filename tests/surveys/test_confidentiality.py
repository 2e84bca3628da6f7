"""R20: what confidential ratings may show; the arithmetic of blocks."""

import datetime

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from surveys.confidentiality import FLOOR, Cell, are_enough, partition
from surveys.sealing import _joins
from tests.surveys.sealed_year import fewest_raters

cells = st.lists(
    st.builds(
        Cell,
        path=st.tuples(st.sampled_from("ab"), st.sampled_from("cde"), st.integers(0, 3)),
        raters=st.frozensets(st.integers(1, 12), max_size=7),
        least=st.integers(0, 6),
    ),
    max_size=12,
).map(lambda found: [Cell(cell.path, cell.raters, cell.least, key) for key, cell in enumerate(found)])


@given(cells)
@settings(max_examples=200, deadline=None)
def test_r20_every_cell_lies_in_one_block_of_enough_raters_or_none_is_shown(given_cells):
    blocks = partition(given_cells)
    wanted = [cell for cell in given_cells if cell.raters]
    if not wanted or not are_enough(wanted):
        assert blocks == []
        return
    shown = [cell for block in blocks for cell in block]
    assert sorted(cell.key for cell in shown) == sorted(cell.key for cell in wanted)
    for block in blocks:
        raters = set().union(*(cell.raters for cell in block))
        assert len(raters) >= max(FLOOR, *(cell.least for cell in block))


@given(cells)
@settings(max_examples=25, deadline=None)
def test_r20_no_sum_of_blocks_is_about_fewer_people_than_the_least_block(given_cells):
    blocks = partition(given_cells)
    if not blocks:
        return
    people = sorted({(cell.key, rater) for cell in given_cells for rater in cell.raters})
    at = {who: place for place, who in enumerate(people)}
    rows = np.zeros((len(blocks), len(people)))
    for row, block in zip(rows, blocks, strict=True):
        for cell in block:
            row[[at[cell.key, rater] for rater in cell.raters]] = 1
    assert fewest_raters(rows, [rater for _cell, rater in people]) >= FLOOR


def test_the_solver_finds_what_a_total_less_its_parts_gives_away():
    raters = [1, 2, 3, 4, 5, 6, 7]
    whole, most = np.ones(7), np.array([1, 1, 1, 1, 1, 0, 0])
    assert fewest_raters(np.array([whole]), raters) == 7
    assert fewest_raters(np.array([whole, most]), raters) == 2


def test_r20_what_cannot_stand_alone_joins_the_smallest_that_could():
    def cell(name, *raters):
        return Cell((name,), frozenset(raters), 5, name)

    big, middle, small = cell("big", 1, 2, 3, 4, 5, 6, 7), cell("middle", 1, 2, 3, 4, 5), cell("small", 8)
    assert [[one.key for one in block] for block in partition([big, middle, small])] == [["big"], ["small", "middle"]]


def test_r20_cells_are_split_as_far_as_everything_split_off_is_enough():
    cells = [
        Cell(("service", "sales", month), frozenset(range(1 + month, 7 + month)), 5, ("sales", month))
        for month in (1, 2)
    ] + [Cell(("service", "parts", 1), frozenset(range(5)), 5, ("parts", 1))]
    assert {len(block) for block in partition(cells)} == {1}


@pytest.mark.parametrize(("least", "raters", "shown"), [(5, 4, False), (5, 5, True), (0, 2, False), (0, 3, True)])
def test_r20_at_least_so_many_raters_and_never_fewer_than_three(least, raters, shown):
    assert bool(partition([Cell((), frozenset(range(raters)), least)])) is shown


def test_r20_the_most_careful_promise_in_a_block_holds():
    careful = Cell(("a",), frozenset({1, 2, 3}), 8, "careful")
    easy = Cell(("b",), frozenset({4, 5, 6}), 3, "easy")
    assert partition([careful, easy]) == []
    assert [len(block) for block in partition([easy])] == [1]


def test_a_months_batch_joins_the_quarter_and_the_year_that_end_with_it():
    assert [start.month for start, _ in _joins(datetime.date(2026, 3, 1))] == [3, 1]
    assert [(start.month, together) for start, together in _joins(datetime.date(2026, 12, 1))] == [
        (12, False),
        (10, False),
        (1, False),
        (1, True),
    ]

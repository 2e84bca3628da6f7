"""Scores taken apart: who is far off is not shrunk to the others, and nothing is moved from one to another (R18)."""

import pytest

from surveys.severity import Cell, fit

GOOD, HARSH = [1] * 27 + [0] * 3, [1] * 12 + [0] * 18


def test_r18_at_one_supplier_alone_what_is_particular_to_a_pair_is_severity():
    scores = {"an": GOOD, "bo": HARSH, "cy": GOOD, "di": GOOD, "ed": GOOD}
    found = fit([Cell.of("finance", rater, given) for rater, given in scores.items()], scale="binary")
    severity = {each.rater: each.severity for each in found.raters}
    assert severity["bo"] == pytest.approx(0.4, abs=0.05)  # the others' mean less Bo's, from the mean of all five
    assert found.suppliers[0].adjusted_mean == pytest.approx(0.8, abs=0.01)


def test_r18_one_far_off_is_shrunk_little_among_many_alike():
    """Of 30 raters 29 give 10 % "not good" and one 60 %: it lies 48 points below the mean."""
    cells = [
        Cell.of(f"s{supplier}", f"r{rater:02}", [0] * (6 if rater == 0 else 1) + [1] * (4 if rater == 0 else 9))
        for supplier in range(5)
        for rater in range(30)
    ]
    found = fit(cells, scale="binary")
    assert 0.44 < found.raters[0].severity < 0.49
    assert sum(each.severity for each in found.raters) == pytest.approx(0, abs=1e-9)


def test_r18_each_group_that_shares_nobody_has_severities_that_add_up_to_nothing():
    scores = {("f", "an"): HARSH, ("f", "bo"): GOOD, ("g", "bo"): GOOD, ("h", "cy"): GOOD, ("h", "di"): HARSH[6:]}
    found = fit([Cell.of(*names, given) for names, given in scores.items()], scale="binary")
    severity = {each.rater: each.severity for each in found.raters}
    assert severity["an"] + severity["bo"] == pytest.approx(0, abs=1e-9)
    assert severity["cy"] + severity["di"] == pytest.approx(0, abs=1e-9)
    assert severity["an"] > 0.1 < severity["di"]

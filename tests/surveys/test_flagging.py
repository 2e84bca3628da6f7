"""Who is pointed out, by either scale, both together, or by rating everybody lower (R18)."""

import pytest

from surveys.distances import Share
from surveys.flagging import flags, is_harsh
from surveys.severity import Cell, RaterSeverity, fit


def flagged(*ratings):
    """Flags of (scale, supplier, rater, not good, n); of five points "not good" is 1, the rest 5."""
    not_good, cells = {}, {}
    for scale, supplier, rater, of, n in ratings:
        low, high = {"binary": (0, 1), "five": (1, 5)}[scale]
        not_good.setdefault(scale, {})[supplier, rater] = Share(of, n)
        cells.setdefault(scale, []).append(Cell.of(supplier, rater, [low] * of + [high] * (n - of)))
    return flags(not_good, {scale: fit(some, scale=scale) for scale, some in cells.items()})


def test_r18_who_is_alone_on_a_scale_is_held_against_the_raters_of_the_other():
    others = [("five", "finance", rater, 9, 90) for rater in ("an", "cy", "di")]
    found = flagged(("binary", "finance", "bo", 60, 100), *others)
    assert found.apart == {("finance", "bo")}
    assert found.harsh == set()
    assert found.raters == {"bo"}


def test_r18_a_grudge_on_one_scale_is_not_hidden_by_the_other():
    others = [(scale, "finance", rater, 9, 90) for scale in ("binary", "five") for rater in ("an", "cy", "di")]
    bo = [("binary", "finance", "bo", 12, 20), ("five", "finance", "bo", 9, 90)]
    assert flagged(*others, *bo).apart == {("finance", "bo")}


def test_r18_who_rates_everybody_lower_is_pointed_out_though_few_ratings_speak_at_each_supplier():
    suppliers, raters = range(12), range(12)
    found = flagged(
        *(
            ("binary", f"s{supplier}", f"r{rater}", 3 if rater == 0 else (supplier + rater) % 2, 5)
            for supplier in suppliers
            for rater in raters
        )
    )
    assert found.apart == set()
    assert found.harsh == found.raters == {"r0"}


def test_r18_people_may_differ():
    shares = {"an": 3, "bo": 6, "cy": 5, "di": 2}
    assert flagged(*(("binary", "finance", rater, of, 30) for rater, of in shares.items())).raters == set()


@pytest.mark.parametrize(
    ("scale", "severity", "is_far"),
    [
        ("binary", 0.31, True),
        ("five", 0.3, False),
        ("five", 0.9, True),
        ("binary", -0.9, False),
        ("binary", None, False),
    ],
)
def test_harsh_is_more_than_a_tenth_of_the_scale_beyond_doubt(scale, severity, is_far):
    error = None if severity is None else 0.1
    assert is_harsh(RaterSeverity("bo", 30, severity, error), scale) is is_far


def test_r18_nobody_is_pointed_out_for_fewer_than_five_ratings():
    others = {("finance", "an"): Share(4, 40), ("finance", "cy"): Share(4, 40)}
    for n in range(1, 8):
        found = flags({"binary": {**others, ("finance", "bo"): Share(n, n)}}, {})
        assert bool(found.raters) is (n >= 5), n

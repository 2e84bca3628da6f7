"""What a round calls above or below the store's average is no chance: measured where all suppliers are equal."""

import random
from functools import cache
from pathlib import Path

from django.conf import settings

from surveys.rounds import CHANCE, Block, Share

DOCS = (Path(settings.BASE_DIR) / "docs" / "rounds.md").read_text()
ROUNDS, SUPPLIERS, QUALITIES = 600, 10, ("prompt", "courteous", "solved")


def lines_of_a_round(chance):
    """Ten equal suppliers of 6 to 40 people each; who is content with one quality is rather content with the others."""
    blocks = []
    for _supplier in range(SUPPLIERS):
        people = [chance.betavariate(4, 1) for _person in range(chance.randint(6, 40))]
        for quality in QUALITIES:
            good = sum(chance.random() < content for content in people)
            blocks.append([Block((("service", quality),), len(people), (0, 0, len(people) - good, good, 0))])
        blocks.append([block for (block,) in blocks[-len(QUALITIES) :]])  # the supplier's own line
    return blocks


@cache
def called(comparisons):
    """Return the share of rounds in which any line is called above or below."""
    chance, found = random.Random(20260101), 0
    for _round in range(ROUNDS):
        lines = lines_of_a_round(chance)
        average = Share.of([block for line in lines if len(line) == 1 for block in line])
        found += any(Share.of(line).standing(average, comparisons=comparisons) != "like" for line in lines)
    return found / ROUNDS


def test_one_round_of_equal_suppliers_in_twenty_calls_any_of_them_better_or_worse():
    """Figures of six people are coarse: the share is CHANCE within what 600 rounds can tell."""
    assert abs(called(SUPPLIERS * (len(QUALITIES) + 1)) - CHANCE) <= 0.02


def test_the_documentation_says_what_was_measured():
    for comparisons in (1, SUPPLIERS * (len(QUALITIES) + 1)):
        assert f"{called(comparisons):.1%}".replace("%", " %") in DOCS


def test_a_supplier_that_is_far_worse_is_called_so():
    """Thirty people of whom half are content, in a store where four of five are."""
    average = Share.of([Block((("service", "prompt"),), 300, (0, 0, 60, 240, 0))])
    share = Share.of([Block((("service", "prompt"),), 30, (0, 0, 15, 15, 0))])
    assert share.standing(average, comparisons=40) == "below"

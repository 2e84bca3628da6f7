"""A year of confidential ratings in a small store, and a solver that looks for groups too small in what is told."""

from __future__ import annotations

import datetime
import random
from collections import defaultdict
from types import SimpleNamespace

import numpy as np
from scipy.optimize import LinearConstraint, milp

from supplychain.models import Interaction
from surveys.counts import SCORE_FIELDS
from surveys.models import Rating, SealedBlock
from surveys.reasons import REASONS
from surveys.rollups import rebuild
from surveys.scoring import outcome
from surveys.sealing import freeze_due
from tests.factories import (
    DealershipFactory,
    DepartmentFactory,
    ItemFactory,
    LinkFactory,
    UserFactory,
    manager_of,
    member_of,
)

PEOPLE = {"sales": 5, "service": 2, "workshop": 5, "finance": 3, "parts": 2, "hr": 1}
TERMS = [
    ("service", "finance", "sales", "binary"),
    ("service", "finance", "service", "binary"),
    ("service", "finance", "workshop", "binary"),
    ("service", "finance", "hr", "five"),
    ("service", "hr", "sales", "five"),
    ("service", "hr", "finance", "five"),
    ("information", "service", "finance", "binary"),
    ("information", "sales", "finance", "binary"),
    ("material", "parts", "workshop", "binary"),
    ("material", "parts", "service", "binary"),
    ("material", "service", "workshop", "binary"),
]
YEAR = 2025


def make_year(seed: int = 1, *, least: int = 5, freeze: bool = True) -> SimpleNamespace:
    """Make the store with its ratings of a whole year, every month frozen as it ended."""
    chance = random.Random(seed)
    since = datetime.date(YEAR, 1, 1)
    store = DealershipFactory(confidentiality=2, least_raters=least, sealed_since=since, name="North", slug="north")
    office = DepartmentFactory(dealership=store, code="gm-office", heads_store=True, rank=1)
    departments = {code: DepartmentFactory(dealership=store, code=code, parent=office) for code in PEOPLE}
    departments["workshop"].parent = departments["service"]
    departments["workshop"].save()
    people = {
        code: [manager_of(departments[code]), *(member_of(departments[code]) for _ in range(number - 1))]
        for code, number in PEOPLE.items()
    }
    year = SimpleNamespace(store=store, departments=departments, people=people, gm=manager_of(office), links=[])
    year.admin = UserFactory(dealership=store, is_store_admin=True)
    for place, (flow, supplier, customer, scale) in enumerate(TERMS):
        link = LinkFactory(
            dealership=store,
            flow=flow,
            supplier=departments[supplier],
            customer=departments[customer],
            scale=scale,
            item=ItemFactory(dealership=store, code=f"item-{place}"),
        )
        year.links.append(link)
        for month in range(1, 13):
            for rater in people[customer]:
                if chance.random() < 0.5:
                    rate(store, link, rater, datetime.date(YEAR, month, chance.randint(1, 28)), chance)
    rebuild(store)
    if freeze:
        freeze_all(year)
    return year


def rate(store, link, rater, day, chance, **fields):
    """Record an interaction and its confidential rating, as an import of that month would have."""
    moment = datetime.datetime.combine(day, datetime.time(10), store.zone)
    short = chance.random() < 0.2
    interaction = Interaction.objects.create(
        dealership=store, link=link, occurred_at=moment, day=day, state="rated", short_notice=short
    )
    score = chance.choice([0, 1, 1]) if link.scale == "binary" else chance.randint(1, 5)
    score = fields.get("score", score)
    known = list(REASONS[link.flow])
    why = known[(rater.pk + day.month) % len(known)]
    values = {
        "score": score,
        "reasons": [why] if outcome(link.scale, score) == "not_good" else [],
        "comment": chance.choice(["", f"words {chance.random():.9f}"]),
        "short_notice": short,
        "disclosure": 2,
        "sealed_month": day.replace(day=1),
        "least_raters": store.least_raters,
        **fields,
    }
    return Rating.objects.create(
        dealership=store, interaction=interaction, link=link, day=day, scale=link.scale, rater=rater, rated_at=moment,
        **values,
    )  # fmt: skip


def freeze_all(year) -> None:
    """Let every month be frozen two days after its end, in order."""
    for month in range(2, 14):
        first = datetime.datetime(YEAR + month // 13, month % 12 or 12, 1, tzinfo=year.store.zone)
        freeze_due(year.store, now=first + datetime.timedelta(days=1, hours=1))


def cells_of(ratings) -> dict[tuple, int]:
    """Return the columns of the published figures: what one person said on one link in one month, at short notice."""
    keys = sorted({(row.rater_id, row.link_id, row.sealed_month, row.short_notice) for row in ratings}, key=str)
    return {key: place for place, key in enumerate(keys)}


def row_of(ratings, columns) -> np.ndarray:
    """Return which cells a figure adds up."""
    row = np.zeros(len(columns))
    for rating in ratings:
        row[columns[rating.rater_id, rating.link_id, rating.sealed_month, rating.short_notice]] = 1
    return row


def told_of_block(block: SealedBlock, ratings, links) -> list[list[Rating]]:
    """Return, for each number that a block tells, the ratings it counts among: by what is stored, not as it should be.

    `links`: by id. A count of one score is among the ratings on its scale; that of a reason, among those on links of
    the flows that know this reason; a count at short notice, where it is told apart, among such ratings.
    """
    found = [list(ratings)]
    for scale in ("binary", "five"):
        if any(getattr(block, name) for name in SCORE_FIELDS if name.startswith(scale)):
            found.append([rating for rating in ratings if rating.scale == scale])
    for code in block.reasons:
        found.append([rating for rating in ratings if code in REASONS[links[rating.link_id].flow]])
    if block.short_notice is not None:
        found.append([rating for rating in ratings if rating.short_notice is block.short_notice])
    return [part for part in found if part]


def blocks_of(store) -> list[list[Rating]]:
    """Return the ratings of each frozen block."""
    found = defaultdict(list)
    for rating in Rating.objects.filter(dealership=store, block__isnull=False):
        found[rating.block_id].append(rating)
    assert len(found) == SealedBlock.objects.filter(dealership=store).count()
    return list(found.values())


def fewest_raters(rows: np.ndarray, raters: list[int]) -> int:
    """Return how few people anything can be about that is worked out from published sums by adding and subtracting.

    `rows`: which cells each figure adds up; `raters`: who stands behind each cell. For each cell, the solver looks for
    a combination of the rows that holds it and touches as few people as possible. Cells that all figures treat alike
    are one; their people count together.
    """
    classes: dict[bytes, list[int]] = defaultdict(list)
    for place, column in enumerate(rows.T):
        if column.any():
            classes[column.tobytes()].append(place)
    together = list(classes.values())
    matrix = _independent(np.unique(rows[:, [places[0] for places in together]], axis=0))
    behind = [{raters[place] for place in places} for places in together]
    everybody = sorted(set().union(*behind))
    at = {rater: place for place, rater in enumerate(everybody)}
    height, width = matrix.shape
    bound = 50.0
    # Unknowns: how often each row is taken, then whether each person is touched.
    limits, low, high = [], [], []
    for cell in range(width):
        for rater in behind[cell]:
            for sign in (1, -1):
                line = np.zeros(height + len(everybody))
                line[:height], line[height + at[rater]] = sign * matrix[:, cell], -bound
                limits.append(line)
                low.append(-np.inf)
                high.append(0)
    cost = np.concatenate([np.zeros(height), np.ones(len(everybody))])
    fewest = len(everybody)
    for cell in range(width):
        holds = np.concatenate([matrix[:, cell], np.zeros(len(everybody))])
        found = milp(
            cost,
            constraints=[LinearConstraint(np.array(limits), low, high), LinearConstraint(holds, 1, 1)],
            integrality=np.concatenate([np.zeros(height), np.ones(len(everybody))]),
            bounds=(
                np.concatenate([np.full(height, -bound), np.zeros(len(everybody))]),
                np.concatenate([np.full(height, bound), np.ones(len(everybody))]),
            ),
        )
        assert found.success, found.message
        fewest = min(fewest, round(found.fun))
    return fewest


def _independent(rows: np.ndarray) -> np.ndarray:
    """Return rows that say as much as all of them do."""
    kept: list[np.ndarray] = []
    for row in sorted(rows, key=lambda row: row.sum()):
        if np.linalg.matrix_rank(np.array([*kept, row])) > len(kept):
            kept.append(row)
    return np.array(kept)

"""How well the lenses find what is planted: `make planted`, or `python -m bench.planted --stores 200 --seed 1`.

Simulates years of the standard store, without a database: its links and people, about 25 ratings a working day, one in
ten "not good". Nothing is the same for all: suppliers, pairs of departments and people differ, and people differ more
than chance. In each year one thing is planted, and the lens is asked who stands out. What it finds: docs/scoring.md.
"""

from __future__ import annotations

import argparse
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence, Set
from dataclasses import dataclass

import numpy as np

from config.demo.people import SEATS
from config.demo.story import COURSES
from supplychain.standard_store import LINKS
from surveys.changes import dropped
from surveys.control import control_chart
from surveys.distances import NONE, Share, against_the_rest
from surveys.flagging import flags
from surveys.retaliation import Verdict, answers_in_kind
from surveys.severity import RANGES, Cell, Fit, fit
from surveys.statistics import wilson_interval

Random = np.random.Generator
Counted = np.ndarray[tuple[int], np.dtype[np.int64]]

RATINGS = 6_250  # a year: 25 a working day
NOT_GOOD = 0.1  # others give so much
PLANTED = 0.6  # who bears a grudge, or answers in kind, gives so much
DAYS = 365
ENOUGH = 5  # so many recent ratings the store's page asks for before it calls a pair worse
#: How much of it suppliers and pairs differ by, and by what factor people do (one standard deviation).
SUPPLIERS, PAIRS, PEOPLE = 0.03, 0.03, 0.3
RATED, RATED_IN_FEAR = 0.85, 0.55  # of what is due
ASKED, LATE = 0.2, 0.15  # requests, of all interactions; late ones, of these
LATE_GOOD, LATE_GOOD_IN_FEAR = 0.5, 0.9  # rated good, though late


@dataclass(frozen=True)
class LinkPlan:
    """One link of the standard store; `weight`: how much of the traffic it has."""

    supplier: str
    customer: str
    scale: str
    weight: float
    flow: str


LINK_PLANS = tuple(
    LinkPlan(plan.supplier, customer, plan.scale, COURSES[plan.item].weight, plan.flow)
    for plan in LINKS
    for customer in plan.customers
    if customer != plan.supplier
)
WEIGHTS = np.array([plan.weight for plan in LINK_PLANS]) / sum(plan.weight for plan in LINK_PLANS)
PEOPLE_OF: dict[str, list[str]] = defaultdict(list)
for _seat in SEATS:
    if not _seat.is_store_admin:
        PEOPLE_OF[_seat.department].append(_seat.username)


@dataclass
class Ratings:
    """The ratings one person gave on one link in the year: how many, and the chance of "not good"."""

    link: LinkPlan
    rater: str
    n: int
    chance: float

    @property
    def key(self) -> tuple[str, str]:
        """Supplier and rater."""
        return self.link.supplier, self.rater


@dataclass(frozen=True)
class Found:
    """What a lens said over several years: of so many planted it found some; of so many honest it flagged some."""

    name: str
    planted: Share
    honest: Share

    def __add__(self, other: Found) -> Found:
        return Found(self.name, self.planted + other.planted, self.honest + other.honest)

    @property
    def precision(self) -> Share:
        """Of all it flagged, the planted."""
        return Share(self.planted.of, self.planted.of + self.honest.of)

    @classmethod
    def of(cls, name: str, flagged: Set[str], planted: Set[str], everybody: Iterable[str]) -> Found:
        """Return what was found of `planted`, and flagged of the others."""
        honest = set(everybody) - planted
        return cls(name, Share(len(flagged & planted), len(planted)), Share(len(flagged & honest), len(honest)))


def year(chance: Random) -> list[Ratings]:
    """Return an honest year."""
    suppliers = {plan.supplier: max(0.02, NOT_GOOD + chance.normal(0, SUPPLIERS)) for plan in LINK_PLANS}
    pairs = {(plan.supplier, plan.customer): chance.normal(0, PAIRS) for plan in LINK_PLANS}
    people = {name: float(np.exp(chance.normal(0, PEOPLE))) for names in PEOPLE_OF.values() for name in names}
    found = []
    for plan, n in zip(LINK_PLANS, chance.multinomial(RATINGS, WEIGHTS), strict=True):
        names = PEOPLE_OF[plan.customer]
        base = suppliers[plan.supplier] + pairs[plan.supplier, plan.customer]
        for name, own in zip(names, chance.multinomial(n, [1 / len(names)] * len(names)), strict=True):
            if own:
                found.append(Ratings(plan, name, int(own), float(np.clip(base * people[name], 0.005, 0.6))))
    return found


def compared(ratings: Sequence[Ratings]) -> dict[tuple[str, str], int]:
    """Return how many ratings there are per supplier and rater, where others rate the supplier too."""
    counts: dict[tuple[str, str], int] = defaultdict(int)
    for each in ratings:
        counts[each.key] += each.n
    raters: dict[str, int] = defaultdict(int)
    for supplier, _rater in counts:
        raters[supplier] += 1
    return {key: n for key, n in counts.items() if raters[key[0]] > 1}


def grudge(name: str, against: str) -> Callable[[Random], Found]:
    """Return the trial of a grudge of one person: "all" suppliers, the one they rate "most", or "any" one."""

    def trial(chance: Random) -> Found:
        ratings = year(chance)
        known = compared(ratings)
        raters = sorted({rater for _supplier, rater in known})
        rater = raters[chance.integers(len(raters))]
        own = sorted(key for key in known if key[1] == rater)
        chosen = {
            "all": own,
            "most": [max(own, key=lambda key: known[key])],
            "any": [own[chance.integers(len(own))]],
        }[against]
        for each in ratings:
            if each.key in chosen:
                each.chance = PLANTED
        return Found.of(name, flagged(chance, ratings), {rater}, raters)

    return trial


def flagged(chance: Random, ratings: Sequence[Ratings]) -> frozenset[str]:
    """Return the raters whom the page and `manage.py lenses` point out."""
    shares: dict[str, dict[tuple[str, str], Share]] = {}
    fits: dict[str, Fit] = {}
    for scale in RANGES:
        not_goods = shares[scale] = defaultdict(lambda: NONE)
        scores: dict[tuple[str, str], list[int]] = defaultdict(list)
        for each in ratings:
            if each.link.scale == scale:
                not_good = int(chance.binomial(each.n, each.chance))
                not_goods[each.key] += Share(not_good, each.n)
                scores[each.key] += scores_of(chance, scale, not_good, each.n - not_good)
        cells = [Cell.of(supplier, rater, given) for (supplier, rater), given in scores.items()]
        fits[scale] = fit(cells, scale=scale)
    return flags(shares, fits).raters


def scores_of(chance: Random, scale: str, not_good: int, others: int) -> list[int]:
    """Return so many scores that are "not good", and so many others."""
    if scale == "binary":
        return [0] * not_good + [1] * others
    low, high = chance.choice([1, 2], not_good, p=[0.3, 0.7]), chance.choice([3, 4, 5], others, p=[0.1, 0.4, 0.5])
    return [*low.tolist(), *high.tolist()]


def silence(chance: Random) -> Found:
    """Plant fear on one link, picked by its traffic: who was served badly says nothing."""
    afraid = int(chance.choice(len(LINK_PLANS), p=WEIGHTS))
    shares = {}
    for place, n in enumerate(chance.multinomial(RATINGS, WEIGHTS)):
        rated = RATED_IN_FEAR if place == afraid else float(np.clip(chance.normal(RATED, 0.04), 0.5, 1))
        shares[str(place)] = Share(int(n - chance.binomial(n, rated)), int(n))
    found = {name for name, each in against_the_rest(shares).items() if each.stands_out}
    return Found.of("silence on a link", found, {str(afraid)}, (name for name, share in shares.items() if share.n))


def late_but_good(chance: Random) -> Found:
    """Plant fear of one supplier, picked by its traffic: what it delivers late is rated good all the same."""
    traffic: dict[str, float] = defaultdict(float)
    for plan, weight in zip(LINK_PLANS, WEIGHTS, strict=True):
        traffic[plan.supplier] += float(weight)
    suppliers = sorted(traffic)
    afraid = suppliers[chance.choice(len(suppliers), p=[traffic[name] for name in suppliers])]
    shares = {}
    for name in suppliers:
        n = int(chance.binomial(RATINGS, ASKED * LATE * RATED * traffic[name]))
        good = LATE_GOOD_IN_FEAR if name == afraid else float(np.clip(chance.normal(LATE_GOOD, 0.05), 0, 1))
        shares[name] = Share(int(chance.binomial(n, good)), n)
    found = {name for name, each in against_the_rest(shares).items() if each.stands_out}
    return Found.of("late but rated good", found, {afraid}, (name for name, share in shares.items() if share.n))


def retaliation(chance: Random) -> Found:
    """Plant answers in kind of one person, against the supplier they rate most of those that rate them, too."""
    ratings = year(chance)
    both = {(plan.supplier, plan.customer) for plan in LINK_PLANS}
    mutual = [each for each in ratings if (each.link.customer, each.link.supplier) in both]
    raters = sorted({each.rater for each in mutual})
    rater = raters[chance.integers(len(raters))]
    counts: dict[str, int] = defaultdict(int)
    for each in mutual:
        if each.rater == rater:
            counts[each.link.supplier] += each.n
    target = max(sorted(counts), key=lambda supplier: counts[supplier])
    verdicts: list[Verdict] = []
    for each in mutual:
        if each.key != (target, rater):
            verdicts += _verdicts(chance, each, [])
    customers = {each.link.customer for each in mutual if each.rater == rater}
    lows = [
        each.moment for each in verdicts if each.not_good and each.customer == target and each.supplier in customers
    ]
    for each in mutual:
        if each.key == (target, rater):
            verdicts += _verdicts(chance, each, lows)
    found = {str(each.rater) for each in answers_in_kind(verdicts) if each.stands_out}
    return Found.of("retaliation", found, {rater}, raters)


def _verdicts(chance: Random, ratings: Ratings, provoked_at: Sequence[float]) -> list[Verdict]:
    """Return single ratings over the year; within a week after being provoked, of the planted chance."""
    link, found = ratings.link, []
    provoked = np.array(sorted(provoked_at))
    for moment in chance.uniform(0, DAYS, ratings.n):
        soon = bool(np.any((provoked < moment) & (moment - provoked <= 7)))
        not_good = bool(chance.random() < (PLANTED if soon else ratings.chance))
        found.append(Verdict(ratings.rater, link.customer, link.supplier, float(moment), not_good))
    return found


def chart(name: str, monthly: int) -> Callable[[Random], Found]:
    """Return the trial of the trend: a year of noise, and one whose last three months are 25 points worse."""

    def trial(chance: Random) -> Found:
        noise = _months(chance, monthly, [NOT_GOOD] * 12)
        worse = _months(chance, monthly, [NOT_GOOD] * 9 + [NOT_GOOD + 0.25] * 3)
        return Found(name, Share(int(_is_signalled(worse, low=True)), 1), Share(int(_is_signalled(noise)), 1))

    return trial


def _months(chance: Random, monthly: int, shares: Sequence[float]) -> list[tuple[int, int]]:
    numbers = [int(n) for n in chance.poisson(monthly, len(shares))]
    return [(int(chance.binomial(n, 1 - share)), n) for n, share in zip(numbers, shares, strict=True)]


def _is_signalled(months: Sequence[tuple[int, int]], *, low: bool = False) -> bool:
    points = [point for point in control_chart(months).points if point is not None]
    return any(signal.low or not low for point in points for signal in point.signals)


def worsened(chance: Random) -> Found:
    """Plant a pair, picked by its traffic, with whom the last three of twelve months are 25 points worse.

    Honest are whole years in which nothing has changed, though suppliers and pairs differ.
    """
    weights: dict[tuple[str, ...], float] = defaultdict(float)
    for plan, weight in zip(LINK_PLANS, WEIGHTS, strict=True):
        weights[plan.supplier, plan.customer, plan.flow] += float(weight)
    shares = list(weights.values())
    planted = int(chance.choice(len(shares), p=shares))
    base = np.clip(NOT_GOOD + chance.normal(0, SUPPLIERS + PAIRS, len(shares)), 0.01, 0.5)
    then, now = (chance.multinomial(n, shares) for n in (RATINGS * 9 // 12, RATINGS * 3 // 12))
    later = base.copy()
    later[planted] += 0.25
    before = chance.binomial(then, 1 - base)
    found = [_dropped(then, before, now, chance.binomial(now, 1 - share)) for share in (later, base)]
    return Found("worsened pair", Share(int(planted in found[0]), 1), Share(int(bool(found[1])), 1))


def _dropped(then: Counted, before: Counted, now: Counted, after: Counted) -> set[int]:
    """Return which pairs the store's page names: `before` and `after` are the good ones, of `then` and `now`."""
    places = [place for place in range(len(then)) if then[place] and now[place] >= ENOUGH]
    four = [(int(before[p]), int(then[p]), int(after[p]), int(now[p])) for p in places]
    return {place for place, is_named in zip(places, dropped(four), strict=True) if is_named}


Trial = Callable[[Random], Found]
GRUDGES: tuple[Trial, ...] = (
    grudge("grudge against all suppliers", "all"),
    grudge("grudge against the supplier rated most", "most"),
    grudge("grudge against any one supplier", "any"),
)
OTHERS: tuple[Trial, ...] = (
    silence,
    late_but_good,
    retaliation,
    *(chart(f"trend, {monthly} ratings a month", monthly) for monthly in (4, 15, 40, 200)),
    worsened,
)


def measure(stores: int, seed: int, trials: Sequence[Trial] = GRUDGES + OTHERS) -> list[Found]:
    """Return what the lenses find, each trial over so many years of stores."""
    found: list[Found] = []
    for trial in trials:
        chance = np.random.default_rng([seed, (GRUDGES + OTHERS).index(trial)])
        first, *others = (trial(chance) for _ in range(stores))
        found.append(sum(others, first))
    return found


def words(share: Share) -> str:
    """Return a share with its 95 % interval: "97.0 % (93.6-98.6 %)"; of nothing a dash."""
    interval = wilson_interval(share.of, share.n)
    if interval is None or share.value is None:
        return "–"
    return f"{share.value:.1%} ({interval[0]:.1%}–{interval[1]:.1%})".replace("%", " %").replace(" %–", "–")


def table(found: Iterable[Found]) -> str:
    """Return the table of docs/scoring.md."""
    lines = ["| planted | found | flagged of the honest | precision |", "|---|---|---|---|"]
    for each in found:
        precision = "–" if each.name.startswith(("trend", "worsened")) else words(each.precision)
        lines.append(f"| {each.name} | {words(each.planted)} | {words(each.honest)} | {precision} |")
    return "\n".join(lines)


def main() -> None:
    """Measure and print the table."""
    parser = argparse.ArgumentParser(prog="bench.planted", description=__doc__)
    parser.add_argument("--stores", type=int, default=400, help="years of stores for each line (default 400)")
    parser.add_argument("--seed", type=int, default=1, help="another seed, other years (default 1)")
    options = parser.parse_args()
    if options.stores < 1:
        parser.error("--stores must be at least 1")
    print(table(measure(options.stores, options.seed)))


if __name__ == "__main__":
    main()

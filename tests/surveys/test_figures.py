"""Figures for any span equal a naive recount, whatever is read from rollups and whatever from the ratings."""

import datetime
import random
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from supplychain.models import Interaction, append_mark
from surveys.counts import Counts
from surveys.figures import GROUPS, days_with_data, figure_rows, months_by_link
from surveys.models import Rating, Rollup
from surveys.periods import GRAINS, Period, period_of
from surveys.rollups import absorb, shard_of
from tests.factories import (
    DealershipFactory,
    DepartmentFactory,
    InteractionFactory,
    ItemFactory,
    LinkFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

Day = datetime.date
ZONES = ("Asia/Shanghai", "America/New_York", "Australia/Lord_Howe")


def rate(link, moment, score=None, *, state="rated", rater=None, short_notice=False):
    """Insert an interaction at a moment, with a rating when a score is given, and its mark."""
    interaction = InteractionFactory(link=link, occurred_at=moment, state=state, short_notice=short_notice)
    if score is not None:
        Rating.objects.create(
            dealership=link.dealership,
            interaction=interaction,
            link=link,
            day=interaction.day,
            scale=link.scale,
            score=score,
            rater=rater or UserFactory(dealership=link.dealership),
            short_notice=short_notice,
        )
    append_mark(dealership_id=link.dealership_id, link_id=link.pk, day=interaction.day)
    return interaction


def noon(day, dealership):
    return datetime.datetime(day.year, day.month, day.day, 12, tzinfo=dealership.zone)


def store_with_ratings(zone, *, seed=1, ratings=120, threshold=2):
    """Make a store with links of all flows and both scales, rated at random moments, many of them at midnights."""
    chance = random.Random(seed)
    store = DealershipFactory(time_zone=zone, not_good_threshold=threshold)
    finance, service, parts = (
        DepartmentFactory(dealership=store, code=code) for code in ("finance", "service", "parts")
    )
    paper, goods = (ItemFactory(dealership=store, code=code) for code in ("paper", "goods"))
    terms = [
        ("service", finance, service, paper, "binary"),
        ("service", finance, parts, paper, "five"),
        ("information", service, finance, paper, "five"),
        ("material", parts, service, goods, "binary"),
        ("material", parts, service, paper, "five"),
    ]
    links = [
        LinkFactory(dealership=store, flow=flow, supplier=supplier, customer=customer, item=item, scale=scale)
        for flow, supplier, customer, item, scale in terms
    ]
    rater = UserFactory(dealership=store)
    tz = ZoneInfo(zone)
    for _ in range(ratings):
        day = Day(2026, 1, 20) + datetime.timedelta(days=chance.randrange(120))
        if chance.random() < 0.4:  # the edges of months, where zones and daylight saving bite
            day = chance.choice([Day(2026, 1, 31), Day(2026, 2, 1), Day(2026, 3, 31), Day(2026, 4, 1), Day(2026, 4, 5)])
        hour, minute = chance.choice([(0, 0), (0, 1), (2, 15), (12, 0), (23, 29), (23, 59)])
        moment = datetime.datetime(day.year, day.month, day.day, hour, minute, tzinfo=tz)
        link = chance.choice(links)
        state = chance.choices(["rated", "expired", "dismissed", "open"], [8, 1, 1, 1])[0]
        score = chance.choice([0, 1, 1, 1] if link.scale == "binary" else [1, 2, 3, 4, 5]) if state == "rated" else None
        rate(link, moment, score, state=state, rater=rater, short_notice=chance.random() < 0.2)
    absorb(shard_of(store.pk))
    return store


def naive(store, interactions, grain, group_by, start, end):
    """Count row by row in Python, from the moments themselves. Returns {(group, period): Counts}."""
    counted = {}
    for interaction, score in interactions:
        day = interaction.occurred_at.astimezone(ZoneInfo(store.time_zone)).date()
        if (start and day < start) or (end and day > end):
            continue
        link = interaction.link
        names = {
            "link": f"{link.flow}:{link.supplier.code}>{link.customer.code}:{link.item.code}",
            "item": link.item.code,
            "supplier": link.supplier.code,
            "customer": link.customer.code,
            "pair": f"{link.supplier.code}>{link.customer.code}",
            "flow": link.flow,
            "store": store.slug,
        }
        period = "all" if grain == "all" else period_of(grain, day).name
        numbers = counted.setdefault(
            (names[group_by], period), dict.fromkeys(("interactions", "due", "expired", "rated"), 0)
        )
        numbers["interactions"] += 1
        numbers["due"] += interaction.state != "dismissed"
        numbers["expired"] += interaction.state == "expired"
        numbers["rated"] += interaction.state == "rated"
        if score is not None:
            for field in [
                f"{link.scale}_{score}",
                *([f"short_{link.scale}_{score}"] if interaction.short_notice else []),
            ]:
                numbers[field] = numbers.get(field, 0) + 1
    return {key: Counts(**numbers, threshold=store.not_good_threshold) for key, numbers in counted.items()}


def interactions_of(store):
    """Read a store's interactions, each with its score or None."""
    rows = Interaction.objects.filter(dealership=store).select_related("link__supplier", "link__customer", "link__item")
    scores = dict(Rating.objects.filter(dealership=store).values_list("interaction", "score"))
    return [(row, scores.get(row.pk)) for row in rows]


@pytest.mark.parametrize("zone", ZONES)
def test_figures_equal_a_naive_recount_for_every_grain_and_group(zone):
    store = store_with_ratings(zone, threshold=3)
    interactions = interactions_of(store)
    spans = [
        (None, None),
        (Day(2026, 2, 1), Day(2026, 3, 31)),  # whole months, but weeks cut in two
        (Day(2026, 1, 31), Day(2026, 4, 1)),  # one day before and after whole months
        (Day(2026, 4, 5), Day(2026, 4, 5)),  # one day, on which daylight saving ends on Lord Howe
        (Day(2026, 2, 10), None),
        (None, Day(2026, 3, 17)),
        (Day(1900, 1, 1), Day(9999, 12, 31)),
        (Day(2030, 1, 1), Day(2030, 12, 31)),
    ]
    for start, end in spans:
        for grain in GRAINS:
            for group_by in GROUPS:
                rows = figure_rows(store, grain=grain, group_by=group_by, start=start, end=end)
                found = {(row.group.name, row.period.name): row.counts for row in rows}
                assert len(found) == len(rows)
                assert found == naive(store, interactions, grain, group_by, start, end), (start, end, grain, group_by)


def test_periods_are_cut_to_the_days_asked_for_and_whole_without_bounds():
    link = LinkFactory()
    store = link.dealership
    rate(link, noon(Day(2026, 2, 10), store), 1)
    absorb(shard_of(store.pk))

    def only(grain, **bounds):
        (row,) = figure_rows(store, grain=grain, group_by="store", **bounds)
        return row.period

    assert only("month") == Period(Day(2026, 2, 1), Day(2026, 2, 28), "2026-02")
    assert only("quarter") == Period(Day(2026, 1, 1), Day(2026, 3, 31), "2026-Q1")
    assert only("week") == Period(Day(2026, 2, 9), Day(2026, 2, 15), "2026-W07")
    assert only("day") == Period(Day(2026, 2, 10), Day(2026, 2, 10), "2026-02-10")
    assert only("all") == Period(Day(2026, 2, 10), Day(2026, 2, 10), "all")
    assert only("all", start=Day(2026, 1, 1)) == Period(Day(2026, 1, 1), Day(2026, 2, 10), "all")
    assert only("year", start=Day(2026, 2, 3), end=Day(2026, 4, 9)) == Period(Day(2026, 2, 3), Day(2026, 4, 9), "2026")


def test_rows_come_sorted_by_group_and_time_and_only_where_interactions_are():
    store = DealershipFactory()
    links = [LinkFactory(dealership=store, flow=flow) for flow in ("service", "information")]
    for link, day in [(links[0], Day(2026, 3, 1)), (links[1], Day(2026, 2, 1)), (links[0], Day(2026, 1, 1))]:
        rate(link, noon(day, store))
    absorb(shard_of(store.pk))
    rows = figure_rows(store, grain="month", group_by="flow")
    assert [(row.group.name, row.period.name, row.counts.n) for row in rows] == [
        ("information", "2026-02", 0),
        ("service", "2026-01", 0),
        ("service", "2026-03", 0),
    ]


def test_a_store_without_interactions_has_no_rows_and_no_days():
    link = LinkFactory()
    assert days_with_data(link.dealership) is None
    assert figure_rows(link.dealership, grain="month", group_by="link") == []


def test_other_stores_are_not_counted():
    one, other = LinkFactory(), LinkFactory()
    for link in (one, other):
        rate(link, noon(Day(2026, 1, 5), link.dealership), 1)
        absorb(shard_of(link.dealership_id))
    for grain in GRAINS:
        assert [row.counts.n for row in figure_rows(one.dealership, grain=grain, group_by="store")] == [1]


def test_r10_links_with_the_same_terms_count_together():
    """A link that ended and its successor are one group: the same flow, supplier, customer and item."""
    old = LinkFactory(active_to=Day(2026, 1, 31))
    new = LinkFactory(
        dealership=old.dealership,
        supplier=old.supplier,
        customer=old.customer,
        item=old.item,
        scale="five",
        active_from=Day(2026, 2, 1),
    )
    rate(old, noon(Day(2026, 1, 5), old.dealership), 1)
    rate(new, noon(Day(2026, 2, 5), old.dealership), 4)
    absorb(shard_of(old.dealership_id))
    (row,) = figure_rows(old.dealership, grain="year", group_by="link")
    assert (row.counts.n, row.counts.good, row.counts.mean_score) == (2, 2, None)
    assert row.counts.score_counts["five"]["4"] == row.counts.score_counts["binary"]["1"] == 1


def test_whole_months_and_weeks_are_read_from_rollups_and_days_from_ratings():
    link = LinkFactory()
    store = link.dealership
    for day in (3, 10, 24):
        rate(link, noon(Day(2026, 2, day), store), 1)
    absorb(shard_of(store.pk))
    Rollup.objects.filter(dealership=store).delete()

    def n(grain, **bounds):
        return sum(row.counts.n for row in figure_rows(store, grain=grain, group_by="store", **bounds))

    assert [n(grain) for grain in GRAINS] == [3, 0, 0, 0, 0, 0]
    assert n("month", start=Day(2026, 2, 4), end=Day(2026, 2, 20)) == 1


@pytest.mark.parametrize("ratings", [10, 60])
def test_the_number_of_queries_does_not_grow_with_the_ratings(ratings):
    store = store_with_ratings("Asia/Shanghai", ratings=ratings)
    counts = {}
    for grain in GRAINS:
        with CaptureQueriesContext(connection) as queries:
            figure_rows(store, grain=grain, group_by="link", start=Day(2026, 2, 3), end=Day(2026, 4, 3))
        counts[grain] = len(queries)
    # first and last day, links, rollups, and for each edge the interactions, the ratings, those at short notice
    assert counts == {"day": 6, "week": 10, "month": 10, "quarter": 10, "year": 10, "all": 10}


def test_months_by_link_gives_each_month_once():
    link, other = LinkFactory(), LinkFactory()
    store = link.dealership
    for day in (Day(2026, 1, 5), Day(2026, 1, 31), Day(2026, 2, 1), Day(2025, 12, 31)):
        rate(link, noon(day, store), 1)
    absorb(shard_of(store.pk))
    found = months_by_link(store, [link.pk, other.pk], Period(Day(2026, 1, 1), Day(2026, 2, 28)))
    assert {day: counts.n for day, counts in found[link.pk].items()} == {Day(2026, 1, 1): 2, Day(2026, 2, 1): 1}
    assert list(found) == [link.pk]

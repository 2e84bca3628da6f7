"""Many stores at once, made in bulk by the database: a row a link and day, the same in every run."""

from __future__ import annotations

import datetime
from typing import Any

from django.db import connection, transaction

from dealership.models import DealerGroup, Dealership, Department, User
from supplychain.models import Flow, Item, Link
from surveys.models import Grain
from surveys.periods import Period, add_months, week_start

Day = datetime.date
ONE_DAY = datetime.timedelta(days=1)

DEPARTMENTS = 8
MOST_LINKS = DEPARTMENTS * (DEPARTMENTS - 1) * len(Flow.values)

INTERACTIONS = """
INSERT INTO supplychain_interaction (dealership_id, link_id, occurred_at, day, state, note, created_at, short_notice)
SELECT link.dealership_id, link.id, days.column2, days.column1, 'rated', '', days.column2, FALSE
FROM (VALUES {rows}) AS days JOIN supplychain_link link ON link.dealership_id BETWEEN %s AND %s
"""
# Of a hundred ratings six are not good; which ones, a link and a day decide.
RATINGS = """
INSERT INTO surveys_rating
    (dealership_id, interaction_id, link_id, day, scale, score, rater_id, rated_at, reasons, comment, made_interaction,
    short_notice, disclosure, least_raters)
SELECT one.dealership_id, one.id, one.link_id, one.day, link.scale,
    CASE WHEN (one.id * 7919) %% 100 < 6 THEN CASE link.scale WHEN 'binary' THEN 0 ELSE 2 END
         WHEN link.scale = 'binary' THEN 1 ELSE 3 + one.id %% 3 END,
    rater.id, one.occurred_at, '[]', '', FALSE, FALSE, 0, 0
FROM supplychain_interaction one
JOIN supplychain_link link ON link.id = one.link_id
JOIN dealership_user rater ON rater.dealership_id = one.dealership_id
WHERE one.dealership_id BETWEEN %s AND %s
"""
ROLLUPS = """
INSERT INTO surveys_rollup (dealership_id, link_id, grain, start, interactions, due, expired, rated,
    binary_0, binary_1, five_1, five_2, five_3, five_4, five_5,
    short_binary_0, short_binary_1, short_five_1, short_five_2, short_five_3, short_five_4, short_five_5)
SELECT link.dealership_id, link.id, buckets.column1, buckets.column2, buckets.column3, buckets.column3, 0,
    buckets.column3,
    CASE link.scale WHEN 'binary' THEN link.id %% 3 ELSE 0 END,
    CASE link.scale WHEN 'binary' THEN buckets.column3 - link.id %% 3 ELSE 0 END, 0,
    CASE link.scale WHEN 'five' THEN link.id %% 3 ELSE 0 END, 0, 0,
    CASE link.scale WHEN 'five' THEN buckets.column3 - link.id %% 3 ELSE 0 END,
    0, 0, 0, 0, 0, 0, 0
FROM (VALUES {rows}) AS buckets JOIN supplychain_link link ON link.dealership_id BETWEEN %s AND %s
"""


def add_stores(count: int, *, links: int) -> tuple[DealerGroup, list[Dealership]]:
    """Make a dealer group of `count` stores with `links` links and one rater each; its manager is called "group-N"."""
    if links > MOST_LINKS:
        raise ValueError(f"a store of {DEPARTMENTS} departments has at most {MOST_LINKS} links, asked for {links}")
    name = f"group-{count}"
    with transaction.atomic():
        group = DealerGroup.objects.create(slug=name, name=name)
        User.objects.create(username=name, full_name=name, group=group)
        stores = Dealership.objects.bulk_create(
            [Dealership(group=group, slug=f"{name}-{number}", name=f"Store {number:04}") for number in range(count)]
        )
        User.objects.bulk_create(
            [User(dealership=store, username=f"rater-{store.slug}", full_name="Rater") for store in stores]
        )
        departments = Department.objects.bulk_create(
            [Department(dealership=store, code=f"d{n}", name=f"D{n}") for store in stores for n in range(DEPARTMENTS)],
            batch_size=2000,
        )
        items = Item.objects.bulk_create([Item(dealership=store, code="item", name="Item") for store in stores])
        Link.objects.bulk_create(
            [
                Link(
                    dealership=store,
                    flow=flow,
                    supplier=departments[number * DEPARTMENTS + supplier],
                    customer=departments[number * DEPARTMENTS + customer],
                    item=items[number],
                    scale="binary" if flow == Flow.SERVICE else "five",
                )
                for number, store in enumerate(stores)
                for flow, supplier, customer in _ends(links)
            ],
            batch_size=2000,
        )
    return group, stores


def _ends(count: int) -> list[tuple[str, int, int]]:
    """Return `count` different (flow, supplier, customer), spread over the flows."""
    pairs = [(a, b) for a in range(DEPARTMENTS) for b in range(DEPARTMENTS) if a != b]
    return [(flow, *pair) for pair in pairs for flow in Flow.values][:count]


def add_ratings(stores: list[Dealership], days: Period) -> None:
    """Give every link of stores (made one after the other) one interaction and its rating on each day."""
    moments = []
    for number in range(days.days):
        day = days.start + number * ONE_DAY
        noon = datetime.datetime.combine(day, datetime.time(4), datetime.UTC)  # midday in the stores' zone
        moments += [connection.ops.adapt_datefield_value(day), connection.ops.adapt_datetimefield_value(noon)]
    ends = [stores[0].pk, stores[-1].pk]
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_with_rows(INTERACTIONS, days.days, 2), [*moments, *ends])
        cursor.execute(RATINGS, ends)


def add_rollups(stores: list[Dealership], months: Period) -> None:
    """Give every link of stores (made one after the other) its month and week rows over whole months."""
    buckets: list[Any] = []
    start = months.start
    while start <= months.end:
        after = add_months(start, 1)
        buckets += [int(Grain.MONTH), connection.ops.adapt_datefield_value(start), (after - start).days]
        start = after
    start = week_start(months.start)
    while start <= months.end:
        buckets += [int(Grain.WEEK), connection.ops.adapt_datefield_value(start), 7]
        start += 7 * ONE_DAY
    ends = [stores[0].pk, stores[-1].pk]
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_with_rows(ROLLUPS, len(buckets) // 3, 3), [*buckets, *ends])


def _with_rows(statement: str, rows: int, columns: int) -> str:
    """Return the statement with places for its VALUES; both databases call their columns column1, column2 and so on."""
    row = f"({', '.join(['%s'] * columns)})"
    return statement.format(rows=", ".join([row] * rows))

"""Filling stores with ratings, in bulk and evenly: the same density whatever the number of stores.

A store holds the standard links over two years, at most one interaction a link and day. The database computes all
rows itself from two small tables, links and a calendar, and writes them in the order of time, as they come in life:
the stores lie mixed on the disk.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.core.management.color import no_style
from django.db import connection, transaction
from django.db.models import Max
from django.utils import timezone

from bench.databases import settle
from dealership.models import Dealership, Department, Position, User
from supplychain.actions_store import apply_standard_store
from supplychain.models import Interaction, Link, Mark
from surveys import rollups
from surveys.models import Rating, RatingChange

DAYS = 730  # two years, yesterday the last
CHUNK = 73  # days written in one transaction
HOURS = 8  # a store's working day
RATINGS_PER_STORE = 50_000
UNRATED = 0.08  # expired interactions, for each rating
SCATTER = 999_983  # a prime: multiplied by it, modulo their number, the pairs of link and day come in a mixed order

CREATE_TABLES = """
    CREATE TEMPORARY TABLE bench_link
        (number bigint, link_id bigint, dealership_id bigint, rater_id bigint, scale varchar(6), pairs bigint);
    CREATE TEMPORARY TABLE bench_calendar (number bigint, hour bigint, day date, moment {moment});
"""

COMPUTE_ROWS = """
    CREATE TEMPORARY TABLE bench_row AS
    SELECT row_number() OVER (ORDER BY moment, link_id) AS number, * FROM (
        SELECT link_id, dealership_id, rater_id, scale, day, moment,
               ((l.number * %(days)s + c.number) * %(scatter)s) %% pairs AS place
        FROM bench_link l
        JOIN bench_calendar c ON c.hour = (l.number * 31 + c.number) %% %(hours)s
        WHERE c.number >= %(first)s AND c.number < %(last)s
    ) AS pair
    WHERE place < %(expired)s
"""

INSERT_INTERACTIONS = """
    INSERT INTO supplychain_interaction
        (id, dealership_id, link_id, occurred_at, day, state, requester_id, logged_by_id, note, created_at,
         short_notice)
    SELECT %(base)s + number, dealership_id, link_id, moment, day,
           CASE WHEN place < %(rated)s THEN 'rated' ELSE 'expired' END, rater_id, rater_id, '', moment,
           place * 17 %% 100 < 8
    FROM bench_row ORDER BY number
"""

INSERT_RATINGS = """
    INSERT INTO surveys_rating
        (id, dealership_id, interaction_id, link_id, day, scale, score, rater_id, rated_at, reasons, comment,
         made_interaction, short_notice, disclosure, least_raters)
    SELECT %(base)s + number, dealership_id, %(base)s + number, link_id, day, scale,
           CASE WHEN scale = 'binary' THEN CASE WHEN place * 31 %% 100 < 93 THEN 1 ELSE 0 END
                ELSE CASE WHEN place * 31 %% 100 < 70 THEN 5 ELSE place * 31 %% 5 + 1 END END,
           rater_id, moment, '[]', '', true, place * 17 %% 100 < 8, 0, 0
    FROM bench_row WHERE place < %(rated)s ORDER BY number
"""


def per_store(ratings: int) -> int:
    """Return how many ratings each store gets when the smaller of the compared databases holds `ratings`."""
    return min(RATINGS_PER_STORE, ratings)


def fill(ratings: int, each: int, *, on_progress: Callable[[float], None] = lambda _share: None) -> None:
    """Fill the empty database in use with stores of `each` ratings, `ratings` in all, and roll them up.

    `on_progress` is called with the share done, 0 to 1. Raises ValueError when `each` does not divide `ratings`, or
    is more than one rating a link and day.
    """
    if ratings % each:
        raise ValueError(f"{ratings} ratings cannot be shared out in stores of {each}")
    stores = [add_store(number) for number in range(ratings // each)]
    _describe(stores, each)
    base = 0
    for first in range(0, DAYS, CHUNK):
        with transaction.atomic(), connection.cursor() as cursor:
            values = {
                "first": first,
                "last": first + CHUNK,
                "days": DAYS,
                "hours": HOURS,
                "scatter": SCATTER,
                "base": base,
                "rated": each,
                "expired": each + int(each * UNRATED),
            }
            cursor.execute(COMPUTE_ROWS, values)
            for statement in (INSERT_INTERACTIONS, INSERT_RATINGS):
                cursor.execute(statement, values)
            cursor.execute("SELECT count(*) FROM bench_row")
            base += cursor.fetchone()[0]
            cursor.execute("DROP TABLE bench_row")
        on_progress((first + CHUNK) / DAYS * 0.95)
    _forget()
    rollups.rebuild()
    on_progress(1.0)


@transaction.atomic
def add_store(number: int) -> Dealership:
    """Create a store, "bench-0" for number 0, with the standard links and a manager for every department.

    Managers are named like "bench-0-service".
    """
    store = Dealership.objects.create(slug=f"bench-{number}", name=f"Bench {number}")
    apply_standard_store(store)
    departments = list(Department.objects.filter(dealership=store))
    names = [f"{store.slug}-{department.code}" for department in departments]
    people = User.objects.bulk_create([User(dealership=store, username=name, full_name=name) for name in names])
    Position.objects.bulk_create(
        [
            Position(dealership=store, person=person, department=department, role="manager")
            for person, department in zip(people, departments, strict=True)
        ]
    )
    return store


@contextmanager
def leave_no_trace() -> Iterator[None]:
    """Take back, at the end, every interaction, rating and mark that was added within."""
    models = (Mark, RatingChange, Rating, Interaction)  # what points at others goes first
    last = {model: model.objects.aggregate(last=Max("pk"))["last"] or 0 for model in models}
    try:
        yield
    finally:
        for model in models:
            rows = model.objects.filter(pk__gt=last[model])
            rows._raw_delete(rows.db)
        settle()


def _describe(stores: list[Dealership], each: int) -> None:
    """Write down links and calendar for the statements to compute from."""
    managers = dict(Position.objects.values_list("department", "person"))
    links = []
    for store in stores:
        own = list(Link.objects.filter(dealership=store).order_by("pk"))
        if each * (1 + UNRATED) > len(own) * DAYS:
            raise ValueError(f"{each} ratings are more than one a link and day")
        links += [
            (number, link.pk, store.pk, managers[link.customer_id], link.scale, len(own) * DAYS)
            for number, link in enumerate(own)
        ]
    start = timezone.now().date() - datetime.timedelta(days=DAYS)
    calendar = [
        (
            number,
            hour,
            start + datetime.timedelta(days=number),
            # The stores are in Asia/Shanghai: midnight UTC is eight in the morning, of the same day.
            datetime.datetime.combine(start, datetime.time(hour), datetime.UTC) + datetime.timedelta(days=number),
        )
        for number in range(DAYS)
        for hour in range(HOURS)
    ]
    field = Interaction._meta.get_field("occurred_at")
    with connection.cursor() as cursor:
        for statement in CREATE_TABLES.format(moment=field.db_type(connection)).split(";"):
            if statement.strip():
                cursor.execute(statement)
        cursor.executemany("INSERT INTO bench_link VALUES (%s, %s, %s, %s, %s, %s)", links)
        cursor.executemany(
            "INSERT INTO bench_calendar VALUES (%s, %s, %s, %s)",
            [
                (number, hour, day, connection.ops.adapt_datetimefield_value(moment))
                for number, hour, day, moment in calendar
            ],
        )


def _forget() -> None:
    """Drop what _describe wrote down, and let the next row of the product get a number of its own."""
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE bench_link")
        cursor.execute("DROP TABLE bench_calendar")
        for statement in connection.ops.sequence_reset_sql(no_style(), [Interaction, Rating]):
            cursor.execute(statement)

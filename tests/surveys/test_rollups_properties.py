"""Whatever happens, in whatever order, in whatever zone: rollup = recount."""

import datetime
import uuid
from collections import Counter
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import ValidationError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from dealership.models import Dealership
from supplychain.actions import dismiss_interaction, end_link, insert_interaction, restore_interaction
from supplychain.models import Interaction, Link
from surveys import rollups
from surveys.actions import change_rating, rate_interaction, rate_link, undo_rating
from surveys.counts import COUNT_FIELDS
from surveys.models import Grain, Rating, Rollup
from surveys.periods import month_start, week_start
from tests.conftest import fresh
from tests.factories import DealershipFactory, DepartmentFactory, LinkFactory, UserFactory, manager_of

ZONES = ["Asia/Shanghai", "America/New_York", "Australia/Lord_Howe"]
#: Moments around month ends, week ends, and both DST changes of 2026 in New York and on Lord Howe (half an hour).
EDGES = [
    datetime.datetime(2026, 1, 31, 15, 59, 59, tzinfo=datetime.UTC),
    datetime.datetime(2026, 1, 31, 16, 0, 0, tzinfo=datetime.UTC),
    datetime.datetime(2026, 2, 28, 23, 30, 0, tzinfo=datetime.UTC),
    datetime.datetime(2026, 3, 8, 6, 59, 59, tzinfo=datetime.UTC),
    datetime.datetime(2026, 3, 8, 7, 0, 0, tzinfo=datetime.UTC),
    datetime.datetime(2026, 4, 4, 14, 45, 0, tzinfo=datetime.UTC),
    datetime.datetime(2026, 4, 4, 15, 15, 0, tzinfo=datetime.UTC),
    datetime.datetime(2025, 12, 31, 13, 30, 0, tzinfo=datetime.UTC),
    datetime.datetime(2026, 10, 3, 15, 30, 0, tzinfo=datetime.UTC),
    datetime.datetime(2025, 11, 2, 5, 30, 0, tzinfo=datetime.UTC),
]

moments = st.one_of(
    st.sampled_from(EDGES),
    st.datetimes(
        min_value=datetime.datetime(2025, 10, 1),
        max_value=datetime.datetime(2026, 11, 1),
        timezones=st.just(datetime.UTC),
    ),
)
acts = st.lists(
    st.tuples(
        st.sampled_from(
            ["log", "log hurried", "rate", "tap", "change", "undo", "dismiss", "restore", "end link", "absorb"]
        ),
        st.integers(0, 1),
        st.integers(0, 5),
        moments,
    ),
    min_size=1,
    max_size=25,
)


def naive_recount(dealership: Dealership) -> dict[tuple[int, int, datetime.date], Counter]:
    """Count in plain Python, from the moments themselves: nothing of the code under test but the models."""
    zone = ZoneInfo(dealership.time_zone)
    expected: dict[tuple[int, int, datetime.date], Counter] = {}
    ratings = {rating.interaction_id: rating for rating in Rating.objects.all()}
    for interaction in Interaction.objects.all():
        day = interaction.occurred_at.astimezone(zone).date()
        for grain, start in ((Grain.WEEK, week_start(day)), (Grain.MONTH, month_start(day))):
            counter = expected.setdefault((interaction.link_id, int(grain), start), Counter())
            counter["interactions"] += 1
            counter["due"] += interaction.state != "dismissed"
            counter["expired"] += interaction.state == "expired"
            rating = ratings.get(interaction.pk)
            if rating:
                counter["rated"] += 1
                counter[f"{rating.scale}_{rating.score}"] += 1
                counter[f"short_{rating.scale}_{rating.score}"] += interaction.short_notice
    return expected


def stored(dealership: Dealership) -> dict[tuple[int, int, datetime.date], Counter]:
    return {
        (row.link_id, row.grain, row.start): +Counter({name: getattr(row, name) for name in COUNT_FIELDS})
        for row in Rollup.objects.filter(dealership=dealership)
    }


class RollupEqualsRecount(TestCase):
    @settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(zone=st.sampled_from(ZONES), acts=acts)
    def test_after_any_sequence_of_acts(self, zone, acts):
        store = Store(zone)
        for act, link, score, moment in acts:
            store.do(act, link, score, moment)
        rollups.absorb_all()
        expected = {bucket: +counter for bucket, counter in naive_recount(store.dealership).items()}
        assert stored(store.dealership) == expected
        assert rollups.verify(store.dealership) == []
        rollups.rebuild(store.dealership)
        assert stored(store.dealership) == expected


class Store:
    """A store with a good / not good link and a five-point one, and somebody who rates both."""

    def __init__(self, zone: str) -> None:
        self.dealership = DealershipFactory(time_zone=zone)
        customer = DepartmentFactory(dealership=self.dealership)
        self.links = [
            LinkFactory(dealership=self.dealership, customer=customer, scale=scale) for scale in ("binary", "five")
        ]
        self.rater = manager_of(customer)

    def do(self, act: str, index: int, score: int, moment: datetime.datetime) -> None:
        """Try one act; one that the rules refuse must leave nothing behind."""
        link = Link.objects.get(pk=self.links[index].pk)
        rater = fresh(self.rater)
        interaction = Interaction.objects.filter(link=link).order_by("-pk").first()
        rating = Rating.objects.filter(link=link).order_by("-pk").first()
        try:
            if act.startswith("log"):
                logged = insert_interaction(link=link, occurred_at=moment, logged_by=rater)
                # As if it had come from a request at short notice (R12): its rating says so, too.
                Interaction.objects.filter(pk=logged.pk).update(short_notice=act == "log hurried")
            elif act == "tap" and link.active_to is None:
                rate_link(acting_user=rater, link=link, score=score, key=uuid.uuid4(), occurred_at=moment)
            elif act == "rate" and interaction:
                rate_interaction(acting_user=rater, interaction=interaction, score=score)
            elif act == "change" and rating:
                change_rating(acting_user=rater, rating=rating, score=score)
            elif act == "undo" and rating:
                undo_rating(acting_user=rater, rating=rating)
            elif act == "dismiss" and interaction:
                dismiss_interaction(acting_user=rater, interaction=interaction)
            elif act == "restore" and interaction:
                restore_interaction(acting_user=rater, interaction=interaction)
            elif act == "end link":
                admin = UserFactory(dealership=self.dealership, is_store_admin=True)
                end_link(acting_user=admin, link=link, last_day=self.dealership.today())
            elif act == "absorb":
                rollups.absorb_all()
        except ValidationError:
            pass


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("zone", "moment", "day"),
    [
        ("Asia/Shanghai", "2026-01-31T15:59:59+00:00", "2026-01-31"),
        ("Asia/Shanghai", "2026-01-31T16:00:00+00:00", "2026-02-01"),
        ("America/New_York", "2026-11-01T03:59:59+00:00", "2026-10-31"),  # still summer time, -04:00
        ("America/New_York", "2026-11-02T04:59:59+00:00", "2026-11-01"),  # winter time, -05:00
        ("Australia/Lord_Howe", "2026-04-04T12:59:59+00:00", "2026-04-04"),  # +11:00
        ("Australia/Lord_Howe", "2026-04-05T13:29:59+00:00", "2026-04-05"),  # +10:30 since 15:00 UTC the day before
        ("Australia/Lord_Howe", "2026-04-05T13:30:00+00:00", "2026-04-06"),
    ],
)
def test_the_day_is_cut_in_the_stores_zone(zone, moment, day):
    link = LinkFactory(dealership=DealershipFactory(time_zone=zone))
    interaction = insert_interaction(
        link=link, occurred_at=datetime.datetime.fromisoformat(moment), logged_by=manager_of(link.supplier)
    )
    assert interaction.day.isoformat() == day

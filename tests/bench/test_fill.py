"""What the databases are filled with: as many ratings as said, spread evenly, and figures that hold."""

import pytest
from django.db.models import Count

from bench.data import fill, leave_no_trace
from dealership.models import Dealership, User
from supplychain.models import Interaction, Link, Mark, append_mark
from surveys import rollups
from surveys.actions import rate_link
from surveys.models import Rating, Rollup

pytestmark = pytest.mark.django_db(transaction=True)


def test_every_store_gets_its_share_and_no_link_two_ratings_a_day():
    shares = []
    fill(1200, 600, on_progress=shares.append)
    assert list(Rating.objects.values_list("dealership").annotate(n=Count("pk")).values_list("n", flat=True)) == [
        600,
        600,
    ]
    assert Interaction.objects.filter(state="expired").count() == 96
    assert not Interaction.objects.values("link", "day").annotate(n=Count("pk")).filter(n__gt=1).exists()
    assert Rating.objects.values("link").distinct().count() == Link.objects.count()
    assert shares == sorted(shares)
    assert shares[-1] == 1


def test_rollups_equal_the_ratings():
    fill(600, 600)
    assert Rollup.objects.exists()
    assert rollups.verify(Dealership.objects.get()) == []


def test_the_product_goes_on_from_there():
    fill(600, 600)
    rater = User.objects.get(username="bench-0-service")
    link = Link.objects.filter(customer__code="service", scale="binary").first()
    rating = rate_link(acting_user=rater, link=link, score=1, key="0f8fad5b-d9cb-469f-a165-70867728950e")
    assert Rating.objects.count() == 601
    assert rating.pk > 600


def test_what_a_measurement_adds_is_taken_back():
    fill(600, 600)
    rater = User.objects.get(username="bench-0-service")
    link = Link.objects.filter(customer__code="service", scale="binary").first()
    with leave_no_trace():
        rate_link(acting_user=rater, link=link, score=1, key="0f8fad5b-d9cb-469f-a165-70867728950e")
        append_mark(dealership_id=link.dealership_id, link_id=link.pk, day="2026-01-01")
    assert (Rating.objects.count(), Interaction.objects.count(), Mark.objects.count()) == (600, 648, 0)


def test_more_ratings_than_days_are_refused():
    with pytest.raises(ValueError, match="more than one a link and day"):
        fill(100_000, 100_000)

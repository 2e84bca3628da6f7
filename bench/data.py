"""Filling stores with ratings, fast and evenly: the same density whatever the number of stores."""

from __future__ import annotations

import datetime
import random

from django.db import transaction

from dealership.models import Dealership, Position, User
from supplychain.actions_store import apply_standard_store
from supplychain.models import Interaction, Link
from surveys import rollups
from surveys.models import Rating

DAYS = 730  # two years
RATINGS_PER_STORE = 50_000


def add_store(number: int, ratings: int, today: datetime.date) -> Dealership:
    """Create store number `number` with the standard links and `ratings` ratings over two years, rolled up."""
    dice = random.Random(number)
    dealership = Dealership.objects.create(slug=f"bench-{number}", name=f"Bench {number}")
    apply_standard_store(dealership)
    links = list(Link.objects.filter(dealership=dealership).select_related("customer"))
    raters = {link.customer_id: _manager(dealership, link) for link in links}
    with transaction.atomic():
        for first in range(0, ratings, 5000):
            _add_ratings(dealership, links, raters, min(5000, ratings - first), today, dice)
    rollups.rebuild(dealership)
    return dealership


def _manager(dealership: Dealership, link: Link) -> User:
    name = f"{dealership.slug}-{link.customer.code}"
    person = User.objects.filter(username=name).first()
    if person is None:
        person = User.objects.create(dealership=dealership, username=name, full_name=name)
        Position.objects.create(dealership=dealership, person=person, department=link.customer, role="manager")
    return person


def _add_ratings(
    dealership: Dealership,
    links: list[Link],
    raters: dict[int, User],
    count: int,
    today: datetime.date,
    dice: random.Random,
) -> None:
    interactions = []
    for _ in range(count):
        day = today - datetime.timedelta(days=dice.randrange(DAYS))
        moment = datetime.datetime.combine(day, datetime.time(dice.randrange(8, 18)), dealership.zone)
        interactions.append(
            Interaction(dealership=dealership, link=dice.choice(links), occurred_at=moment, day=day, state="rated")
        )
    Interaction.objects.bulk_create(interactions, batch_size=1000)
    Rating.objects.bulk_create(
        [
            Rating(
                dealership=dealership,
                interaction=interaction,
                link=interaction.link,
                day=interaction.day,
                scale=interaction.link.scale,
                score=int(dice.random() < 0.93) if interaction.link.scale == "binary" else dice.choice((2, 3, 4, 5, 5)),
                rater=raters[interaction.link.customer_id],
                rated_at=interaction.occurred_at,
            )
            for interaction in interactions
        ],
        batch_size=1000,
    )

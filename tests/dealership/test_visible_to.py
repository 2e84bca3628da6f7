"""Every read goes through visible_to(user): one store sees itself only."""

import pytest
from django.apps import apps
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from dealership.models import Dealership, Department, Position, StoreOwned, User
from dealership.querysets import StoreQuerySet
from supplychain.models import Interaction, Item, Link
from surveys.models import Rating, RatingChange, Rollup
from tests.factories import InteractionFactory, PositionFactory, UserFactory

pytestmark = pytest.mark.django_db

MODELS = [Dealership, Department, Position, User, Item, Link, Interaction, Rating, RatingChange, Rollup]


def fill_store():
    """Make a store with at least one row of every model; return one of its people."""
    interaction = InteractionFactory()
    store, link = interaction.dealership, interaction.link
    person = PositionFactory(department=link.customer).person
    Rating.objects.create(
        dealership=store,
        interaction=interaction,
        link=link,
        day=interaction.day,
        scale="binary",
        score=1,
        rater=person,
    )
    RatingChange.objects.create(
        dealership=store, interaction=interaction, score=0, changed_by=person, changed_at=timezone.now()
    )
    Rollup.objects.create(dealership=store, link=link, grain=1, start=interaction.day)
    return person


def store_of(row):
    return row.pk if isinstance(row, Dealership) else row.dealership_id


@pytest.mark.parametrize("model", MODELS)
def test_one_store_sees_its_own_rows_only(model):
    mine, _other = fill_store(), fill_store()
    rows = list(model.objects.visible_to(mine))
    assert rows
    assert {store_of(row) for row in rows} == {mine.dealership_id}


@pytest.mark.parametrize("model", MODELS)
def test_an_operator_sees_every_store_and_a_stranger_none(model):
    people = [fill_store(), fill_store()]
    operator = User.objects.create_superuser("root", "pass", full_name="Root")
    assert {person.dealership_id for person in people} <= {store_of(row) for row in model.objects.visible_to(operator)}
    assert not model.objects.visible_to(AnonymousUser()).exists()
    assert not model.objects.visible_to(UserFactory(dealership=None)).exists()


@pytest.mark.parametrize("model", MODELS)
def test_a_superuser_of_a_store_sees_that_store_only(model):
    mine, _other = fill_store(), fill_store()
    mine.is_superuser = True
    mine.save()
    assert {store_of(row) for row in model.objects.visible_to(mine)} == {mine.dealership_id}


def test_no_model_of_a_store_is_left_out():
    owned = {model for model in apps.get_models() if issubclass(model, StoreOwned)}
    assert owned <= set(MODELS)
    assert all(isinstance(model.objects.all(), StoreQuerySet) for model in owned)

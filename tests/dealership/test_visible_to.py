"""Every read goes through visible_to(user): one store sees itself only."""

import pytest
from django.apps import apps
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from dealership.models import Dealership, Notice, SpecialDay, StoreOwned, User
from supplychain.models import CallForNeeds, CallInvitation, Escalation, RequestEvent, StatedNeed
from surveys.models import Rating, RatingChange, Recovery, RecoveryEvent, Rollup
from tests.factories import InteractionFactory, PositionFactory, SupplyRequestFactory, UserFactory

pytestmark = pytest.mark.django_db

#: Every model of a store; one that `fill_store` makes no row of fails below.
MODELS = [Dealership, User, *(model for model in apps.get_models() if issubclass(model, StoreOwned))]


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
    SpecialDay.objects.create(dealership=store, day=interaction.day)
    Notice.objects.create(dealership=store, person=person, words="Something moved.", url="/")
    _fill_with_requests(store, link, person, interaction)
    Rollup.objects.create(dealership=store, link=link, grain=1, start=interaction.day)
    return person


def _fill_with_requests(store, link, person, interaction):
    superior = UserFactory(dealership=store)
    request = SupplyRequestFactory(link=link, asked_by=person)
    RequestEvent.objects.create(dealership=store, request=request, version=1, kind="ask", person=person)
    Escalation.objects.create(dealership=store, request=request, what="x", raised_by=person, superior=superior)
    call = CallForNeeds.objects.create(
        dealership=store,
        flow=link.flow,
        supplier=link.supplier,
        item=link.item,
        question="x",
        deadline=interaction.day,
        opened_by=person,
    )
    invitation = CallInvitation.objects.create(dealership=store, call=call, link=link)
    StatedNeed.objects.create(dealership=store, invitation=invitation, what="x", wanted_on=interaction.day)
    recovery = Recovery.objects.create(
        dealership=store, interaction=interaction, link=link, day=interaction.day, due_on=interaction.day
    )
    RecoveryEvent.objects.create(dealership=store, recovery=recovery, version=1, kind="open", side="customer")


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

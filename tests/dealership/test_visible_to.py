"""Every read goes through visible_to(user): one store sees itself only."""

import datetime

import pytest
from django.apps import apps
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from dealership.models import Dealership, Notice, SpecialDay, StoreOwned, User
from objectives.models import (
    CalendarFeed,
    CompanyGoal,
    CompanyPlan,
    Criterion,
    Dialogue,
    DialoguePoint,
    DialogueSeries,
    DialogueSignature,
    Event,
    Evidence,
    Fact,
    GoalMeasure,
    Need,
    Objective,
    ObjectiveCustomer,
    PlanEdition,
    PlanEntry,
    PlanSignature,
    Terms,
    TermsSignature,
)
from supplychain.models import CallForNeeds, CallInvitation, Escalation, RequestEvent, StatedNeed
from surveys.models import (
    ManagementBlock,
    ManagementRating,
    Rating,
    RatingChange,
    Recovery,
    RecoveryEvent,
    Rollup,
    RoundAnswer,
    RoundInvitation,
    RoundResult,
    SealedBatch,
    SealedBlock,
    SurveyRound,
)
from tests.factories import InteractionFactory, PositionFactory, SupplyRequestFactory, UserFactory

pytestmark = pytest.mark.django_db

#: Personnel matters, and what a person answers: who runs the installation reads none of it on a page.
PERSONAL = {ManagementBlock, ManagementRating, RoundAnswer, RoundInvitation}

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
    _fill_with_management(store, link.customer, person, interaction.day)
    _fill_with_rounds(store, link, person, interaction.day)
    _fill_with_objectives(store, link, person, interaction.day)
    return person


def _fill_with_management(store, department, person, day):
    about = {"dealership": store, "department": department, "manager": person}
    superior = UserFactory(dealership=store)
    ManagementRating.objects.create(**about, month=day, given_by=superior, side="superior", score=4)
    ManagementBlock.objects.create(**about, start=day, end=day, raters=5)


def _fill_with_rounds(store, link, person, day):
    days = {"start": day, "opens_on": day, "closes_on": day + datetime.timedelta(days=7)}
    survey_round = SurveyRound.objects.create(dealership=store, created_by=person, **days)
    about = {"dealership": store, "round": survey_round}
    invitation = RoundInvitation.objects.create(**about, person=person, department=link.customer)
    RoundAnswer.objects.create(
        dealership=store, invitation=invitation, flow=link.flow, supplier=link.supplier, customer=link.customer
    )
    RoundResult.objects.create(**about, supplier=link.supplier, asked=5)


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
    batch = SealedBatch.objects.create(dealership=store, month=interaction.day.replace(day=1))
    SealedBlock.objects.create(dealership=store, batch=batch, start=batch.month, end=batch.month, links=[link.pk])


def _fill_with_objectives(store, link, person, day):
    def make(model, **fields):
        return model.objects.create(dealership=store, **fields)

    measure = {"kind": "date", "comparison": "by", "what": "x", "due_on": day}
    plan = make(CompanyPlan, year=day.year, opened_by=person)
    make(PlanEntry, plan=plan, board="state", department=link.customer, text="x", author=person)
    goal = make(CompanyGoal, plan=plan, title="x")
    make(GoalMeasure, goal=goal, **measure)
    make(PlanSignature, plan=plan, edition=1, revision=1, department=link.customer, person=person)
    make(PlanEdition, plan=plan, number=1, content={})
    series = make(DialogueSeries, host=link.customer, guest=link.supplier, starts_on=day, created_by=person)
    dialogue = make(Dialogue, series=series, host=link.customer, guest=link.supplier, planned_on=day)
    make(DialoguePoint, dialogue=dialogue, department=link.customer, text="x", author=person)
    make(DialogueSignature, dialogue=dialogue, revision=1, department=link.customer, person=person)
    make(CalendarFeed, person=person, secret_hash="x")
    sides = {"customer": link.customer, "supplier": link.supplier}
    make(Need, flow=link.flow, what="x", raised_by=person, answer_by=day, **sides)
    objective = make(Objective, year=day.year, owner=link.supplier, title="x", source="own", created_by=person)
    make(ObjectiveCustomer, objective=objective, department=link.customer)
    terms = make(Terms, objective=objective, number=1, written_by=person)
    make(TermsSignature, terms=terms, department=link.supplier, person=person)
    make(Criterion, terms=terms, number=1, **measure)
    fact = make(Fact, objective=objective, criterion=1, happened_on=day, recorded_by=person)
    make(Evidence, fact=fact, name="x", content_type="x", size=1, sha256="x", content=b"x", uploaded_by=person)
    make(Event, objective=objective, kind="open", person=person)


def store_of(row):
    return row.pk if isinstance(row, Dealership) else row.dealership_id


def stores_seen(person):
    """Return {model: the stores of its rows that a person sees}."""
    return {model: {store_of(row) for row in model.objects.visible_to(person)} for model in MODELS}


def test_one_store_sees_its_own_rows_only():
    mine, _other = fill_store(), fill_store()
    assert stores_seen(mine) == {model: {mine.dealership_id} for model in MODELS}


def test_an_operator_sees_every_store_and_a_stranger_none():
    people = [fill_store(), fill_store()]
    operator = User.objects.create_superuser("root", "pass", full_name="Root")
    both = {person.dealership_id for person in people}
    expected = {model: set() if model in PERSONAL else both for model in MODELS}
    assert {model: stores & both for model, stores in stores_seen(operator).items()} == expected
    for stranger in (AnonymousUser(), UserFactory(dealership=None)):
        assert stores_seen(stranger) == {model: set() for model in MODELS}


def test_a_superuser_of_a_store_sees_that_store_only():
    mine, _other = fill_store(), fill_store()
    mine.is_superuser = True
    mine.save()
    assert stores_seen(mine) == {model: {mine.dealership_id} for model in MODELS}

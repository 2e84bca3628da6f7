"""What of plans, needs, dialogues and objectives waits in the inbox, for whom, and how it is done there."""

import datetime

import pytest
from django.urls import reverse
from django.utils import timezone

from dashboards.inbox import Inbox
from dealership.access import Access
from objectives.actions_facts import dispute_fact
from objectives.actions_judging import judge
from objectives.models import (
    CompanyPlan,
    Dialogue,
    DialogueSeries,
    DialogueSignature,
    Need,
    Objective,
    ObjectiveCustomer,
    PlanSignature,
    Terms,
    TermsSignature,
)
from tests.objectives.fact_world import World, again
from tests.surveys.pages import browser

pytestmark = pytest.mark.django_db
HOME = reverse("home")


@pytest.fixture
def world():
    return World(language="en")


def waits(world, who):
    """What waits for a person: (kind, which card), in the order of the list."""
    inbox = Inbox(Access(again(getattr(world, who))))
    return [(entry.kind, entry.card.what) for entry in inbox.entries]


def proposed(world):
    """An objective that HR proposed to Accessories."""
    objective = world.objective(state="proposed")
    Terms.objects.filter(objective=objective).update(state="proposed", in_force_at=None)
    terms = Terms.objects.get(objective=objective)
    owner = world.departments["hr"]
    TermsSignature.objects.create(dealership=world.store, terms=terms, department=owner, person=world.hr)
    return objective


def need(world, **fields):
    return Need.objects.create(
        dealership=world.store,
        flow="service",
        customer=world.departments["accessories"],
        supplier=world.departments["hr"],
        what="two fitters",
        raised_by=world.accessories,
        answer_by=world.today + datetime.timedelta(days=3),
        **fields,
    )


def minutes(world, signed=()):
    """A dialogue of HR and Accessories that was held; signed for some departments."""
    ends = {"host": world.departments["hr"], "guest": world.departments["accessories"]}
    series = DialogueSeries.objects.create(
        dealership=world.store, starts_on=world.today, created_by=world.hr, rhythm="once", **ends
    )
    dialogue = Dialogue.objects.create(
        dealership=world.store,
        series=series,
        planned_on=world.today,
        held_on=world.today,
        state="held",
        revision=1,
        minutes="We talked.",
        **ends,
    )
    for code in signed:
        DialogueSignature.objects.create(
            dealership=world.store,
            dialogue=dialogue,
            revision=1,
            department=world.departments[code],
            person=getattr(world, code),
        )
    return dialogue


def test_terms_wait_for_the_signature_of_the_other_side_alone(world):
    proposed(world)
    assert waits(world, "accessories") == [("sign", "terms")]
    for who in ("hr", "fitter", "clerk", "sales", "gm", "admin"):
        assert waits(world, who) == []


def test_a_plan_waits_for_each_manager_who_has_not_signed_its_present_text(world):
    plan = CompanyPlan.objects.create(
        dealership=world.store, year=world.today.year, state="signing", revision=2, opened_by=world.gm
    )
    for who, revision in (("hr", 2), ("sales", 1)):
        PlanSignature.objects.create(
            dealership=world.store,
            plan=plan,
            edition=1,
            revision=revision,
            department=world.departments[who],
            person=getattr(world, who),
        )
    assert waits(world, "hr") == waits(world, "clerk") == []
    for who in ("accessories", "sales", "gm"):
        assert waits(world, who) == [("sign", "plan")]


def test_minutes_wait_for_the_side_that_has_not_signed(world):
    minutes(world, signed=["hr"])
    assert waits(world, "accessories") == [("sign", "minutes")]
    for who in ("hr", "fitter", "sales", "gm"):
        assert waits(world, who) == []


def test_a_need_waits_for_the_suppliers_people(world):
    need(world)
    assert waits(world, "hr") == waits(world, "clerk") == [("need", "need")]
    for who in ("accessories", "fitter", "sales", "gm"):
        assert waits(world, who) == []


def test_a_fact_waits_for_who_leads_the_customer_and_disputed_for_the_superior(world):
    fact = world.record(world.objective(), 3)
    assert waits(world, "accessories") == [("fact", "fact")]
    for who in ("hr", "clerk", "fitter", "sales", "gm"):
        assert waits(world, who) == []
    dispute_fact(acting_user=again(world.accessories), fact=fact, version=1, text="No.")
    assert waits(world, "gm") == [("fact", "fact")]
    assert waits(world, "accessories") == []


def test_what_should_have_been_judged_waits_for_its_owner_and_then_satisfaction_for_the_customer(world):
    objective = world.objective({"due_on": world.today - datetime.timedelta(days=1)})
    Objective.objects.update(due_on=world.today - datetime.timedelta(days=1))
    assert waits(world, "hr") == [("objective", "judge")]
    assert waits(world, "clerk") == waits(world, "accessories") == []
    judge(acting_user=again(world.hr), objective=Objective.objects.with_names().get(), version=objective.version)
    assert waits(world, "accessories") == [("objective", "satisfied")]
    assert waits(world, "hr") == waits(world, "fitter") == []


def test_another_store_has_none_of_it(world):
    proposed(world)
    need(world)
    world.record(world.objective(), 3)
    assert waits(World(), "hr") == waits(World(), "gm") == []


# --- Done in the list -------------------------------------------------------------------------------


def test_satisfaction_is_said_in_the_list_and_the_way_leads_back(world):
    objective = world.objective()
    world.record(objective, 3)
    judge(acting_user=again(world.hr), objective=Objective.objects.with_names().get(), version=2)
    client = browser(world.accessories)
    content = client.get(HOME).content.decode()
    customer = ObjectiveCustomer.objects.get()
    address = reverse("objective_satisfaction", args=[customer.pk])
    assert f'action="{address}"' in content
    answer = client.post(address, {"satisfied": "yes", "next": HOME})
    assert (answer.status_code, answer["Location"]) == (302, HOME)
    assert again(customer).satisfied is True
    assert address not in client.get(HOME).content.decode()


def test_a_fact_is_confirmed_in_the_list(world):
    fact = world.record(world.objective(), 3)
    client = browser(world.accessories)
    address = reverse("fact_confirm", args=[fact.pk])
    assert f'action="{address}"' in client.get(HOME).content.decode()
    answer = client.post(address, {"version": "1", "next": HOME})
    assert (answer.status_code, answer["Location"]) == (302, HOME)
    assert again(fact).state == "confirmed"


def test_a_need_is_acknowledged_in_the_list(world):
    row = need(world)
    client = browser(world.hr)
    address = reverse("need_acknowledge", args=[row.pk])
    assert f'action="{address}"' in client.get(HOME).content.decode()
    answer = client.post(address, {"ack-version": "1", "ack-owner": str(world.hr.pk), "next": HOME})
    assert (answer.status_code, answer["Location"]) == (302, HOME)
    assert again(row).state == "acknowledged"


def test_terms_are_signed_in_the_list(world):
    objective = proposed(world)
    client = browser(world.accessories)
    content = client.get(HOME).content.decode()
    address = reverse("objective_sign", args=[objective.pk])
    assert f'action="{address}"' in content
    assert "fitters on duty: at least 3 people by" in content  # what one signs stands beside the button
    answer = client.post(address, {"version": "1", "next": HOME})
    assert (answer.status_code, answer["Location"]) == (302, HOME)
    assert again(objective).state in ("agreed", "running")


@pytest.mark.parametrize("n", [1, 5])
def test_it_costs_the_same_however_much_waits(n, world, django_assert_num_queries):
    CompanyPlan.objects.create(dealership=world.store, year=world.today.year, state="signing", opened_by=world.gm)
    for _ in range(n):
        proposed(world)
        minutes(world, signed=["hr"])
        world.record(world.objective(), 3)
        done = world.objective()
        Objective.objects.filter(pk=done.pk).update(state="judged", verdict="met", judged_at=timezone.now())
    client = browser(world.accessories)
    client.get(HOME)
    with django_assert_num_queries(35):  # one of them for survey rounds
        client.get(HOME)

"""Judging an objective by its facts, and asking its customers apart from it (R22)."""

import datetime
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from dealership.models import JobRun
from objectives.actions_facts import dispute_fact, record_fact
from objectives.actions_judging import close_unsaid, judge, judge_due, say_satisfied, start_due
from objectives.models import Event, Objective
from objectives.tasks import judge_what_is_due
from tests.objectives.fact_world import World, again

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return World()


def judged(world, objective, by=None):
    row = Objective.objects.with_names().get(pk=objective.pk)
    return judge(acting_user=again(by or world.hr), objective=row, version=row.version)


@pytest.mark.parametrize(
    ("values", "verdict"),
    [((3, 3), "met"), ((3, 2), "partly"), ((2, 2), "not_met"), ((None, 3), None)],
)
def test_r22_the_verdict_is_what_the_facts_say(world, values, verdict):
    objective = world.objective({}, {})
    for number, value in enumerate(values, start=1):
        if value is not None:
            world.record(objective, value, criterion=number)
    if verdict is None:
        with pytest.raises(ValidationError) as caught:
            judged(world, objective)
        assert caught.value.code == "open"
    else:
        assert (judged(world, objective).verdict, again(objective).state) == (verdict, "judged")


def test_r22_nothing_is_judged_while_a_fact_is_with_the_superior(world):
    objective = world.objective()
    fact = world.record(objective, 3)
    dispute_fact(acting_user=again(world.accessories), fact=fact, version=1, text="No.")
    with pytest.raises(ValidationError) as caught:
        judged(world, objective)
    assert caught.value.code == "disputed"


@pytest.mark.parametrize(("who", "may"), [("hr", 1), ("accessories", 1), ("gm", 1), ("clerk", 0), ("sales", 0)])
def test_who_may_have_it_judged(world, who, may):
    objective = world.objective()
    world.record(objective, 3)
    if may:
        assert judged(world, objective, getattr(world, who)).verdict == "met"
    else:
        with pytest.raises(PermissionDenied):
            judged(world, objective, getattr(world, who))


def test_a_fact_recorded_meanwhile_is_not_overlooked(world):
    objective = world.objective()
    world.record(objective, 3)
    seen = Objective.objects.with_names().get(pk=objective.pk)
    world.record(objective, 2)
    with pytest.raises(ValidationError) as caught:
        judge(acting_user=again(world.hr), objective=seen, version=seen.version)
    assert caught.value.code == "moved"


def test_satisfaction_is_asked_apart_and_changes_no_verdict(world):
    objective = world.objective(customers=("accessories", "sales"))
    world.record(objective, 3)
    judged(world, objective)
    first, second = objective.customers.order_by("department__code")
    with pytest.raises(ValidationError):
        say_satisfied(acting_user=again(world.accessories), customer=first, satisfied=False)
    say_satisfied(acting_user=again(world.accessories), customer=first, satisfied=False, words="They are not trained.")
    row = again(objective)
    assert (row.state, row.verdict) == ("judged", "met")
    say_satisfied(acting_user=again(world.accessories), customer=first, satisfied=True)  # until all have said it
    say_satisfied(acting_user=again(world.sales), customer=second, satisfied=True)
    say_satisfied(acting_user=again(world.sales), customer=again(second), satisfied=True)  # tapped twice
    row = again(objective)
    assert (row.state, row.verdict, again(first).satisfied) == ("closed", "met", True)
    with pytest.raises(ValidationError):
        say_satisfied(acting_user=again(world.sales), customer=again(second), satisfied=False, words="Too late.")
    assert again(second).satisfied is True


@pytest.mark.parametrize("who", ["hr", "clerk", "fitter", "sales", "admin"])
def test_only_who_leads_the_customer_says_it(world, who):
    objective = world.objective()
    world.record(objective, 3)
    judged(world, objective)
    with pytest.raises(PermissionDenied):
        say_satisfied(acting_user=again(getattr(world, who)), customer=objective.customers.get(), satisfied=True)


def test_what_nobody_had_judged_is_judged_by_the_job(world):
    long_ago = world.today - datetime.timedelta(days=world.store.answer_days + 1)
    due, fresh, disputed = (world.objective({"due_on": day}) for day in (long_ago, world.today, long_ago))
    Objective.objects.filter(pk__in=[due.pk, disputed.pk]).update(due_on=long_ago)
    fact = record_fact(acting_user=world.hr, objective=disputed, criterion=1, happened_on=long_ago, value=Decimal(3))
    dispute_fact(acting_user=again(world.accessories), fact=fact, version=1, text="No.")
    assert judge_due(dealership=world.store) == 1
    assert judge_due(dealership=world.store) == 0
    assert [again(row).state for row in (due, fresh, disputed)] == ["judged", "running", "running"]
    assert again(due).verdict == "not_met"
    assert Event.objects.get(objective=due).person is None


def test_silence_of_the_customers_closes_it(world):
    objective = world.objective()
    world.record(objective, 3)
    judged(world, objective)
    assert close_unsaid(dealership=world.store) == 0
    past = timezone.now() - datetime.timedelta(days=world.store.answer_days + 1)
    Objective.objects.filter(pk=objective.pk).update(judged_at=past)
    assert close_unsaid(dealership=world.store) == 1
    assert (again(objective).state, again(objective).verdict) == ("closed", "met")


def test_the_job_runs_once_an_hour(world):
    objective = world.objective()
    long_ago = world.today - datetime.timedelta(days=world.store.answer_days + 1)
    Objective.objects.update(due_on=long_ago)
    judge_what_is_due.apply()
    assert again(objective).state == "running"
    done = world.objective({"due_on": long_ago})
    Objective.objects.filter(pk=done.pk).update(due_on=long_ago)
    judge_what_is_due.apply()  # in the same hour: not again
    assert again(done).state == "running"
    JobRun.objects.all().delete()
    judge_what_is_due.apply()
    assert again(done).state == "judged"


def test_work_starts_on_the_day_that_was_agreed(world):
    tomorrow = world.today + datetime.timedelta(days=1)
    due, later = (world.objective(state="agreed", starts_on=day) for day in (world.today, tomorrow))
    assert start_due(dealership=world.store) == 1
    assert start_due(dealership=world.store) == 0
    assert [again(row).state for row in (due, later)] == ["running", "agreed"]


def test_r27_a_change_that_not_all_have_signed_ends_with_the_judgement(world):
    objective = world.objective()
    world.record(objective, 3)
    proposed = objective.terms.create(dealership=world.store, number=2, state="proposed", written_by=world.hr)
    judged(world, objective)
    assert again(proposed).state == "refused"
    assert objective.terms.get(number=1).state == "in_force"

"""Facts and judging when several act at the same moment: one wins, the other is told, and no fact is overlooked."""

import pytest
from django.core.exceptions import ValidationError

from objectives.actions_facts import confirm_fact, dispute_fact
from objectives.actions_judging import judge, say_satisfied
from objectives.judging import standing_of
from objectives.models import Event, Fact, Objective, ObjectiveCustomer
from tests.objectives.fact_world import World, again
from tests.surveys.pages import at_once

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def world():
    return World()


def tried(call, **values):
    """Return a function that does an act and says how it ended: "done", or the code of the refusal."""

    def act():
        try:
            call(**values)
        except ValidationError as error:
            return error.code
        return "done"

    return act


def versions(objective):
    return sorted(Event.objects.filter(objective=objective).values_list("version", flat=True))


def test_of_confirm_and_dispute_at_once_one_wins(world):
    objective = world.objective(customers=("accessories", "sales"))
    fact = world.record(objective, 3)
    ends = at_once(
        tried(confirm_fact, acting_user=again(world.accessories), fact=again(fact), version=1),
        tried(dispute_fact, acting_user=again(world.sales), fact=again(fact), version=1, text="No."),
    )
    assert sorted(ends) == ["done", "moved"]
    assert again(fact).version == 2
    assert versions(objective) == [2, 3]


def test_five_confirmations_at_once_are_one(world):
    fact = world.record(world.objective(), 3)
    acts = [tried(confirm_fact, acting_user=again(world.accessories), fact=again(fact), version=1) for _ in range(5)]
    assert at_once(*acts) == ["done"] * 5
    assert Event.objects.filter(kind="confirm").count() == 1


def test_facts_recorded_side_by_side_are_all_kept(world):
    objective = world.objective()
    rows = [again(objective) for _ in range(4)]
    at_once(*(lambda row=row: world.record(row, 3) for row in rows))
    assert Fact.objects.count() == 4
    assert versions(objective) == [2, 3, 4, 5]
    assert again(objective).version == 5


def test_r22_a_verdict_never_overlooks_a_fact_that_was_recorded_at_the_same_moment(world):
    objective = world.objective()
    world.record(objective, 3)
    seen = Objective.objects.with_names().get()
    ends = at_once(
        tried(judge, acting_user=again(world.hr), objective=seen, version=2),
        tried(world.record, objective=again(objective), value=2),
    )
    row = again(objective)
    if row.state == "judged":  # then the fact came too late, and says so
        assert ends == ["done", "not_now"]
        assert (row.verdict, Fact.objects.count()) == ("met", 1)
    else:
        assert ends == ["moved", "done"]
        assert standing_of(row, world.today).verdict.value == "not_met"


def test_the_last_two_customers_at_once_close_it_once(world):
    objective = world.objective(customers=("accessories", "sales"))
    world.record(objective, 3)
    judge(acting_user=again(world.hr), objective=Objective.objects.with_names().get(), version=2)
    rows = {row.department.code: row for row in ObjectiveCustomer.objects.select_related("department")}
    ends = at_once(
        *(
            tried(say_satisfied, acting_user=again(getattr(world, code)), customer=again(row), satisfied=True)
            for code, row in rows.items()
        )
    )
    assert ends == ["done", "done"]
    assert again(objective).state == "closed"
    assert Event.objects.filter(kind="close").count() == 1

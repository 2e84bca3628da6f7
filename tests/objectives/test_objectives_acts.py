"""Objectives from draft to agreed (R22, R24): who may do what, who has to sign, and what is frozen then."""

import pytest

from objectives import actions_objectives as acts
from tests.objectives.objective_world import World, story, terms_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return World()


def test_r22_both_sides_agree_beforehand_and_then_it_runs(world):
    objective = world.draft()
    assert (objective.state, objective.due_on, objective.year) == ("draft", world.day(60), world.day(60).year)
    acts.propose(acting_user=world.person("hr"), objective=objective)
    assert (objective.state, terms_of(objective)) == ("proposed", [(1, "proposed")])
    world.sign(objective, "accessories")
    assert (objective.state, terms_of(objective)) == ("running", [(1, "in_force")])
    assert story(objective) == ["open", "propose", "sign", "agree"]
    signed = objective.terms.get().signatures.values_list("department__code", "person")
    assert list(signed) == [("hr", world.people["hr"].pk), ("accessories", world.people["accessories"].pk)]


def test_r22_every_customer_has_to_sign(world):
    objective = world.proposed(customers=("accessories", "service"))
    world.sign(objective, "service")
    assert (objective.state, terms_of(objective)) == ("proposed", [(1, "proposed")])
    world.sign(objective, "accessories")
    assert objective.state == "running"
